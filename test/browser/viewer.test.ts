import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ChartKind, type ChartSpec } from '../../contract/chart.ts'
import type { Cell, Column } from '../../contract/column.ts'
import { launchChromium, reasonToSkip } from './chromium.ts'
import { pageContent } from './page-content.ts'
import { buildShareEntry, type PageServer, removeFolder, startPageServer } from './page-server.ts'

const columns: Column[] = [
  { name: 'day', type: 'date' },
  { name: 'region', type: 'text' },
  { name: 'revenue', type: 'number' },
  { name: 'units', type: 'integer' },
]
const hostile = '<img src=x onerror=document.title="owned">'
const rows: Cell[][] = Array.from({ length: 360 }, (_, row) => [
  new Date(Date.UTC(2026, 0, 1 + Math.floor(row / 3))).toISOString().slice(0, 10),
  ['Nordics', 'DACH', hostile][row % 3] ?? null,
  row === 5 ? null : ((row * 37) % 1000) / 4,
  row,
])
const spec = (kind: ChartKind): ChartSpec => ({
  version: 1,
  kind,
  x: kind === 'scatter' ? 'units' : 'day',
  y: ['revenue'],
  by: 'region',
  stack: kind === 'area' ? 'stack' : 'none',
  horizontal: false,
})

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
    const charts = ChartKind.options.map((kind) => ({ title: `${kind} ${hostile}`, spec: spec(kind) }))
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
    await table.getByRole('button', { name: 'revenue' }).click()
    await expect.poll(async () => (await cells())[0]).toBe('0.00')
    await table.getByRole('button', { name: 'revenue' }).click()
    await expect.poll(async () => (await cells())[0]).toBe('249.75')
    expect(await table.getByRole('columnheader', { name: 'revenue' }).getAttribute('aria-sort')).toBe('descending')
    await table.getByRole('button', { name: 'Last page' }).click()
    await expect.poll(async () => (await cells()).at(-1)).toBe('–')
    expect(await table.locator('.range').textContent()).toBe('351–360 of 360')
    await table.getByRole('button', { name: 'region' }).click({ modifiers: ['Shift'] })
    await expect.poll(async () => table.locator('th[aria-sort]').count()).toBe(2)
  })

  for (const [place, kind] of ChartKind.options.entries()) {
    test(`S17 ${kind}: hover, zoom and legend by pointer and keyboard`, async () => {
      const chart = page.locator(`#c${place + 1}`)
      await chart.scrollIntoViewIfNeeded()
      const live = chart.locator('.live')
      await live.waitFor()
      await page.waitForTimeout(400)
      const box = await live.boundingBox()
      if (!box) throw new Error('The chart has no box.')
      await page.mouse.move(box.x + box.width / 2 - 5, box.y + box.height / 2)
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
      await expect.poll(() => chart.locator('.tip').isVisible()).toBe(true)
      expect(await chart.locator('.tip').textContent()).toMatch(/\d/)
      await page.mouse.wheel(0, -240)
      await expect.poll(() => chart.getAttribute('data-zoom')).not.toBe('0.00,100.00')
      await chart.getByRole('button', { name: 'Reset zoom' }).click()
      expect(await chart.getAttribute('data-zoom')).toBe('0.00,100.00')
      await chart.locator('.body').focus()
      await page.keyboard.press('+')
      expect(await chart.getAttribute('data-zoom')).toBe('25.00,75.00')
      await page.keyboard.press('ArrowRight')
      expect(await chart.locator('.tip').isVisible()).toBe(true)
      await page.keyboard.press('0')
      const entry = chart.locator('.legend button').first()
      await entry.click()
      expect(await entry.getAttribute('aria-pressed')).toBe('false')
      await expect.poll(() => chart.getAttribute('data-hidden')).toBe('["Nordics"]')
      await entry.press('Enter')
      await expect.poll(() => chart.getAttribute('data-hidden')).toBe('[]')
    })
  }

  test('P3 cells, titles and series names run no script and break no policy', async () => {
    expect(await page.title()).toBe('Orders review')
    expect(await page.locator('img').count()).toBe(0)
    expect(problems).toEqual([])
  })

  test('F2 without JavaScript: text, first rows, each chart as a picture, folds', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 800 } })
    const still = await context.newPage()
    await still.goto(server.url)
    expect(await still.locator('#t1 tbody tr').count()).toBe(25)
    expect(await still.locator('#t1 .more').textContent()).toBe('335 more rows: CSV')
    expect(await still.locator('svg.w-n:visible').count()).toBe(ChartKind.options.length)
    await still.locator('details.steps summary').click()
    expect(await still.locator('details.steps pre').isVisible()).toBe(true)
    expect(await still.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await context.close()
  })
})
