import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startServer, type TestServer } from '../server.ts'
import { launchChromium, reasonToSkip } from './chromium.ts'
import { hasFocus, Keyboard } from './keyboard.ts'

const csv = `month,region,revenue\n${Array.from({ length: 36 }, (_, row) => {
  const month = new Date(Date.UTC(2025, row % 12, 1)).toISOString().slice(0, 10)
  return `${month},${['DACH', 'Nordics', 'France'][Math.floor(row / 12)] ?? ''},${100 + ((row * 37) % 90)}`
}).join('\n')}\n`

const password = 'correct horse battery'

const reason = await reasonToSkip()
describe.skipIf(reason !== undefined)(`a person without a mouse${reason === undefined ? '' : ` (left out: ${reason})`}`, () => {
  let browser: Browser
  let server: TestServer
  let context: BrowserContext
  let page: Page
  let keyboard: Keyboard
  const problems: string[] = []

  beforeAll(async () => {
    server = await startServer()
    browser = await launchChromium()
    context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' })
    page = await context.newPage()
    page.setDefaultTimeout(8000)
    page.setDefaultNavigationTimeout(30_000)
    page.on('pageerror', (error) => problems.push(error.message))
    await page.addInitScript(() => addEventListener('pointerdown', () => localStorage.setItem('mouse', 'used'), true))
    keyboard = new Keyboard(page)
    await page.goto(server.url)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
  const item = (name: string | RegExp) => page.getByRole('menuitem', { name })
  const dialog = (name?: string | RegExp) => page.getByRole('dialog', name === undefined ? {} : { name })

  test('sets the organisation up, leaves, and signs in', async () => {
    const form = { Organisation: 'Ridge Outdoor', 'Your name': 'Mara', 'E-mail': 'mara@example.com', Password: password }
    for (const [label, text] of Object.entries(form)) await keyboard.fill(page.getByLabel(label), text)
    await keyboard.use(button('Make the account'))
    await keyboard.use(button('Skip all'))
    await page.getByRole('heading', { name: /Drop a file/ }).waitFor()
    await keyboard.use(button('Mara'))
    await page.keyboard.press('End')
    await hasFocus(item('Sign out'))
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await keyboard.fill(page.getByLabel('E-mail'), form['E-mail'])
    expect(await keyboard.press('Tab')).toContain('Password')
    await page.keyboard.type(password)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: /Drop a file/ }).waitFor()
  })

  test('brings a file, asks, and walks through the answer', async () => {
    await keyboard.reach(button('Choose a file'))
    const file = { name: 'sales.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) }
    await page.locator('input[type=file]').first().setInputFiles(file)
    await page.waitForURL(/\/c\//)
    await page.getByText('36 rows').first().waitFor()
    await keyboard.reach(page.getByLabel('Your question'))
    await page.keyboard.type('/chart bar x=region y=revenue SELECT region, sum(revenue) AS revenue FROM sales GROUP BY region')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Enter')
    const table = page.locator('.turn .tbl')
    await table.waitFor()
    await hasFocus(page.getByLabel('Your question'))

    await keyboard.use(table.getByRole('button', { name: 'revenue', exact: true }), 'Shift+Tab')
    const heading = table.getByRole('columnheader', { name: /revenue/ })
    await expect.poll(() => heading.getAttribute('aria-sort')).toBe('ascending')
    expect(await keyboard.press('Tab')).toBe('button Menu of revenue')
    await page.keyboard.press('Enter')
    const menu = dialog('Column revenue')
    await hasFocus(menu.getByRole('spinbutton', { name: 'From' }))
    expect(await keyboard.goRound(menu)).toHaveLength(7)
    await page.keyboard.press('Escape')
    await hasFocus(button('Menu of revenue'))
    await page.keyboard.press('Enter')
    await keyboard.use(menu.getByRole('button', { name: 'Hide column' }))
    await hasFocus(button('Show all columns'))
    await page.keyboard.press('Enter')
    await expect.poll(() => heading.isVisible()).toBe(true)
    expect(await keyboard.stop()).not.toBe('nothing')

    const donut = page.getByRole('group', { name: 'Kind of chart' }).getByRole('button', { name: /donut/i })
    await keyboard.use(donut, 'Shift+Tab')
    await expect.poll(() => donut.getAttribute('aria-pressed')).toBe('true')
    await hasFocus(donut)
  })

  test('renames in the sidebar, and goes on from there', async () => {
    const nav = page.getByRole('navigation').first()
    await keyboard.use(nav.getByRole('button', { name: /^More for/ }), 'Shift+Tab')
    await hasFocus(item('Rename'))
    await page.keyboard.press('Enter')
    await hasFocus(page.getByLabel('Title'))
    await page.keyboard.type('Revenue by region')
    await page.keyboard.press('Enter')
    await hasFocus(button('More for Revenue by region'))
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await hasFocus(page.getByLabel('Title'))
    await page.keyboard.press('Escape')
    await hasFocus(button('More for Revenue by region'))
  })

  test('shares, and is back where the dialog was opened', async () => {
    await keyboard.use(button('More for this conversation'))
    await hasFocus(item(/^Share/))
    await page.keyboard.press('Enter')
    const share = dialog('Revenue by region')
    await share.getByText('This will make public').waitFor()
    await button('Make public').and(page.locator(':enabled')).waitFor()
    const stops = await keyboard.goRound(share)
    const place = (name: string) => stops.findIndex((stop) => stop.includes(name))
    expect(place('Public')).toBeLessThan(place('Make public'))
    await keyboard.use(button('Make public'))
    await hasFocus(share.getByLabel('Public link'))
    expect(await keyboard.stop()).toContain('Public link')
    await keyboard.goRound(share)
    await keyboard.use(button('Close the link…'))
    await hasFocus(share.getByRole('button', { name: 'Keep the link' }))
    await page.keyboard.press('Enter')
    expect(await share.evaluate((box) => box.contains(document.activeElement))).toBe(true)
    await page.keyboard.press('Escape')
    await share.waitFor({ state: 'detached' })
    await hasFocus(button('More for this conversation'))
  })

  const openSettings = async (section: string) => {
    await keyboard.use(page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: section, exact: true }))
    await page.getByRole('heading', { name: section, level: 1 }).waitFor()
  }
  /** Opens by Enter, goes round, closes by Escape, and is back at what opened it. */
  const tryDialog = async (opener: string) => {
    await keyboard.use(button(opener))
    await dialog().waitFor()
    const stops = await keyboard.goRound(dialog())
    await page.keyboard.press('Escape')
    await hasFocus(button(opener))
    return stops
  }

  test('invites somebody and gives them another role', async () => {
    await keyboard.use(page.getByRole('link', { name: 'Settings', exact: true }))
    await page.getByRole('heading', { name: 'Profile', level: 1 }).waitFor()
    await openSettings('Members')
    expect(await tryDialog('Invite…')).toEqual(['input E-mail', 'select Role', 'button Cancel', 'button Close'])
    await page.keyboard.press('Enter')
    await keyboard.fill(dialog().getByLabel('E-mail'), 'jonas@example.com')
    await page.keyboard.press('Enter')
    await dialog('jonas@example.com is invited').waitFor()
    const address = await page.locator('.once code').innerText()
    await keyboard.use(button('Done'))
    await hasFocus(button('Invite…'))
    const joined = await fetch(`${server.url}/api/invitation/accept`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: new URL(address).hash.slice(1), name: 'Jonas', password }),
    })
    expect(joined.status).toBe(200)
    await page.reload()
    const role = page.getByLabel('Role of Jonas')
    await keyboard.reach(role)
    await page.keyboard.press('ArrowDown')
    await page.getByText(/Jonas is now/).waitFor()
    await hasFocus(role)
    await keyboard.use(button('More for Jonas'))
    await hasFocus(item('Attributes…'))
    await page.keyboard.press('Enter')
    await keyboard.goRound(dialog())
    await page.keyboard.press('Escape')
    await hasFocus(button('More for Jonas'))
    await page.keyboard.press('Enter')
    await page.keyboard.press('End')
    await hasFocus(item('Remove…'))
    await page.keyboard.press('Enter')
    await keyboard.goRound(dialog())
    await page.keyboard.press('Escape')
    await hasFocus(button('More for Jonas'))
  })

  test('makes a role and a group', async () => {
    await openSettings('Roles')
    await tryDialog('New role…')
    await page.keyboard.press('Enter')
    await keyboard.fill(dialog().getByLabel('Name'), 'finance-lead')
    await keyboard.reach(dialog().getByLabel('Read the audit log'))
    await page.keyboard.press('Space')
    await page.keyboard.press('Enter')
    await button('Change the role finance-lead').waitFor()
    await hasFocus(button('New role…'))
    await tryDialog('Change the role finance-lead')
    await openSettings('Groups')
    await keyboard.use(button('New group…'))
    await keyboard.fill(dialog().getByLabel('Name'), 'Finance')
    await keyboard.reach(dialog().getByLabel('Jonas'))
    await page.keyboard.press('Space')
    await keyboard.use(button('Make the group'))
    await page.getByText('Finance has 1 member.').waitFor()
    await hasFocus(button('New group…'))
    await tryDialog('Change Finance')
    await tryDialog('Delete Finance')
  })

  test('sets the sharing policy', async () => {
    await openSettings('Sharing')
    const sharing = page.getByRole('switch', { name: 'Public sharing' })
    await keyboard.reach(sharing)
    await page.keyboard.press('Space')
    await keyboard.goRound(dialog())
    await page.keyboard.press('Escape')
    await hasFocus(sharing)
    await keyboard.fill(page.getByLabel('Longest, in days'), '90')
    await keyboard.use(button('Save'))
    await page.getByText('The sharing policy is saved.').waitFor()
    await expect.poll(() => keyboard.stop()).toBe('h1 Sharing')
  })

  test('makes an API key and revokes it', async () => {
    await openSettings('API keys')
    await tryDialog('New key…')
    await page.keyboard.press('Enter')
    await keyboard.fill(dialog().getByLabel('Name'), 'Nightly report')
    await keyboard.use(button('Make the key'))
    await dialog('The key “Nightly report”').waitFor()
    await keyboard.use(button('I have kept it'))
    await expect.poll(() => keyboard.stop()).toBe('h1 API keys')
    await tryDialog('Revoke Nightly report')
    await page.keyboard.press('Enter')
    await keyboard.use(dialog().getByRole('button', { name: 'Revoke', exact: true }))
    await page.getByText('Nightly report is revoked.').waitFor()
    await expect.poll(() => keyboard.stop()).toBe('h1 API keys')
  })

  test('filters the audit log', async () => {
    await openSettings('Audit log')
    await keyboard.reach(page.getByLabel('What'))
    await page.keyboard.type('API')
    await expect.poll(() => page.getByRole('cell', { name: / joined/ }).count()).toBe(0)
    await page
      .getByRole('cell', { name: /the API key/ })
      .first()
      .waitFor()
    await hasFocus(page.getByLabel('What'))
    await keyboard.reach(page.getByRole('link', { name: 'CSV' }), 'Shift+Tab')
  })

  test('saw at every stop where they were, and no mouse was used', async () => {
    expect([...keyboard.unseen]).toEqual([])
    expect(await page.evaluate(() => localStorage.getItem('mouse'))).toBe(null)
    expect(problems).toEqual([])
  })
})
