import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Group } from '../contract/group.ts'
import type { Me, SecondFactorOffer } from '../contract/person.ts'
import type { NewApiKey, Session } from '../contract/session.ts'
import type { Usage } from '../contract/tenant.ts'
import { eraseDeleted } from '../server/conversations/erase-deleted.ts'
import { turnEvents } from '../server/conversations/tables.ts'
import { decodeBase32, totpCode } from '../server/tenancy/totp.ts'
import { Person } from './person.ts'
import { startServer, type TestServer } from './server.ts'

let server: TestServer
let owner: Person
const password = 'correct horse battery'
const dayMs = 86_400_000
let aheadMs = 0
const now = () => new Date(Date.now() + aheadMs)

beforeAll(async () => {
  server = await startServer({}, { clock: now })
  owner = await Person.owner(server.url)
})
afterAll(() => server.close())

const post = (path: string, body: unknown) =>
  fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

const trySignIn = (email: string, secret = password, code?: string) =>
  post('/api/session', { email, password: secret, ...(code ? { code } : {}) })

async function signIn(email: string): Promise<Person> {
  const response = await trySignIn(email)
  expect(response.status).toBe(200)
  return Person.withCookie(server.url, response.headers.get('set-cookie') ?? '')
}

/** Invites somebody, who joins. */
async function join(email: string, role: string): Promise<Person> {
  const { body } = await owner.call<{ url: string }>('POST', '/api/invitations', { email, role })
  const response = await post('/api/invitation/accept', { token: new URL(body.url).hash.slice(1), name: email, password })
  expect(response.status).toBe(200)
  return Person.withCookie(server.url, response.headers.get('set-cookie') ?? '')
}

const idOf = async (person: Person): Promise<string> => (await person.call<Me>('GET', '/api/me')).body.user.id

async function shared(person: Person): Promise<{ id: string; url: string }> {
  const conversation = await person.conversation()
  await person.ask(conversation.id, '/sql SELECT 1 AS one')
  const { body } = await person.share(conversation.id, 'public')
  if (body.visibility !== 'public') throw new Error(JSON.stringify(body))
  return { id: conversation.id, url: body.url }
}

for (const links of ['live', 'revoked'] as const)
  test(`who leaves hands conversations and links over, ${links}`, async () => {
    const leaver = await join(`leaver-${links}@example.com`, 'analyst')
    const { id, url } = await shared(leaver)
    expect((await owner.call('GET', `/api/conversations/${id}`)).status).toBe(404)
    const removed = await owner.call('POST', `/api/members/${await idOf(leaver)}/remove`, { links })
    expect(removed.status).toBe(200)
    expect((await leaver.call('GET', '/api/me')).status).toBe(401)
    expect((await owner.call<{ access: string }>('GET', `/api/conversations/${id}`)).body.access).toBe('owner')
    expect((await fetch(url)).status).toBe(links === 'live' ? 200 : 404)
    expect((await owner.share(id, 'private')).status).toBe(200)
    expect((await fetch(url)).status).toBe(404)
  })

test('a second factor is asked for, a code opens once, a recovery code once, and the password takes it off', async () => {
  const email = 'factor@example.com'
  const person = await join(email, 'analyst')
  const { body: offer } = await person.call<SecondFactorOffer>('POST', '/api/me/second-factor')
  const key = decodeBase32(offer.key)
  const code = (steps = 0) => totpCode(key, Math.floor(now().getTime() / 30_000) + steps)
  const wrong = await person.call('PUT', '/api/me/second-factor', { pending: offer.pending, code: '000', password })
  expect(wrong.status).toBe(401)
  const on = await person.call<{ recoveryCodes: string[] }>('PUT', '/api/me/second-factor', {
    pending: offer.pending,
    code: code(),
    password,
  })
  expect(on.body.recoveryCodes).toHaveLength(10)
  const without = await trySignIn(email)
  expect(await without.json()).toMatchObject({ error: { code: 'second-factor-needed' } })
  aheadMs += 60_000
  const used = code()
  expect((await trySignIn(email, password, used)).status).toBe(200)
  expect((await trySignIn(email, password, used)).status).toBe(401)
  const recovery = on.body.recoveryCodes[0]
  expect((await trySignIn(email, password, recovery)).status).toBe(200)
  expect((await trySignIn(email, password, recovery)).status).toBe(401)
  expect((await person.call('POST', '/api/me/second-factor/off', { password: 'not this one' })).status).toBe(401)
  expect((await person.call('POST', '/api/me/second-factor/off', { password })).status).toBe(200)
  expect((await trySignIn(email)).status).toBe(200)
})

test('a key does what its scopes say, never more than its owner may, until it ends', async () => {
  const person = await join('keys@example.com', 'analyst')
  const { body: key } = await person.call<NewApiKey>('POST', '/api/me/keys', {
    name: 'Reader',
    scopes: ['conversations:share'],
    days: 1,
  })
  const program = Person.withKey(server.url, key.key)
  expect((await program.call<Me>('GET', '/api/me')).body.permissions).toEqual(['conversations:share'])
  expect((await program.call('POST', '/api/conversations', {})).status).toBe(403)
  expect((await program.call('GET', '/api/conversations')).status).toBe(200)
  await owner.call('PATCH', `/api/members/${await idOf(person)}`, { role: 'viewer' })
  expect((await program.call<Me>('GET', '/api/me')).body.permissions).toEqual([])
  aheadMs += 2 * dayMs
  expect((await program.call('GET', '/api/me')).status).toBe(401)
})

