import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Person } from '../person.ts'
import { startServer, type TestServer } from '../server.ts'
import { launchChromium, reasonToSkip } from './chromium.ts'

const password = 'correct horse battery'
const csv = 'city,amount\nOslo,10\nBergen,20\nOslo,30\n'

const reason = await reasonToSkip()
describe.skipIf(reason !== undefined)(
  `what readers and owners do with a link${reason === undefined ? '' : ` (left out: ${reason})`}`,
  () => {
    let browser: Browser
    let server: TestServer
    let owner: Person
    const problems: string[] = []

    const shareParcels = async (policy: object = {}): Promise<string> => {
      const upload = await owner.upload({ name: 'parcels.csv', text: new TextEncoder().encode(csv) })
      const { id } = await owner.conversation([upload.body.id], 'Parcels by city')
      const table = upload.body.table?.name ?? ''
      await owner.ask(id, `/sql SELECT city, sum(amount) AS total FROM ${table} GROUP BY city ORDER BY city`)
      await owner.ask(id, `/sql SELECT city, amount FROM ${table} ORDER BY amount`)
      const { body } = await owner.share(id, 'public', policy)
      if (body.visibility !== 'public') throw new Error(JSON.stringify(body))
      return body.url
    }
    const expectNoViolations = async (page: Page) => {
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)).toEqual([])
    }
    /** From the public page to the one that says what comes along, in the window that opens. */
    const followLink = async (page: Page, url: string): Promise<Page> => {
      await page.goto(url)
      const opening = page.context().waitForEvent('page')
      await page.getByRole('link', { name: 'Continue in QRY', exact: true }).click()
      const opened = await opening
      opened.on('pageerror', (error) => problems.push(error.message))
      return opened
    }
    const openShare = async (page: Page) => {
      await page
        .getByRole('link', { name: /Parcels by city/ })
        .first()
        .click()
      await page.getByRole('button', { name: 'More for this conversation' }).click()
      await page.getByRole('menuitem', { name: /Share/ }).click()
    }
    const signIn = async (page: Page) => {
      await page.getByLabel('E-mail', { exact: true }).fill('reader@example.com')
      await page.getByLabel('Password', { exact: true }).fill(password)
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    }

    beforeAll(async () => {
      server = await startServer()
      browser = await launchChromium()
      owner = await Person.owner(server.url)
      await server.app.tenancy.createUser({ email: 'reader@example.com', password, role: 'analyst' })
    })
    afterAll(async () => {
      await browser?.close()
      await server?.close()
    })

    test('B9 a reader signs in, chooses tables, and asks further in a conversation of their own', {
      timeout: 90_000,
    }, async () => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
      const page = await followLink(await context.newPage(), await shareParcels())
      await page.getByText('Then continue with the data of the shared page.').waitFor()
      await signIn(page)
      await page.getByRole('heading', { name: 'Parcels by city', exact: true }).waitFor()
      await page.getByText('3 rows. city and amount.').waitFor()
      await expectNoViolations(page)
      await page.getByRole('checkbox').last().uncheck()
      await page.getByRole('button', { name: 'Continue with 1 table', exact: true }).click()
      await page.waitForURL(/\/c\/cnv_/)
      await page.getByRole('heading', { name: /\.parquet$/ }).waitFor()
      const field = page.getByPlaceholder('Ask about the data')
      await field.fill('/sql SELECT sum(total) AS everything FROM result')
      await field.press('Escape')
      await page.getByRole('button', { name: 'Ask', exact: true }).click()
      await page.locator('.turn').getByText('60').first().waitFor()
      await context.close()
      expect(problems).toEqual([])
    })

    test('B9 whoever came in by another way is led back, and a locked page asks for its password again', {
      timeout: 90_000,
    }, async () => {
      const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
      const locked = await context.newPage()
      await locked.goto(await shareParcels({ password: 'open sesame' }))
      await locked.getByLabel('Password').fill('open sesame')
      await locked.keyboard.press('Enter')
      await locked.getByRole('link', { name: 'Continue in QRY', exact: true }).waitFor()
      const page = await followLink(locked, locked.url())
      await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor()
      await context.request.post(`${server.url}/api/session`, { data: { email: 'reader@example.com', password } })
      await page.goto(server.url)
      await page.getByLabel('Password of the page', { exact: true }).fill('wrong')
      await page.keyboard.press('Enter')
      await page.getByText('That is not the password.').waitFor()
      await expectNoViolations(page)
      await page.getByLabel('Password of the page', { exact: true }).fill('open sesame')
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: 'Continue with 2 tables', exact: true }).click()
      await page.waitForURL(/\/c\/cnv_/)
      await context.close()
      expect(problems).toEqual([])
    })

    test('B11 a page of an allowed origin frames it, another one is refused, and the dialog hands out the code', {
      timeout: 90_000,
    }, async () => {
      const [allowed, refused] = [await startEmbedder(), await startEmbedder()]
      await owner.call('PATCH', '/api/tenant', { allowEmbedOrigins: [allowed.origin] })
      const url = await shareParcels()
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
      const page = await context.newPage()
      await context.request.post(`${server.url}/api/session`, { data: { email: 'owner@example.com', password } })
      await page.goto(server.url)
      await openShare(page)
      await page.getByText('Embed in a page').click()
      const code = await page.getByLabel('Embed code', { exact: true }).inputValue()
      expect(code).toContain(`src="${url}" title="Parcels by city"`)
      await expectNoViolations(page)
      for (const { origin, show } of [allowed, refused]) {
        show(code)
        const framed = await context.newPage()
        await framed.goto(origin)
        const heading = framed.frameLocator('iframe').getByRole('heading', { name: 'Parcels by city', exact: true })
        if (origin === allowed.origin) {
          await heading.waitFor()
          await framed.frameLocator('iframe').getByRole('button', { name: /total/ }).first().waitFor()
          await framed.frameLocator('iframe').locator('[data-digest]').waitFor()
        } else {
          await expect
            .poll(() => framed.frames().map((frame) => frame.url()), { timeout: 10_000 })
            .toContain('chrome-error://chromewebdata/')
          expect(await heading.count()).toBe(0)
        }
      }
      await context.close()
      await Promise.all([allowed.close(), refused.close()])
    })

    test('a day is typed or taken from the calendar by keyboard, and the focus stays where it was', {
      timeout: 90_000,
    }, async () => {
      await shareParcels()
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
      const page = await context.newPage()
      await context.request.post(`${server.url}/api/session`, { data: { email: 'owner@example.com', password } })
      await page.goto(server.url)
      await openShare(page)
      const field = page.getByLabel('Closes on', { exact: true })
      const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))
      await field.fill('1/2/2100')
      await page.keyboard.press('Enter')
      await page.getByText('Write a day: 31 Dec 2026.').waitFor()
      await expectNoViolations(page)
      await field.fill('2 jan 2001')
      await page.keyboard.press('Enter')
      await page.getByText(/^The first day is /).waitFor()
      await field.fill('31.01.2100')
      await page.keyboard.press('Enter')
      await page.getByText('After this day readers get a plain 404.').waitFor()
      expect(await field.inputValue()).toBe('31 Jan 2100')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await expect.poll(focused).toBe('31 January 2100')
      await expectNoViolations(page)
      await page.keyboard.press('PageDown')
      await expect.poll(focused).toBe('28 February 2100')
      await page.keyboard.press('ArrowRight')
      await page.keyboard.press('End')
      await expect.poll(focused).toBe('7 March 2100')
      await page.keyboard.press('Enter')
      await expect.poll(() => field.inputValue()).toBe('7 Mar 2100')
      await expect.poll(focused).toBe('Calendar, Closes on')
      await page.getByRole('switch', { name: 'Answers only, no SQL or tool calls' }).focus()
      await page.keyboard.press('Space')
      await expect.poll(() => page.getByRole('switch', { name: 'Answers only, no SQL or tool calls' }).isChecked()).toBe(true)
      expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('switch')
      await context.close()
    })

    test('B13 the owner asks in the dialog what has changed since', { timeout: 90_000 }, async () => {
      await shareParcels()
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
      const page = await context.newPage()
      await context.request.post(`${server.url}/api/session`, { data: { email: 'owner@example.com', password } })
      await page.goto(server.url)
      await openShare(page)
      await page.getByRole('button', { name: 'Check for changes', exact: true }).click()
      await page.getByText(/Nothing has changed\. Asked at/).waitFor()
      await context.close()
    })
  },
)

/** A page of another origin that shows whatever markup it is given. */
async function startEmbedder() {
  let markup = ''
  const embedder = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><title>Elsewhere</title>${markup}`)
  })
  await new Promise<void>((resolve) => embedder.listen(0, '127.0.0.1', resolve))
  const { port } = embedder.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    show: (code: string) => {
      markup = code
    },
    close: () => new Promise((resolve) => embedder.close(resolve)),
  }
}
