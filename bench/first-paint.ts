import type { Browser } from 'playwright-core'
import { launchChromium } from '../test/browser/chromium.ts'
import { serveFloorPage } from './floor-page.ts'
import { settledPage } from './page-requests.ts'
import { shareReference, startReferenceApp } from './reference-app.ts'
import { median } from './share-time.ts'

export interface FirstPaint {
  /** How many times the CPU is slowed. */
  readonly slowed: number
  readonly oursMs: number
  readonly floorMs: number
  /** The longest task after the first paint, ours. Milliseconds. */
  readonly longestTaskMs: number
}

/** F2 and F4: first contentful paint of the reference page beside the floor page, in turn, in Chromium. Medians; undefined without the floor. */
export async function measureFirstPaint(rounds = 9): Promise<FirstPaint[] | undefined> {
  const floor = await serveFloorPage()
  if (!floor) return undefined
  const reference = await startReferenceApp()
  const browser = await launchChromium()
  try {
    const { path } = await shareReference(reference)
    // NOTE: by number, as the floor page is: a name is looked up first, and tried over IPv6.
    const url = `${reference.url.replace('localhost', '127.0.0.1')}${path}`
    await settledPage(url)
    const measured: FirstPaint[] = []
    for (const slowed of [1, 4]) {
      const times: { ours: number[]; floor: number[]; tasks: number[] } = { ours: [], floor: [], tasks: [] }
      for (let round = 0; round <= rounds; round++) {
        const theirs = await paint(browser, floor.url, slowed)
        const ours = await paint(browser, url, slowed)
        if (round === 0) continue
        times.floor.push(theirs.paintMs)
        times.ours.push(ours.paintMs)
        times.tasks.push(ours.longestTaskMs)
      }
      measured.push({ slowed, oursMs: median(times.ours), floorMs: median(times.floor), longestTaskMs: median(times.tasks) })
    }
    return measured
  } finally {
    await browser.close()
    await reference.close()
    await floor.close()
  }
}

async function paint(browser: Browser, url: string, slowed: number): Promise<{ paintMs: number; longestTaskMs: number }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  try {
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowed })
    await page.goto(url, { waitUntil: 'load' })
    await page.waitForTimeout(300 * slowed)
    return await page.evaluate(async () => {
      const entries = (type: string) =>
        new Promise<PerformanceEntry[]>((resolve) => {
          const observer = new PerformanceObserver((list) => resolve(list.getEntries()))
          observer.observe({ type, buffered: true })
          setTimeout(() => resolve([]), 300)
        })
      const paints = await entries('paint')
      const paintMs = paints.find((entry) => entry.name === 'first-contentful-paint')?.startTime ?? Number.NaN
      const tasks = await entries('longtask')
      return {
        paintMs,
        longestTaskMs: Math.max(0, ...tasks.filter((task) => task.startTime > paintMs).map((task) => task.duration)),
      }
    })
  } finally {
    await context.close()
  }
}
