import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Conversation } from '../../contract/conversation.ts'
import { freePort } from '../free-port.ts'
import { Person } from '../person.ts'
import { startServer, type TestServer } from '../server.ts'
import { type Account, BotApiPeer, type Sent } from './bot-api-peer.ts'

const peer = new BotApiPeer()
const ada: Account = { id: 501, first_name: 'Ada' }
let folder: string
let server: TestServer
let owner: Person

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qry-webhook-'))
  const shop = new DatabaseSync(join(folder, 'shop.sqlite'))
  shop.exec("CREATE TABLE orders (id INTEGER PRIMARY KEY, region TEXT, amount REAL); INSERT INTO orders VALUES (1, 'North', 10)")
  for (let id = 2; id <= 60; id++) shop.exec(`INSERT INTO orders VALUES (${id}, 'South', ${id})`)
  shop.close()
  const port = await freePort()
  server = await startServer({
    TELEGRAM_API_ROOT: await peer.listen(),
    PORT: port,
    QRY_ORIGIN: `http://localhost:${port}`,
    QRY_SOURCE_FILES: folder,
  })
  owner = await Person.owner(server.address)
  expect((await owner.call('PUT', '/api/telegram', { token: peer.token, mode: 'webhook' })).status).toBe(200)
})
afterAll(async () => {
  await server.close()
  await peer.close()
  await rm(folder, { recursive: true, force: true })
})

async function answers(act: () => Promise<unknown>, count = 1): Promise<Sent[]> {
  const before = peer.sent.length
  await act()
  await peer.until(() => peer.sent.length >= before + count, `answer ${count}`)
  return peer.sent.slice(before)
}
const tokenOf = async (): Promise<string> =>
  (await owner.call<{ token: string }>('POST', '/api/me/telegram-tokens', {})).body.token

test('Telegram calls the server, and who calls without its secret is nobody', async () => {
  const { url = '', secret = '' } = peer.webhook ?? {}
  expect(url).toContain(server.address)
  expect(secret.length).toBeGreaterThan(20)
  const [, hello] = await answers(async () => peer.write(ada, `/login ${await tokenOf()}`), 2)
  expect(hello?.text).toContain('Ask a question')
  expect(peer.calls).not.toContain('getUpdates')

  const before = peer.sent.length
  const update = {
    update_id: 1,
    message: { message_id: 1, date: 0, chat: { id: 501, type: 'private' }, from: ada, text: '/whoami' },
  }
  const knock = (to: string, headers: Record<string, string>, method = 'POST') =>
    fetch(to, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(method === 'POST' ? { body: JSON.stringify(update) } : {}),
    })
  expect((await knock(url, {})).status).toBe(401)
  expect((await knock(url, { 'x-telegram-bot-api-secret-token': 'guessed' })).status).toBe(401)
  expect((await knock(`${url}x`, { 'x-telegram-bot-api-secret-token': secret })).status).toBe(404)
  await knock(url, { 'x-telegram-bot-api-secret-token': secret }, 'GET')
  expect(peer.sent.length).toBe(before)
})

test('a source is chosen and asked; a table too long for a picture comes as CSV', async () => {
  const config = { path: join(folder, 'shop.sqlite') }
  expect((await owner.call('POST', '/api/sources', { kind: 'sqlite', name: 'Shop', config })).status).toBe(201)
  const [listed] = await answers(() => peer.write(ada, '/sources'))
  expect(listed?.text).toContain('1. Shop <i>(sqlite)</i>')
  const [unknown] = await answers(() => peer.write(ada, '/use nothing'))
  expect(unknown?.text).toContain('Which source?')
  const [used] = await answers(() => peer.write(ada, '/use shop'))
  expect(used?.text).toBe('Questions go to <b>Shop</b> now.')
  const before = peer.sent.length
  await peer.write(ada, '/sql SELECT id, region, amount FROM orders ORDER BY id')
  await peer.until(() => peer.sent.slice(before).some(({ method }) => method === 'sendDocument'), 'the file')
  const sent = peer.sent.slice(before).find(({ method }) => method === 'sendDocument')
  expect(sent?.file?.name).toMatch(/\.csv$/)
  const lines = sent?.file?.bytes.toString().trim().split(/\r?\n/) ?? []
  expect([lines.length, lines[1]]).toEqual([61, '1,North,10.0'])
  const [conversation] = (await owner.call<{ items: Conversation[] }>('GET', '/api/conversations')).body.items
  expect(conversation?.sourceId).toMatch(/^src_/)
})

test('what runs is stopped from the chat', async () => {
  const slow = '/sql WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s) SELECT count(*) FROM s'
  const before = peer.sent.length
  await peer.write(ada, slow)
  const [conversation] = (await owner.call<{ items: Conversation[] }>('GET', '/api/conversations')).body.items
  const at = `/api/conversations/${conversation?.id}`
  await expect
    .poll(async () => (await owner.call<Conversation>('GET', at)).body.turns.at(-1)?.status, { timeout: 10_000 })
    .toBe('running')
  await peer.write(ada, '/stop')
  await peer.until(() => peer.sent.slice(before).some(({ text }) => text === 'Stopped.'), 'the stop')
  expect((await owner.call<Conversation>('GET', at)).body.turns.at(-1)?.status).toBe('cancelled')
})

test('a change to polling ends the webhook, and back', async () => {
  expect((await owner.call('PUT', '/api/telegram', { mode: 'polling' })).status).toBe(200)
  await peer.until(() => peer.webhook === undefined && peer.pollers === 1, 'the poll')
  const [polled] = await answers(() => peer.write(ada, '/whoami'))
  expect(polled?.text).toContain('owner@example.com')
  expect((await owner.call('PUT', '/api/telegram', { mode: 'webhook' })).status).toBe(200)
  await peer.until(() => peer.webhook !== undefined && peer.pollers === 0, 'the webhook')
  const [called] = await answers(() => peer.write(ada, '/whoami'))
  expect(called?.text).toContain('owner@example.com')
})

test('who writes too much is told once, and then waits; others go on', async () => {
  const mob: Account = { id: 900, first_name: 'Mob' }
  const before = peer.sent.length
  for (let count = 0; count < 45; count++) await peer.write(mob, 'total amount')
  const told = peer.sent.slice(before).filter(({ chatId }) => chatId === mob.id)
  expect(told.length).toBe(31)
  expect(told.at(-1)?.text).not.toContain('I only speak to people')
  const [mine] = await answers(() => peer.write(ada, '/whoami'))
  expect(mine?.text).toContain('owner@example.com')
})
