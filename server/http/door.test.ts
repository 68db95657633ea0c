import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Endpoint } from '../../contract/endpoint.ts'
import { endpoints } from '../../contract/endpoints.ts'
import type { ErrorBody } from '../../contract/error.ts'
import { Person } from '../../test/person.ts'
import { startServer, type TestServer } from '../../test/server.ts'

let server: TestServer
let owner: Person
beforeAll(async () => {
  server = await startServer()
  owner = await Person.owner(server.url)
})
afterAll(() => server.close())

const orders = { name: 'orders.csv', text: 'region,amount,day\nNorth,10,2024-01-02\nSouth,5,2024-02-03\nNorth,7,2024-02-04\n' }

test('every endpoint of the contract refuses who is not signed in', async () => {
  for (const endpoint of Object.values<Endpoint>(endpoints)) {
    if (endpoint.isOpen) continue
    const path = endpoint.path.replace(/:\w+/g, 'x')
    const response = await fetch(server.url + path, { method: endpoint.method })
    expect(`${endpoint.method} ${path} ${response.status}`).toBe(`${endpoint.method} ${path} 401`)
    const body = (await response.json()) as ErrorBody
    expect(body.error).toMatchObject({ code: 'not-signed-in', requestId: response.headers.get('x-request-id') })
  }
})

test('the second owner is refused, whoever is quicker', async () => {
  const { status, body } = await owner.call<ErrorBody>('POST', '/api/setup', {
    email: 'second@example.com',
    password: 'correct horse battery',
  })
  expect([status, body.error.code]).toEqual([409, 'conflict'])
})

test('bad input gets a sentence that says what to do', async () => {
  const { status, body } = await owner.call<ErrorBody>('POST', '/api/setup', { email: 'nobody', password: 'short' })
  expect(status).toBe(400)
  expect(body.error.message).toContain('e-mail address like name@example.com')
  const broken = await fetch(`${server.url}/api/session`, {
    method: 'POST',
    body: '{',
    headers: { 'content-type': 'application/json' },
  })
  expect(((await broken.json()) as ErrorBody).error.message).toBe('The request is not valid JSON.')
})

test('a wrong password and an unknown address answer alike, and guessing is slowed', async () => {
  const sign = (email: string, password: string) =>
    fetch(`${server.url}/api/session`, {
      method: 'POST',
      body: JSON.stringify({ email, password }),
      headers: { 'content-type': 'application/json' },
    })
  const text = async (response: Response) => ((await response.json()) as ErrorBody).error.message
  expect(await text(await sign('owner@example.com', 'wrong password'))).toBe(
    await text(await sign('nobody@example.com', 'wrong password')),
  )
  expect((await sign('owner@example.com', 'correct horse battery')).status).toBe(200)
  const statuses: number[] = []
  for (let round = 0; round < 10; round++) statuses.push((await sign('victim@example.com', `guess ${round}`)).status)
  expect(statuses.at(-1)).toBe(429)
})

test('a change that another site sends with our cookie is refused', async () => {
  const response = await fetch(`${server.url}/api/conversations`, {
    method: 'POST',
    headers: {
      ...owner.headers,
      'content-type': 'application/json',
      'sec-fetch-site': 'cross-site',
      origin: 'https://elsewhere.example',
    },
    body: '{}',
  })
  expect(response.status).toBe(403)
})

test('an API key works where the cookie does', async () => {
  const key = await server.app.tenancy.createKey({ email: 'owner@example.com', name: 'test' })
  const program = Person.withKey(server.url, key)
  expect((await program.call('GET', '/api/me')).body).toMatchObject({ user: { email: 'owner@example.com' }, role: 'owner' })
  expect((await Person.withKey(server.url, `${key}x`).call('GET', '/api/me')).status).toBe(401)
})

test('a file, a question, an answer with its table and its SQL', async () => {
  const upload = await owner.upload(orders)
  expect(upload.status).toBe(201)
  expect(upload.body.table).toMatchObject({
    name: 'orders',
    rowCount: 3,
    columns: [
      { name: 'region', type: 'text' },
      { name: 'amount', type: 'integer' },
      { name: 'day', type: 'date' },
    ],
  })
  const conversation = await owner.conversation([upload.body.id])
  const turn = await owner.ask(conversation.id, 'total amount by region')
  expect(turn).toMatchObject({ status: 'answered', analyst: 'basic', reading: { state: 'understood' } })
  expect(turn.tables[0]?.rows).toEqual([
    ['North', 17],
    ['South', 5],
  ])
  expect(turn.charts).toHaveLength(1)
  expect(turn.steps[0]).toMatchObject({ kind: 'query', output: { rowCount: 2 } })
})

