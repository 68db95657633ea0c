import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Person } from '../person.ts'
import { startServer, type TestServer } from '../server.ts'
import { launchChromium, reasonToSkip } from './chromium.ts'

const password = 'correct horse battery'
const csv = 'city,amount\nOslo,10\nBergen,20\nOslo,30\n'

const reason = await reasonToSkip()
describe.skipIf(reason !== undefined)(`continue with the data${reason === undefined ? '' : ` (left out: ${reason})`}`, () => {
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

  test('B9 a reader signs in, chooses tables, and asks further in a conversation of their own', async () => {
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

  test('B9 whoever came in by another way is led back, and a locked page asks for its password again', async () => {
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
})
