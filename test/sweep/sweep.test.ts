import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BuiltInRole, type Permission } from '../../contract/permission.ts'
import type { ReadRouteKind } from '../../server/http/public/route.ts'
import { permissionsOf } from '../../server/tenancy/permissions.ts'
import { type IdentityProviderServer, startIdentityProvider } from '../identity-provider.ts'
import { Person } from '../person.ts'
import { startServer, type TestServer } from '../server.ts'
import { type Belongings, makeBelongings } from './belongings.ts'
import { type Row, rows } from './rows.ts'

const password = 'correct horse battery'
const roles = [...BuiltInRole.options, 'finance-lead'] as const
const financeLead: readonly Permission[] = ['conversations:share', 'audit:read', 'sources:manage']
type Way = 'session' | 'API key'

let server: TestServer
let provider: IdentityProviderServer
let folder: string
let theirs: Belongings
/** People of the tenant ridge by role and way in. */
const people = new Map<string, Person>()

async function signIn(email: string): Promise<Person> {
  const response = await fetch(`${server.url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  })
  if (!response.ok) throw new Error(await response.text())
  return Person.withCookie(server.url, response.headers.get('set-cookie') ?? '')
}

async function comeIn(email: string, role: string, tenant: string): Promise<Record<Way, Person>> {
  await server.app.tenancy.createUser({ email, password, role, tenant })
  const key = await server.app.tenancy.createKey({ email, name: 'sweep' })
  return { session: await signIn(email), 'API key': Person.withKey(server.url, key) }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qry-sweep-'))
  provider = await startIdentityProvider()
  server = await startServer({ QRY_DOMAIN: 'qry.test' })
  const harbour = await comeIn('owner@harbour.example', 'owner', 'harbour')
  await server.app.tenancy.createUser({ email: 'crew@harbour.example', password, role: 'analyst', tenant: 'harbour' })
  theirs = await makeBelongings(harbour['API key'], harbour.session, { provider, path: join(folder, 'boats.sqlite') })
  for (const role of roles) {
    const ways = await comeIn(`${role}@ridge.example`, role, 'ridge')
    if (role === 'owner') await ways['API key'].call('POST', '/api/roles', { name: 'finance-lead', permissions: financeLead })
    for (const way of ['session', 'API key'] as const) people.set(`${role} ${way}`, ways[way])
  }
}, 180_000)
afterAll(async () => {
  await server.close()
  await provider.close()
  await rm(folder, { recursive: true, force: true })
})

const person = (role: string, way: Way): Person => {
  const found = people.get(`${role} ${way}`)
  if (!found) throw new Error(`nobody: ${role} ${way}`)
  return found
}

const routes = () => server.app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`)

const rowOf = (route: string): Row => rows[route] ?? {}

/** What a route answers to somebody: status and text, the parts of its path filled with the other tenant's things. */
async function tryRoute(route: string, headers: Record<string, string>): Promise<{ status: number; text: string }> {
  const [method = '', pattern = ''] = route.split(' ')
  const { of, body } = rowOf(route)
  const parts = of?.(theirs) ?? {}
  const path = pattern.replace(/:(\w+)(\{.*\})?/g, (_, name: string) => parts[name] ?? 'nothing')
  const response = await fetch(server.url + path, {
    method,
    redirect: 'manual',
    headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body(theirs)) } : {}),
  })
  return { status: response.status, text: await response.text() }
}

test('every route of the router has a row, and every row a route', () => {
  expect(new Set(Object.keys(rows))).toEqual(new Set(routes()))
})

test('nothing but the open routes answers without a session or a key', async () => {
  const closed = routes().filter((route) => !rowOf(route).isOpen)
  const answers = await Promise.all(closed.map(async (route) => `${route} ${(await tryRoute(route, {})).status}`))
  expect(answers).toEqual(closed.map((route) => `${route} 401`))
})

for (const way of ['session', 'API key'] as const)
  test(`two tenants, by ${way}: things of one are 404 to the other's owner, and stand in no answer`, async () => {
    const owner = person('owner', way)
    const marks = [...Object.values(theirs), '4711', 'Harbour', 'harbour.example'].filter((mark) => mark !== theirs.role)
    const seen: string[] = []
    for (const route of routes()) {
      const { isOpen, isApart, of } = rowOf(route)
      if (isOpen || isApart) continue
      const { status, text } = await tryRoute(route, owner.headers)
      if (of && status !== 404) seen.push(`${route} ${status} ${text}`)
      if (status === 500) seen.push(`${route} ${status} ${text}`)
      for (const mark of marks) if (text.includes(mark)) seen.push(`${route} says ${mark}`)
    }
    expect(seen).toEqual([])
    expect((await fetch(`${server.url}/shared/${theirs.token}`)).status).toBe(200)
  })

for (const way of ['session', 'API key'] as const)
  test(`roles, by ${way}: each is refused exactly what its permissions leave out`, async () => {
    const wrong: string[] = []
    for (const role of roles) {
      const permissions = permissionsOf(role, financeLead)
      for (const route of routes()) {
        const { needs, isApart } = rowOf(route)
        if (!needs || (isApart && permissions.has(needs))) continue
        const { status } = await tryRoute(route, person(role, way).headers)
        if ((status === 403) === permissions.has(needs)) wrong.push(`${role} ${route} ${status}`)
      }
    }
    expect(wrong).toEqual([])
  })

