import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AuditEvent } from '../contract/audit.ts'
import type { Me, OwnTenant } from '../contract/person.ts'
import { Person } from './person.ts'
import { startServer, type TestServer } from './server.ts'

const password = 'correct horse battery'
let server: TestServer

async function signIn(email: string, typed = password): Promise<{ status: number; person: Person }> {
  const response = await fetch(`${server.url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: typed }),
  })
  return { status: response.status, person: Person.withCookie(server.url, response.headers.get('set-cookie') ?? '') }
}
const tenantsOf = async (person: Person) => (await person.call<{ items: OwnTenant[] }>('GET', '/api/me/tenants')).body.items

beforeAll(async () => {
  server = await startServer()
  const { tenancy } = server.app
  await tenancy.createUser({ email: 'mara@harbour.example', password, role: 'owner', tenant: 'Harbour' })
  await tenancy.createUser({ email: 'ole@ridge.example', password, role: 'owner', tenant: 'Ridge' })
})
afterAll(() => server.close())

test('a person of two tenants goes from one to the other, and only there', async () => {
  const ole = (await signIn('ole@ridge.example')).person
  const { body: invited } = await ole.call<{ url: string }>('POST', '/api/invitations', {
    email: 'mara@harbour.example',
    role: 'analyst',
  })
  const token = new URL(invited.url).hash.slice(1)
  const accepted = await fetch(`${server.url}/api/invitation/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, password }),
  })
  expect(accepted.status).toBe(200)

  const { person: mara } = await signIn('mara@harbour.example')
  const own = await tenantsOf(mara)
  expect(own.map(({ name, role, isCurrent, origin }) => [name, role, isCurrent, origin])).toEqual([
    ['Harbour', 'owner', true, null],
    ['Ridge', 'analyst', false, null],
  ])
  const ridge = own[1]?.id ?? ''
  const response = await fetch(`${server.url}/api/me/tenants/${ridge}`, { method: 'POST', headers: mara.headers })
  expect(((await response.json()) as Me).tenant.name).toBe('Ridge')
  const there = Person.withCookie(server.url, response.headers.get('set-cookie') ?? '')
  expect((await there.call<Me>('GET', '/api/me')).body).toMatchObject({ tenant: { name: 'Ridge' }, role: 'analyst' })
  expect((await mara.call('GET', '/api/me')).status).toBe(401)
  expect((await ole.call('POST', `/api/me/tenants/${own[0]?.id}`)).status).toBe(404)
  expect((await tenantsOf(ole)).map(({ name }) => name)).toEqual(['Ridge'])
})

test('the audit log calls people by their names', async () => {
  const ole = (await signIn('ole@ridge.example')).person
  const { body } = await ole.call<{ items: AuditEvent[] }>('GET', '/api/audit')
  const signedIn = body.items.filter(({ action }) => action === 'sign-in').map(({ subjectName }) => subjectName)
  expect(new Set(signedIn)).toEqual(new Set(['mara', 'ole']))
})
