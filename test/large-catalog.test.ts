import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { TablePage } from '../contract/source.ts'
import type { TurnWithRows } from '../contract/turn.ts'
import { sleep } from '../server/basics/sleep.ts'
import { Person } from './person.ts'
import { startServer, type TestServer } from './server.ts'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

const TABLES = 6_000
const SUBJECTS = ['orders', 'customers', 'invoices', 'shipments', 'returns', 'visits']
/** Of the processor's time, so that busy neighbours of the test say nothing. */
const LONGEST_HOLD_MS = 250

let server: TestServer
let owner: Person
let source: string
let conversation: string

beforeAll(async () => {
  server = await startServer()
  owner = await Person.owner(server.url)
  const path = join(server.dataDir, '..', `large-${process.pid}.sqlite`)
  await rm(path, { force: true })
  const database = new DatabaseSync(path)
  database.exec('BEGIN')
  for (let index = 0; index < TABLES; index++) {
    const name = `${SUBJECTS[index % SUBJECTS.length] ?? ''}_${String(index).padStart(4, '0')}`
    const customers = `customers_${String(index - (index % SUBJECTS.length) + 1).padStart(4, '0')}`
    const key = name === customers ? 'region TEXT' : `customer_id INTEGER REFERENCES ${customers}`
    database.exec(`CREATE TABLE ${name} (id INTEGER PRIMARY KEY, ${key}, amount DECIMAL(12,2), status TEXT, placed_at DATE)`)
  }
  database.exec("INSERT INTO customers_4321 VALUES (1, 'North', 0, 'open', '2026-01-01'), (2, 'South', 0, 'open', '2026-01-01')")
  database.exec("INSERT INTO orders_4320 VALUES (1, 1, 5, 'open', '2026-01-01'), (2, 2, 7, 'paid', '2026-01-02')")
  database.exec('COMMIT')
  database.close()
  const body = { kind: 'sqlite', name: 'Warehouse', config: { path } }
  source = (await owner.call<{ id: string }>('POST', '/api/sources', body)).body.id
  // NOTE: the database of tests works in this process and holds it up while a catalog is kept, so that lines are dropped.
  for (let isProfiled = false; !isProfiled; await sleep(300))
    isProfiled = await tables('?limit=1').then(
      (page) => page.isProfiled,
      () => false,
    )
  conversation = (await owner.call<{ id: string }>('POST', '/api/conversations', { sourceId: source })).body.id
})
afterAll(() => server.close())

const tables = async (query: string) => (await owner.call<TablePage>('GET', `/api/sources/${source}/tables${query}`)).body
const ask = async (question: string) =>
  (await owner.call<TurnWithRows>('POST', `/api/conversations/${conversation}/turns?wait=1`, { question, isAlone: true })).body

/** The longest that this process, the server's own, was held up while something was done, and how many others it answered meanwhile. */
async function holding<Done>(work: () => Promise<Done>): Promise<{ done: Done; heldMs: number; answered: number }> {
  let [isRunning, heldMs, answered] = [true, 0, 0]
  const watch = async (): Promise<void> => {
    for (let before = process.threadCpuUsage(); isRunning; ) {
      await new Promise((resolve) => setImmediate(resolve))
      const now = process.threadCpuUsage()
      heldMs = Math.max(heldMs, (now.user + now.system - before.user - before.system) / 1000)
      before = now
    }
  }
  const others = async (): Promise<void> => {
    while (isRunning) if ((await fetch(`${server.url}/health/live`)).ok) answered++
  }
  const watching = Promise.all([watch(), others()])
  const done = await work().finally(() => {
    isRunning = false
  })
  await watching
  return { done, heldMs, answered }
}

test.each([
  ['how many orders_4320', 'answered', 2],
  ['total amount of orders_4320 by status', 'answered', 2],
  ['zorbleg quux of the frobnication', 'answered', 0],
])('“%s” over 6,000 tables holds nobody up', async (question, status, rows) => {
  const { done, heldMs, answered } = await holding(() => ask(question))
  expect(done.status).toBe(status)
  expect(JSON.stringify(done)).toContain(rows > 0 ? 'orders_4320' : 'zorbleg')
  expect(answered).toBeGreaterThan(0)
  expect(heldMs).toBeLessThan(LONGEST_HOLD_MS)
})

test('typing ahead and first questions hold nobody up', async () => {
  const path = `/api/conversations/${conversation}`
  const { done, heldMs } = await holding(async () => [
    await owner.call<{ items: string[] }>(
      'GET',
      `${path}/phrases?typed=${encodeURIComponent('total amount of orders_4320 by st')}`,
    ),
    await owner.call<{ items: string[] }>('GET', `${path}/starters`),
  ])
  expect(done[0]?.body.items).toContain('total amount of orders_4320 by status')
  expect(heldMs).toBeLessThan(LONGEST_HOLD_MS)
})

test('tables come a page at a time, and are found by any of their words', async () => {
  const first = await tables('')
  expect(first).toMatchObject({ tableCount: TABLES, foundCount: TABLES, nextCursor: '100' })
  const next = await tables(`?cursor=${first.nextCursor ?? ''}`)
  expect(next.items).toHaveLength(100)
  expect(new Set([...first.items, ...next.items].map(({ name }) => name)).size).toBe(200)
  const region = await tables('?search=region&limit=500')
  expect(region.foundCount).toBe(TABLES / SUBJECTS.length)
  expect((await tables('?search=orders%204320')).items.map(({ name }) => name)).toEqual(['orders_4320'])
  expect(await tables('?search=nothing-like-it')).toMatchObject({ items: [], foundCount: 0, nextCursor: null })
})