test('ids and digests of another tenant in what is sent are not found either', async () => {
  const owner = person('owner', 'API key')
  const { id } = await owner.conversation()
  const own = await owner.ask(id, '/sql SELECT 1 AS one')
  const { body: members } = await owner.call<{ items: { id: string; role: string }[] }>('GET', '/api/members')
  const viewerId = members.items.find(({ role }) => role === 'viewer')?.id ?? ''
  const at = `/api/conversations/${id}`
  const later = (subject: object) => ({
    name: 'Crew',
    subject,
    time: { kind: 'cron', pattern: '0 9 1 1 *', zone: 'UTC' },
    delivery: { email: false, telegram: false },
  })
  const attempts: [string, string, unknown][] = [
    ['POST', '/api/conversations', { uploadIds: [theirs.uploadId] }],
    ['POST', '/api/conversations', { sourceId: theirs.sourceId }],
    ['PATCH', at, { sourceId: theirs.sourceId }],
    ['PUT', `${at}/visibility`, { to: 'named', named: [{ id: theirs.memberId, level: 'view' }] }],
    ['PUT', `${at}/visibility`, { to: 'named', named: [{ id: theirs.groupId, level: 'view' }] }],
    ['POST', `${at}/rewind`, { checkpointId: theirs.checkpointId }],
    ['POST', `${at}/turns`, { question: '/sql SELECT 1', uploadIds: [theirs.uploadId] }],
    ['POST', `${at}/turns`, { question: '/sql SELECT 1', replacesTurnId: theirs.turnId }],
    ['POST', `${at}/turns/${theirs.turnId}/retry`, {}],
    ['POST', '/api/dashboards/import', { conversationId: theirs.conversationId }],
    ['POST', '/api/dashboards', { name: 'Crew', tiles: [{ title: 'Taken', resultDigest: theirs.digest }] }],
    ['POST', '/api/dashboards', { name: 'Crew', tiles: [{ title: 'Taken', sourceId: theirs.sourceId, sql: 'SELECT 1' }] }],
    ['POST', '/api/schedules', later({ kind: 'question', conversationId: theirs.conversationId, question: 'Taken' })],
    ['POST', '/api/schedules', later({ kind: 'dashboard', dashboardId: theirs.dashboardId })],
    ['POST', '/api/dashboards/import', { conversationId: id, dashboardId: theirs.dashboardId }],
    ['PATCH', `/api/members/${viewerId}`, { role: theirs.role }],
    ['POST', `/api/members/${viewerId}/remove`, { to: theirs.memberId, links: 'live' }],
    ['POST', '/api/groups', { name: 'Crew', members: [theirs.memberId] }],
    ['POST', '/api/sources/test', { kind: 'sqlite', config: {}, sourceId: theirs.sourceId }],
  ]
  const answers: string[] = []
  for (const [method, path, body] of attempts) answers.push(`${method} ${path} ${(await owner.call(method, path, body)).status}`)
  expect(answers).toEqual(attempts.map(([method, path]) => `${method} ${path} 404`))
  expect((await owner.call('POST', '/api/shares/revoke', { ids: [theirs.shareId] })).body).toEqual({ revoked: 0 })
  expect((await owner.call('GET', `/api/results/${own.tables[0]?.digest}`)).status).toBe(200)
})

/** A path for each kind of public route. */
const publicPaths: Readonly<Record<ReadRouteKind, string>> = {
  page: '',
  'json-twin': '.json',
  'markdown-twin': '.md',
  snapshot: '/snapshot.json',
  offline: '/offline.html',
  columns: '/tables/t1.columns',
  rows: '/tables/t1.json',
  csv: '/tables/t1.csv',
  parquet: '/tables/t1.parquet',
  picture: '/charts/c1.svg',
  'narrow-picture': '/charts/c1-narrow.svg',
  figure: '/figures/f1',
  file: '/files/orders.csv',
  card: '/card.png',
}

/** What a path answers under a host name of its own; the name needs no DNS. */
const at = (host: string, path: string) =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    const { port } = new URL(server.address)
    const sent = request({ host: '127.0.0.1', port, path, headers: { host } }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }))
    })
    sent.on('error', reject)
    sent.end()
  })

test("S27 every public route: on the other tenant's host the one 404, the same bytes as of a link that never was", async () => {
  const kinds = Object.keys(publicPaths) as ReadRouteKind[]
  const never = await at('ridge.qry.test', `/shared/${'x'.repeat(theirs.token.length)}`)
  expect(never.status).toBe(404)
  for (const kind of kinds) {
    const path = `/shared/${theirs.token}${publicPaths[kind]}`
    // NOTE: this page has no figure; what is not in a snapshot is 404 at home, too.
    expect(`${kind} ${(await at('harbour.qry.test', path)).status}`).toBe(`${kind} ${kind === 'figure' ? 404 : 200}`)
    expect(await at('ridge.qry.test', path)).toEqual(never)
    expect((await at('ridge.qry.test', path.replace('/shared/', '/dashboards/shared/'))).status).toBe(404)
  }
})
