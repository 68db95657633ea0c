import { mkdir } from 'node:fs/promises'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext, FrameLocator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ShareState } from '../../contract/share.ts'
import type { TurnWithRows } from '../../contract/turn.ts'
import { Person } from '../person.ts'
import { reasonToSkipNative } from '../python/engine-here.ts'
import { startServer, type TestServer } from '../server.ts'
import { launchChromium, reasonToSkip } from './chromium.ts'

const csv = `month,region,revenue\n${['Nordics', 'DACH', 'France'].flatMap((region, place) => Array.from({ length: 12 }, (_, month) => `2026-${String(month + 1).padStart(2, '0')}-01,${region},${1200 + 300 * place + ((month * 7919 + place * 104729) % 900)}`)).join('\n')}\n`
const cells = {
  matplotlib: `import matplotlib.pyplot as plt
orders = load("orders")
orders.groupby("region").revenue.sum().plot.barh()
plt.title("Revenue by region")
plt.show()`,
  plotly: `import plotly.express as px
px.line(orders, x="month", y="revenue", color="region", title="Revenue by month")`,
  altair: `import altair as alt
alt.Chart(orders).mark_circle(size=80).encode(x="month", y="revenue", color="region").properties(title="Revenue as dots")`,
}
/** `SHOTS=folder` writes what the pages look like. */
const shots = process.env['SHOTS']

