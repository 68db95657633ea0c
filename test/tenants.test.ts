import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AuditEvent } from '../contract/audit.ts'
import { type BuiltInRole, Permission } from '../contract/permission.ts'
import type { Role } from '../contract/role.ts'
import type { Tenant } from '../contract/tenant.ts'
import { apiKeys, sessions } from '../server/tenancy/tables.ts'
import { Person } from './person.ts'
import { startServer, type TestServer } from './server.ts'

let server: TestServer
const people = new Map<string, Person>()
const keys = new Map<string, string>()
const password = 'correct horse battery'
// NOTE: equal bytes have equal digests, so each tenant has numbers of its own.
const orders = (tenant: string) => ({ name: 'orders.csv', text: `region,amount\nNorth,${tenant.length}\nSouth,50\n` })

beforeAll(async () => {
  server = await startServer({ QRY_DOMAIN: 'qry.test' })
  for (const tenant of ['harbour', 'ridge'])
    for (const role of ['owner', 'admin', 'analyst', 'viewer'] as const) {
      const email = `${role}@${tenant}.example`
      await server.app.tenancy.createUser({ email, password, role, tenant })
      const key = await server.app.tenancy.createKey({ email, name: 'test' })
      keys.set(`${tenant} ${role}`, key)
      people.set(`${tenant} ${role}`, Person.withKey(server.url, key))
    }
})
afterAll(() => server.close())

const person = (tenant: string, role: BuiltInRole): Person => {
  const found = people.get(`${tenant} ${role}`)
  if (!found) throw new Error('nobody')
  return found
}

/** What a path answers under a host name of its own; the name needs no DNS. */
const at = (host: string, path: string, options: { method?: string; headers?: Record<string, string>; body?: unknown } = {}) =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    const { port } = new URL(server.address)
    const headers = { host, 'content-type': 'application/json', ...options.headers }
    const sent = request({ host: '127.0.0.1', port, path, method: options.method ?? 'GET', headers }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }))
    })
    sent.on('error', reject)
    sent.end(options.body === undefined ? undefined : JSON.stringify(options.body))
  })

async function shared(tenant: string): Promise<{ token: string; url: string; conversationId: string }> {
  const owner = person(tenant, 'owner')
  const conversation = await owner.conversation([(await owner.upload(orders(tenant))).body.id])
  await owner.ask(conversation.id, 'total amount by region')
  const { body } = await owner.share(conversation.id, 'public')
  if (body.visibility !== 'public') throw new Error(JSON.stringify(body))
  return { token: body.token, url: body.url, conversationId: conversation.id }
}

test('S27 a link is on its tenant’s own origin, and 404 on another’s, the same bytes as one that never was', async () => {
  const { token, url } = await shared('harbour')
  expect(new URL(url).hostname).toBe('harbour.qry.test')
  expect((await at('harbour.qry.test', `/shared/${token}`)).status).toBe(200)
  const elsewhere = await at('ridge.qry.test', `/shared/${token}`)
  const never = await at('ridge.qry.test', `/shared/${'x'.repeat(token.length)}`)
  expect([elsewhere.status, elsewhere.body]).toEqual([404, never.body])
  expect((await at('nobody.qry.test', `/shared/${token}`)).status).toBe(404)
  expect((await at('qry.test', `/shared/${token}`)).status).toBe(200)
})

test('signing in on a tenant’s host signs into that tenant; a key or a person of another is a stranger there', async () => {
  const sign = (host: string) => at(host, '/api/session', { method: 'POST', body: { email: 'owner@harbour.example', password } })
  expect(JSON.parse((await sign('harbour.qry.test')).body)).toMatchObject({ tenant: { name: 'harbour' } })
  expect((await sign('ridge.qry.test')).status).toBe(401)
  const headers = { authorization: `Bearer ${keys.get('harbour owner')}` }
  expect((await at('harbour.qry.test', '/api/me', { headers })).status).toBe(200)
  expect((await at('ridge.qry.test', '/api/me', { headers })).status).toBe(401)
  expect((await at('qry.test', '/api/me', { headers })).status).toBe(200)
})

