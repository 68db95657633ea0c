import { afterAll, beforeAll, expect, test } from 'vitest'
import { type MailServer, startMailServer } from '../../test/mail-server.ts'
import { Person } from '../../test/person.ts'
import { startServer, type TestServer } from '../../test/server.ts'

let mails: MailServer
let server: TestServer
let owner: Person
beforeAll(async () => {
  mails = await startMailServer()
  server = await startServer({ SMTP_URL: mails.url, QRY_ORIGIN: 'http://qry.example.com' })
  owner = await Person.owner(serverUrl())
})
afterAll(async () => {
  await server.close()
  await mails.close()
})

const serverUrl = () => server.address

const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(serverUrl() + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return { status: response.status, cookie: (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '' }
}

test('a letter sets a new password once, ends all sessions, and leads to our own origin whatever the Host header says', async () => {
  const asked = await post('/api/password-reset', { email: 'Owner@example.com' }, { 'x-forwarded-host': 'evil.example' })
  expect(asked.status).toBe(200)
  const { text, subject } = await mails.next('owner@example.com')
  expect(subject).toBe('A new password for QRY')
  const token = /http:\/\/qry\.example\.com\/reset#(\S+)/.exec(text)?.[1]
  const password = 'another horse entirely'
  expect((await post('/api/password-reset/finish', { token, password })).status).toBe(200)
  expect((await owner.call('GET', '/api/me')).status).toBe(401)
  expect((await post('/api/session', { email: 'owner@example.com', password })).status).toBe(200)
  expect((await post('/api/session', { email: 'owner@example.com', password: 'correct horse battery' })).status).toBe(401)
  expect((await post('/api/password-reset/finish', { token, password: 'a third password' })).status).toBe(404)
})

test('an unknown address is answered alike and gets no letter; asking is slowed', async () => {
  expect((await post('/api/password-reset', { email: 'nobody@example.com' })).status).toBe(200)
  for (let round = 0; round < 3; round++) await post('/api/password-reset', { email: 'victim@example.com' })
  expect((await post('/api/password-reset', { email: 'victim@example.com' })).status).toBe(429)
  expect(mails.letters).toEqual([])
})

test('an invitation is mailed, and joins who opens it', async () => {
  const { cookie } = await post('/api/session', { email: 'owner@example.com', password: 'another horse entirely' })
  const invited = await post('/api/invitations', { email: 'new@example.com', role: 'analyst' }, { cookie })
  expect(invited.status).toBe(201)
  const { text } = await mails.next('new@example.com')
  const token = /http:\/\/qry\.example\.com\/invitation#(\S+)/.exec(text)?.[1]
  const accept = { token, name: 'Newcomer', password: 'correct horse battery' }
  const joined = await post('/api/invitation/accept', accept)
  expect(joined.status).toBe(200)
  expect((await post('/api/invitation/accept', accept)).status).toBe(404)
  const me = await fetch(`${serverUrl()}/api/me`, { headers: { cookie: joined.cookie } })
  expect(await me.json()).toMatchObject({ user: { email: 'new@example.com', name: 'Newcomer' }, role: 'analyst' })
})
