import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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
const rows: Cell[][] = Array.from({ length: 1200 }, (_, row) => [
  new Date(Date.UTC(2026, 0, 1 + Math.floor(row / 10))).toISOString().slice(0, 10),
  row < 12 ? `Nordics ${row}` : 'DACH',
  row === 5 ? null : ((row * 37) % 1000) / 4,
  row * 10,
])

const months: Column[] = [
  { name: 'month', type: 'date' },
  { name: 'revenue', type: 'integer' },
]
const monthRows: Cell[][] = Array.from({ length: 14 }, (_, row) => [
  new Date(Date.UTC(2025, row, 1)).toISOString().slice(0, 10),
  (row * 5) % 14,
])

const reason = await reasonToSkip()
describe.skipIf(reason !== undefined)(`tables in Chromium${reason === undefined ? '' : ` (left out: ${reason})`}`, () => {
  let browser: Browser
  let server: PageServer
  let folder: string
  let page: Page
  const problems: string[] = []
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qry-table-'))
    await buildShareEntry(folder)
    const turn = {
      question: 'All orders?',
      answer: 'Here.',
      tables: [
        { title: 'Orders', columns, rows },
        { title: 'Months', columns: months, rows: monthRows },
      ],
    }
    server = await startPageServer(folder, pageContent('Orders review', [turn]))
    browser = await launchChromium()
    page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage()
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    await page.goto(server.url)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    await removeFolder(folder)
  })

  test('search in all columns, filter of one, statistics, formats, hidden columns, pages, copied cells', async () => {
    const table = page.locator('#t1')
    const first = (column: number) => table.locator(`tbody tr:first-child td:nth-child(${column})`).textContent()
    await table.getByRole('button', { name: 'Search and view' }).click()
    await table.getByRole('searchbox').fill('nordics')
    await expect.poll(() => table.locator('.found').textContent()).toBe('12 of 1,200 match')
    expect(await table.locator('.range').textContent()).toBe('1–10 of 12')
    await table.getByRole('button', { name: 'units', exact: true }).click()
    await table.getByRole('button', { name: 'units', exact: true }).click()
    await expect.poll(() => first(4)).toBe('110')
    await table.locator('th').nth(3).getByRole('button', { name: 'Menu of units' }).click()
    const menu = page.getByRole('dialog', { name: 'Column units' })
    await menu.getByRole('spinbutton', { name: 'To' }).fill('50')
    await expect.poll(() => table.locator('.found').textContent()).toBe('6 of 1,200 match')
    await expect.poll(() => menu.locator('.stats').textContent()).toContain('Distinct1,200')
    await menu.getByLabel('Written as').selectOption('2')
    await expect.poll(() => first(4)).toBe('50.00')
    expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([])
    await menu.getByRole('button', { name: 'Hide column' }).click()
    expect(await table.locator('td:nth-child(4)').first().isVisible()).toBe(false)
    await table.getByRole('button', { name: 'Show all columns' }).click()
    await table.getByRole('button', { name: 'Clear filters' }).click()
    await expect.poll(() => table.locator('.range').textContent()).toBe('1–10 of 1,200')
    await table.getByLabel('Rows on a page').selectOption('100')
    await expect.poll(() => table.locator('tbody tr').count()).toBe(100)
    await table.locator('tbody tr:first-child td:nth-child(1)').click()
    const picked = () => table.locator('td.sel').count()
    await expect.poll(picked).toBe(1)
    await page.keyboard.press('Shift+ArrowRight')
    await expect.poll(picked).toBe(2)
    await page.keyboard.press('Shift+ArrowDown')
    await expect.poll(picked).toBe(4)
    expect(problems).toEqual([])
  })

  test('printed, its title and the names of its columns stand over the cells', async () => {
    await page.emulateMedia({ media: 'print' })
    const edges = await page.locator('#t2').evaluate((table) => {
      const edge = (selector: string, side: 'left' | 'right'): number => {
        const range = document.createRange()
        const element = table.querySelector(selector)
        if (element) range.selectNodeContents(element)
        return Math.round(range.getBoundingClientRect()[side])
      }
      return {
        left: [edge('h3', 'left'), edge('th:first-child .cut', 'left'), edge('td:first-child', 'left')],
        right: [edge('th:last-child .cut', 'right'), edge('td:last-child', 'right')],
      }
    })
    await page.emulateMedia({ media: 'screen' })
    expect(new Set(edges.left).size).toBe(1)
    expect(new Set(edges.right).size).toBe(1)
  })

  test('months stay months when the table is sorted', async () => {
    const table = page.locator('#t2')
    const first = () => table.locator('tbody tr:first-child td:first-child').textContent()
    expect(await first()).toBe('2025-01')
    await table.getByRole('button', { name: 'revenue', exact: true }).click()
    await table.getByRole('button', { name: 'revenue', exact: true }).click()
    await expect.poll(first).toBe('2025-12')
    expect(problems).toEqual([])
  })
})
