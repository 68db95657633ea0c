import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { launchChromium } from './chromium.ts'
import { drawPicture } from './pictures.ts'

export interface OwnersPage {
  readonly page: Page
  /** What was thrown in the browser so far. */
  readonly problems: string[]
  close(): Promise<void>
}

/** Opens a new server in a browser, makes its first owner there and leaves out the first steps. */
export async function openAsFirstOwner(url: string, name = 'Mara'): Promise<OwnersPage> {
  const browser = await launchChromium()
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' })
  const page = await context.newPage()
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  await page.goto(url)
  await page.getByLabel('Organisation').fill('Ridge Outdoor')
  await page.getByLabel('Your name').fill(name)
  await page.getByLabel('E-mail').fill('mara@example.com')
  await page.getByLabel('Password').fill('correct horse battery')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Skip all', exact: true }).click()
  return { page, problems, close: () => browser.close() }
}

export interface LookOptions {
  /** Of its picture for the guide, which is drawn with PICTURES=1; none without it. */
  readonly name?: string | undefined
  /** Pictures of the page's whole length, in each theme at each width. */
  readonly isWhole?: boolean
  /** What is brought into view before a picture is drawn. */
  readonly into?: string
}

/** In both themes, wide and on a phone: nothing sticks out, and axe finds nothing. */
export async function looksRight(page: Page, { name, isWhole = false, into }: LookOptions = {}): Promise<void> {
  for (const scheme of ['light', 'dark'] as const)
    for (const [size, width] of [
      ['', 1440],
      ['-phone', 390],
    ] as const) {
      await page.emulateMedia({ colorScheme: scheme })
      await page.setViewportSize({ width, height: 900 })
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
      const isLookedAt = (scheme === 'light') === (size === '')
      if (name && (isLookedAt || isWhole)) {
        if (into) await page.locator(into).last().scrollIntoViewIfNeeded()
        await drawPicture(page, `${name}${size}-${scheme}`, { isWhole })
      }
      if (!isLookedAt) continue
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([])
    }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize({ width: 1440, height: 900 })
}
