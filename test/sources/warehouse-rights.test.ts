import { expect, test } from 'vitest'
import { readConnection } from '../../server/sources/connection.ts'
import { bigQueryDriver } from '../../server/sources/drivers/bigquery.ts'
import { trinoDriver } from '../../server/sources/drivers/trino.ts'
import { bigQueryKey, startBigQueryPeer } from './bigquery-peer.ts'
import { startTrinoPeer, trinoLogin } from './trino-peer.ts'

async function bigQueryWarnings(granted: readonly string[]): Promise<readonly string[]> {
  const peer = await startBigQueryPeer(granted)
  const place = { host: 'localhost', port: peer.port, tls: 'off', signingKey: bigQueryKey } as const
  const session = await bigQueryDriver.open(readConnection('bigquery', place))
  const { warnings } = await session.greet()
  await peer.close()
  return warnings
}

async function trinoWarnings(granted: readonly string[]): Promise<readonly string[]> {
  const peer = await startTrinoPeer(granted)
  const place = { host: 'localhost', port: peer.port, tls: 'off', database: 'shop', ...trinoLogin } as const
  const session = await trinoDriver.open(readConnection('trino', place))
  const { warnings } = await session.greet()
  await peer.close()
  return warnings
}

test('BigQuery: an account that can write is warned about', async () => {
  expect(await bigQueryWarnings(['bigquery.tables.updateData'])).toEqual([expect.stringContaining('can write')])
  expect(await bigQueryWarnings(['bigquery.tables.get'])).toEqual([])
})

test('Trino: a login that can write is warned about, where the catalog tells of grants', async () => {
  expect(await trinoWarnings(['SELECT', 'INSERT'])).toEqual([expect.stringContaining('can write')])
  expect(await trinoWarnings(['SELECT'])).toEqual([])
  expect(await trinoWarnings(['none kept'])).toEqual([])
})