test('S24 P5 the switch says how many links it closes, closes them at the next request, forbids new ones, and opens them again', async () => {
  const admin = person('ridge', 'admin')
  const { token, conversationId } = await shared('ridge')
  expect((await admin.call<Tenant>('GET', '/api/tenant')).body).toMatchObject({ sharingEnabled: true, liveLinks: 1 })
  expect((await at('ridge.qry.test', `/shared/${token}`)).status).toBe(200)
  expect((await admin.call('PATCH', '/api/tenant', { sharingEnabled: false })).status).toBe(200)
  expect((await at('ridge.qry.test', `/shared/${token}`)).status).toBe(404)
  expect((await person('ridge', 'owner').share(conversationId, 'public')).status).toBe(403)
  expect((await admin.call('PATCH', '/api/tenant', { sharingEnabled: true })).status).toBe(200)
  expect((await at('ridge.qry.test', `/shared/${token}`)).status).toBe(200)
  const { body } = await admin.call<{ items: AuditEvent[] }>('GET', '/api/audit?action=shar')
  expect(body.items.map((event) => event.action)).toEqual(['sharing-on', 'sharing-off', 'share-create'])
  expect(body.items[0]).toMatchObject({ who: 'admin <admin@ridge.example>', via: 'api' })
})

test('two tenants: nothing of one is found, changed or listed by the other’s owner', async () => {
  const { conversationId } = await shared('harbour')
  const stranger = person('ridge', 'owner')
  const { body: read } = await person('harbour', 'owner').call<{ turns: { tables: { digest: string }[] }[] }>(
    'GET',
    `/api/conversations/${conversationId}`,
  )
  const own = await person('harbour', 'owner').call<{ items: { id: string }[] }>('GET', '/api/members')
  const memberId = own.body.items[1]?.id
  const group = await person('harbour', 'owner').call<{ id: string }>('POST', '/api/groups', {
    name: 'Crew',
    members: [memberId],
  })
  const attempts: [string, string, unknown?][] = [
    ['GET', `/api/conversations/${conversationId}`],
    ['PATCH', `/api/conversations/${conversationId}`, { title: 'Taken' }],
    ['DELETE', `/api/conversations/${conversationId}`],
    ['GET', `/api/conversations/${conversationId}/share`],
    ['PUT', `/api/conversations/${conversationId}/share`, { visibility: 'private' }],
    ['GET', `/api/conversations/${conversationId}/visibility`],
    ['GET', `/api/results/${read.turns[0]?.tables[0]?.digest}`],
    ['PATCH', `/api/members/${memberId}`, { role: 'viewer' }],
    ['POST', `/api/members/${memberId}/remove`, { links: 'live' }],
    ['PATCH', `/api/groups/${group.body.id}`, { name: 'Taken' }],
    ['DELETE', `/api/groups/${group.body.id}`],
  ]
  const answers = await Promise.all(
    attempts.map(async ([method, path, body]) => `${method} ${path} ${(await stranger.call(method, path, body)).status}`),
  )
  expect(answers).toEqual(attempts.map(([method, path]) => `${method} ${path} 404`))
})

const adminRoutes: [string, string, Permission, unknown?][] = [
  ['GET', '/api/members', 'members:manage'],
  ['GET', '/api/invitations', 'members:manage'],
  ['GET', '/api/roles', 'members:manage'],
  ['GET', '/api/groups', 'members:manage'],
  ['GET', '/api/tenant', 'tenant:manage'],
  ['PATCH', '/api/tenant', 'tenant:manage', {}],
  ['GET', '/api/tenant/usage', 'tenant:manage'],
  ['GET', '/api/identity-providers', 'tenant:manage'],
  ['GET', '/api/audit', 'audit:read'],
  ['POST', '/api/conversations', 'conversations:create', {}],
]

