import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startServer, type TestServer } from '../server.ts'
import { launchChromium, reasonToSkip } from './chromium.ts'

const csv = 'region,city,amount,day\nNorth,Oslo,10,2025-01-02\nSouth,Rome,5,2025-02-03\nNorth,Bergen,7,2026-02-04\n'

const reason = await reasonToSkip()
describe.skipIf(reason !== undefined)(`a conversation in Chromium${reason === undefined ? '' : ` (left out: ${reason})`}`, () => {
  let browser: Browser
  let server: TestServer
  let page: Page
  const problems: string[] = []

  const field = () => page.getByPlaceholder('Ask about the data')
  const ask = async (question: string) => {
    await field().fill(question)
    await field().press('Escape')
    await page.getByRole('button', { name: 'Ask', exact: true }).click()
  }
  const last = () => page.locator('.turn').last()
  /** Gives a file to the page as a drop or a paste does. */
  const give = (kind: 'drop' | 'paste', name: string, text: string) =>
    page.evaluate(
      ([event, fileName, content]) => {
        const data = new DataTransfer()
        data.items.add(new File([content ?? ''], fileName ?? '', { type: 'text/csv' }))
        const target = event === 'paste' ? (document.querySelector('textarea') ?? document.body) : document.body
        if (event === 'paste')
          target.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
        else
          for (const type of ['dragenter', 'dragover', 'drop'])
            target.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }))
      },
      [kind, name, text],
    )

  beforeAll(async () => {
    server = await startServer()
    browser = await launchChromium()
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    page.on('pageerror', (error) => problems.push(error.message))
    await page.goto(server.url)
    await page.getByLabel('E-mail').fill('mara@example.com')
    await page.getByLabel('Password').fill('correct horse battery')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Skip all', exact: true }).click()
    await page.getByRole('heading', { name: /Drop a file/ }).waitFor()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  test('a dropped file begins a conversation', async () => {
    await give('drop', 'visits.csv', csv)
    await page.waitForURL(/\/c\//)
    await page.getByText('3 rows').first().waitFor()
  })

  test('a pasted file becomes a chip, can be removed, and comes with the next question', async () => {
    await field().click()
    await give('paste', 'extra.csv', 'item,price\nMug,15\n')
    await page.getByText('extra.csv').first().waitFor()
    await page.getByRole('button', { name: /Remove extra\.csv/ }).click()
    await expect.poll(() => page.getByText('extra.csv').count()).toBe(0)
    await give('paste', 'more.csv', 'item,units\nMug,15\nTent,389\n')
    await page.getByText('more.csv').first().waitFor()
    await ask('total units by item')
    await expect.poll(() => last().textContent(), { timeout: 10_000 }).toContain('Tent')
  })

  test('a file that can not be read says what to do', async () => {
    await field().click()
    await give('paste', 'empty.csv', '')
    await expect.poll(() => page.locator('.comp').textContent()).toMatch(/empty/i)
    await page.getByRole('button', { name: /Remove empty\.csv/ }).click()
  })

  test('Stop ends a running question within a second and keeps what came before', async () => {
    await ask('/sql select count(*) from range(100000000) a, range(1000) b')
    const stop = page.getByRole('button', { name: 'Stop' })
    await stop.waitFor()
    const from = Date.now()
    await stop.click()
    await expect.poll(() => last().textContent()).toMatch(/Stopped after/)
    expect(Date.now() - from).toBeLessThan(2_000)
    expect(await last().textContent()).toContain('Processing details')
  })

  test('an unsure reading waits, and Run runs it', async () => {
    await ask('amount in March')
    await last().getByText('My reading').waitFor()
    await last().getByRole('button', { name: 'Run', exact: true }).click()
    await expect.poll(() => last().textContent()).not.toContain('My reading')
    await last()
      .getByRole('button', { name: /Run again/ })
      .waitFor()
  })

  test('Run again asks the same in its place, Edit puts the question back', async () => {
    await ask('amount by region')
    await last().getByRole('button', { name: 'Run again' }).waitFor()
    const [before, count] = [await last().getAttribute('id'), await page.locator('.turn').count()]
    await last().getByRole('button', { name: 'Run again' }).click()
    await expect.poll(() => last().getAttribute('id'), { timeout: 10_000 }).not.toBe(before)
    expect(await last().locator('.qh').textContent()).toBe('amount by region')
    expect(await page.locator('.turn').count()).toBe(count)
    await last().getByRole('button', { name: 'Edit' }).click()
    await expect.poll(() => field().inputValue()).toBe('amount by region')
    await page.keyboard.press('Escape')
    await expect.poll(() => field().inputValue()).toBe('')
  })

  test('a failed query says the words of the engine', async () => {
    await ask('/sql select nothing from visits')
    await expect.poll(() => last().textContent()).toContain('"nothing" not found')
  })

  test('a draft stays over a reload', async () => {
    await field().fill('half a question')
    await page.reload()
    await expect.poll(() => field().inputValue()).toBe('half a question')
    await field().fill('')
  })

  test('no page threw', () => {
    expect(problems).toEqual([])
  })
})
