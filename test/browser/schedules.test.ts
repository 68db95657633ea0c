import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Schedule } from '../../contract/schedule.ts'
import { type MailServer, startMailServer } from '../mail-server.ts'
import { startServer, type TestServer } from '../server.ts'
import { launchChromium, reasonToSkip } from './chromium.ts'

/** Where pictures of every page go, to be looked at; none are made without it. */
const pictures = process.env['PICTURES_TO']

const looks = [
  ['light', 1440],
  ['dark', 390],
] as const

const reason = await reasonToSkip()
describe.skipIf(reason !== undefined)(
  `a schedule from a conversation's menu to a letter${reason === undefined ? '' : ` (left out: ${reason})`}`,
  () => {
    let browser: Browser
    let server: TestServer
    let letters: MailServer
    let page: Page
    const problems: string[] = []

    beforeAll(async () => {
      letters = await startMailServer()
      server = await startServer({ SMTP_URL: letters.url, QRY_ORIGIN: 'https://qry.example' })
      browser = await launchChromium()
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        reducedMotion: 'reduce',
        timezoneId: 'Europe/Berlin',
      })
      page = await context.newPage()
      page.on('pageerror', (error) => problems.push(error.message))
      await page.goto(server.address)
      await page.getByLabel('Organisation').fill('Ridge Outdoor')
      await page.getByLabel('Your name').fill('Mara')
      await page.getByLabel('E-mail').fill('mara@example.com')
      await page.getByLabel('Password').fill('correct horse battery')
      await page.keyboard.press('Enter')
      const skip = page.getByRole('button', { name: 'Skip all', exact: true })
      await skip.click()
      await skip.waitFor({ state: 'detached' })
    }, 120_000)
    afterAll(async () => {
      await browser?.close()
      await server?.close()
      await letters?.close()
    })

    const looksRight = async (name: string) => {
      for (const [scheme, width] of looks) {
        await page.emulateMedia({ colorScheme: scheme })
        await page.setViewportSize({ width, height: 900 })
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
        if (pictures) {
          await mkdir(pictures, { recursive: true })
          await page.screenshot({ path: join(pictures, `${name}-${width}-${scheme}.png`), fullPage: true })
        }
        const { violations } = await new AxeBuilder({ page }).analyze()
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
      }
      await page.emulateMedia({ colorScheme: 'light' })
      await page.setViewportSize({ width: 1440, height: 900 })
    }

    test('it is made, run now, paused, changed, deleted and taken back', { timeout: 240_000 }, async () => {
      const api = page.context().request
      const upload = await api.post(`${server.address}/api/uploads`, {
        multipart: {
          file: {
            name: 'orders.csv',
            mimeType: 'text/csv',
            buffer: Buffer.from('region,amount\nNorth,120\nSouth,80\nEast,45\n'),
          },
        },
      })
      const made = await api.post(`${server.address}/api/conversations`, {
        data: { title: 'How orders are doing', uploadIds: [((await upload.json()) as { id: string }).id] },
      })
      const { id } = (await made.json()) as { id: string }
      const asked = await api.post(`${server.address}/api/conversations/${id}/turns?wait=1`, {
        data: { question: 'total amount by region' },
      })
      expect(asked.status()).toBe(200)

      await page.goto(`${server.address}/schedules`)
      await page.getByRole('heading', { name: 'Nothing is scheduled' }).waitFor()
      await looksRight('empty')

      await page.goto(`${server.address}/c/${id}`)
      await page.getByRole('button', { name: 'More for this conversation' }).click()
      await page.getByRole('menuitem', { name: 'Schedule…' }).click()
      await page.getByRole('heading', { name: 'New schedule' }).waitFor()
      expect(await page.getByLabel('Question', { exact: true }).inputValue()).toBe('total amount by region')
      await page.getByLabel('How often').selectOption('week')
      await page.getByLabel('Day of the week').selectOption({ label: 'Monday' })
      await page.getByText(/Next: Mon, .*09:00/).waitFor()
      await page.getByLabel('Send', { exact: true }).selectOption('above')
      await page.getByLabel('At', { exact: true }).fill('soon')
      await page.keyboard.press('Enter')
      await page.getByText('Write a time: 09:00.').waitFor()
      await page.getByLabel('At', { exact: true }).fill('7.30')
      await page.keyboard.press('Tab')
      await page.getByText(/^Next: .*, 07:30/).waitFor()
      await page.getByLabel('At', { exact: true }).fill('9')
      await page.keyboard.press('Tab')
      await page.getByText(/^Next: .*, 09:00/).waitFor()
      await page.getByRole('button', { name: 'Schedule it' }).click()
      await page.getByText('Write the number to compare with.').waitFor()
      await page.getByLabel('Number').fill('100')
      await looksRight('form')
      await page.getByLabel('What it is called').fill('Orders on Monday')
      await page.getByRole('button', { name: 'Schedule it' }).click()

      await page.getByRole('heading', { name: 'Orders on Monday' }).waitFor()
      await page.getByText('Every Monday at 09:00').waitFor()
      await page.getByRole('button', { name: 'Run now' }).click()
      expect((await letters.next('mara@example.com')).subject).toBe('Orders on Monday')
      await page.getByText(/^Answered and sent by e-mail\. .*120, above 100\./).waitFor()
      await looksRight('page')

      await page.getByRole('button', { name: 'More for this schedule' }).click()
      await page.getByRole('menuitem', { name: 'Pause' }).click()
      await page.getByText('Paused', { exact: true }).waitFor()
      await page.getByRole('button', { name: 'More for this schedule' }).click()
      await page.getByRole('menuitem', { name: 'Edit' }).click()
      await page.getByLabel('What it is called').fill('Orders of the week')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByRole('heading', { name: 'Orders of the week' }).waitFor()
      await page.getByRole('button', { name: 'More for this schedule' }).click()
      await page.getByRole('menuitem', { name: 'Delete' }).click()
      await page.getByRole('heading', { name: 'Nothing is scheduled' }).waitFor()
      await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByRole('heading', { name: 'Orders of the week' }).waitFor()

      await page.getByRole('link', { name: 'Schedules', exact: true }).click()
      await page.getByRole('link', { name: /Orders of the week/ }).waitFor()
      await looksRight('list')
      const { items } = (await (await api.get(`${server.address}/api/schedules`)).json()) as { items: Schedule[] }
      expect(items.map(({ name, isPaused, alert }) => [name, isPaused, alert?.value])).toEqual([
        ['Orders of the week', true, 100],
      ])
      expect(problems).toEqual([])
    })
  },
)
