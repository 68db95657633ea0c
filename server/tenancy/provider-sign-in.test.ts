import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { IdentityProvider } from '../../contract/identity-provider.ts'
import { type IdentityProviderServer, startIdentityProvider } from '../../test/identity-provider.ts'
import { Person } from '../../test/person.ts'
import { startServer, type TestServer } from '../../test/server.ts'
import { identityProviders } from './tables.ts'

let server: TestServer
let issuer: IdentityProviderServer
let owner: Person
let provider: IdentityProvider

const settings = () => ({
  name: 'Harbour login',
  issuer: issuer.issuer,
  clientId: issuer.clientId,
  clientSecret: issuer.clientSecret,
  newRole: 'analyst',
  emailDomains: ['example.com'],
})

beforeAll(async () => {
  server = await startServer({ LOG_LEVEL: 'silent' })
  issuer = await startIdentityProvider()
  owner = await Person.owner(server.url)
  const made = await owner.call<IdentityProvider>('POST', '/api/identity-providers', settings())
  expect(made.status).toBe(201)
  provider = made.body
})
afterAll(async () => {
  await issuer.close()
  await server.close()
})
beforeEach(() => {
  issuer.fault = undefined
})

const cookieOf = (response: Response) => (response.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
const visit = (url: string, cookie = '') => fetch(url, { redirect: 'manual', headers: cookie ? { cookie } : {} })

/** Away to the provider and back, as a browser walks; answers where it is sent at last, and the session it was given. */
async function walk(person: Record<string, unknown>): Promise<{ to: string; session: string; back: string; state: string }> {
  issuer.person = person
  const away = await visit(`${server.url}/api/sign-in/through/${provider.id}`)
  const state = cookieOf(away)
  const back = (await visit(away.headers.get('location') ?? '')).headers.get('location') ?? ''
  const arrived = await visit(back, state)
  const session = /qry_session=[^;]+/.exec(arrived.headers.get('set-cookie') ?? '')?.[0] ?? ''
  return { to: arrived.headers.get('location') ?? '', session, back, state }
}

const me = async (session: string) => {
  const response = await fetch(`${server.url}/api/me`, { headers: { cookie: session } })
  return response.status === 200
    ? ((await response.json()) as { user: { id: string; email: string }; role: string })
    : response.status
}

test('who is new comes in with the role for new people, and is the same person the next time, whatever the address', async () => {
  const first = await walk({ sub: 'p1', email: 'Nia@Example.com', email_verified: true, name: 'Nia' })
  expect(first.to).toBe('/')
  expect(await me(first.session)).toMatchObject({ user: { email: 'nia@example.com', name: 'Nia' }, role: 'analyst' })
  const again = await walk({ sub: 'p1', email: 'renamed@example.com', email_verified: true })
  expect(await me(again.session)).toMatchObject({ user: { email: 'nia@example.com' } })
})

test('a member is found by a verified address, keeps the role, and is not found by an unverified one', async () => {
  expect((await walk({ sub: 'p2', email: 'owner@example.com' })).to).toBe('/?refused=no-verified-email')
  expect((await walk({ sub: 'p2', email: 'owner@example.com', email_verified: false })).to).toBe('/?refused=no-verified-email')
  const walked = await walk({ sub: 'p2', email: 'owner@example.com', email_verified: true })
  expect(await me(walked.session)).toMatchObject({ user: { email: 'owner@example.com' }, role: 'owner' })
})

test('another domain is turned away until it is invited, and an account of another tenant is never taken over', async () => {
  const guest = { sub: 'p3', email: 'guest@elsewhere.example', email_verified: true }
  expect((await walk(guest)).to).toBe('/?refused=not-invited')
  await owner.call('POST', '/api/invitations', { email: 'guest@elsewhere.example', role: 'viewer' })
  expect(await me((await walk(guest)).session)).toMatchObject({ role: 'viewer' })
  const email = 'neighbour@example.com'
  await server.app.tenancy.createUser({ email, password: 'correct horse battery', role: 'owner', tenant: 'Neighbour' })
  expect((await walk({ sub: 'p4', email, email_verified: true })).to).toBe('/?refused=has-account')
})

test('who was taken out does not come back through the provider', async () => {
  const { session } = await walk({ sub: 'p5', email: 'leaver@example.com', email_verified: true })
  const found = (await me(session)) as { user: { id: string } }
  expect((await owner.call('POST', `/api/members/${found.user.id}/remove`, { links: 'revoked' })).status).toBe(200)
  expect(await me(session)).toBe(401)
  expect((await walk({ sub: 'p5', email: 'leaver@example.com', email_verified: true })).to).toBe('/?refused=not-invited')
})

for (const fault of ['nonce', 'audience', 'signature', 'issuer', 'expired'] as const)
  test(`a token with a wrong ${fault} opens nothing`, async () => {
    issuer.fault = fault
    const { to, session } = await walk({ sub: 'p1', email: 'nia@example.com', email_verified: true })
    expect([to, session]).toEqual(['/?refused=failed', ''])
  })

test('a return is used once, in the browser that left', async () => {
  const { back, state } = await walk({ sub: 'p1', email: 'nia@example.com', email_verified: true })
  expect((await visit(back, state)).headers.get('location')).toBe('/?refused=failed')
  const away = await visit(`${server.url}/api/sign-in/through/${provider.id}`)
  const other = (await visit(away.headers.get('location') ?? '')).headers.get('location') ?? ''
  expect((await visit(other)).headers.get('location')).toBe('/?refused=failed')
  expect((await visit(other, 'qry_sign_in=another')).headers.get('location')).toBe('/?refused=failed')
})

test('the client secret is sealed and never comes back; an issuer that is none is refused', async () => {
  const [row] = await server.app.database.beyondTenants().select().from(identityProviders)
  expect(JSON.stringify(row)).not.toContain(issuer.clientSecret)
  const listed = await owner.call('GET', '/api/identity-providers')
  expect(JSON.stringify(listed.body)).not.toContain(issuer.clientSecret)
  expect(listed.body).toMatchObject({ redirectUri: `${server.url}/api/sign-in/return` })
  const wrong = await owner.call('POST', '/api/identity-providers', { ...settings(), issuer: `${issuer.issuer}/nothing` })
  expect(wrong.status).toBe(503)
  const plain = await owner.call('POST', '/api/identity-providers', { ...settings(), issuer: 'http://issuer.example' })
  expect(plain.status).toBe(400)
})
