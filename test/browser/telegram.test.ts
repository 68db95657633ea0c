import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../free-port.ts'
import { startServer, type TestServer } from '../server.ts'
import { type Account, BotApiPeer } from '../telegram/bot-api-peer.ts'
import { reasonToSkip } from './chromium.ts'
import { looksRight, type OwnersPage, openAsFirstOwner } from './first-owner.ts'

const ada: Account = { id: 501, first_name: 'Ada' }
const csv = Buffer.from('region,amount\nNorth,120\nSouth,80\nEast,45\n')

const reason = await reasonToSkip()
describe.skipIf(reason !== undefined)(`a bot of one’s own${reason === undefined ? '' : ` (left out: ${reason})`}`, () => {
  const peer = new BotApiPeer()
  let owner: OwnersPage
  let server: TestServer
  let page: Page

  beforeAll(async () => {
    const port = await freePort()
    server = await startServer({
      TELEGRAM_API_ROOT: await peer.listen(),
      PORT: port,
      QRY_ORIGIN: `http://localhost:${port}`,
    })
    owner = await openAsFirstOwner(server.url)
    page = owner.page
  })
  afterAll(async () => {
    await owner?.close()
    await server?.close()
    await peer.close()
  })

  test('S25 it is connected, a token links a chat, what is asked there stands here, and a revoke ends it', async () => {
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Telegram', exact: true }).click()
    await page.getByText('No bot yet.').waitFor()
    await page.getByRole('button', { name: 'Connect a bot…' }).click()
    await page.getByLabel('Token of the bot').fill('999:nobody-knows-this-one')
    await page.getByRole('button', { name: 'Test' }).click()
    await page.getByText('Telegram does not know this token').waitFor()
    await looksRight(page)
    await page.getByLabel('Token of the bot').fill(peer.token)
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await page.getByText(`@${peer.username}`, { exact: true }).waitFor()

    await page.getByRole('button', { name: 'New token…' }).click()
    await page.getByRole('button', { name: 'Make the token' }).click()
    const login = await page.locator('.once code').innerText()
    expect(login).toMatch(/^\/login qry_msg_/)
    await looksRight(page)
    await page.getByRole('button', { name: 'I have kept it' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await page.content()).not.toContain(login.slice('/login '.length))
    await looksRight(page)

    await peer.until(() => peer.pollers > 0, 'the poll')
    await peer.write(ada, login)
    await peer.until(() => peer.sent.some(({ text }) => text.includes('Ask a question')), 'the link')
    await peer.send(ada, 'orders.csv', csv, 'total amount by region')
    await peer.until(() => peer.sent.some(({ file }) => file?.name === 'table.png'), 'the answer')
    await peer.write(ada, '/share')
    await peer.until(() => peer.sent.some(({ text }) => text.includes('/shared/')), 'the link')

    await page.goto(server.url)
    await page.getByRole('link', { name: 'total amount by region' }).click()
    await page.getByText('leads with 120 of 245').first().waitFor()
    const said = peer.sent.find(({ text }) => text.includes('/shared/'))?.text.split('\n')[0] ?? ''
    await page.goto(said)
    await page.getByText('leads with 120 of 245').first().waitFor()

    await page.goto(`${server.url}/settings/telegram`)
    await page.getByRole('button', { name: /^Revoke the token/ }).click()
    await page.getByText('The token is revoked; its chats are unlinked.').waitFor()
    const before = peer.sent.length
    await peer.write(ada, '/list')
    await peer.until(() => peer.sent.length > before, 'the refusal')
    expect(peer.sent.at(-1)?.text).toContain('I only speak to people of this QRY')
    expect(owner.problems).toEqual([])
  }, 180_000)
})
