import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Drift } from '../contract/drift.ts'
import { Person } from './person.ts'
import { startServer, type TestServer } from './server.ts'

let server: TestServer
let owner: Person
let folder: string
let shop: DatabaseSync
let sourceId: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qry-drift-'))
  server = await startServer()
  owner = await Person.owner(server.url)
  shop = new DatabaseSync(join(folder, 'shop.sqlite'))
  shop.exec("CREATE TABLE orders (city TEXT, amount REAL); INSERT INTO orders VALUES ('Oslo', 10), ('Bergen', 20), ('Oslo', 30)")
  sourceId = await makeSource('Shop', join(folder, 'shop.sqlite'))
})
afterAll(async () => {
  shop.close()
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

async function makeSource(name: string, path: string): Promise<string> {
  const made = await owner.call<{ id: string }>('POST', '/api/sources', { kind: 'sqlite', name, config: { path } })
  if (made.status !== 201) throw new Error(JSON.stringify(made.body))
  return made.body.id
}
const byCity = '/sql SELECT city, sum(amount) AS total FROM orders GROUP BY city ORDER BY city'

async function shared(question: string, of = sourceId): Promise<{ id: string; url: string }> {
  const made = await owner.call<{ id: string }>('POST', '/api/conversations', { sourceId: of, uploadIds: [] })
  await owner.ask(made.body.id, question)
  const { body } = await owner.share(made.body.id, 'public')
  if (body.visibility !== 'public') throw new Error(JSON.stringify(body))
  return { id: made.body.id, url: body.url }
}
const drift = (id: string, who = owner) => who.call<Drift>('POST', `/api/conversations/${id}/share/drift`)
const outcomes = async (id: string) => (await drift(id)).body.tables.map(({ outcome }) => outcome)

describe('B13 the drift check', () => {
  test('B13 says which cells changed in the source since, and leaves the link as it was', async () => {
    const { id, url } = await shared(byCity)
    expect(await outcomes(id)).toEqual([{ state: 'same' }])
    const before = await (await fetch(url)).text()
    shop.exec("UPDATE orders SET amount = 35 WHERE amount = 30; INSERT INTO orders VALUES ('Tromsø', 1)")
    const { status, body } = await drift(id)
    expect([status, body.version, body.tables.length]).toEqual([200, 1, 1])
    expect(body.tables[0]).toMatchObject({
      tableId: 't1',
      source: 'Shop',
      frozenRows: 2,
      outcome: {
        state: 'changed',
        nowRows: 3,
        comparison: {
          matchedBy: ['city'],
          changedCells: 1,
          addedRows: 1,
          removedRows: 0,
          changes: [{ row: ['Oslo'], column: 'total', frozen: 40, now: 45 }],
          added: [['Tromsø']],
        },
      },
    })
    expect(await (await fetch(url)).text()).toBe(before)
    shop.exec("UPDATE orders SET amount = 30 WHERE amount = 35; DELETE FROM orders WHERE city = 'Tromsø'")
  })

  test('B13 says so when the source, its table or the link is gone', async () => {
    const other = join(folder, 'other.sqlite')
    const made = new DatabaseSync(other)
    made.exec('CREATE TABLE items (n INTEGER); INSERT INTO items VALUES (1)')
    const { id } = await shared('/sql SELECT n FROM items', await makeSource('Other', other))
    made.exec('DROP TABLE items')
    const [lost] = await outcomes(id)
    expect(lost).toMatchObject({ state: 'unasked' })
    made.close()
    const { body } = await owner.call<{ items: { id: string; name: string }[] }>('GET', '/api/sources')
    await owner.call('DELETE', `/api/sources/${body.items.find(({ name }) => name === 'Other')?.id}`)
    expect(await outcomes(id)).toEqual([
      { state: 'unasked', reason: 'The data source Other is not there any more, or you may not ask it.' },
    ])
    await owner.share(id, 'private')
    expect((await drift(id)).status).toBe(409)
  })

  test('B13 does not compare with another source that the conversation asks by now', async () => {
    const { id } = await shared(byCity)
    await owner.call('PATCH', `/api/conversations/${id}`, { sourceId: null })
    const [outcome] = await outcomes(id)
    expect(outcome).toMatchObject({ state: 'unasked' })
    expect(JSON.stringify(outcome)).toContain('This was asked of Shop')
  })

  test('B13 runs under the rights of who asks, for the owner of the link alone, and leaves out what the link leaves out', async () => {
    const { id } = await shared(byCity)
    await server.app.tenancy.createUser({ email: 'mate@example.com', password: 'correct horse battery', role: 'analyst' })
    const mate = Person.withKey(server.url, await server.app.tenancy.createKey({ email: 'mate@example.com', name: 'test' }))
    expect((await drift(id, mate)).status).toBe(404)
    await owner.call('PUT', `/api/conversations/${id}/visibility`, { to: 'tenant', named: [] })
    expect((await drift(id, mate)).status).toBe(403)
    const second = await owner.ask(id, '/sql SELECT count(*) AS n FROM orders')
    await owner.share(id, 'public', { excludeTurnIds: [second.id] })
    expect(await outcomes(id)).toEqual([{ state: 'same' }])
  })

  test('B13 files never drift, and a dashboard is asked tile by tile', async () => {
    const upload = await owner.upload({ name: 'parcels.csv', text: new TextEncoder().encode('city,n\nOslo,1\nBergen,2\n') })
    const made = await owner.conversation([upload.body.id], 'Parcels')
    await owner.ask(made.id, `/sql SELECT * FROM ${upload.body.table?.name}`)
    await owner.share(made.id, 'public')
    expect(await outcomes(made.id)).toEqual([{ state: 'same' }])
    const { id } = await shared(byCity)
    const board = await owner.call<{ id: string }>('POST', '/api/dashboards/import', { conversationId: id })
    await owner.call('PUT', `/api/dashboards/${board.body.id}/share`, { visibility: 'public' })
    const boardDrift = async () =>
      (await owner.call<Drift>('POST', `/api/dashboards/${board.body.id}/share/drift`)).body.tables.map(({ outcome }) => outcome)
    const digests = async () =>
      (await owner.call<{ tiles: { table?: { digest: string } }[] }>('GET', `/api/dashboards/${board.body.id}`)).body.tiles.map(
        ({ table }) => table?.digest,
      )
    const before = await digests()
    expect(before).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)])
    expect(await boardDrift()).toEqual([{ state: 'same' }])
    shop.exec("UPDATE orders SET amount = 21 WHERE city = 'Bergen'")
    expect(await boardDrift()).toMatchObject([{ state: 'changed', comparison: { changedCells: 1 } }])
    expect(await digests()).toEqual(before)
  })
})
