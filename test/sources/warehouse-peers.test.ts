import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SourceConfig } from '../../contract/source.ts'
import { type Connection, readConnection } from '../../server/sources/connection.ts'
import type { CellRow, SourceSession } from '../../server/sources/driver.ts'
import { bigQueryDriver } from '../../server/sources/drivers/bigquery.ts'
import { snowflakeDriver } from '../../server/sources/drivers/snowflake.ts'
import { bigQueryKey, startBigQueryPeer } from './bigquery-peer.ts'
import { ConformanceTable } from './conformance-table.ts'
import { snowflakeToken, startSnowflakePeer } from './snowflake-peer.ts'
import { warehouses } from './warehouses.ts'

const table = new ConformanceTable('warehouses')

async function collect(session: SourceSession, sql: string, more: { rowLimit?: number; timeoutMs?: number } = {}) {
  const rows: CellRow[] = []
  const columns = await session.query(sql, {
    rowLimit: 10_000,
    timeoutMs: 10_000,
    ...more,
    async take(batch) {
      rows.push(...batch)
      return true
    },
  })
  return { columns, rows }
}

/** Peers written from the protocols' documentation: what these drivers never met is the real service. */
describe.each(warehouses)('$name', ({ name, kind, driver, start, config, wrong, said, tells, types, rows, tables }) => {
  let peer: Awaited<ReturnType<typeof start>>
  const reach = (more: SourceConfig = {}): Connection =>
    readConnection(kind, { host: 'localhost', port: peer.port, tls: 'off', ...config, ...more })
  const open = () => driver.open(reach())
  const stopRunning = async (session: SourceSession) => {
    const running = collect(session, said('SELECT hangs'), { timeoutMs: 60_000 })
    setTimeout(() => void session.cancel(), 300)
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
  }
  const shown = (what: string, prove: () => Promise<void>): void => {
    table.expect(what, name)
    test(what, () => table.see(what, name, prove))
  }
  beforeAll(async () => {
    peer = await start()
  })
  afterAll(() => peer.close())

  shown('every type, and what is empty', async () => {
    const { columns, rows: got } = await collect(await open(), said('SELECT typed'))
    expect(
      columns.map(({ type, scale, isZoned }) => [type, scale, isZoned ? 'zoned' : undefined].filter(Boolean).join(' ')),
    ).toEqual(types)
    expect(got).toEqual(rows)
  })

  shown('no rows', async () => {
    const { columns, rows: got } = await collect(await open(), said('SELECT no rows'))
    expect([columns.map(({ name }) => name), got]).toEqual([[said('id')], []])
  })

  shown('many rows, in their order', async () => {
    const { rows: got } = await collect(await open(), said('SELECT many rows'))
    expect([got.length, got[0], got[4_999]]).toEqual([5_000, ['1'], ['5000']])
  })

  shown('no more rows than are wanted', async () => {
    expect((await collect(await open(), said('SELECT many rows'), { rowLimit: 1_500 })).rows).toHaveLength(1_500)
  })

  shown('a question stopped in the database', async () => {
    const session = await open()
    const before = peer.cancelled.length
    await stopRunning(session)
    expect(peer.cancelled.length).toBe(before + 1)
  })

  shown('a stopped session answers the next question', async () => {
    const session = await open()
    await stopRunning(session)
    await session.cancel()
    expect((await collect(session, said('SELECT no rows'))).rows).toEqual([])
    expect((await session.greet()).server).toContain(name)
  })

  shown('a stopped catalog asks no further', async () => {
    const session = await open()
    const reading = expect(session.catalog()).rejects.toMatchObject({ code: 'cancelled' })
    await session.cancel()
    await reading
  })

  shown('a question stopped before the database answered at all', async () => {
    const session = await open()
    const before = peer.cancelled.length
    const running = collect(session, said('SELECT hangs'), { timeoutMs: 60_000 })
    const stopped = expect(running).rejects.toMatchObject({ code: 'cancelled' })
    await session.cancel()
    await stopped
    // NOTE: one that had not been handed in yet need not be taken back.
    expect(peer.cancelled.length - before).toBeLessThanOrEqual(1)
  })

  shown('a question past its time', async () => {
    const before = peer.cancelled.length
    await expect(collect(await open(), said('SELECT hangs'), { timeoutMs: 700 })).rejects.toMatchObject({
      code: 'limit-exceeded',
    })
    expect(peer.cancelled.length).toBe(before + 1)
  })

  shown('a slow question keeps no other waiting', async () => {
    const slow = await open()
    const running = collect(slow, said('SELECT hangs')).catch(() => undefined)
    expect((await collect(await open(), said('SELECT no rows'))).rows).toEqual([])
    await slow.cancel()
    await running
  })

  shown('tables, columns, keys and views', async () => {
    const found = await (await open()).catalog()
    const orders = found.find((one) => one.name === tables.orders)
    expect(orders?.columns.find((column) => column.name.toLowerCase() === 'amount')).toMatchObject({
      type: 'decimal',
      ...(tells.includes('comments') ? { comment: 'in euros' } : {}),
    })
    expect(found.find((one) => one.name === tables.view)?.isView).toBe(true)
    expect(found.map((one) => one.name)).toContain(tables.archived)
    if (tells.includes('primary keys')) expect(orders?.primaryKey).toEqual([said('id'), said('line')])
    if (tells.includes('foreign keys'))
      expect(orders?.foreignKeys).toEqual([
        { columns: [said('customer_id')], table: said('customers'), references: [said('id')] },
      ])
  })

  shown('a catalog of 6,000 tables', async () => {
    const found = await (await open()).catalog()
    expect(found.length).toBeGreaterThan(6_000)
    expect(found.find((one) => one.name === tables.last)?.columns).toHaveLength(1)
  })

  shown('an error in the words of the database', async () => {
    await expect(collect(await open(), said('SELECT * FROM nowhere'))).rejects.toMatchObject({
      code: 'query-failed',
      message: expect.stringMatching(/nowhere/i),
    })
  })

  shown('a wrong login, a closed port, an unknown host', async () => {
    const { signingKey: _, ...bare } = config
    const tried = (wanted: SourceConfig) =>
      driver
        .open(readConnection(kind, { host: 'localhost', port: peer.port, tls: 'off', ...wanted }))
        .then((session) => session.greet())
        .catch((error: unknown) => error)
    const failure = (words: string) => ({ code: 'source-unreachable', message: expect.stringContaining(words) })
    expect(await tried({ ...bare, ...wrong })).toMatchObject(failure('refused the login'))
    expect(await tried({ ...config, port: 1 })).toMatchObject(failure('Nothing listens'))
    expect(await tried({ ...config, host: 'no-such-host.invalid' })).toMatchObject(failure('no host of this name'))
  })

  shown('a connection that breaks', async () => {
    await expect(collect(await open(), said('SELECT breaks'))).rejects.toMatchObject({ code: 'source-unreachable' })
    expect((await collect(await open(), said('SELECT no rows'))).rows).toEqual([])
  })

  if (!config.signingKey) return

  shown('a key that cannot be read is not said back', async () => {
    const failed = await Promise.resolve()
      .then(() => driver.open(reach({ signingKey: 'planted-key-material' })))
      .catch((error: unknown) => error)
    expect(failed).toMatchObject({ code: 'source-unreachable', message: expect.stringContaining('cannot be read') })
    expect(JSON.stringify(failed, Object.getOwnPropertyNames(failed))).not.toContain('planted')
  })

  shown('a certificate is checked unless something else is said', async () => {
    expect(readConnection(kind, { host: 'x.example.com', ...config })).toMatchObject({ tls: 'verify', port: 443 })
    expect(readConnection(kind, { host: 'x.example.com', ...config, tls: 'prefer' })).toMatchObject({ tls: 'verify' })
    expect(() => readConnection(kind, { host: 'elsewhere.example.com' }, reach())).toThrow('Paste the key again')
  })
})

