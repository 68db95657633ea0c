import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AuditEvent } from '../../contract/audit.ts'
import type { Conversation } from '../../contract/conversation.ts'
import type { ShareState } from '../../contract/share.ts'
import { telegramBots } from '../../server/telegram/tables.ts'
import { telegramTokens } from '../../server/tenancy/tables.ts'
import { Person } from '../person.ts'
import { startServer, type TestServer } from '../server.ts'
import { type Account, BotApiPeer, type Sent } from './bot-api-peer.ts'

const peer = new BotApiPeer()
const ada: Account = { id: 501, first_name: 'Ada' }
const stranger: Account = { id: 777, first_name: 'Somebody' }
const group = -9001
const origin = 'https://qry.example'
let apiRoot: string
let server: TestServer
let owner: Person

const csv = Buffer.from(
  'day,region,amount\n2026-01-05,North,120\n2026-01-19,South,80\n2026-02-03,North,60\n2026-02-11,East,45\n2026-03-08,South,30\n',
)

beforeAll(async () => {
  apiRoot = await peer.listen()
  server = await startServer({ TELEGRAM_API_ROOT: apiRoot, QRY_ORIGIN: origin })
  owner = await Person.owner(server.address)
  expect((await owner.call('PUT', '/api/telegram', { token: peer.token })).status).toBe(200)
})
afterAll(async () => {
  await server.close()
  await peer.close()
})

/** Does something and waits for as many answers in its chat. */
async function answers(act: () => Promise<unknown>, count: number): Promise<Sent[]> {
  const before = peer.sent.length
  await act()
  await peer.until(() => peer.sent.length >= before + count, `answer ${count}`)
  return peer.sent.slice(before, before + count)
}

/** The same, up to the picture of the table, which comes last. */
async function wholeAnswer(act: () => Promise<unknown>): Promise<Sent[]> {
  const before = peer.sent.length
  await act()
  await peer.until(() => peer.sent.slice(before).some(({ file }) => file?.name === 'table.png'), 'the table')
  return peer.sent.slice(before)
}

const tokenOf = async (person: Person): Promise<string> =>
  (await person.call<{ token: string }>('POST', '/api/me/telegram-tokens', {})).body.token

const shown = ({ method, text, file, buttons }: Sent): string => {
  const kind = method === 'sendMessage' ? '' : method === 'deleteMessage' ? '(deletes the message)' : `(${file?.name}) `
  const keys = [...buttons.keys()].map((button) => `\n    [${button}]`).join('')
  return `  bot: ${kind}${text.replaceAll('\n', '\n       ')}${keys}`
}

test('S25 P5 a whole story in Telegram is the conversation that the web shows, shared with the same link', async () => {
  const transcript: string[] = []
  const token = await tokenOf(owner)
  const say = async (text: string, count = 1): Promise<Sent[]> => {
    const sent = await answers(() => peer.write(ada, text), count)
    transcript.push(`Ada: ${text}`, ...sent.map(shown))
    return sent
  }
  const ask = async (text: string): Promise<void> => {
    transcript.push(`Ada: ${text}`, ...(await wholeAnswer(() => peer.write(ada, text))).map(shown))
  }
  await say('total amount by region')
  await say('/login qry_msg_wrong', 2)
  const [deleted] = await say(`/login ${token}`, 2)
  expect(deleted?.method).toBe('deleteMessage')
  await say('/help')
  await say('/whoami')
  await say('/sources')
  await say('/share')
  const sent = await wholeAnswer(() => peer.send(ada, 'orders.csv', csv, 'total amount by region'))
  transcript.push('Ada: (sends orders.csv) total amount by region', ...sent.map(shown))
  const photos = sent.filter(({ method }) => method === 'sendPhoto')
  expect(photos.map(({ file }) => file?.name)).toEqual(['chart.png', 'table.png'])
  for (const { file } of photos) expect(file?.bytes.subarray(1, 4).toString()).toBe('PNG')
  expect(sent.some(({ text }) => text.includes('|'))).toBe(false)

  const [conversation] = (await owner.call<{ items: Conversation[] }>('GET', '/api/conversations')).body.items
  const share = async () => (await owner.call<ShareState>('GET', `/api/conversations/${conversation?.id}/share`)).body
  const [first] = await say('/share')
  const state = await share()
  if (state.visibility !== 'public') throw new Error('not public')
  expect(first?.text.split('\n')[0]).toBe(state.url)
  await ask('only North')
  const [second] = await say('/share')
  expect(second?.text.split('\n')[0]).toBe(state.url)
  const moved = await share()
  if (moved.visibility !== 'public') throw new Error('not public')
  expect([moved.version, moved.newerTurns]).toEqual([2, 0])
  expect(moved.sharePointTurnId).not.toBe(state.sharePointTurnId)
  expect((await fetch(`${server.address}${new URL(state.url).pathname}`)).status).toBe(200)
  await say('/unshare')
  expect((await fetch(`${server.address}${new URL(state.url).pathname}`)).status).toBe(404)
  await say('/list')
  await say('/new')
  await say('/open 2')
  await ask('/sql select * from orders')
  await say('/model')
  await say('/frobnicate')
  const web = (await owner.call<Conversation>('GET', `/api/conversations/${conversation?.id}`)).body
  expect(web.turns.map((turn) => [turn.question, turn.status])).toEqual([
    ['total amount by region', 'answered'],
    ['only North', 'answered'],
    ['/sql select * from orders', 'answered'],
  ])
  const { body } = await owner.call<{ items: AuditEvent[] }>('GET', '/api/audit?action=share')
  expect(body.items.map(({ action, via }) => `${action} ${via}`)).toEqual([
    'share-revoke telegram',
    'share-update telegram',
    'share-create telegram',
  ])
  await say('/logout')
  await say('only South')

  const told = `${transcript.join('\n')}\n`
    .replaceAll(token, '<token>')
    .replaceAll(state.token, '<link>')
    .replace(/cnv_\w+/g, '<conversation>')
  const golden = new URL('story.txt', import.meta.url)
  if (process.env['UPDATE'] === '1') writeFileSync(golden, told)
  expect(told).toBe(readFileSync(golden, 'utf8'))
})

