import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { must } from '../../server/basics/must.ts'
import { Person } from '../person.ts'
import { startServer, type TestServer } from '../server.ts'
import { reasonToSkip } from './chromium.ts'
import { looksRight, type OwnersPage, openAsFirstOwner } from './first-owner.ts'

const line = (row: number): string =>
  `${row},${['North', 'South', 'East'][row % 3] ?? ''},a long name of a product,${row % 100}.50\n`
const csv = (rows: number, end = ''): string =>
  `order_id,region,product,amount\n${Array.from({ length: rows }, (_, row) => line(row)).join('')}${end}`

const reason = await reasonToSkip()
describe.skipIf(reason !== undefined)(`a large file${reason === undefined ? '' : ` (left out: ${reason})`}`, () => {
  let server: TestServer
  let owner: OwnersPage
  let page: Page
  let person: Person
  let folder = ''
  const bring = async (name: string, text: string): Promise<void> => {
    const path = join(folder, name)
    await writeFile(path, text)
    await page.locator('input[type=file]').first().setInputFiles(path)
  }
  /** Keeps the engine that imports busy, so that the next file is seen while it is read. */
  const keepBusy = async (): Promise<void> => {
    const text = csv(1_500_000)
    for (const name of ['one.csv', 'two.csv']) await person.upload({ name, text }, undefined, true)
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qry-importing-'))
    server = await startServer()
    owner = await openAsFirstOwner(server.url)
    page = owner.page
    const [cookie] = await page.context().cookies()
    person = Person.withCookie(server.url, `${must(cookie).name}=${must(cookie).value}`)
  }, 60_000)
  afterAll(async () => {
    await owner?.close()
    await server?.close()
    await rm(folder, { recursive: true, force: true })
  })

  test('F8: is asked while its rows are still read, and says how many there are when they are', { timeout: 90_000 }, async () => {
    await keepBusy()
    await bring('orders.csv', csv(150_000))
    await page.getByText('Reading all rows. You can ask already.').waitFor()
    await page.getByText('amount').first().waitFor()
    await looksRight(page)
    await page.locator('#ask').fill('total amount by region')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Run again', exact: true }).waitFor()
    await page.getByText('Data: orders.csv').click()
    await page.getByText('150,000 rows, 4 columns').waitFor({ timeout: 60_000 })
    expect(await page.getByText('Reading all rows. You can ask already.').count()).toBe(0)
  })

  test('says where it stands that it could not be read after all', { timeout: 90_000 }, async () => {
    await bring('broken.csv', csv(150_000, `1,"${'x'.repeat(17 * 1024 * 1024)}",a,1\n`))
    await page.getByText('A line of this file is longer than 16 MB').waitFor({ timeout: 60_000 })
    await page.getByRole('button', { name: 'Remove broken.csv' }).click()
    expect(owner.problems).toEqual([])
  })
})