test('/sql runs by hand; what errs fails its turn with the error in its step', async () => {
  const upload = await owner.upload(orders)
  const conversation = await owner.conversation([upload.body.id])
  expect((await owner.ask(conversation.id, '/sql select count(*) as n from orders')).tables[0]?.rows).toEqual([[3]])
  const failed = await owner.ask(conversation.id, '/sql select nothing from orders')
  expect(failed).toMatchObject({ status: 'failed', steps: [{ error: { code: 'query-failed' } }] })
  const writing = await owner.ask(conversation.id, '/sql drop table orders')
  expect(writing).toMatchObject({ status: 'failed', steps: [{ error: { code: 'not-read-only' } }] })
})

test('a running turn is stopped within a second; what came before stays', async () => {
  const conversation = await owner.conversation([(await owner.upload(orders)).body.id])
  const { body } = await owner.call<{ turnId: string }>('POST', `/api/conversations/${conversation.id}/turns`, {
    question: '/sql select count(*) from range(100000000) a, range(1000) b',
  })
  const busy = await owner.call<ErrorBody>('POST', `/api/conversations/${conversation.id}/turns`, { question: 'how many orders' })
  expect([busy.status, busy.body.error.code]).toEqual([409, 'conflict'])
  const startMs = performance.now()
  expect((await owner.call('POST', `/api/conversations/${conversation.id}/turns/${body.turnId}/cancel`)).status).toBe(200)
  expect(performance.now() - startMs).toBeLessThan(1_500)
  const { body: after } = await owner.call<{ turns: { status: string }[] }>('GET', `/api/conversations/${conversation.id}`)
  expect(after.turns.map((turn) => turn.status)).toEqual(['cancelled'])
})

test('the event stream replays from Last-Event-ID and goes on live', async () => {
  const conversation = await owner.conversation([(await owner.upload(orders)).body.id])
  await owner.ask(conversation.id, 'how many orders')
  const read = async (after: number, until: (ids: number[]) => boolean): Promise<number[]> => {
    const gone = new AbortController()
    const response = await fetch(`${server.url}/api/conversations/${conversation.id}/events`, {
      headers: { ...owner.headers, 'last-event-id': String(after) },
      signal: gone.signal,
    })
    const ids: number[] = []
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    while (reader && !until(ids)) {
      const { value } = await reader.read()
      for (const match of (value ?? '').matchAll(/^id: (\d+)$/gm)) ids.push(Number(match[1]))
    }
    gone.abort()
    return ids
  }
  const all = await read(0, (ids) => ids.length >= 6)
  expect(all.slice(0, 6)).toEqual([1, 2, 3, 4, 5, 6])
  const last = (await owner.call<{ lastEventSeq: number }>('GET', `/api/conversations/${conversation.id}`)).body.lastEventSeq
  const live = read(last, (ids) => ids.length >= 3)
  await owner.ask(conversation.id, 'total amount by region')
  expect((await live).slice(0, 3)).toEqual([last + 1, last + 2, last + 3])
})

test('deleting is undone; the conversation of another person is not there', async () => {
  const conversation = await owner.conversation([], 'Mine')
  await server.app.tenancy.createUser({ email: 'colleague@example.com', password: 'correct horse battery', role: 'analyst' })
  const colleague = Person.withKey(
    server.url,
    await server.app.tenancy.createKey({ email: 'colleague@example.com', name: 'test' }),
  )
  expect((await colleague.call('GET', `/api/conversations/${conversation.id}`)).status).toBe(404)
  expect((await owner.call('DELETE', `/api/conversations/${conversation.id}`)).status).toBe(200)
  expect((await owner.call('GET', `/api/conversations/${conversation.id}`)).status).toBe(404)
  expect((await owner.call('POST', `/api/conversations/${conversation.id}/restore`)).status).toBe(200)
  expect((await owner.call<{ title: string }>('GET', `/api/conversations/${conversation.id}`)).body.title).toBe('Mine')
})

test('phrases begin with what is typed and run as they stand', async () => {
  const conversation = await owner.conversation([(await owner.upload(orders)).body.id])
  const { body } = await owner.call<{ items: string[] }>('GET', `/api/conversations/${conversation.id}/phrases?typed=total%20am`)
  expect(body.items.length).toBeGreaterThan(0)
  for (const phrase of body.items) {
    expect(phrase.toLowerCase()).toMatch(/^total am/)
    expect((await owner.ask(conversation.id, phrase)).status).toBe('answered')
  }
})

test('conversations are listed newest first, page by page, none left out', async () => {
  for (const title of ['one', 'two', 'three']) await owner.conversation([], title)
  const seen: string[] = []
  let cursor: string | null = '0'
  while (cursor !== null) {
    type Page = { items: { title: string }[]; nextCursor: string | null }
    const { body }: { body: Page } = await owner.call<Page>('GET', `/api/conversations?limit=2&cursor=${cursor}`)
    seen.push(...body.items.map((item) => item.title))
    cursor = body.nextCursor
  }
  expect(seen.slice(0, 3)).toEqual(['three', 'two', 'one'])
  expect(seen.length).toBe((await owner.call<{ items: unknown[] }>('GET', '/api/conversations')).body.items.length)
  expect((await owner.call('GET', '/api/conversations?cursor=x')).status).toBe(400)
})