async function openSnowflake(wishes = '') {
  const peer = await startSnowflakePeer()
  const url = `snowflake://:${snowflakeToken}@localhost:${peer.port}/SHOP.PUBLIC${wishes}`
  return { peer, session: await snowflakeDriver.open(readConnection('snowflake', { url, tls: 'off' })) }
}

async function openBigQuery() {
  const peer = await startBigQueryPeer()
  const config = { host: 'localhost', port: peer.port, tls: 'off', signingKey: bigQueryKey } as const
  return { peer, session: await bigQueryDriver.open(readConnection('bigquery', config)) }
}

test('Snowflake: a token signs in as well, and a role that can write is warned about', async () => {
  const { peer, session } = await openSnowflake('?warehouse=SMALL&role=READER')
  const { server, warnings } = await session.greet()
  expect([server, warnings.length]).toEqual(['Snowflake 9.3.1', 2])
  expect(peer.asked[0]).toMatchObject({
    database: 'SHOP',
    schema: 'PUBLIC',
    warehouse: 'SMALL',
    role: 'READER',
    parameters: { MULTI_STATEMENT_COUNT: '1' },
  })
  await peer.close()
})

test('BigQuery: what its own dry run takes for more than a SELECT does not run', async () => {
  const { peer, session } = await openBigQuery()
  await expect(collect(session, 'DROP TABLE shop.orders')).rejects.toMatchObject({ code: 'not-read-only' })
  expect(peer.ran).toEqual([])
  await peer.close()
})

