import type { Browser, Page } from 'playwright-core'
import { must } from '../server/basics/must.ts'
import { launchChromium } from '../test/browser/chromium.ts'
import { serveFloorPage } from './floor-page.ts'
import { rawBody, settledPage } from './page-requests.ts'
import { shareReference, startReferenceApp } from './reference-app.ts'
import { buildReferenceContent, type ReferenceContent } from './reference-content.ts'
import { median } from './share-time.ts'

export interface TableTimes {
  readonly rows: number
  /** Milliseconds from the click to the new rows, medians. */
  readonly numberSortMs: number
  readonly textSortMs: number
  readonly lastPageMs: number
  /** The first sort of a fresh page, with nothing of the table fetched before. */
  readonly coldSortMs: number
  /** What the page holds after all this: heap and arrays. */
  readonly memoryBytes: number
}

export interface BigTables {
  /** First contentful paint on a slowed phone, of the talk with large tables and charts, and of the same talk with small ones. */
  readonly largePaintMs: number
  readonly smallPaintMs: number
  readonly ours: readonly TableTimes[]
  /** The floor page's 100,000 rows; undefined without its generator. */
  readonly floor: TableTimes | undefined
  readonly offlineBytes: number
}

interface Clicks {
  /** Selectors. */
  readonly table: string
  readonly number: string
  readonly text: string
  readonly lastPage: string
  /** The whole table comes after the first click, by itself. */
  readonly columns?: true
}

const HUGE_ROWS = 1_000_000
const BIG_ROWS = 100_000
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }
const SLOWED = 4
/** 10 Mbit/s there and back, 40 ms on the way. */
const network = { offline: false, downloadThroughput: 1_250_000, uploadThroughput: 1_250_000, latency: 40 }

/** Large tables (F5) and the offline copy (F7): in Chromium, beside the floor page. */
export async function measureBigTables(rounds = 5): Promise<BigTables> {
  const floorPage = await serveFloorPage()
  const reference = await startReferenceApp()
  const browser = await launchChromium()
  try {
    const content = buildReferenceContent()
    const plain = await shareReference(reference, content)
    const offlineBytes = (await rawBody(`${reference.url}${plain.path}/offline.html`, 'identity')).byteLength
    const large = `${reference.url}${(await shareReference(reference, content, HUGE_ROWS)).path}`
    const small = `${reference.url}${(await shareReference(reference, withoutData(content))).path}`
    await settledPage(large)
    await settledPage(small)
    const paints: { large: number[]; small: number[] } = { large: [], small: [] }
    for (let round = 0; round <= rounds; round++) {
      const both = { large: await phonePaint(browser, large), small: await phonePaint(browser, small) }
      if (round === 0) continue
      paints.large.push(both.large)
      paints.small.push(both.small)
    }
    const ours: TableTimes[] = []
    for (const rows of [BIG_ROWS, HUGE_ROWS]) ours.push(await tableTimes(browser, large, rows, oursOf(rows), rounds))
    const floor = floorPage && (await tableTimes(browser, floorPage.url, BIG_ROWS, floorClicks, rounds))
    return { largePaintMs: median(paints.large), smallPaintMs: median(paints.small), ours, floor, offlineBytes }
  } finally {
    await browser.close()
    await reference.close()
    await floorPage?.close()
  }
}

/** The same words over tables of 25 rows, without charts. */
const withoutData = ({ title, turns, tables }: ReferenceContent): ReferenceContent => ({
  title,
  tables: tables.map((table) => ({ ...table, rows: table.rows.slice(0, 25) })),
  turns: turns.map(({ question, answer, tables: names }) => ({ question, answer, tables: names.length > 0 ? names : ['t1'] })),
})

const oursOf = (rows: number): Clicks => {
  const table = `.tbl[data-rows="${rows}"]`
  const sort = (column: string) => `${table} th[data-name="${column}"] button`
  return { table, number: sort('revenue'), text: sort('product'), lastPage: `${table} [data-go=last]`, columns: true }
}
const floorClicks: Clicks = {
  table: '#big',
  number: '#big th:nth-child(8)',
  text: '#big th:nth-child(4)',
  lastPage: '#big button:nth-of-type(4)',
}

async function phonePaint(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext(phone)
  try {
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWED })
    await session.send('Network.emulateNetworkConditions', network)
    await page.goto(url, { waitUntil: 'load' })
    return await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          new PerformanceObserver((list) => {
            const paint = list.getEntriesByName('first-contentful-paint')[0]
            if (paint) resolve(paint.startTime)
          }).observe({ type: 'paint', buffered: true })
        }),
    )
  } finally {
    await context.close()
  }
}

async function tableTimes(browser: Browser, url: string, rows: number, clicks: Clicks, rounds: number): Promise<TableTimes> {
  const times: Record<'cold' | 'number' | 'text' | 'last' | 'memory', number[]> = {
    cold: [],
    number: [],
    text: [],
    last: [],
    memory: [],
  }
  for (let round = 0; round < rounds; round++) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
    try {
      const page = await context.newPage()
      await page.goto(url, { waitUntil: 'networkidle' })
      const whole = clicks.columns ? page.waitForResponse((answer) => answer.url().endsWith('.columns')) : undefined
      times.cold.push(await click(page, clicks, clicks.number))
      await (await whole)?.finished()
      await page.waitForLoadState('networkidle')
      await page.waitForTimeout(1_000)
      times.text.push(await click(page, clicks, clicks.text))
      times.last.push(await click(page, clicks, clicks.lastPage))
      times.number.push(await click(page, clicks, clicks.number))
      const session = await context.newCDPSession(page)
      const usage = await session.send('Runtime.getHeapUsage')
      const { usedSize, backingStorageSize } = usage
      times.memory.push(usedSize + backingStorageSize)
    } finally {
      await context.close()
    }
  }
  return {
    rows,
    numberSortMs: median(times.number),
    textSortMs: median(times.text),
    lastPageMs: median(times.last),
    coldSortMs: median(times.cold),
    memoryBytes: must(times.memory.sort((one, other) => one - other).at(-1), 'no rounds'),
  }
}

/** Milliseconds from the click until other rows stand in the table. */
const click = (page: Page, { table }: Clicks, what: string): Promise<number> =>
  page.evaluate(
    ([root = '', target = '']) =>
      new Promise<number>((resolve, reject) => {
        const body = document.querySelector(`${root} tbody`)
        const button = document.querySelector<HTMLElement>(target)
        if (!body || !button) return reject(new Error(`${target} is not there`))
        const from = performance.now()
        new MutationObserver((_, observer) => {
          observer.disconnect()
          resolve(performance.now() - from)
        }).observe(body, { childList: true })
        button.click()
      }),
    [table, what],
  )
