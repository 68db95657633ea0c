import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Conversation } from '../contract/conversation.ts'
import type { Dashboard, DashboardSummary } from '../contract/dashboard.ts'
import type { Me, SetupState } from '../contract/person.ts'
import type { ShareState } from '../contract/share.ts'
import { Person } from './person.ts'
import { startServer, type TestServer } from './server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ QRY_DEMO: '1' })
  await server.app.seedDemo()
})
afterAll(() => server.close())

const setup = async (url: string) => (await (await fetch(`${url}/api/setup`)).json()) as SetupState
const enter = (url: string) => fetch(`${url}/api/demo/session`, { method: 'POST' })

test('the demo is a finished conversation with a public link, made once', async () => {
  const { isNeeded, demo } = await setup(server.url)
  expect([isNeeded, demo?.name]).toEqual([true, 'Ridge Outdoor, a demo'])
  expect(await server.app.seedDemo()).toEqual(demo)
  const entered = await enter(server.url)
  const me = (await entered.json()) as Me
  expect(me.tenant.isDemo).toBe(true)
  const visitor = Person.withCookie(server.url, entered.headers.get('set-cookie') ?? '')
  const { body } = await visitor.call<{ items: { id: string }[] }>('GET', '/api/conversations')
  expect(body.items).toHaveLength(1)
  const story = await visitor.call<Conversation>('GET', `/api/conversations/${body.items[0]?.id}`)
  expect(story.body.turns.map((turn) => turn.status)).toEqual(Array.from({ length: 5 }, () => 'answered'))
  expect(story.body.turns.every((turn) => turn.tables.length > 0 && turn.charts.length > 0)).toBe(true)
  const page = await fetch(server.url + demo?.sharedPath)
  expect([page.status, (await page.text()).includes('Top 10 products by revenue')]).toEqual([200, true])
})

test('the demo has a dashboard of figures, a line, bars and a table, laid out without holes, with a link of its own', async () => {
  const entered = await enter(server.url)
  const visitor = Person.withCookie(server.url, entered.headers.get('set-cookie') ?? '')
  const { body } = await visitor.call<{ items: DashboardSummary[] }>('GET', '/api/dashboards')
  expect(body.items.map(({ name, isShared }) => [name, isShared])).toEqual([['The shop at a glance', true]])
  const board = (await visitor.call<Dashboard>('GET', `/api/dashboards/${body.items[0]?.id}`)).body
  expect(board.tiles.map(({ kind }) => kind)).toEqual([
    ...Array.from({ length: 4 }, () => 'figure'),
    ...['chart', 'chart', 'table', 'text'],
  ])
  expect(board.tiles.flatMap(({ title, problem }) => (problem ? [`${title}: ${problem.message}`] : []))).toEqual([])
  expect(board.tiles.every(({ kind, table, chart }) => kind === 'text' || (table && (kind === 'table' || chart)))).toBe(true)
  const cells = board.tiles.reduce((sum, { place }) => sum + place.width * place.height, 0)
  expect(cells).toBe(8 * Math.max(...board.tiles.map(({ place }) => place.y + place.height)))
  const share = (await visitor.call<ShareState>('GET', `/api/dashboards/${board.id}/share`)).body
  const page = share.visibility === 'public' ? await (await fetch(share.url)).text() : ''
  expect(page).toContain('Revenue by month and category')
  expect(page).toContain('Products shown: 8')
  const place = board.tiles.findIndex(({ kind }) => kind === 'table')
  const fewer = await visitor.call<Dashboard>('PUT', `/api/dashboards/${board.id}/values`, { values: { most: '3' } })
  expect([board, fewer.body].map(({ tiles }) => tiles[place]?.table?.rowCount)).toEqual([8, 3])
})

test('the first owner is still to be made, in a tenant of their own that sees nothing of the demo', async () => {
  const owner = await Person.owner(server.url)
  expect((await setup(server.url)).isNeeded).toBe(false)
  expect((await owner.call<Me>('GET', '/api/me')).body.tenant).toMatchObject({ isDemo: false, name: 'Ridge Outdoor' })
  expect((await owner.call<{ items: unknown[] }>('GET', '/api/conversations')).body.items).toEqual([])
  const made = await server.app.tenancy.createUser({
    email: 'analyst@example.com',
    password: 'correct horse battery',
    role: 'analyst',
  })
  expect(made.tenantId).toBe((await owner.call<Me>('GET', '/api/me')).body.tenant.id)
})

test('where the demo is off, nobody walks in', async () => {
  const closed = await startServer({ QRY_DEMO: '0' })
  try {
    expect((await setup(closed.url)).demo).toBeNull()
    expect((await enter(closed.url)).status).toBe(404)
  } finally {
    await closed.close()
  }
})