const marked = {
  mark: 'qry_mark_',
  values: [
    { type: 'text', text: "x' OR '1'='1" },
    { type: 'number', text: '12' },
    { type: 'number', text: '-2.50' },
    { type: 'date', text: '2026-03-31' },
  ],
} as const
const markedSql = 'SELECT no rows, NO ROWS, qry_mark_1, qry_mark_2, qry_mark_3, qry_mark_4'
const enough = { rowLimit: 10, timeoutMs: 10_000, take: async () => true, marked }

test('Snowflake: values are bound beside the statement', async () => {
  const { peer, session } = await openSnowflake()
  await session.query(markedSql, enough)
  expect(peer.asked.at(-1)).toMatchObject({
    statement: 'SELECT no rows, NO ROWS, ?, ?, CAST(? AS NUMBER(3, 2)), CAST(? AS DATE)',
    bindings: {
      1: { type: 'TEXT', value: "x' OR '1'='1" },
      2: { type: 'FIXED', value: '12' },
      3: { type: 'TEXT', value: '-2.50' },
      4: { type: 'TEXT', value: '2026-03-31' },
    },
  })
  await peer.close()
})

test('BigQuery: values are bound beside the statement, when it is judged and when it runs', async () => {
  const { peer, session } = await openBigQuery()
  await session.query(markedSql, enough)
  expect(peer.configured).toHaveLength(2)
  for (const one of peer.configured)
    expect(one).toMatchObject({
      query: 'SELECT no rows, NO ROWS, @v1, @v2, @v3, @v4',
      parameterMode: 'NAMED',
      queryParameters: [
        { name: 'v1', parameterType: { type: 'STRING' }, parameterValue: { value: "x' OR '1'='1" } },
        { name: 'v2', parameterType: { type: 'INT64' }, parameterValue: { value: '12' } },
        { name: 'v3', parameterType: { type: 'NUMERIC' }, parameterValue: { value: '-2.50' } },
        { name: 'v4', parameterType: { type: 'DATE' }, parameterValue: { value: '2026-03-31' } },
      ],
    })
  await peer.close()
})

test('the table in the guide says what was seen', () => table.compare())