test('tokens are kept as hashes and sealed: neither table has one in it', async () => {
  const token = await tokenOf(owner)
  const rows = [
    ...(await server.app.database.beyondTenants().select().from(telegramBots)),
    ...(await server.app.database.beyondTenants().select().from(telegramTokens)),
  ]
  expect(rows.length).toBeGreaterThan(1)
  expect(JSON.stringify(rows)).not.toContain(token)
  expect(JSON.stringify(rows)).not.toContain(peer.token)
  expect(JSON.stringify((await owner.call('GET', '/api/telegram')).body)).not.toContain(peer.token.slice(7))
})

test('in a group the linked person is obeyed, and others get no answer', async () => {
  await answers(async () => peer.write(ada, `/login ${await tokenOf(owner)}`), 2)
  const before = peer.sent.length
  for (const text of ['/share', '/list', `@${peer.username} total amount by region`, '/help', 'hello'])
    await peer.write(stranger, text, group)
  await peer.write(ada, 'talk among people', group)
  const [list] = await answers(() => peer.write(ada, `/list@${peer.username}`, group), 1)
  expect(list?.text).toBe('I answer that in private only.')
  const [unlinked] = await answers(() => peer.write(ada, '/share', group), 1)
  expect(unlinked?.text).toContain('There is no conversation here yet')
  expect(peer.sent.slice(before).every(({ chatId, text }) => chatId === group && text !== '')).toBe(true)
  expect(peer.sent.length - before).toBe(2)
  const [deleted, refused] = await answers(() => peer.write(ada, '/login qry_msg_shown', group), 2)
  expect([deleted?.method, refused?.text]).toEqual([
    'deleteMessage',
    'Others may have read that token: revoke it in QRY. Write me /login in private only.',
  ])
})

test('a revoked token ends the talk at once', async () => {
  const bea: Account = { id: 502, first_name: 'Bea' }
  const made = (await owner.call<{ id: string; token: string }>('POST', '/api/me/telegram-tokens', { days: 1 })).body
  await answers(() => peer.write(bea, `/login ${made.token}`), 2)
  expect((await owner.call('DELETE', `/api/me/telegram-tokens/${made.id}`)).status).toBe(200)
  const [after] = await answers(() => peer.write(bea, '/list'), 1)
  expect(after?.text).toContain('I only speak to people of this QRY')
})

test('S2 roles hold in Telegram as over the API: a viewer neither asks nor shares', async () => {
  const vic: Account = { id: 503, first_name: 'Vic' }
  const { user, tenant } = (await owner.call<{ user: { id: string }; tenant: { id: string } }>('GET', '/api/me')).body
  expect(user.id && tenant.id).toBeTruthy()
  const [slug] = (await owner.call<{ slug: string }>('GET', '/api/tenant')).body.slug.split(' ')
  const email = 'viewer@example.com'
  await server.app.tenancy.createUser({
    email,
    password: 'correct horse battery',
    role: 'viewer',
    ...(slug ? { tenant: slug } : {}),
  })
  const signedIn = await fetch(`${server.address}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: 'correct horse battery' }),
  })
  const viewer = Person.withCookie(server.address, signedIn.headers.get('set-cookie') ?? '')
  expect((await viewer.call('PUT', '/api/telegram', { token: peer.token })).status).toBe(403)
  expect((await viewer.call('POST', '/api/telegram/test', {})).status).toBe(403)
  await answers(async () => peer.write(vic, `/login ${await tokenOf(viewer)}`), 2)
  const [asked] = await answers(() => peer.write(vic, 'total amount by region'), 1)
  expect(asked?.text).toContain('Your role here is viewer, which does not include conversations:create')
  const [sent] = await answers(() => peer.send(vic, 'orders.csv', csv), 1)
  expect(sent?.text).toContain('conversations:create')
  const [opened] = await answers(() => peer.write(vic, '/open 1'), 1)
  expect(opened?.text).toContain('Which one?')
})

test('a flood wait is waited out, and the answer comes', async () => {
  peer.refuse('sendMessage', 1)
  const [told] = await answers(() => peer.write(ada, '/whoami'), 1)
  expect(told?.text).toContain('owner@example.com')
  expect(peer.calls.filter((method) => method === 'sendMessage').length).toBeGreaterThan(1)
})

test('a wrong token of a bot is said before anything is kept', async () => {
  const { status, body } = await owner.call<{ error: { message: string } }>('PUT', '/api/telegram', {
    token: '999:nobody-knows-this-one',
  })
  expect([status, body.error.message]).toEqual([503, 'Telegram does not know this token. Ask BotFather for the present one.'])
  expect((await owner.call<{ username: string }>('POST', '/api/telegram/test', {})).body).toEqual({ username: peer.username })
})
