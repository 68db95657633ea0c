import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startServer, type TestServer } from '../server.ts'
import { reasonToSkip } from './chromium.ts'
import { looksRight as looksRightOn, type OwnersPage, openAsFirstOwner } from './first-owner.ts'

/** Orders of two years in four regions, in which a month and a region stand out. */
const sales = (): string => {
  const lines = ['month,region,orders,revenue']
  for (let month = 0; month < 24; month++)
    for (const [place, region] of ['DACH', 'Nordics', 'France', 'Benelux'].entries()) {
      const day = new Date(Date.UTC(2024, month, 1)).toISOString().slice(0, 10)
      const orders = 400 + ((month * 37 + place * 211) % 300) - place * 60
      lines.push(`${day},${region},${orders},${orders * (80 + place * 3)}`)
    }
  return lines.join('\n')
}

const reason = await reasonToSkip()
describe.skipIf(reason !== undefined)(
  `a dashboard from an answer to its public page${reason === undefined ? '' : ` (left out: ${reason})`}`,
  () => {
    let owner: OwnersPage
    let server: TestServer
    let page: Page

    beforeAll(async () => {
      server = await startServer()
      owner = await openAsFirstOwner(server.url)
      page = owner.page
      await page.getByRole('link', { name: 'Dashboards' }).waitFor()
    })
    afterAll(async () => {
      await owner?.close()
      await server?.close()
    })

    /** `name`: its picture for the guide. */
    const looksRight = (name: string) => looksRightOn(page, { name, isWhole: true })

    test('S3 S26 an answer goes on a dashboard, a conversation becomes one, it is arranged by keyboard and shared', async () => {
      const api = page.context().request
      const upload = await api.post(`${server.url}/api/uploads`, {
        multipart: { file: { name: 'sales.csv', mimeType: 'text/csv', buffer: Buffer.from(sales()) } },
      })
      const made = await api.post(`${server.url}/api/conversations`, {
        data: { title: 'Month at a glance', uploadIds: [((await upload.json()) as { id: string }).id] },
      })
      const { id } = (await made.json()) as { id: string }
      const questions = [
        "/chart kpi x=month y=revenue SELECT month, sum(revenue) AS revenue FROM sales WHERE month >= DATE '2025-01-01' GROUP BY month ORDER BY month",
        "/chart kpi x=month y=orders SELECT month, sum(orders) AS orders FROM sales WHERE month >= DATE '2025-01-01' GROUP BY month ORDER BY month",
        '/chart line x=month y=revenue by=region SELECT month, region, revenue FROM sales ORDER BY month',
        '/sql SELECT region, sum(revenue) AS revenue, sum(orders) AS orders FROM sales GROUP BY region ORDER BY revenue DESC',
      ]
      for (const question of questions) {
        const asked = await api.post(`${server.url}/api/conversations/${id}/turns?wait=1`, { data: { question } })
        expect(asked.status()).toBe(200)
      }
      await page.goto(`${server.url}/c/${id}`)
      await page.getByRole('button', { name: 'More for this conversation' }).click()
      await page.getByRole('menuitem', { name: 'Import into a dashboard' }).click()
      await page.getByRole('heading', { name: 'Month at a glance', level: 1 }).waitFor()
      await page.getByRole('region', { name: 'Key figures' }).waitFor()

      await page.getByRole('button', { name: 'More for this dashboard' }).click()
      await page.getByRole('menuitem', { name: 'Add text' }).click()
      await page.getByLabel('Title').fill('What to know')
      await page.getByLabel('Text, Markdown').fill('Nordics grew **most** since spring.')
      await page.getByRole('button', { name: 'Add', exact: true }).click()
      await page.getByText('grew most since spring').waitFor()
      await page.locator('figure.fig svg').first().waitFor()
      await page.locator('.tbl').first().waitFor()
      await looksRight('dashboard')

      await page.getByRole('button', { name: 'Filter' }).click()
      await page.getByLabel('Column').selectOption('region')
      await page.getByLabel('is', { exact: true }).fill('nordics')
      await page.getByRole('button', { name: 'Apply' }).click()
      await page.getByText('region: nordics').waitFor()
      await page.getByRole('button', { name: 'Remove the filter region' }).click()
      await page.getByText('region: nordics').waitFor({ state: 'detached' })

      await page.getByRole('button', { name: 'More for this dashboard' }).click()
      await page.getByRole('menuitem', { name: 'Arrange tiles' }).click()
      const block = page.getByRole('button', { name: /What to know/ })
      const before = await block.boundingBox()
      await block.focus()
      await page.keyboard.press('ArrowRight')
      await expect.poll(async () => ((await block.boundingBox())?.x ?? 0) > (before?.x ?? 0)).toBe(true)
      await page.keyboard.press('Shift+ArrowRight')
      const boxOf = async () => (await block.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
      /** Where it lies once it has stopped gliding. */
      const atRest = async () => {
        let [before, now] = [await boxOf(), { x: -1, y: 0, width: 0, height: 0 }]
        while (now.x !== before.x || now.y !== before.y) {
          before = now
          await page.waitForTimeout(150)
          now = await boxOf()
        }
        return now
      }
      const drag = async (from: { x: number; y: number }, by: { x: number; y: number }) => {
        await page.mouse.move(from.x, from.y)
        await page.mouse.down()
        await page.mouse.move(from.x + by.x, from.y + by.y, { steps: 12 })
        await page.mouse.up()
      }
      await block.scrollIntoViewIfNeeded()
      const lying = await atRest()
      await drag({ x: lying.x + 40, y: lying.y + 20 }, { x: 260, y: 0 })
      await expect.poll(async () => (await boxOf()).x).toBeGreaterThan(lying.x)
      const moved = await atRest()
      const corner = await page.locator('.react-grid-item', { has: block }).locator('.react-resizable-handle').boundingBox()
      await drag({ x: (corner?.x ?? 0) + 8, y: (corner?.y ?? 0) + 8 }, { x: 0, y: 90 })
      await expect.poll(async () => (await boxOf()).height).toBeGreaterThan(moved.height)
      await page.getByRole('button', { name: 'Save the order' }).click()
      await page.getByText('grew most since spring').waitFor()

      await page.getByRole('button', { name: 'Refresh', exact: true }).click()
      await page.getByRole('button', { name: 'Refresh', exact: true }).and(page.locator(':enabled')).waitFor()

      const board = page.url()
      await page.getByRole('button', { name: 'More for this dashboard' }).click()
      await page.getByRole('menuitem', { name: 'Schedule…' }).click()
      await page.getByRole('heading', { name: 'New schedule' }).waitFor()
      await page.getByRole('button', { name: 'Schedule it' }).click()
      await page.getByRole('button', { name: 'Run now' }).click()
      await page
        .getByText(/^Refreshed/)
        .first()
        .waitFor()
      await page.goto(board)

      await page.getByRole('button', { name: 'More for this dashboard' }).click()
      await page.getByRole('menuitem', { name: /Share/ }).click()
      await page.getByRole('button', { name: 'Make public' }).click()
      const url = await page.getByLabel('Public link').inputValue()
      expect(url).toContain('/dashboards/shared/')
      await page.goto(url)
      await page.getByText('Opening this page asks nothing of the data.').waitFor()
      await looksRight('dashboard-shared')
      expect(owner.problems).toEqual([])
    }, 180_000)
  },
)
