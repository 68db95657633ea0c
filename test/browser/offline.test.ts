import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Person } from '../person.ts'
import { startServer, type TestServer } from '../server.ts'
import { launchChromium, reasonToSkip } from './chromium.ts'

const regions = ['North', 'South', 'Łódź <b>']
const lines = Array.from(
  { length: 400 },
  (_, row) => `2026-01-${String((row % 28) + 1).padStart(2, '0')},${regions[row % 3]},${row * 7}`,
)

const reason = await reasonToSkip()
describe.skipIf(reason !== undefined)(`offline copy in Chromium${reason === undefined ? '' : ` (left out: ${reason})`}`, () => {
  let server: TestServer
  let browser: Browser
  let folder: string
  let page: Page
  let markup: string
  const asked: string[] = []
  const problems: string[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qry-offline-'))
    server = await startServer()
    const owner = await Person.owner(server.url)
    const upload = await owner.upload({ name: 'orders.csv', text: `day,region,amount\n${lines.join('\n')}\n` })
    const { id } = await owner.conversation([upload.body.id])
    await owner.ask(id, '/sql select * from orders')
    await owner.ask(id, '/chart bar x=region y=total select region, sum(amount) as total from orders group by 1 order by 1')
    const { body } = await owner.share(id, 'public')
    if (body.visibility !== 'public') throw new Error('not public')
    const answer = await fetch(`${body.url}/offline.html`)
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; .*\.html/)
    markup = await answer.text()
    expect(markup).not.toContain(body.token)
    const file = join(folder, 'copy.html')
    await writeFile(file, markup)
    browser = await launchChromium()
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    await page.context().setOffline(true)
    page.on('request', (request) => /^(file|https?|ws):/.test(request.url()) && asked.push(request.url()))
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    await page.goto(pathToFileURL(file).href)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    await rm(folder, { recursive: true, force: true })
  })

  test('B8 tables sort, page and search from the disk, without a network', async () => {
    const table = page.locator('#t1')
    const amounts = () => table.locator('tbody tr td:nth-child(3)').allTextContents()
    await table.getByRole('button', { name: 'amount', exact: true }).click()
    await table.getByRole('button', { name: 'amount', exact: true }).click()
    await expect.poll(async () => (await amounts())[0]).toBe('2,793')
    await table.getByRole('button', { name: 'Last page' }).click()
    await expect.poll(async () => (await amounts()).at(-1)).toBe('0')
    await table.getByRole('button', { name: 'Search and view' }).click()
    await table.getByRole('searchbox').fill('łódź')
    await expect.poll(() => table.locator('.found').textContent()).toBe('133 of 400 match')
  })

  test('B8 charts live from the disk', async () => {
    const chart = page.locator('#c1')
    await chart.scrollIntoViewIfNeeded()
    const live = chart.locator('.live')
    await live.waitFor()
    await chart.locator('.body').focus()
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => live.locator('.tip').textContent()).toContain('North')
  })

  test('B6 the proof says statement, source, rows and digest', async () => {
    const proof = page.locator('#proof-t1')
    await page
      .locator('#t1')
      .getByRole('link', { name: /^Proof/ })
      .click()
    await expect.poll(() => proof.getAttribute('open')).toBe('')
    const text = await proof.textContent()
    for (const part of ['select * from orders', 'orders.csv', '400 rows', 'sha256']) expect(text).toContain(part)
  })

  test('B8 the file has its fonts, fetches nothing and breaks none of its own rules', async () => {
    const loaded = await page.evaluate(async () => {
      await document.fonts.ready
      return [...document.fonts].filter((font) => font.status === 'loaded').map((font) => font.family.replaceAll('"', ''))
    })
    expect(loaded).toContain('Onest Variable')
    expect(asked).toHaveLength(1)
    expect(markup).not.toMatch(/(src|href)="(\/|http)/)
    expect(problems).toEqual([])
  })
})