test('another password ends the other sessions; one session ends another; a new sign-in with the old password fails', async () => {
  const email = 'sessions@example.com'
  const here = await join(email, 'analyst')
  const there = await signIn(email)
  const { body } = await here.call<{ items: Session[] }>('GET', '/api/me/sessions')
  expect(new Set(body.items.map(({ isThis }) => isThis))).toEqual(new Set([false, true]))
  const other = body.items.find(({ isThis }) => !isThis)
  expect((await here.call('DELETE', `/api/me/sessions/${other?.id}`)).status).toBe(200)
  expect((await there.call('GET', '/api/me')).status).toBe(401)
  const again = await signIn(email)
  const change = { current: password, password: 'another long password' }
  expect((await here.call('PUT', '/api/me/password', { ...change, current: 'not this one' })).status).toBe(401)
  expect((await here.call('PUT', '/api/me/password', change)).status).toBe(200)
  expect((await again.call('GET', '/api/me')).status).toBe(401)
  expect((await here.call('GET', '/api/me')).status).toBe(200)
  expect((await trySignIn(email)).status).toBe(401)
  expect((await trySignIn(email, change.password)).status).toBe(200)
})

test('a group sees what is shown to it, until somebody is taken out of it', async () => {
  const member = await join('group@example.com', 'analyst')
  const memberId = await idOf(member)
  const { body: group } = await owner.call<Group>('POST', '/api/groups', { name: 'Finance', members: [memberId] })
  const conversation = await owner.conversation([], 'Prices')
  const at = `/api/conversations/${conversation.id}`
  expect((await member.call('GET', at)).status).toBe(404)
  const named = [{ id: group.id, level: 'edit' }]
  expect((await owner.call('PUT', `${at}/visibility`, { to: 'named', named })).status).toBe(200)
  expect((await member.call<{ access: string }>('GET', at)).body.access).toBe('edit')
  await owner.call('PATCH', `/api/groups/${group.id}`, { members: [] })
  expect((await member.call('GET', at)).status).toBe(404)
})

test('an open event stream ends with its session, and when the conversation is shown no more', async () => {
  const email = 'stream@example.com'
  const reader = await join(email, 'analyst')
  const conversation = await owner.conversation([], 'Watched')
  const at = `/api/conversations/${conversation.id}`
  const show = (to: 'tenant' | 'me') => owner.call('PUT', `${at}/visibility`, { to, named: [] })
  const watch = async (person: Person): Promise<Promise<string>> => {
    const response = await fetch(person.urlOf(`${at}/events`), { headers: person.headers })
    expect(response.status).toBe(200)
    return response.text()
  }
  await show('tenant')
  const other = await signIn(email)
  const streams = [watch(reader), watch(other)]
  const { body } = await reader.call<{ items: Session[] }>('GET', '/api/me/sessions')
  await reader.call('DELETE', `/api/me/sessions/${body.items.find(({ isThis }) => !isThis)?.id}`)
  await streams[1]
  await show('me')
  await streams[0]
}, 60_000)

test('P5 the log goes out as CSV, with the same filter', async () => {
  const headers = owner.headers
  const response = await fetch(owner.urlOf('/api/audit.csv?action=member-remove'), { headers })
  expect(response.headers.get('content-disposition')).toContain('audit.csv')
  const lines = (await response.text()).trim().split('\r\n')
  expect(lines[0]).toBe('time,who,through,action,what,name,details')
  expect(lines).toHaveLength(3)
  for (const line of lines.slice(1)) expect(line).toMatch(/^"[^"]+Z","owner <owner@example.com>","web","member-remove","usr_/)
})

test('usage counts members, conversations, links, bytes, and questions by day', async () => {
  const { body: before } = await owner.call<Usage>('GET', '/api/tenant/usage')
  await shared(owner)
  const { body: after } = await owner.call<Usage>('GET', '/api/tenant/usage')
  const total = ({ questions }: Usage) => questions.reduce((sum, { count }) => sum + count, 0)
  expect(after.conversations - before.conversations).toBe(1)
  expect(after.liveLinks - before.liveLinks).toBe(1)
  expect(total(after) - total(before)).toBe(1)
  expect(after.bytesKept).toBeGreaterThan(0)
  expect(after.questions.at(-1)?.day).toBe(now().toISOString().slice(0, 10))
})

test('what was deleted is erased when the retention is over, and not before', async () => {
  const kept = await owner.conversation([], 'Kept')
  const gone = await owner.conversation([], 'Deleted long ago')
  await owner.ask(gone.id, '/sql SELECT 4711 AS dues')
  expect((await owner.call('PATCH', '/api/tenant', { retentionDays: 7 })).body).toMatchObject({ retentionDays: 7 })
  expect((await owner.call('DELETE', `/api/conversations/${gone.id}`)).status).toBe(200)
  const eraseIn = async (days: number) =>
    eraseDeleted(server.app.database, await server.app.tenancy.tenants.retentions(), new Date(now().getTime() + days * dayMs))
  expect(await eraseIn(6.9)).toBe(0)
  expect(await eraseIn(7.1)).toBe(1)
  expect((await owner.call('POST', `/api/conversations/${gone.id}/restore`)).status).toBe(404)
  expect((await owner.call('GET', `/api/conversations/${kept.id}`)).status).toBe(200)
  const left = await server.app.database.beyondTenants().select().from(turnEvents).where(eq(turnEvents.conversationId, gone.id))
  expect(left).toEqual([])
})
