import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ChipEdits, Reading } from '../contract/plan.ts'
import type { TurnWithRows } from '../contract/turn.ts'
import { Person } from './person.ts'
import { startServer, type TestServer } from './server.ts'

let server: TestServer
let owner: Person
let conversation: string
beforeAll(async () => {
  server = await startServer()
  owner = await Person.owner(server.url)
  const rows = Array.from({ length: 60 }, (_, at) => `${at},2025-0${1 + (at % 6)}-10,${['North', 'South'][at % 2]},${10 + at}`)
  const upload = await owner.upload({ name: 'orders.csv', text: ['order_id,order_date,region,revenue', ...rows].join('\n') })
  conversation = (await owner.call<{ id: string }>('POST', '/api/conversations', { uploadIds: [upload.body.id] })).body.id
})
afterAll(() => server.close())

const turns = (path = '') => `/api/conversations/${conversation}/turns${path}`
const ask = async (question: string): Promise<TurnWithRows> =>
  (await owner.call<TurnWithRows>('POST', `${turns()}?wait=1`, { question })).body
const edits = async (turnId: string): Promise<ChipEdits> =>
  (await owner.call<ChipEdits>('GET', turns(`/${turnId}/readings`))).body
const run = async (turnId: string, reading?: Reading): Promise<TurnWithRows> =>
  (await owner.call<TurnWithRows>('POST', `${turns(`/${turnId}/confirm`)}?wait=1`, { reading })).body

test('an edited chip of an answered question runs as a new one, which follow-ups go on from', async () => {
  const first = await ask('revenue by region')
  const found = (await edits(first.id)).chips.flat().find(({ label }) => label === 'average revenue')
  const second = await run(first.id, found?.reading)
  expect([second.status, second.id === first.id, second.question]).toEqual(['answered', false, 'Average revenue, by region'])
  const third = await ask('by month')
  expect(third.reading).toMatchObject({ state: 'understood', plan: { measures: [{ aggregate: 'average' }] } })
})

test('shares, a comparison and where a change sits are answered in words with a chart', async () => {
  const shares = await ask('share of revenue by region')
  expect([shares.status, shares.charts[0]?.spec.kind]).toEqual(['answered', 'bar'])
  const change = await ask('revenue in May 2025 compared with the previous month')
  expect([change.status, change.charts[0]?.spec.kind]).toEqual(['answered', 'kpi'])
  const why = await ask('why did it change?')
  expect(why.answer).toMatch(/The change sits mostly here.*region \*\*(North|South)\*\*/s)
  expect(why.status).toBe('answered')
})
