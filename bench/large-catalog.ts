import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Page } from 'playwright-core'
import { openDatabase } from '../server/storage/open-database.ts'
import { launchChromium } from '../test/browser/chromium.ts'
import { startServer } from '../test/server.ts'
import { median } from './share-time.ts'

const TABLES = 6_000
const COLUMNS = 12
const SUBJECTS = ['orders', 'customers', 'invoices', 'shipments', 'returns', 'visits']

export interface LargeCatalog {
  readonly tables: number
  /** From the click until the catalog is read from the source again and kept. */
  readonly refreshMs: number
  /** From the click on the source until its tables can be searched. */
  readonly openMs: number
  /** From the last key until the table that was looked for stands alone. */
  readonly searchMs: number
  /** The same where the processor is four times slower. */
  readonly slowedSearchMs: number
  /** From a key in the question's field until the next picture, with the source chosen there. */
  readonly keyMs: number
}

/** A catalog of 6,000 tables in the browser, kept in the database that `npm start` brings: of a SQLite file, as the source's own speed is not what is looked at. */
export async function measureLargeCatalog(): Promise<LargeCatalog> {
  const folder = await mkdtemp(join(tmpdir(), 'qry-catalog-'))
  const path = join(folder, 'warehouse.sqlite')
  makeWarehouse(path)
  const database = await openDatabase({ dataDir: join(folder, 'data'), log: () => undefined })
  const server = await startServer({}, { database })
  const browser = await launchChromium()
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
    const page = await context.newPage()
    const id = await addSource(page, server.url, path)
    const refreshMs = await timed(() =>
      page.evaluate(async (id) => (await fetch(`/api/sources/${id}/catalog?refresh=1`)).text(), id),
    )
    await page.goto(`${server.url}/sources`)
    const openMs = await openTime(page)
    await untilProfiled(page, id)
    const searchMs = await searchTime(page)
    const session = await context.newCDPSession(page)
    await session.send('Emulation.setCPUThrottlingRate', { rate: 4 })
    const slowedSearchMs = await searchTime(page)
    await session.send('Emulation.setCPUThrottlingRate', { rate: 1 })
    await page.getByRole('button', { name: 'Open in chat' }).click()
    await page.locator('#ask').waitFor()
    const keyMs = await keyTime(page)
    return { tables: TABLES, refreshMs, openMs, searchMs, slowedSearchMs, keyMs }
  } finally {
    await browser.close()
    await server.close()
    await rm(folder, { recursive: true, force: true })
  }
}

const nameOf = (index: number): string => `${SUBJECTS[index % SUBJECTS.length] ?? ''}_${String(index).padStart(4, '0')}`

function makeWarehouse(path: string): void {
  const columns = Array.from({ length: COLUMNS }, (_, index) => `attribute_${index + 1} TEXT`).join(', ')
  const database = new DatabaseSync(path)
  database.exec('BEGIN')
  for (let index = 0; index < TABLES; index++) database.exec(`CREATE TABLE ${nameOf(index)} (id INTEGER PRIMARY KEY, ${columns})`)
  database.exec('COMMIT')
  database.close()
}

async function addSource(page: Page, url: string, path: string): Promise<string> {
  await page.goto(url)
  await post(page, '/api/setup', { email: 'owner@example.com', password: 'correct horse battery', organisation: 'Ridge Outdoor' })
  const { id } = await post(page, '/api/sources', { kind: 'sqlite', name: 'Warehouse', config: { path } })
  await untilProfiled(page, id)
  return id
}

/** Until the tables that were read have been looked into, which takes the machine's time. */
const untilProfiled = (page: Page, id: string) =>
  page.waitForFunction(
    async (id) => {
      const answer = await fetch(`/api/sources/${id}/tables?limit=1`)
      return answer.ok && ((await answer.json()) as { isProfiled: boolean }).isProfiled
    },
    id,
    { polling: 500, timeout: 120_000 },
  )

const post = (page: Page, path: string, body: object): Promise<{ id: string }> =>
  page.evaluate(
    async ([path, body]) => {
      const response = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
      if (!response.ok) throw new Error(await response.text())
      return (await response.json()) as { id: string }
    },
    [path, JSON.stringify(body)] as const,
  )

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await work()
  return performance.now() - from
}

/** Clocked in the page, so that the time in which the driver of the browser looks for the link is not in it. */
async function openTime(page: Page): Promise<number> {
  const link = page.getByRole('link', { name: 'Warehouse' }).first()
  await link.waitFor()
  return link.evaluate(
    (element) =>
      new Promise<number>((resolve) => {
        const from = performance.now()
        const look = (): void => {
          if (document.querySelector('#catalog-search') && document.querySelectorAll('.catalog details').length > 50)
            resolve(performance.now() - from)
          else requestAnimationFrame(look)
        }
        if (element instanceof HTMLElement) element.click()
        look()
      }),
  )
}

/** Tables from all over the catalog are looked for by their whole names. */
async function searchTime(page: Page): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < 7; round++) {
    const wanted = nameOf((round * 997 + 4321) % TABLES)
    await page.locator('#catalog-search').fill('')
    await page.locator('.catalog details').nth(50).waitFor()
    times.push(
      await page.evaluate(
        (wanted) =>
          new Promise<number>((resolve) => {
            const field = document.querySelector<HTMLInputElement>('#catalog-search')
            const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set
            const from = performance.now()
            set?.call(field, wanted)
            field?.dispatchEvent(new Event('input', { bubbles: true }))
            const look = (): void => {
              const found = [...document.querySelectorAll('.catalog details b')].map((name) => name.textContent)
              if (found.length === 1 && found[0] === wanted) resolve(performance.now() - from)
              else requestAnimationFrame(look)
            }
            look()
          }),
        wanted,
      ),
    )
  }
  return median(times)
}

async function keyTime(page: Page): Promise<number> {
  const times: number[] = []
  await page.locator('#ask').focus()
  for (const key of 'orders_4321 of last month') {
    await page.evaluate(() => {
      document.querySelector('#ask')?.addEventListener(
        'keydown',
        () => {
          const from = performance.now()
          requestAnimationFrame(() =>
            setTimeout(() => document.documentElement.setAttribute('data-key-ms', String(performance.now() - from))),
          )
        },
        { once: true },
      )
    })
    await page.keyboard.press(key === ' ' ? 'Space' : key)
    await page.waitForFunction(() => document.documentElement.hasAttribute('data-key-ms'))
    times.push(
      await page.evaluate(() => {
        const said = Number(document.documentElement.getAttribute('data-key-ms'))
        document.documentElement.removeAttribute('data-key-ms')
        return said
      }),
    )
  }
  return median(times)
}
