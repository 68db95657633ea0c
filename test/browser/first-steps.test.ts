import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startServer, type TestServer } from '../server.ts'
import { launchChromium, reasonToSkip } from './chromium.ts'

const csv = `opened,team,hours\n${Array.from({ length: 60 }, (_, at) => `2026-0${1 + (at % 6)}-03,${['Support', 'Billing', 'Field'][at % 3] ?? ''},${at % 7}.5`).join('\n')}\n`

const reason = await reasonToSkip()
describe.skipIf(reason !== undefined)(`the first steps${reason === undefined ? '' : ` (left out: ${reason})`}`, () => {
  let browser: Browser
  let server: TestServer
  let page: Page
  const problems: string[] = []
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const step = (number: number) => page.getByText(new RegExp(`^Step ${number} of 3`)).waitFor()
  const expectNoViolations = async () => {
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
  }

  beforeAll(async () => {
    server = await startServer()
    browser = await launchChromium()
    page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage()
    page.on('pageerror', (error) => problems.push(error.message))
    await page.goto(server.url)
    await page.getByLabel('E-mail').fill('mara@example.com')
    await page.getByLabel('Password').fill('correct horse battery')
    await button('Make the account').click()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  test('a file, no model, a starter question: three steps to the first answer, over a reload', async () => {
    await step(1)
    await expectNoViolations()
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button('Choose a file').click()])
    await chooser.setFiles({ name: 'tickets.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
    await step(2)
    await expectNoViolations()
    await page.reload()
    await step(2)
    await page.getByRole('link', { name: 'Connect a model', exact: true }).click()
    await page.getByRole('heading', { name: 'Who answers?' }).waitFor()
    await page.goto(server.url)
    await page.getByText('The first steps wait at step 2 of 3: connect a model.').waitFor()
    await page.getByRole('link', { name: 'Go on', exact: true }).click()
    await button('Go on without').click()
    await step(3)
    await page.getByText('tickets: 60 rows.').waitFor()
    await expectNoViolations()
    await page.getByRole('button', { name: /^Total hours by team/ }).click()
    await page.waitForURL(/\/c\//)
    await page.getByRole('heading', { name: 'Total hours by team', level: 2 }).waitFor()
    await button('Run again').waitFor()
  })

  test('once over they never come back', async () => {
    await page.goto(server.url)
    await page.getByRole('heading', { name: 'Drop a file here' }).waitFor()
    expect(await page.getByText('The first steps wait').count()).toBe(0)
  })

  test('an address that leads nowhere says so, and where to go on', async () => {
    await page.goto(`${server.url}/no/such/page`)
    await page.getByRole('heading', { name: 'Nothing is at this address' }).waitFor()
    await expectNoViolations()
    await page.getByRole('main').getByRole('link', { name: 'New conversation' }).click()
    await page.getByRole('heading', { name: /Drop a file/ }).waitFor()
  })

  test('the demo shop answers from the start page at one click', async () => {
    await page.getByRole('button', { name: /^Number of orders by channel/ }).click()
    await page.waitForURL(/\/c\//)
    await page.getByRole('heading', { name: 'Number of orders by channel', level: 2 }).waitFor()
    await button('Run again').waitFor()
    expect(problems).toEqual([])
  })
})
