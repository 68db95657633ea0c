import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startServer, type TestServer } from '../server.ts'
import { startTdsPeer, tdsLogin } from '../sources/tds-peer.ts'
import { reasonToSkip } from './chromium.ts'
import { looksRight as looksRightOn, type OwnersPage, openAsFirstOwner } from './first-owner.ts'

function makeShop(path: string): void {
  const shop = new DatabaseSync(path)
  shop.exec(`
    CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, region TEXT);
    CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), ordered_at DATE, amount DECIMAL(10,2));
    CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT, category TEXT, price DECIMAL(10,2));
    CREATE VIEW big_orders AS SELECT * FROM orders WHERE amount > 150;
    BEGIN`)
  const customer = shop.prepare('INSERT INTO customers VALUES (?, ?, ?)')
  for (let id = 1; id <= 40; id++) customer.run(id, `Customer ${id}`, ['Nordics', 'DACH', 'France', 'Benelux'][id % 4] ?? '')
  const order = shop.prepare('INSERT INTO orders VALUES (?, ?, ?, ?)')
  for (let id = 1; id <= 500; id++)
    order.run(id, 1 + (id % 40), new Date(Date.UTC(2025, 0, 1 + (id % 365))).toISOString().slice(0, 10), 10.5 + ((id * 37) % 200))
  const product = shop.prepare('INSERT INTO products VALUES (?, ?, ?, ?)')
  for (let id = 1; id <= 12; id++) product.run(id, `Product ${id}`, ['Footwear', 'Packs'][id % 2] ?? '', 20 + id)
  shop.exec('COMMIT')
  shop.close()
}

