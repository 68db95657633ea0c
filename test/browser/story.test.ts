import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ShareState } from '../../contract/share.ts'
import { startServer, type TestServer } from '../server.ts'
import { launchChromium, reasonToSkip } from './chromium.ts'
import { drawPicture } from './pictures.ts'

/** Order lines of a small shop: two years, four regions, one row that can't be read. */
function ordersCsv(): string {
  const lines = ['order_id,order_date,region,product,units,unit_price,revenue']
  const regions = ['Nordics', 'DACH', 'France', 'Benelux']
  const products = ['Ridge Boot Mid GTX', 'Merino Base 200', 'Day Pack Kar 22', 'Headlamp 400', 'Wool Beanie Fjell']
  for (let row = 0; row < 1200; row++) {
    const day = new Date(Date.UTC(2024, 10, 1) + Math.floor(row * 0.6) * 86_400_000).toISOString().slice(0, 10)
    const units = 1 + ((row * 7) % 5)
    const price = 19.5 + ((row * 13) % 17) * 10
    lines.push(
      `${1001 + row},${day},${regions[row % 4]},${products[(row * 3) % 5]},${units},${price.toFixed(2)},${(units * price).toFixed(2)}`,
    )
  }
  lines.push('9999,2026-01-01,Nordics,Broken line,1,2,3,4,5')
  return `${lines.join('\n')}\n`
}

