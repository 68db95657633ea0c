import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ConversationSummary } from '../../contract/conversation.ts'
import type { TurnWithRows } from '../../contract/turn.ts'
import type { Visibility } from '../../contract/visibility.ts'
import { Person } from '../../test/person.ts'
import { startServer, type TestServer } from '../../test/server.ts'

let server: TestServer
let owner: Person
let colleague: Person
let colleagueId: string
let conversationId: string
let turn: TurnWithRows
const orders = { name: 'orders.csv', text: 'region,amount\nNorth,10\nSouth,5\n' }

beforeAll(async () => {
  server = await startServer()
  owner = await Person.owner(server.url)
  const email = 'colleague@example.com'
  const made = await server.app.tenancy.createUser({ email, password: 'correct horse battery', role: 'analyst' })
  colleagueId = made.userId
  colleague = Person.withKey(server.url, await server.app.tenancy.createKey({ email, name: 'test' }))
  conversationId = (await owner.conversation([(await owner.upload(orders)).body.id], 'Orders')).id
  turn = await owner.ask(conversationId, 'total amount by region')
})
afterAll(() => server.close())

const show = (visibility: Visibility | { to: string; named: { id: string; level: string }[] }) =>
  owner.call<Visibility>('PUT', `/api/conversations/${conversationId}/visibility`, visibility)

/** What the colleague gets of the conversation: its own answer, its table, its chart, asking in it, renaming, sharing, deleting. */
async function colleagueMay(): Promise<number[]> {
  const at = `/api/conversations/${conversationId}`
  const digest = turn.tables[0]?.digest
  const picture = await fetch(`${server.url}/api/results/${turn.charts[0]?.pictures?.wide}.svg`, { headers: colleague.headers })
  const answers = [
    (await colleague.call('GET', at)).status,
    (await colleague.call('GET', `/api/results/${digest}`)).status,
    picture.status,
    (await colleague.call('POST', `${at}/turns?wait=1`, { question: 'how many orders' })).status,
    (await colleague.call('PATCH', at, { title: 'Orders' })).status,
    (await colleague.call('PUT', `${at}/share`, { visibility: 'public' })).status,
    (await colleague.call('PUT', `${at}/visibility`, { to: 'tenant', named: [] })).status,
    (await colleague.call('DELETE', at)).status,
  ]
  return answers
}

const hidden = [404, 404, 404, 404, 404, 404, 404, 404]
const viewing = [200, 200, 200, 403, 403, 403, 404, 403]
const editing = [200, 200, 200, 200, 200, 403, 404, 403]

test('only me is the default: a colleague finds nothing, not even by digest', async () => {
  expect((await owner.call<Visibility>('GET', `/api/conversations/${conversationId}/visibility`)).body.to).toBe('me')
  expect(await colleagueMay()).toEqual(hidden)
})

test('everyone in the tenant may view, named people may edit, and it ends when it is taken back', async () => {
  await show({ to: 'tenant', named: [] })
  expect(await colleagueMay()).toEqual(viewing)
  await show({ to: 'named', named: [{ id: colleagueId, level: 'view' }] })
  expect(await colleagueMay()).toEqual(viewing)
  expect((await show({ to: 'named', named: [{ id: colleagueId, level: 'edit' }] })).body.named).toHaveLength(1)
  expect(await colleagueMay()).toEqual(editing)
  await show({ to: 'me', named: [{ id: colleagueId, level: 'edit' }] })
  expect(await colleagueMay()).toEqual(hidden)
})

test('what others show me is listed apart from mine', async () => {
  await show({ to: 'named', named: [{ id: colleagueId, level: 'view' }] })
  const list = async (person: Person, of: string) =>
    (await person.call<{ items: ConversationSummary[] }>('GET', `/api/conversations?of=${of}`)).body.items
  expect(await list(colleague, 'mine')).toEqual([])
  expect(await list(colleague, 'shared')).toMatchObject([{ id: conversationId, access: 'view', visibility: 'named' }])
  expect((await list(owner, 'mine')).map((item) => [item.id, item.access])).toEqual([[conversationId, 'owner']])
  expect(await list(owner, 'shared')).toEqual([])
  await show({ to: 'me', named: [] })
})

test('a file is read by who brought it, before any conversation holds it', async () => {
  const { body: upload } = await colleague.upload({ name: 'mine.csv', text: 'a,b\n1,2\n' })
  const path = `/api/results/${upload.tables[0]?.digest}`
  expect((await colleague.call('GET', path)).status).toBe(200)
  expect((await owner.call('GET', path)).status).toBe(404)
})