const reason = await reasonToSkip()
describe.skipIf(reason !== undefined)(
  `a data source from the form to an answer${reason === undefined ? '' : ` (left out: ${reason})`}`,
  () => {
    let owner: OwnersPage
    let server: TestServer
    let page: Page
    let folder: string

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'qry-shop-'))
      makeShop(join(folder, 'shop.sqlite'))
      server = await startServer()
      owner = await openAsFirstOwner(server.url)
      page = owner.page
      await page.getByRole('link', { name: 'Data sources' }).click()
    })
    afterAll(async () => {
      await owner?.close()
      await server?.close()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    })

    /** `name`: its picture for the guide. */
    const looksRight = (name?: string) => looksRightOn(page, { name })

    test('the list is empty and says what to do', async () => {
      await page.getByText('No data sources yet').waitFor()
      await looksRight()
    })

    test('a failed connection says what to do', async () => {
      await page.getByRole('link', { name: 'Add a source' }).click()
      await page.getByRole('button', { name: /PostgreSQL/ }).click()
      await page.getByLabel('Host').fill('127.0.0.1')
      await page.getByLabel('Port').fill('1')
      await page.getByLabel('Database').fill('shop')
      await page.getByRole('button', { name: 'Test connection' }).click()
      await page.getByText('Nothing listens at this host and port').waitFor()
      await looksRight('source-failed')
      await page.getByLabel('Through an SSH server').check()
      await page.getByLabel('SSH host').fill('127.0.0.1')
      await page.getByLabel('SSH port').fill('1')
      await page.getByLabel('SSH user').fill('tunnel')
      await page.getByRole('button', { name: 'Test connection' }).click()
      await page.getByText('The SSH server: Nothing listens').waitFor()
      await looksRight('source-tunnel')
    })

    test('warehouses ask for a key, and say what is wrong with it', async () => {
      await page.getByRole('button', { name: 'Another kind' }).click()
      await page.getByRole('button', { name: /Snowflake/ }).click()
      await page.getByLabel('Host').fill('localhost')
      await page.getByLabel('User').fill('reader')
      await page.getByLabel('Private key').fill('no key')
      await page.getByRole('button', { name: 'Test connection' }).click()
      await page.getByText('The private key cannot be read').waitFor()
      await looksRight()
      await page.getByRole('button', { name: 'Another kind' }).click()
      await page.getByRole('button', { name: /BigQuery/ }).click()
      await page.getByLabel('Key of a service account').fill('{}')
      await page.getByRole('button', { name: 'Test connection' }).click()
      await page.getByText('The key of the service account cannot be read').waitFor()
      await looksRight()
    })

    test('SQL Server is asked for like any server, and a login that can write is warned about', async () => {
      const peer = await startTdsPeer()
      await page.getByRole('button', { name: 'Another kind' }).click()
      await page.getByRole('button', { name: /SQL Server/ }).click()
      expect(await page.getByLabel('Port').inputValue()).toBe('1433')
      await page.getByLabel('Host').fill('127.0.0.1')
      await page.getByLabel('Port').fill(String(peer.port))
      await page.getByLabel('Database').fill('shop')
      await page.getByLabel('User', { exact: true }).fill(tdsLogin.user)
      await page.getByLabel('Password', { exact: true }).fill(tdsLogin.password)
      await page.getByRole('button', { name: 'Test connection' }).click()
      await page.getByText('to SQL Server 16.0.4135.4').waitFor()
      await page.getByText('a login in db_datareader alone is the surest fence').waitFor()
      await looksRight()
      await peer.close()
    })

    test('a file is tested and kept', async () => {
      await page.getByRole('button', { name: 'Another kind' }).click()
      await page.getByRole('button', { name: /SQLite/ }).click()
      await page.getByLabel('Name').fill('Shop warehouse')
      await page.getByLabel('Path of the file').fill(join(folder, 'shop.sqlite'))
      await page.getByRole('button', { name: 'Test connection' }).click()
      await page.getByText('Connected to SQLite').waitFor()
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await page.getByPlaceholder('Search 4 tables and their columns').waitFor()
    })

    test('its catalog shows tables, keys and what columns hold, and is searched', async () => {
      const search = page.getByPlaceholder('Search 4 tables and their columns')
      await search.fill('nothing like it')
      await page.getByText('Nothing has this in its name or comment.').waitFor()
      await search.fill('region')
      await page.getByText('Benelux, DACH, France, Nordics').waitFor()
      await search.fill('customers')
      await page.getByRole('cell', { name: /^id key/ }).waitFor()
      await page.getByRole('button', { name: 'Look into it', exact: true }).first().click()
      await page.getByText('All 40 rows that you see were looked into.').waitFor()
      await page.getByRole('cell', { name: /4 different; none empty.*Nordics \(10\)/ }).waitFor()
      await page.getByRole('cell', { name: 'Customer 20', exact: true }).waitFor()
      await looksRight('catalog')
    })

    test('who may ask it is named, and a policy says how much a person sees', async () => {
      const { userId } = await server.app.tenancy.createUser({
        email: 'ada@example.com',
        password: 'correct horse battery',
        role: 'analyst',
      })
      await page.evaluate(async (id) => {
        const body = JSON.stringify({ attributes: { region: 'Nordics' } })
        await fetch(`/api/members/${id}`, { method: 'PATCH', headers: { 'content-type': 'application/json' }, body })
      }, userId)
      await page.getByRole('link', { name: 'Access', exact: true }).click()
      await page.getByRole('radio', { name: /^Only these/ }).check()
      await page.getByRole('checkbox', { name: 'analyst', exact: true }).check()
      await page.getByRole('button', { name: 'Add a policy', exact: true }).click()
      const policy = page.getByRole('listitem', { name: 'Policy 1' })
      await policy.getByLabel('Table').fill('customers')
      await policy.getByLabel('Rows that are shown').fill('region = {{region}}')
      await policy.getByLabel('Look as').selectOption({ value: userId })
      await policy.getByRole('button', { name: 'Count rows', exact: true }).click()
      await page.getByText(/^ada\S* sees 10 of 40 rows\.$/).waitFor()
      await looksRight('source-access')
      await policy.getByLabel('Rows that are shown').fill('region ; drop')
      await policy.getByRole('button', { name: 'Count rows', exact: true }).click()
      await page.getByText('This is no condition').waitFor()
      await policy.getByLabel('Rows that are shown').fill('region = {{land}}')
      await policy.getByRole('button', { name: 'Count rows', exact: true }).click()
      await page.getByText(/^ada\S* sees 0 of 40 rows\. Nothing is said of their land\.$/).waitFor()
      await policy.getByLabel('Look as').selectOption({ label: 'Mara' })
      await policy.getByRole('button', { name: 'Count rows', exact: true }).click()
      await page.getByText('Mara manages data sources and sees all 40 rows.').waitFor()
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await page.getByText('Access to Shop warehouse is saved.').waitFor()
      await page.reload()
      await page.getByRole('checkbox', { name: 'analyst', exact: true, checked: true }).waitFor()
      await page.getByRole('link', { name: 'To the source', exact: true }).click()
    })

    test('notes teach what people call things, and a question asked in those words is answered', {
      timeout: 90_000,
    }, async () => {
      await page.getByText('Notes', { exact: true }).click()
      await page.getByText('Names, words and figures that analysts should know.').waitFor()
      await looksRight()
      await page.locator('summary', { hasText: 'customers' }).click()
      await page.getByLabel('Also called').fill('buyers, clients')
      await page.getByRole('button', { name: 'Change region', exact: true }).click()
      const column = page.getByRole('dialog', { name: 'region' })
      await column.getByLabel('Called', { exact: true }).fill('Market')
      await column.getByLabel('Other words for its values').fill('DACH = German-speaking')
      await column.getByRole('button', { name: 'Done', exact: true }).click()
      await page.getByText('Market · 1 value explained').waitFor()
      await page.getByRole('radio', { name: 'Figures' }).check({ force: true })
      await page.getByRole('button', { name: 'Add a figure…' }).click()
      const figure = page.getByRole('dialog', { name: 'Add a figure' })
      await figure.getByLabel('Name', { exact: true }).fill('takings')
      await figure.getByLabel('Of the rows of').selectOption('orders')
      await figure.getByLabel('Worked out as').fill('sum(amount)')
      await looksRight()
      await figure.getByRole('button', { name: 'Done', exact: true }).click()
      await looksRight('source-notes')
      await page.getByRole('button', { name: 'Save notes', exact: true }).click()
      await page.getByText('The notes are saved.').first().waitFor()
      await page.reload()
      await page.getByText('Notes', { exact: true }).click()
      await page.getByRole('radio', { name: 'File' }).check({ force: true })
      await looksRight()
      expect(await page.getByLabel('Notes as YAML').inputValue()).toContain('takings')
      await page.getByLabel('Notes as YAML').fill('metrics:\n  takings: {table: nowhere, expression: sum(amount)}\n')
      await page.getByRole('button', { name: 'Save notes', exact: true }).click()
      await page.getByRole('list', { name: 'What is wrong in the file' }).getByText('nowhere').waitFor()
      await page.getByRole('button', { name: 'Discard', exact: true }).click()
      await page.getByRole('button', { name: 'Open in chat' }).click()
      const field = page.getByPlaceholder('Ask about the data')
      await field.fill('takings by market')
      await field.press('Escape')
      await page.getByRole('button', { name: 'Ask', exact: true }).click()
      await page.getByRole('cell', { name: 'Benelux', exact: true }).first().waitFor()
      await field.fill('plonk by market')
      await field.press('Escape')
      await page.getByRole('button', { name: 'Ask', exact: true }).click()
      await page.getByRole('button', { name: 'Say what “plonk” means…' }).click()
      const word = page.getByRole('dialog', { name: 'What “plonk” means' })
      await word.getByLabel('It belongs to').selectOption('orders')
      await word.getByLabel('There it is').selectOption('amount')
      await word.getByLabel('It belongs to').selectOption('takings, a figure')
      await looksRight('teach-word')
      await word.getByRole('button', { name: 'Keep it and ask again', exact: true }).click()
      await page.getByText('Kept: “plonk” is known from now on.').first().waitFor()
      await expect.poll(() => page.getByRole('cell', { name: 'Benelux', exact: true }).count()).toBeGreaterThan(1)
      await page.goBack()
      await page.getByRole('button', { name: 'Open in chat' }).waitFor()
    })

    test('it is opened in a conversation and answers', async () => {
      await page.getByRole('button', { name: 'Open in chat' }).click()
      await page.getByRole('button', { name: 'Data: Shop warehouse' }).waitFor()
      const field = page.getByPlaceholder('Ask about the data')
      await field.fill('/sql SELECT region, count(*) AS customers FROM customers GROUP BY region ORDER BY region')
      await field.press('Escape')
      await page.getByRole('button', { name: 'Ask', exact: true }).click()
      await page.getByText('Benelux').first().waitFor()
      await looksRight('source-conversation')
    })

    test('the list shows it, removing it says what that does, and nothing went wrong in the browser', async () => {
      await page.getByRole('link', { name: 'Data sources' }).first().click()
      const entry = page.getByRole('link', { name: /Shop warehouse/ })
      await entry.waitFor()
      await looksRight()
      await entry.click()
      await page.getByRole('button', { name: 'Remove…', exact: true }).click()
      await page.getByText('Answers that were given stay, and the database itself is not touched.').waitFor()
      await looksRight()
      await page.getByRole('button', { name: 'Keep it', exact: true }).click()
      await page.getByRole('button', { name: 'Remove…', exact: true }).click()
      await page.getByRole('button', { name: 'Remove the source', exact: true }).click()
      await page.waitForURL(/\/sources$/)
      await expect.poll(() => entry.count()).toBe(0)
      expect(owner.problems).toEqual([])
    })
  },
)