const reason = await reasonToSkip()
describe.skipIf(reason !== undefined)(
  `from a file to a stranger's page${reason === undefined ? '' : ` (left out: ${reason})`}`,
  () => {
    let browser: Browser
    let server: TestServer
    let context: BrowserContext
    let page: Page
    let link = ''
    const problems: string[] = []

    const watch = (watched: Page) => {
      watched.on('pageerror', (error) => problems.push(error.message))
      watched.on(
        'console',
        (message) => message.type() === 'error' && !message.text().includes('404') && problems.push(message.text()),
      )
    }
    const ask = async (question: string) => {
      const before = await page.locator('.turn').count()
      const field = page.getByPlaceholder('Ask about the data')
      await field.fill(question)
      await field.press('Escape')
      await page.getByRole('button', { name: 'Ask', exact: true }).click()
      await expect.poll(() => page.locator('.turn').count(), { timeout: 10_000 }).toBe(before + 1)
      await page
        .locator('.turn')
        .last()
        .getByRole('button', { name: /Run again|Copy/ })
        .first()
        .waitFor()
    }
    const openShare = async () => {
      await page.getByRole('button', { name: 'More for this conversation' }).click()
      await page.getByRole('menuitem', { name: /Share/ }).click()
      await page.getByRole('dialog').waitFor()
    }
    const closeShare = async () => {
      await page.getByRole('button', { name: 'Close', exact: true }).click()
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
    const shareState = () =>
      page.evaluate(async () => {
        const id = location.pathname.split('/').at(-1)
        return (await (await fetch(`/api/conversations/${id}/share`)).json()) as ShareState
      })
    const publicState = async () => {
      const state = await shareState()
      if (state.visibility !== 'public') throw new Error('The conversation is not public.')
      return state
    }
    const stranger = async (options: Parameters<Browser['newContext']>[0] = {}) => {
      const opened = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })).newPage()
      watch(opened)
      return opened
    }
    const statusOf = async (url: string) => (await fetch(url)).status
    const expectNoViolations = async (checked: Page) => {
      const { violations } = await new AxeBuilder({ page: checked }).analyze()
      expect(
        violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(' ')).join(', ')}`),
      ).toEqual([])
    }

    beforeAll(async () => {
      server = await startServer()
      browser = await launchChromium()
      context = await browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true })
      page = await context.newPage()
      watch(page)
    })
    afterAll(async () => {
      await browser?.close()
      await server?.close()
    })

    test('the first visitor makes the owner account', async () => {
      await page.goto(server.url)
      await page.getByLabel('Organisation').fill('Ridge Outdoor')
      await page.getByLabel('Your name').fill('Mara')
      await page.getByLabel('E-mail').fill('mara@example.com')
      await page.getByLabel('Password').fill('correct horse battery')
      await expectNoViolations(page)
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: 'Skip all', exact: true }).click()
      await page.getByRole('heading', { name: /Drop a file/ }).waitFor()
      await expectNoViolations(page)
      await drawPicture(page, 'start-light')
    })

    test('a file brings its columns, types and the row that could not be read', async () => {
      await page
        .locator('input[type=file]')
        .first()
        .setInputFiles({ name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from(ordersCsv()) })
      await page.waitForURL(/\/c\//)
      await page.getByText('1,200 rows').waitFor()
      await page
        .getByText(/line 1,?202/i)
        .first()
        .waitFor()
      await expect.poll(() => page.locator('body').textContent()).toMatch(/order_date\s*date/)
      await expectNoViolations(page)
    })

    test('S1 sharing waits for an answered turn and says why', async () => {
      await page.getByRole('button', { name: 'More for this conversation' }).click()
      const entry = page.getByRole('menuitem', { name: /Share/ })
      expect(await entry.getAttribute('aria-disabled')).toBe('true')
      expect(await entry.textContent()).toContain('a link needs one answered turn')
      await page.keyboard.press('Escape')
    })

    test('questions are answered with tables and charts, and the reading is shown', async () => {
      await ask('total revenue by month')
      await page.locator('.fig').first().waitFor()
      expect(await page.locator('.turn').first().locator('.reading').textContent()).toContain('revenue')
      await ask('revenue by region')
      await ask('/sql select * from orders order by order_id desc')
      await expect.poll(() => page.locator('.tbl').last().locator('.range').textContent()).toContain('of 1,200')
      await page.evaluate(() => scrollTo(0, 0))
      await page.locator('.turn').first().scrollIntoViewIfNeeded()
      await page.waitForTimeout(600)
      await drawPicture(page, 'conversation-light')
      await expectNoViolations(page)
    })

    test('a reload shows the same, and a second window hears of a new turn', async () => {
      const before = await page.locator('.turn .qh').allTextContents()
      await page.reload()
      await expect.poll(() => page.locator('.turn .qh').allTextContents()).toEqual(before)
      const other = await context.newPage()
      await other.goto(page.url())
      await expect.poll(() => other.locator('.turn').count()).toBe(3)
      await ask('how many orders')
      await expect.poll(() => other.locator('.turn').count()).toBe(4)
      await other.close()
    })

    test('S3 S4 S5 the dialog says what becomes public, then makes the link', async () => {
      await openShare()
      const dialog = page.getByRole('dialog')
      await expect.poll(() => dialog.textContent()).toMatch(/4\s*turns/)
      expect(await dialog.textContent()).toContain('orders.csv')
      await expectNoViolations(page)
      await dialog.getByRole('button', { name: 'Make public' }).click()
      await dialog.getByRole('button', { name: /Close the link/ }).waitFor()
      const state = await publicState()
      expect(state.url).toBe(`${server.url}/shared/${state.token}`)
      expect(Buffer.from(state.token, 'base64url').length * 8).toBeGreaterThanOrEqual(128)
      link = state.url
      // NOTE: axe scrolls what it looks at.
      await dialog.evaluate((node) => {
        for (const part of [node, ...node.querySelectorAll('*')]) part.scrollTop = 0
      })
      await drawPicture(page, 'share-dialog-light')
      await expectNoViolations(page)
      await closeShare()
    })

    for (const [name, options] of Object.entries({
      'on a desk': {},
      'on a phone': { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
    })) {
      test(`S13 S14 S15 S16 S17 S18 a stranger ${name} sorts, pages, zooms and downloads`, async () => {
        const seen = await stranger({ ...options, acceptDownloads: true })
        await seen.goto(link)
        expect(await seen.locator('h2.qh').allTextContents()).toEqual([
          'total revenue by month',
          'revenue by region',
          '/sql select * from orders order by order_id desc',
          'how many orders',
        ])
        const table = seen.locator('.tbl').filter({ hasText: '1,200 rows' })
        await table.getByRole('button', { name: 'revenue', exact: true }).click()
        await expect.poll(() => table.getByRole('columnheader', { name: 'revenue' }).getAttribute('aria-sort')).toBe('ascending')
        await table.getByRole('button', { name: 'revenue', exact: true }).click()
        await expect.poll(() => table.locator('tbody tr').first().locator('td').last().textContent()).toBe('897.50')
        await table.getByRole('button', { name: 'Last page' }).click()
        await expect.poll(() => table.locator('.range').textContent()).toBe('1,191–1,200 of 1,200')
        const chart = seen.locator('.fig').first()
        await chart.scrollIntoViewIfNeeded()
        await expect.poll(() => chart.getAttribute('data-live'), { timeout: 10_000 }).not.toBeNull()
        await chart.locator('.body').focus()
        await seen.keyboard.press('+')
        await expect.poll(() => chart.getAttribute('data-zoom')).toBe('25.00,75.00')
        await seen.keyboard.press('ArrowRight')
        await expect.poll(() => chart.locator('.tip').isVisible()).toBe(true)
        const fold = seen.locator('details.fold').filter({ hasText: 'Processing details' }).first()
        expect(await fold.getAttribute('open')).toBeNull()
        await fold.locator('summary').focus()
        await seen.keyboard.press('Enter')
        await expect.poll(() => fold.locator('pre').first().isVisible()).toBe(true)
        const [download] = await Promise.all([
          seen.waitForEvent('download'),
          seen.getByRole('link', { name: 'Download orders.csv' }).click(),
        ])
        expect(download.suggestedFilename()).toBe('orders.csv')
        expect(await (await fetch(`${link}/files/orders.csv`)).text()).toBe(ordersCsv())
        expect(await seen.context().cookies()).toEqual([])
        await seen.evaluate(() => scrollTo(0, 0))
        await expectNoViolations(seen)
        await drawPicture(seen, name === 'on a desk' ? 'shared-light' : 'shared-phone-light')
        await seen.context().close()
      })
    }

    test('the page in the dark, on a desk and on a phone', async () => {
      for (const [name, options] of Object.entries({
        'shared-dark': {},
        'shared-phone-dark': { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
      })) {
        const seen = await stranger({ ...options, colorScheme: 'dark' })
        await seen.goto(link)
        await expectNoViolations(seen)
        await drawPicture(seen, name)
        await seen.context().close()
      }
    })

    test('printed, the page is text, tables and charts without what one presses', async () => {
      const seen = await stranger({ viewport: { width: 720, height: 1020 } })
      await seen.goto(link)
      await seen.emulateMedia({ media: 'print' })
      for (const part of ['nav.toc', '.pager button', '.fig .live'])
        expect(await seen.locator(part).filter({ visible: true }).count()).toBe(0)
      expect(await seen.locator('h2.qh').filter({ visible: true }).count()).toBe(4)
      await drawPicture(seen, 'shared-print')
      await seen.context().close()
    })

    test('F2 without JavaScript the page reads as well: text, first rows, charts as pictures', async () => {
      const seen = await stranger({ javaScriptEnabled: false })
      await seen.goto(link)
      expect(await seen.locator('h2.qh').count()).toBe(4)
      expect(await seen.locator('.fig svg.ch').first().isVisible()).toBe(true)
      expect(await seen.locator('.tbl').filter({ hasText: '1,200 rows' }).locator('tbody tr').count()).toBe(10)
      await seen.locator('details.fold summary').filter({ hasText: 'Processing details' }).first().click()
      expect(await seen.locator('details.fold[open] pre').first().isVisible()).toBe(true)
      await seen.context().close()
    })

    test('S7 S8 a further turn is not visible until the link is updated, under the same token', async () => {
      await ask('average revenue by product')
      expect((await publicState()).newerTurns).toBe(1)
      for (const ending of ['', '.json', '.md'])
        expect(await (await fetch(link + ending)).text()).not.toContain('average revenue by product')
      await openShare()
      await page
        .getByRole('dialog')
        .getByText(/lacks 1 newer turn/)
        .first()
        .waitFor()
      await page.getByRole('button', { name: 'Update to version 2' }).click()
      await expect.poll(async () => (await publicState()).version).toBe(2)
      expect((await publicState()).url).toBe(link)
      expect(await (await fetch(link)).text()).toContain('average revenue by product')
      await closeShare()
    })

    test("S16 the page answers with the upload's source deleted", async () => {
      const upload = await page.evaluate(async () => {
        const id = location.pathname.split('/').at(-1)
        return ((await (await fetch(`/api/conversations/${id}`)).json()) as { uploads: { table: { digest: string } }[] })
          .uploads[0]
      })
      const me = await page.evaluate(
        async () => ((await (await fetch('/api/me')).json()) as { tenant: { id: string } }).tenant.id,
      )
      const digest = upload?.table.digest as never
      const everyRow = (await fetch(`${link}.json`).then((response) => response.text())).includes(String(digest))
      expect(everyRow).toBe(false)
      await server.app.blobs.remove(me as never, digest)
      const seen = await stranger()
      await seen.goto(link)
      const table = seen.locator('.tbl').filter({ hasText: '1,200 rows' })
      await table.getByRole('button', { name: 'units', exact: true }).click()
      await table.getByRole('button', { name: 'Last page' }).click()
      await expect.poll(() => table.locator('.range').textContent()).toBe('1,191–1,200 of 1,200')
      expect(await statusOf(`${link}/tables/t3.json?sort=units&limit=5`)).toBe(200)
      expect(await statusOf(`${link}/tables/t3.csv`)).toBe(200)
      await seen.context().close()
    })

    test('S9 S10 S12 private closes the link at once; public again is a new one and the old stays dead', async () => {
      await openShare()
      await page.getByRole('button', { name: /Close the link/ }).click()
      await page.getByRole('button', { name: 'Close the link', exact: true }).click()
      await expect.poll(async () => (await shareState()).visibility).toBe('private')
      const never = await fetch(`${server.url}/shared/${'x'.repeat(32)}`)
      for (const below of ['', '.json', '.md', '/tables/t1.csv', '/tables/t1.columns', '/files/orders.csv']) {
        const gone = await fetch(link + below)
        expect([gone.status, await gone.text()]).toEqual([404, await never.clone().text()])
      }
      const seen = await stranger()
      await seen.goto(link)
      await seen.getByRole('heading', { name: 'There is nothing at this address' }).waitFor()
      await expectNoViolations(seen)
      await drawPicture(seen, 'gone-light')
      await seen.context().close()
      await page.getByRole('radio', { name: /Public/ }).check()
      await page.getByRole('button', { name: 'Make public' }).click()
      await expect.poll(async () => (await shareState()).visibility).toBe('public')
      const { url } = await publicState()
      expect(url).not.toBe(link)
      expect([await statusOf(url), await statusOf(link)]).toEqual([200, 404])
      await closeShare()
    })

    test('S11 deleting closes the link, and undoing the delete does not open it', async () => {
      const { url } = await publicState()
      await page.getByRole('button', { name: 'More for this conversation' }).click()
      await page.getByRole('menuitem', { name: 'Delete' }).click()
      await page.getByRole('button', { name: 'Undo' }).waitFor()
      expect(await statusOf(url)).toBe(404)
      await page.getByRole('button', { name: 'Undo' }).click()
      await expect.poll(() => page.locator('.turn').count()).toBeGreaterThan(0)
      expect(await statusOf(url)).toBe(404)
      expect((await shareState()).visibility).toBe('private')
    })

    test('the dark app and the app on a phone have no violations', async () => {
      const phone = await browser.newContext({
        viewport: { width: 390, height: 844 },
        isMobile: true,
        hasTouch: true,
        colorScheme: 'dark',
        storageState: await context.storageState(),
      })
      const held = await phone.newPage()
      watch(held)
      await held.goto(page.url())
      await held.locator('.turn').first().waitFor()
      await expectNoViolations(held)
      await drawPicture(held, 'conversation-phone-dark')
      await phone.close()
    })

    test('no page threw, and no policy was broken', () => {
      expect(problems).toEqual([])
    })
  },
)
