import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Dashboard } from '../../contract/dashboard.ts'
import { startServer, type TestServer } from '../server.ts'
import { reasonToSkip } from './chromium.ts'
import { looksRight, type OwnersPage, openAsFirstOwner } from './first-owner.ts'

const sales = 'region,day,amount\nNorth,2026-01-31,10\nNorth,2026-02-28,14\nSouth,2026-01-31,20\nSouth,2026-02-28,30\n'
const password = 'correct horse battery'

const reason = await reasonToSkip()
describe.skipIf(reason !== undefined)(`parameters of a dashboard${reason === undefined ? '' : ` (left out: ${reason})`}`, () => {
  let owner: OwnersPage
  let server: TestServer
  let page: Page
  let path = ''

  beforeAll(async () => {
    server = await startServer()
    owner = await openAsFirstOwner(server.url)
    page = owner.page
    await page.getByRole('link', { name: 'Dashboards' }).waitFor()
    const api = page.context().request
    const upload = await api.post(`${server.url}/api/uploads`, {
      multipart: { file: { name: 'sales.csv', mimeType: 'text/csv', buffer: Buffer.from(sales) } },
    })
    const { id: uploadId } = (await upload.json()) as { id: string }
    const made = await api.post(`${server.url}/api/conversations`, { data: { title: 'Sales', uploadIds: [uploadId] } })
    const { id: conversationId } = (await made.json()) as { id: string }
    await api.put(`${server.url}/api/conversations/${conversationId}/visibility`, { data: { to: 'tenant', named: [] } })
    const sql = "SELECT * FROM sales WHERE region = 'North' ORDER BY day"
    const tiles = [{ title: 'Sales of a region', conversationId, sql }]
    const board = (await (
      await api.post(`${server.url}/api/dashboards`, { data: { name: 'Regions', tiles } })
    ).json()) as Dashboard
    path = `/dashboards/${board.id}`
    await api.patch(`${server.url}/api${path}`, { data: { visibility: 'tenant' } })
    const tenant = ((await (await api.get(`${server.url}/api/me`)).json()) as { tenant: { slug: string } }).tenant.slug
    await server.app.tenancy.createUser({ email: 'ann@example.com', password, role: 'viewer', tenant })
  }, 120_000)
  afterAll(async () => {
    await owner?.close()
    await server?.close()
  })

  const chosen = (on: Page, label: string) => on.getByRole('group', { name: 'Parameters' }).getByLabel(label, { exact: true })
  const cells = async (on: Page) => (await on.locator('.tbl tbody tr td:first-child').allInnerTexts()).join()
  const passesAxe = async () => {
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([])
  }

  test('the owner makes them with the keyboard, a tile names them, and what is chosen is asked and kept', async () => {
    await page.goto(server.url + path)
    await page.locator('.tbl').waitFor()
    await page.getByRole('button', { name: 'More for this dashboard' }).click()
    await page.getByRole('menuitem', { name: 'Parameters…' }).click()
    await page.getByLabel('Name in SQL').fill('Region')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('A parameter is named in lower-case letters').waitFor()
    await page.getByLabel('Name in SQL').fill('region')
    await page.getByLabel('What people read').fill('Region')
    await page.getByLabel('Kind').selectOption('choice')
    await page.getByLabel('What can be chosen').fill('North\nSouth')
    await page.getByRole('button', { name: 'Add a parameter' }).click()
    await page.getByLabel('Name in SQL').last().fill('least')
    await page.getByLabel('Kind').last().selectOption('number')
    await page.getByLabel('Default').last().fill('0')
    await page.getByRole('button', { name: 'Add a parameter' }).click()
    await page.getByLabel('Name in SQL').last().fill('since')
    await page.getByLabel('Kind').last().selectOption('date')
    await page.getByLabel('Default', { exact: true }).last().fill('2026-01-01')
    await looksRight(page, { name: 'dashboard-parameters-form' })
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('group', { name: 'Parameters' }).waitFor()

    await page.getByRole('button', { name: 'More for Sales of a region' }).click()
    await page.getByRole('menuitem', { name: 'Edit' }).click()
    await page.getByText('Parameters: $region, $least, $since.').waitFor()
    await page
      .getByLabel('SQL, one SELECT')
      .fill('SELECT * FROM sales WHERE region = $region AND amount >= $least AND day >= $since ORDER BY day')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })

    await chosen(page, 'Region').selectOption('South')
    await expect.poll(() => cells(page)).toBe('South,South')
    await chosen(page, 'least').focus()
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type('many')
    await page.keyboard.press('Enter')
    await page.getByText('Write a number: 12 or -0.5.').waitFor()
    await passesAxe()
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type('25')
    await page.keyboard.press('Enter')
    await expect.poll(() => cells(page)).toBe('South')
    await chosen(page, 'since').fill('31 Jan 2026')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Back to the defaults' }).waitFor()
    await looksRight(page, { name: 'dashboard-parameters' })
    await page.reload()
    await expect.poll(() => cells(page)).toBe('South')
    expect(await chosen(page, 'Region').inputValue()).toBe('South')
    expect(owner.problems).toEqual([])
  }, 180_000)

  test('S26 a colleague chooses for themselves, by address too; a stranger sees what the owner chose', async () => {
    const api = page.context().request
    const shared = await api.put(`${server.url}/api${path}/share`, { data: { visibility: 'public' } })
    const { url } = (await shared.json()) as { url: string }
    const other = await page.context().browser()?.newContext()
    const hers = await other?.newPage()
    if (!other || !hers) throw new Error('there is no browser')
    await other.request.post(`${server.url}/api/session`, { data: { email: 'ann@example.com', password } })
    await hers.goto(server.url + path)
    await expect.poll(() => cells(hers)).toBe('South')
    await chosen(hers, 'Region').selectOption('North')
    await hers.getByText('No rows').or(hers.locator('.tbl')).first().waitFor()
    await chosen(hers, 'least').fill('12')
    await hers.keyboard.press('Enter')
    await expect.poll(() => cells(hers)).toBe('North')
    expect(new URL(hers.url()).search).toContain('region=North')
    await hers.reload()
    await expect.poll(() => cells(hers)).toBe('North')
    await hers.getByRole('button', { name: 'Back to the defaults' }).click()
    await expect.poll(() => cells(hers)).toBe('North,North')
    await page.goto(server.url + path)
    await expect.poll(() => cells(page)).toBe('South')

    await hers.goto(url)
    const tags = hers.getByRole('group', { name: 'Chosen and filtered by the author' })
    expect(await tags.innerText()).toContain('Region: South')
    await page.goto(url)
    await looksRight(page)
    await other.close()
  }, 120_000)
})
