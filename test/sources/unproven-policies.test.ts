import { afterAll, beforeAll, expect, test } from 'vitest'
import { hasRowPolicies, SourceKind } from '../../contract/source-kind.ts'
import { hasDriver } from '../../server/sources/connection.ts'
import { applyPolicies } from '../../server/sources/guard/apply-policies.ts'
import { readPlainly } from '../../server/sources/guard/read-statement.ts'
import { requirePolicy } from '../../server/sources/source-access.ts'
import { makeSourcesRoom, type SourcesRoom } from './sources-room.ts'

const unproven = SourceKind.options.filter((kind) => hasDriver(kind) && !hasRowPolicies(kind))
const policy = { table: 'orders', filter: "region = 'North'" }

let room: SourcesRoom
beforeAll(async () => {
  room = await makeSourcesRoom()
})
afterAll(() => room.close())

test('there are kinds whose policies were not proven', () => {
  expect(unproven).toEqual(expect.arrayContaining(['clickhouse', 'trino', 'snowflake', 'bigquery']))
})

test.each(unproven)('%s: a policy is refused with what to do instead', async (kind) => {
  await expect(requirePolicy(kind, policy)).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringContaining('Let the database itself keep the rows apart'),
  })
})

test.each(unproven)('%s: where a policy stands all the same, nothing is read', async (kind) => {
  const statement = await readPlainly(kind, 'SELECT id FROM orders')
  const policies = { tables: [{ path: ['orders'], isView: false, filter: policy.filter }], defaultSchemas: [''] }
  expect(() => applyPolicies(kind, statement, policies, new Set())).toThrow('No policy was proven to hold on this kind')
})

test('a source of such a kind takes no policy, and keeps what stood', async () => {
  const config = { host: 'localhost', port: 1, user: 'reader', password: 'x', database: 'shop', tls: 'off' } as const
  const { id } = await room.sources.create(room.admin, { kind: 'clickhouse', name: 'Clicks', config })
  const access = { isForEveryone: true, roles: [], groups: [], people: [], policies: [policy] }
  await expect(room.sources.changeAccess(room.admin, id, access)).rejects.toMatchObject({ code: 'invalid-input' })
  expect((await room.sources.access(room.admin, id)).policies).toEqual([])
})
