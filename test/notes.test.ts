import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { KeptNotes } from '../contract/notes.ts'
import type { TurnWithRows } from '../contract/turn.ts'
import { Person } from './person.ts'
import { startServer, type TestServer } from './server.ts'

vi.setConfig({ testTimeout: 120_000 })

let server: TestServer
let owner: Person
let source: string
type Notes = KeptNotes & { yaml: string }
interface Failure {
  error: { message: string }
}

beforeAll(async () => {
  server = await startServer()
  owner = await Person.owner(server.url)
  const path = join(server.dataDir, '..', `notes-${process.pid}.sqlite`)
  const database = new DatabaseSync(path)
  database.exec(`
    DROP TABLE IF EXISTS orders; DROP TABLE IF EXISTS people; DROP TABLE IF EXISTS etl_runs;
    CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, land TEXT);
    CREATE TABLE orders (id INTEGER PRIMARY KEY, person INTEGER, booked DATE, sent DATE, state TEXT, total REAL);
    CREATE TABLE etl_runs (id INTEGER PRIMARY KEY, total REAL);
    INSERT INTO people VALUES (1, 'Ann', 'DE'), (2, 'Bob', 'FR'), (3, 'Cy', 'DE');
    INSERT INTO etl_runs VALUES (1, 5);
  `)
  for (let at = 1; at <= 40; at++)
    database
      .prepare('INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)')
      .run(at, 1 + (at % 3), `2025-0${1 + (at % 5)}-11`, at % 4 ? `2025-0${1 + (at % 5)}-15` : null, at % 5 ? 'ok' : 'void', at)
  database.close()
  const body = { kind: 'sqlite', name: 'Orders', config: { path } }
  source = (await owner.call<{ id: string }>('POST', '/api/sources', body)).body.id
}, 240_000)
afterAll(() => server.close())

const notes = (suffix = '') => `/api/sources/${source}/notes${suffix}`
const read = async (): Promise<Notes> => (await owner.call<Notes>('GET', notes())).body
const write = <Body = Notes>(yaml: string, version: number) => owner.call<Body>('PUT', notes(), { version, yaml })
const ask = async (question: string): Promise<TurnWithRows> => {
  const { id } = (await owner.call<{ id: string }>('POST', '/api/conversations', { sourceId: source })).body
  return (await owner.call<TurnWithRows>('POST', `/api/conversations/${id}/turns?wait=1`, { question })).body
}
test('notes change how questions are read, and who was faster wins with a sentence', async () => {
  expect((await ask('revenue by land')).reading?.state).not.toBe('understood')
  const yaml = `
tables:
  people: { synonyms: [clients], columns: { land: { name: country, values: { DE: [Germany] } } } }
  orders: { date: booked }
  etl_runs: { isHidden: true }
metrics:
  revenue: { table: orders, expression: sum(total), filter: "state <> 'void'" }
joins:
  - { from: orders.person, to: people.id }
questions:
  - question: How good was the year?
    sql: SELECT count(*) AS orders FROM orders
`
  const { version } = await read()
  const saved = await write(yaml, version)
  expect([saved.status, saved.body.version]).toEqual([200, version + 1])
  const late = await write<Failure>('', version)
  expect((await write<Failure>('tables:\n  nothing: {}\n', version + 1)).body.error.message).toMatch(/^Line 2: There is no table/)
  expect([late.status, late.body.error.message]).toEqual([
    409,
    expect.stringMatching(/^.+ changed these notes at .+, after you opened them\. Yours are not saved/),
  ])
  const total = await ask('What was revenue?')
  expect([total.status, total.tables[0]?.rows]).toEqual(['answered', [[640]]])
  const grouped = await ask('revenue in Germany by month')
  expect([grouped.status, grouped.tables[0]?.rows.length]).toEqual(['answered', 5])
  const confirmed = await ask('how good was the year')
  expect([confirmed.tables[0]?.rows, confirmed.answer]).toEqual([[[40]], expect.stringMatching(/confirmed by .+ on \d{4}-/)])
  expect((await ask('average etl total')).reading?.state).not.toBe('understood')
})

test('the file goes out and comes back, to nobody who is not signed in', async () => {
  const first = await read()
  expect(first.yaml).toContain('expression: sum(total)')
  expect((await write(first.yaml, first.version)).body.notes).toEqual(first.notes)
  const file = await fetch(`${server.url}${notes('.yaml')}`)
  expect(file.status).toBe(401)
})