const reason = (await reasonToSkip()) ?? (await reasonToSkipNative())
describe.skipIf(reason !== undefined)(
  `figures of cells in Chromium${reason === undefined ? '' : ` (left out: ${reason})`}`,
  () => {
    let browser: Browser
    let server: TestServer
    let person: Person
    let context: BrowserContext
    let page: Page
    let id = ''
    let link = ''
    const problems: string[] = []
    const strangersRequests: string[] = []

    const ask = (question: string): Promise<TurnWithRows> => person.ask(id, question)
    const figure = (where: Page, title: string) => where.locator('.cellfig', { hasText: title })
    const frameOf = (where: Page, title: string): FrameLocator => figure(where, title).frameLocator('iframe')
    const watch = (watched: Page) => {
      watched.on('pageerror', (error) => problems.push(error.message))
      watched.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    }

    beforeAll(async () => {
      server = await startServer({ PYTHON_ENGINE: 'native' })
      person = await Person.owner(server.url)
      const { body: upload } = await person.upload({ name: 'orders.csv', text: csv })
      id = (await person.conversation([upload.id], 'Cells')).id
      for (const code of Object.values(cells)) expect((await ask(`/python ${code}`)).error).toBeUndefined()
      await ask('/python px.bar(orders, x="month", y="revenue", title="Half done").show()\n1 / 0')
      await ask('/python print("still here", len(orders))')
      const { body } = await person.share(id, 'public')
      link = (body as ShareState & { url: string }).url
      browser = await launchChromium()
      context = await browser.newContext({ viewport: { width: 1440, height: 1000 } })
      const [name = '', value = ''] = (person.headers['cookie'] ?? '').split('=')
      await context.addCookies([{ name, value, url: server.url }])
      context.setDefaultTimeout(12_000)
      page = await context.newPage()
      watch(page)
    })
    afterAll(async () => {
      await browser?.close()
      await server?.close()
    })

    /** Into the middle of the view, where nothing lies over it. */
    const show = (where: Page, title: string) =>
      figure(where, title).evaluate((element) => element.scrollIntoView({ block: 'center', behavior: 'instant' }))
    const expectPicture = async (where: Page): Promise<void> => {
      const picture = figure(where, 'Revenue by region').locator('img')
      await show(where, 'Revenue by region')
      await expect
        .poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth), { timeout: 10_000 })
        .toBeGreaterThan(100)
    }

    /** Hover, zoom and legend of a Plotly figure, inside its frame. */
    async function tryPlotly(where: Page): Promise<void> {
      const frame = frameOf(where, 'Revenue by month')
      await show(where, 'Revenue by month')
      await frame.locator('.scatterlayer .trace').first().waitFor({ timeout: 30_000 })
      const plot = frame.locator('.draglayer .nsewdrag').first()
      // NOTE: the page may still move while what is above is drawn.
      const hovered = async (): Promise<number> => {
        await plot.hover({ position: { x: 150, y: 100 }, force: true })
        await where.mouse.move(1, 1)
        await plot.hover({ position: { x: 152, y: 100 }, force: true })
        return frame.locator('.hoverlayer .hovertext').count()
      }
      await expect.poll(hovered, { timeout: 15_000 }).toBeGreaterThan(0)
      const box = await plot.boundingBox()
      if (!box) throw new Error('no plot')
      const ticks = () => frame.locator('.xaxislayer-above .xtick text').allTextContents()
      const before = await ticks()
      await where.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.2)
      await where.mouse.down()
      await where.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.8, { steps: 5 })
      await where.mouse.up()
      await expect.poll(ticks).not.toEqual(before)
      await frame.locator('.legendtoggle').first().click()
      await expect
        .poll(() =>
          frame
            .locator('.legend .traces')
            .first()
            .evaluate((entry) => getComputedStyle(entry).opacity),
        )
        .toBe('0.5')
    }

    /** The same of an Altair chart. */
    async function tryAltair(where: Page): Promise<void> {
      const frame = frameOf(where, 'Revenue as dots')
      await show(where, 'Revenue as dots')
      const dots = frame.locator('.mark-symbol.marks path')
      await dots.first().waitFor({ timeout: 30_000 })
      await dots.nth(4).hover({ force: true })
      await frame.locator('#vg-tooltip-element.visible, title').first().waitFor({ state: 'attached' })
      const place = () => dots.nth(4).getAttribute('transform')
      const before = await place()
      const box = await frame.locator('svg').first().boundingBox()
      if (!box) throw new Error('no chart')
      await where.mouse.move(box.x + box.width / 3, box.y + box.height / 2)
      await where.mouse.wheel(0, -240)
      await expect.poll(place).not.toBe(before)
      const faint = () => dots.evaluateAll((all) => all.filter((dot) => Number(dot.getAttribute('opacity') ?? 1) < 0.3).length)
      await frame.locator('.role-legend-label text').first().click()
      await expect.poll(faint).toBeGreaterThan(0)
    }

    test('the owner sees pictures and live charts, each chart in a frame without an origin', async () => {
      await page.goto(`${server.url}/c/${id}`)
      await expectPicture(page)
      await tryPlotly(page)
      await tryAltair(page)
      for (const frame of await page.locator('.cellfig iframe').all())
        expect(await frame.getAttribute('sandbox')).toBe('allow-scripts')
    })

    test('a failed cell offers Re-run, Edit and Ignore', async () => {
      const failed = page.locator('.turn', { hasText: 'ZeroDivisionError' })
      await failed.getByRole('button', { name: 'Re-run' }).waitFor()
      expect(await failed.locator('.tb').textContent()).toContain('1 / 0')
      // NOTE: Chromium gives the first click after a scroll to the frame that was there before.
      const edited = async (): Promise<string> => {
        await failed.getByRole('button', { name: 'Edit' }).click()
        return page.locator('#ask').inputValue()
      }
      await expect.poll(edited).toContain('1 / 0')
      await failed.getByRole('button', { name: 'Ignore' }).click()
      await page.getByText('Failed, ignored.').waitFor()
      await page.getByRole('button', { name: 'Show', exact: true }).click()
    })

    test('the names that cells made can be looked at, and Python be restarted', async () => {
      const state = page.locator('.python')
      await state.locator('summary').click()
      await state.getByRole('cell', { name: 'orders', exact: true }).waitFor()
      await state.getByText('36 × 3').waitFor()
    })

    test('both pages have no findings of axe, in both themes and at both widths', { timeout: 120_000 }, async () => {
      for (const [width, scheme] of [
        [1440, 'light'],
        [390, 'dark'],
      ] as const) {
        for (const [name, url] of [
          ['owner', `${server.url}/c/${id}`],
          ['shared', link],
        ] as const) {
          const shown = await context.newPage()
          await shown.emulateMedia({ colorScheme: scheme })
          await shown.setViewportSize({ width, height: 1000 })
          await shown.goto(url)
          await shown.locator('.cellfig').first().waitFor()
          await figure(shown, 'Revenue by month').scrollIntoViewIfNeeded()
          await frameOf(shown, 'Revenue by month').locator('.scatterlayer').first().waitFor({ timeout: 30_000 })
          if (shots) {
            await mkdir(shots, { recursive: true })
            await figure(shown, 'Revenue as dots').scrollIntoViewIfNeeded()
            await frameOf(shown, 'Revenue as dots').locator('.mark-symbol').first().waitFor({ timeout: 30_000 })
            await shown.screenshot({ path: `${shots}/${name}-${width}-${scheme}.png`, fullPage: true })
          }
          const { violations } = await new AxeBuilder({ page: shown }).exclude('iframe').analyze()
          expect(violations.map(({ id: rule, nodes }) => `${rule}: ${nodes[0]?.html ?? ''}`)).toEqual([])
          await shown.close()
        }
      }
    })

    test('S17 S20 a stranger hovers, zooms and toggles them; a cell that failed shows its error and no chart', async () => {
      const stranger = await browser.newPage({ viewport: { width: 1280, height: 1000 } })
      watch(stranger)
      stranger.on('request', (request) => strangersRequests.push(request.url()))
      await stranger.goto(link)
      await expectPicture(stranger)
      expect(await stranger.locator('.cellfig').count()).toBe(3)
      expect(await stranger.locator('.turn', { hasText: 'ZeroDivisionError' }).locator('.cellfig').count()).toBe(0)
      await tryPlotly(stranger)
      await tryAltair(stranger)
      const elsewhere = strangersRequests.filter(
        (url) => !url.startsWith(server.url) && !url.startsWith('data:') && !url.startsWith('blob:'),
      )
      expect(elsewhere).toEqual([])
      await stranger.close()
    })

    test('S20 after the cell is run again without its error and the link updated, the chart is there', async () => {
      const { body } = await person.call<{ turns: TurnWithRows[] }>('GET', `/api/conversations/${id}`)
      const failed = body.turns.find((turn) => turn.status === 'failed')
      await person.call('POST', `/api/conversations/${id}/turns?wait=1`, {
        question: '/python px.bar(orders, x="month", y="revenue", title="Half done").show()',
        replacesTurnId: failed?.id,
      })
      await person.share(id, 'public')
      const stranger = await browser.newPage()
      await stranger.goto(link)
      expect(await stranger.locator('.cellfig h3').allTextContents()).toContain('Half done')
      await stranger.close()
      expect(problems.filter((problem) => !/404|401/.test(problem))).toEqual([])
    })
  },
)
