import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ChartKind } from '../../contract/chart.ts'
import { sampleColumns as columns, hostile, sampleRows as rows, sampleCharts } from './chart-samples.ts'
import { launchChromium, reasonToSkip } from './chromium.ts'
import { pageContent } from './page-content.ts'
import { buildShareEntry, type PageServer, removeFolder, startPageServer } from './page-server.ts'

const reason = await reasonToSkip()
describe.skipIf(reason !== undefined)(`public page in Chromium${reason === undefined ? '' : ` (left out: ${reason})`}`, () => {
  let browser: Browser
  let server: PageServer
  let folder: string
  let page: Page
  const problems: string[] = []
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qry-viewer-'))
    await buildShareEntry(folder)
    const charts = ChartKind.options.map((kind) => ({ title: `${kind} ${hostile}`, spec: sampleCharts[kind] }))
    const content = pageContent('Orders review', [
      {
        question: 'Which region leads?',
        answer: 'It is **Nordics**.',
        sql: 'select 1',
        tables: [{ title: 'Orders', columns, rows, charts }],
      },
    ])
    server = await startPageServer(folder, content)
    browser = await launchChromium()
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    await page.goto(server.url)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    await removeFolder(folder)
  })

  test('S16 the whole table sorts by any column and turns pages, nulls last', async () => {
    const table = page.locator('#t1')
    const cells = () => table.locator('tbody tr td:nth-child(3)').allTextContents()
    await table.getByRole('button', { name: 'revenue', exact: true }).click()
    await expect.poll(async () => (await cells())[0]).toBe('0.00')
    await table.getByRole('button', { name: 'revenue', exact: true }).click()
    await expect.poll(async () => (await cells())[0]).toBe('249.75')
    expect(await table.getByRole('columnheader', { name: 'revenue' }).getAttribute('aria-sort')).toBe('descending')
    await table.getByRole('button', { name: 'Last page' }).click()
    await expect.poll(async () => (await cells()).at(-1)).toBe('–')
    expect(await table.locator('.range').textContent()).toBe('351–360 of 360')
    await table.getByRole('button', { name: 'region', exact: true }).click({ modifiers: ['Shift'] })
    await expect.poll(async () => table.locator('th[aria-sort]').count()).toBe(2)
  })

  test('P3 cells, titles and series names run no script and break no policy', async () => {
    expect(await page.title()).toBe('Orders review')
    expect(await page.locator('img').count()).toBe(0)
    expect(problems).toEqual([])
  })

  test.each([1280, 390])('F2 the title stands %i px wide as it will stay before the rest of the style is read', async (width) => {
    const context = await browser.newContext({ viewport: { width, height: 800 } })
    const other = await context.newPage()
    await other.goto(server.url)
    const looks = await other.evaluate(() => {
      const look = () =>
        [...document.querySelectorAll('.pub, .pub *, .ttl, .ttl *')].map((part) => {
          const { x, y, width, height } = part.getBoundingClientRect()
          const { color, fontFamily, fontSize, fontWeight, textDecorationLine } = getComputedStyle(part)
          return [part.className, x, y, width, height, color, fontFamily, fontSize, fontWeight, textDecorationLine]
        })
      document.querySelector('.doc')?.remove()
      const whole = look()
      document.querySelector('.ttl + style')?.remove()
      return { whole, first: look(), sheets: document.querySelectorAll('style').length }
    })
    expect(looks.first).toEqual(looks.whole)
    expect(looks.sheets).toBe(2)
    await context.close()
  })

  test('F2 without JavaScript: text, first rows, each chart as a picture, folds', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 800 } })
    const still = await context.newPage()
    await still.goto(server.url)
    expect(await still.locator('#t1 tbody tr').count()).toBe(10)
    expect(await still.locator('#t1 .more').textContent()).toBe('350 more rows: CSV')
    expect(await still.locator('svg.w-n:visible').count()).toBe(ChartKind.options.length)
    await still.locator('details.steps summary').click()
    expect(await still.locator('details.steps pre').isVisible()).toBe(true)
    expect(await still.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await context.close()
  })
})
