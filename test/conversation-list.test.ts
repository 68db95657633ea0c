import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Checkpoint } from '../contract/checkpoint.ts'
import type { ConversationSummary } from '../contract/conversation.ts'
import type { FoundConversation } from '../contract/search.ts'
import { Person } from './person.ts'
import { startServer, type TestServer } from './server.ts'

let server: TestServer
let owner: Person
let other: Person
beforeAll(async () => {
  server = await startServer()
  owner = await Person.owner(server.url)
  const email = 'colleague@example.com'
  const tenant = (await owner.call<{ tenant: { slug: string } }>('GET', '/api/me')).body.tenant.slug
  await server.app.tenancy.createUser({ email, password: 'correct horse battery', role: 'analyst', tenant })
  other = Person.withKey(server.url, await server.app.tenancy.createKey({ email, name: 'test' }))
})
afterAll(() => server.close())

interface Page {
  items: ConversationSummary[]
  nextCursor: string | null
}
const list = async (query: string) => (await owner.call<Page>('GET', `/api/conversations?${query}`)).body
const search = async (words: string, person = owner) =>
  (await person.call<{ items: FoundConversation[] }>('GET', `/api/search?q=${encodeURIComponent(words)}`)).body.items
const change = (id: string, body: object) => owner.call<ConversationSummary>('PATCH', `/api/conversations/${id}`, body)

test('search finds every word in titles, questions, answers and SQL, and says where', async () => {
  const { id } = await owner.conversation([], 'Harbour dues')
  const turn = await owner.ask(id, "/sql select 'wombat 100%_sure' as animal")
  expect(await search('harbour')).toMatchObject([{ id, hits: [] }])
  expect(await search('WOMBAT animal')).toMatchObject([
    { id, title: 'Harbour dues', hits: [{ turnId: turn.id, part: 'question', match: 'wombat' }] },
  ])
  expect(await search('wombat badger')).toEqual([])
  expect(await search('100%_sure')).toHaveLength(1)
  expect(await search('100__sure')).toEqual([])
  expect(await search('wombat', other)).toEqual([])
  expect((await owner.call('GET', '/api/search?q=%20')).status).toBe(400)
})

test('what a rewind hid is not found, until the undo', async () => {
  const { id } = await owner.conversation([], 'Ferries')
  await owner.ask(id, "/sql select 'capybara' as animal")
  const path = `/api/conversations/${id}`
  const [first] = (await owner.call<{ items: Checkpoint[] }>('GET', `${path}/checkpoints`)).body.items
  await owner.call('POST', `${path}/rewind`, { checkpointId: first?.id })
  expect(await search('capybara')).toEqual([])
  await owner.call('POST', `${path}/undo-rewind`)
  expect(await search('capybara')).toHaveLength(1)
})

test('a pinned conversation comes first, an archived one only where it is asked for, and a question takes it out', async () => {
  const { id } = await owner.conversation([], 'Old but dear')
  await owner.conversation([], 'Newer')
  expect(await change(id, { isPinned: true })).toMatchObject({ status: 200, body: { isPinned: true, title: 'Old but dear' } })
  expect((await list('')).items[0]?.id).toBe(id)
  await change(id, { isPinned: false, isArchived: true })
  expect((await list('')).items.map((item) => item.id)).not.toContain(id)
  expect((await list('archived=1')).items.map((item) => item.id)).toEqual([id])
  expect(await search('dear')).toMatchObject([{ id, isArchived: true }])
  await owner.ask(id, '/sql select 1')
  expect((await list('archived=1')).items).toEqual([])
})

test('a long list comes page by page, each conversation once', async () => {
  for (let number = 1; number <= 25; number++) await owner.conversation([], `Number ${number}`)
  const seen: string[] = []
  let cursor: string | null = '0'
  while (cursor !== null) {
    const page: Page = await list(`limit=10&cursor=${cursor}`)
    seen.push(...page.items.map((item) => item.id))
    cursor = page.nextCursor
  }
  expect(new Set(seen).size).toBe(seen.length)
  expect(seen.length).toBeGreaterThan(25)
})

test('a colleague to whom a conversation is shown may not pin, archive or rewind it', async () => {
  const { id } = await owner.conversation([], 'Shown')
  await owner.call('PUT', `/api/conversations/${id}/visibility`, { to: 'tenant', named: [] })
  for (const body of [{ isPinned: true }, { isArchived: true }, { title: 'Mine' }])
    expect((await other.call('PATCH', `/api/conversations/${id}`, body)).status).toBe(403)
  expect((await other.call('POST', `/api/conversations/${id}/checkpoints`, { name: 'x' })).status).toBe(403)
  expect(await search('shown', other)).toMatchObject([{ id, access: 'view' }])
})
