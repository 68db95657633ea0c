import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext, CDPSession, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ChartKind } from '../../contract/chart.ts'
import { canZoom } from '../../render/chart-series.ts'
import { SCROLL_PAUSE_MS } from '../../web/viewer/chart-pointer.ts'
import { hostile, sampleCharts, sampleColumns, sampleRows } from './chart-samples.ts'
import { launchChromium, reasonToSkip } from './chromium.ts'
import { pageContent } from './page-content.ts'
import { buildShareEntry, type PageServer, removeFolder, startPageServer } from './page-server.ts'

const ALL = '0.00,100.00'
const kinds = ChartKind.options
const placeOf = (kind: ChartKind): string => `#c${kinds.indexOf(kind) + 1}`
const liveKinds = kinds.filter((kind) => kind !== 'kpi')

const reason = await reasonToSkip()
describe.skipIf(reason !== undefined)(`live charts in Chromium${reason === undefined ? '' : ` (left out: ${reason})`}`, () => {
  let browser: Browser
  let server: PageServer
  let folder: string
  let mouse: Page
  let touch: Page
  let fingers: CDPSession
  const problems: string[] = []
  const open = async (context: BrowserContext): Promise<Page> => {
    const page = await context.newPage()
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    await page.goto(server.url)
    return page
  }
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qry-charts-'))
    await buildShareEntry(folder)
    const charts = kinds.map((kind) => ({ title: `Orders as ${kind}`, spec: sampleCharts[kind] }))
    const tables = [{ title: 'Orders', columns: sampleColumns, rows: sampleRows, charts }]
    server = await startPageServer(folder, pageContent('Orders review', [{ question: 'Which?', answer: 'This.', tables }]))
    browser = await launchChromium()
    mouse = await open(await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true }))
    touch = await open(await browser.newContext({ viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true }))
    fingers = await touch.context().newCDPSession(touch)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    await removeFolder(folder)
  })

  /** The chart in the middle of the view and alive, with its box at rest. */
  const settle = async (page: Page, kind: ChartKind) => {
    const chart = page.locator(placeOf(kind))
    await chart.evaluate((element) => element.scrollIntoView({ block: 'center' }))
    await chart.locator('.live canvas').waitFor()
    await page.evaluate(() => document.fonts.ready)
    const measure = () => chart.locator('.live').evaluate((element) => JSON.stringify(element.getBoundingClientRect()))
    await expect.poll(async () => (await measure()) === (await measure())).toBe(true)
    return { chart, box: JSON.parse(await measure()) as { x: number; y: number; width: number; height: number } }
  }
  /** Somewhere on what the chart shows: its middle, but not the hole of a donut nor the empty part of a cloud. */
  const somewhere = (kind: ChartKind, isNarrow = false): readonly [number, number] =>
    kind === 'donut' ? [0.5, isNarrow ? 0.26 : 0.17] : kind === 'geo' ? [0.3, 0.08] : [0.5, 0.5]
  const isTold = async (chart: Locator) => {
    await expect.poll(() => chart.locator('.tip').isVisible()).toBe(true)
    expect(await chart.locator('.tip b').first().textContent()).toMatch(/\d/)
  }
  const toggles = async (chart: Locator, press: (entry: Locator) => Promise<void>) => {
    const entry = chart.locator('.legend button').first()
    if ((await chart.locator('.legend').count()) === 0) return
    const name = (await entry.getAttribute('data-series')) ?? ''
    await press(entry)
    await expect.poll(() => chart.getAttribute('data-hidden')).toBe(JSON.stringify([name]))
    expect(await entry.getAttribute('aria-pressed')).toBe('false')
    await press(entry)
    await expect.poll(() => chart.getAttribute('data-hidden')).toBe('[]')
  }

  for (const kind of liveKinds) {
    const zooms = canZoom(sampleCharts[kind])

    test(`S17 ${kind} by pointer: hover, ${zooms ? 'zoom by wheel, brush, reset, ' : ''}legend`, async () => {
      const { chart, box } = await settle(mouse, kind)
      const [x, y] = somewhere(kind)
      await mouse.mouse.move(box.x + box.width * x - 6, box.y + box.height * y)
      await mouse.mouse.move(box.x + box.width * x, box.y + box.height * y)
      await isTold(chart)
      if (zooms) {
        await mouse.waitForTimeout(SCROLL_PAUSE_MS * 2)
        await mouse.mouse.wheel(0, -240)
        await expect.poll(() => chart.getAttribute('data-zoom')).not.toBe(ALL)
        await chart.getByRole('button', { name: 'Reset zoom' }).click()
        expect(await chart.getAttribute('data-zoom')).toBe(ALL)
        await mouse.mouse.move(box.x + box.width * 0.3, box.y + box.height / 2)
        await mouse.mouse.down()
        await mouse.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 4 })
        await mouse.mouse.up()
        await expect.poll(() => chart.getAttribute('data-zoom')).toMatch(/^(29|30|31)\.\d+,(59|60|61)\.\d+$/)
        await mouse.mouse.dblclick(box.x + box.width / 2, box.y + box.height / 2)
        await expect.poll(() => chart.getAttribute('data-zoom')).toBe(ALL)
      } else {
        await mouse.mouse.wheel(0, -1)
        expect(await chart.getAttribute('data-zoom')).toBe(ALL)
        expect(await chart.getByRole('button', { name: /zoom/i }).count()).toBe(0)
      }
      await toggles(chart, (entry) => entry.click())
    })

    test(`S17 ${kind} by touch: tip, ${zooms ? 'zoom by pinch, ' : ''}legend`, async () => {
      const { chart, box } = await settle(touch, kind)
      const [x, y] = somewhere(kind, true)
      await touch.touchscreen.tap(box.x + box.width * x, box.y + box.height * y)
      await isTold(chart)
      if (zooms) {
        const pinch = async (type: 'touchStart' | 'touchMove' | 'touchEnd', spread: number) =>
          fingers.send('Input.dispatchTouchEvent', {
            type,
            touchPoints:
              type === 'touchEnd'
                ? []
                : [-1, 1].map((side, id) => ({ x: box.x + box.width / 2 + side * spread, y: box.y + box.height / 2, id })),
          })
        await pinch('touchStart', 30)
        await pinch('touchMove', 60)
        await pinch('touchMove', 90)
        await pinch('touchEnd', 0)
        await expect.poll(() => chart.getAttribute('data-zoom')).not.toBe(ALL)
        const reset = chart.getByRole('button', { name: 'Reset zoom' })
        await expect
          .poll(async () => {
            if (await reset.isVisible()) await reset.tap()
            return chart.getAttribute('data-zoom')
          })
          .toBe(ALL)
      }
      await toggles(chart, (entry) => entry.tap())
    })

    test(`S17 ${kind} by keyboard: tip point by point, ${zooms ? 'zoom, ' : ''}legend`, async () => {
      const { chart } = await settle(mouse, kind)
      await chart.locator('.body').focus()
      await mouse.keyboard.press('ArrowRight')
      await isTold(chart)
      const first = await chart.locator('.tip').textContent()
      await mouse.keyboard.press('ArrowRight')
      await expect.poll(() => chart.locator('.tip').textContent()).not.toBe(first)
      expect(await mouse.locator('#said').textContent()).toMatch(/\d/)
      await mouse.keyboard.press('+')
      expect(await chart.getAttribute('data-zoom')).toBe(zooms ? '25.00,75.00' : ALL)
      await mouse.keyboard.press('0')
      expect(await chart.getAttribute('data-zoom')).toBe(ALL)
      await toggles(chart, (entry) => entry.press('Enter'))
    })
  }

  test('S17 the single number is a picture with its change, no engine behind it', async () => {
    const chart = mouse.locator(placeOf('kpi'))
    expect(await chart.locator('svg.ch:visible text').allTextContents()).toEqual([
      '30 Apr 2026',
      expect.stringMatching(/^[\d.,]+$/),
      expect.stringMatching(/^[+−].* against 29 Apr 2026$/),
    ])
    expect(await chart.locator('.live').count()).toBe(0)
    expect(await chart.locator('.body').getAttribute('tabindex')).toBeNull()
  })

  test('another kind by one click, as bars become a pie and lines a heat map', async () => {
    const { chart } = await settle(mouse, 'line')
    await chart.getByRole('button', { name: 'As a heat map' }).click()
    await expect.poll(() => chart.getAttribute('data-live')).toBe('heatmap')
    expect(await chart.locator('.legend button').first().textContent()).toMatch(/\d – \d/)
    await chart.getByRole('button', { name: 'As a line chart' }).click()
    await expect.poll(() => chart.getAttribute('data-live')).toBe('line')
    const pie = (await settle(mouse, 'pie')).chart
    await pie.getByRole('button', { name: 'As a bar chart' }).click()
    await expect.poll(() => pie.getAttribute('data-live')).toBe('bar')
    await pie.locator('.body').focus()
    await mouse.keyboard.press('ArrowRight')
    await isTold(pie)
  })

  test('downloads as SVG with its colours filled in and as PNG, the single number too', async () => {
    for (const kind of ['donut', 'kpi'] as const) {
      const chart = mouse.locator(placeOf(kind))
      await chart.evaluate((element) => element.scrollIntoView({ block: 'center' }))
      const download = async (entry: string) => {
        await chart.getByRole('button', { name: 'Download picture' }).click()
        const [file] = await Promise.all([mouse.waitForEvent('download'), mouse.getByRole('menuitem', { name: entry }).click()])
        return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) }
      }
      const svg = await download('SVG drawing')
      expect(svg.name).toBe(`Orders as ${kind}.svg`)
      expect(svg.bytes.toString()).toMatch(/^<svg .*#156a7b/s)
      expect(svg.bytes.toString()).not.toContain('var(')
      const png = await download('PNG picture')
      expect(png.name).toBe(`Orders as ${kind}.png`)
      expect(png.bytes.subarray(1, 4).toString()).toBe('PNG')
    }
  })

  test('prints the kept picture of a chart that went live', async () => {
    const { chart } = await settle(mouse, 'area')
    await mouse.emulateMedia({ media: 'print' })
    expect(await chart.locator('svg.w-w').isVisible()).toBe(true)
    expect(await chart.locator('.live').isVisible()).toBe(false)
    await mouse.emulateMedia({ media: 'screen' })
  })

  test('P3 nothing in a live chart ran script or broke the policy, and axe finds nothing', async () => {
    expect(await mouse.locator('img').count()).toBe(0)
    expect(await mouse.title()).toBe('Orders review')
    expect(await mouse.locator(`${placeOf('line')} .legend`).textContent()).toContain(hostile)
    expect((await new AxeBuilder({ page: mouse }).analyze()).violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([])
    expect(problems).toEqual([])
  })
})