test('each role may what its permissions say, and a role that the tenant made likewise', async () => {
  const owner = person('ridge', 'owner')
  const { body } = await owner.call<{ items: Role[] }>('GET', '/api/roles')
  for (const { name, permissions } of body.items)
    for (const [method, path, permission, sent] of adminRoutes) {
      const { status } = await person('ridge', name as BuiltInRole).call(method, path, sent)
      expect(`${name} ${method} ${path} ${status < 300}`).toBe(`${name} ${method} ${path} ${permissions.includes(permission)}`)
    }
  await owner.call('POST', '/api/roles', { name: 'auditor', permissions: ['audit:read'] })
  const { body: listed } = await owner.call<{ items: { id: string; role: string }[] }>('GET', '/api/members')
  const viewerId = listed.items.find((member) => member.role === 'viewer')?.id
  expect((await owner.call('PATCH', `/api/members/${viewerId}`, { role: 'auditor' })).status).toBe(200)
  expect((await person('ridge', 'viewer').call('GET', '/api/audit')).status).toBe(200)
  expect((await person('ridge', 'viewer').call('GET', '/api/members')).status).toBe(403)
})

test('nobody gives what they do not have, and the last owner stays', async () => {
  const admin = person('ridge', 'admin')
  const { body } = await admin.call<{ items: { id: string; role: string }[] }>('GET', '/api/members')
  const idOf = (role: string) => body.items.find((member) => member.role === role)?.id
  expect((await admin.call('PATCH', `/api/members/${idOf('admin')}`, { role: 'owner' })).status).toBe(403)
  expect((await admin.call('POST', `/api/members/${idOf('owner')}/remove`, { links: 'live' })).status).toBe(403)
  expect((await admin.call('POST', '/api/roles', { name: 'king', permissions: Permission.options })).status).toBe(403)
  expect((await admin.call('POST', '/api/invitations', { email: 'x@ridge.example', role: 'owner' })).status).toBe(403)
  const last = await person('ridge', 'owner').call('PATCH', `/api/members/${idOf('owner')}`, { role: 'viewer' })
  expect(last.status).toBe(409)
})

test('cookies and keys are at rest as hashes only', async () => {
  await at('harbour.qry.test', '/api/session', { method: 'POST', body: { email: 'owner@harbour.example', password } })
  const reader = server.app.database.beyondTenants()
  const rows = JSON.stringify([await reader.select().from(sessions), await reader.select().from(apiKeys)])
  for (const key of keys.values()) expect(rows).not.toContain(key)
  expect(rows).toMatch(/"tokenHash":"[0-9a-f]{64}"/)
  expect(rows).toMatch(/"keyHash":"[0-9a-f]{64}"/)
})

test('one address that tries many accounts is slowed, however many it has', async () => {
  const statuses: number[] = []
  for (let account = 0; account < 25; account++) {
    const body = { email: `account${account}@stuffed.example`, password: 'from a stolen list' }
    statuses.push((await at('qry.test', '/api/session', { method: 'POST', body })).status)
  }
  expect(statuses[0]).toBe(401)
  expect(statuses.at(-1)).toBe(429)
})

test('S11 deleting the tenant closes its links for good and lets nobody in', async () => {
  const { token } = await shared('harbour')
  const owner = person('harbour', 'owner')
  expect((await person('harbour', 'admin').call('POST', '/api/tenant/delete', { name: 'harbour' })).status).toBe(403)
  expect((await owner.call('POST', '/api/tenant/delete', { name: 'another' })).status).toBe(409)
  expect((await owner.call('POST', '/api/tenant/delete', { name: 'harbour' })).status).toBe(200)
  expect((await at('qry.test', `/shared/${token}`)).status).toBe(404)
  expect((await owner.call('GET', '/api/me')).status).toBe(401)
})
