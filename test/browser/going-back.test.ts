import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CutLine } from '../cut-line.ts'
import { startServer, type TestServer } from '../server.ts'
import { launchChromium, reasonToSkip } from './chromium.ts'

const csv = 'region,city,amount\nNorth,Oslo,10\nSouth,Rome,5\nNorth,Bergen,7\n'
/** Where pictures go, when somebody wants to look at them. */
const shots = process.env['QRY_SHOTS']

/** Waits longer than usual: the machine may be busy. */
const soon = <Seen>(look: () => Seen) => expect.poll(look, { timeout: 15_000 })

const reason = await reasonToSkip()
describe.skipIf(reason !== undefined)(`going back in Chromium${reason === undefined ? '' : ` (left out: ${reason})`}`, () => {
  let browser: Browser
  let context: BrowserContext
  let server: TestServer
  let page: Page
  let skippedMs = 0
  const problems: string[] = []

  const field = () => page.getByPlaceholder('Ask about the data')
  const questions = (of: Page = page) => of.locator('.turn .qh').allTextContents()
  const timeline = () => page.getByRole('complementary', { name: 'Checkpoints' })
  const last = () => page.locator('.turn').last()
  const ask = async (question: string) => {
    skippedMs += 10_000
    const count = await page.locator('.turn').count()
    await field().fill(question)
    await field().press('Escape')
    await page.getByRole('button', { name: 'Ask', exact: true }).click()
    await soon(() => page.locator('.turn').count()).toBe(count + 1)
    await last().getByRole('button', { name: 'Edit' }).waitFor()
  }
  const menu = async (name: string | RegExp) => {
    await page.getByRole('button', { name: 'More for this conversation' }).click()
    await page.getByRole('menuitem', { name, exact: true }).click()
  }
  const look = async (name: string) => {
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([])
    if (!shots) return
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme })
      await page.screenshot({ path: `${shots}/${name}-${page.viewportSize()?.width}-${theme}.png` })
    }
    await page.emulateMedia({ colorScheme: 'light' })
  }

  beforeAll(async () => {
    server = await startServer({}, { clock: () => new Date(Date.now() + skippedMs) })
    browser = await launchChromium()
    context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
    page = await context.newPage()
    page.on('pageerror', (error) => problems.push(error.message))
    await page.goto(server.url)
    await page.getByLabel('E-mail').fill('mara@example.com')
    await page.getByLabel('Password').fill('correct horse battery')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Skip all', exact: true }).click()
    await page.getByRole('heading', { name: /Drop a file/ }).waitFor()
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Choose a file' }).click(),
    ])
    await chooser.setFiles({ name: 'visits.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
    await page.waitForURL(/\/c\//)
    await page.getByText('3 rows').first().waitFor()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  test('the timeline has a dot before each question and a star for each name', async () => {
    await ask('total amount')
    await ask('amount by region')
    await page.keyboard.press('Control+s')
    await page.getByRole('dialog').getByLabel('Name').fill('Baseline agreed')
    await look('checkpoint-dialog')
    await page.keyboard.press('Enter')
    await timeline()
      .getByRole('button', { name: /Baseline agreed/ })
      .waitFor()
    await ask('how many rows')
    expect(await timeline().getByRole('listitem').allTextContents()).toEqual([
      expect.stringMatching(/before question 1/),
      expect.stringMatching(/before question 2/),
      expect.stringMatching(/Baseline agreed/),
      expect.stringMatching(/before question 3/),
      'Now',
    ])
  })

  test('the share point is a double line in the timeline', async () => {
    await menu(/Share…/)
    await page.getByRole('button', { name: 'Make public' }).click()
    await page.getByRole('dialog').getByText('Nothing is public yet').waitFor({ state: 'detached' })
    await page.keyboard.press('Escape')
    await timeline().getByText('Link ends here').waitFor()
    await look('timeline')
  })

  test('a rewind says what goes, hides it in every window, and gives the question back', async () => {
    const other = await context.newPage()
    await other.goto(page.url())
    await soon(() => questions(other)).toHaveLength(3)
    await timeline()
      .getByRole('button', { name: /before question 2/ })
      .click()
    const dialog = page.getByRole('dialog')
    expect(await dialog.locator('.goes li').allTextContents()).toEqual([
      expect.stringMatching(/2.*amount by region/),
      expect.stringMatching(/3.*how many rows/),
    ])
    expect(await dialog.textContent()).toContain('The link keeps 2 of these turns')
    await look('rewind-dialog')
    await dialog.getByRole('button', { name: 'Rewind, hide 2 questions' }).click()
    await soon(() => questions()).toEqual(['total amount'])
    await soon(() => questions(other)).toEqual(['total amount'])
    expect(await field().inputValue()).toBe('amount by region')
    // A line that the pointer rests on stays.
    await page.locator('.toast').hover()
    await look('rewound')
    await page.locator('.toast').getByRole('button', { name: 'Undo' }).click()
    await soon(() => questions()).toEqual(['total amount', 'amount by region', 'how many rows'])
    await soon(() => questions(other)).toHaveLength(3)
    expect(await field().inputValue()).toBe('')
    await other.close()
  })

  test('S22 the dialog warns of turns that the link shows and the conversation no longer has', async () => {
    await menu('Rewind…')
    await page
      .getByRole('dialog')
      .getByRole('radio', { name: /Before question 3/ })
      .click()
    await page.getByRole('dialog').getByRole('button', { name: 'Rewind, hide 1 question' }).click()
    await soon(() => questions()).toHaveLength(2)
    await menu(/Share…/)
    await soon(() => page.getByRole('dialog').textContent()).toContain('The link shows 1 turn this conversation no longer has')
    await look('link-ahead')
    await page.keyboard.press('Escape')
    await timeline().getByRole('button', { name: 'Undo rewind' }).click()
    await soon(() => questions()).toHaveLength(3)
    await field().fill('')
  })

  test('the last question is edited in its place, and so is a call by hand', async () => {
    await last().getByRole('button', { name: 'Edit' }).click()
    await page.getByText('Editing question 3').waitFor()
    await field().fill('/sql select city from visits order by city limit 1')
    await page.getByRole('button', { name: 'Ask', exact: true }).click()
    await soon(() => last().textContent()).toContain('Bergen')
    await ask('total amount by city')
    const cell = page.locator('.turn').nth(2)
    await cell.getByRole('button', { name: 'Edit' }).click()
    await field().fill('/sql select city from visits order by city desc limit 1')
    await page.getByRole('button', { name: 'Ask', exact: true }).click()
    await soon(() => page.locator('.turn').nth(2).textContent()).toContain('Rome')
    expect(await questions()).toHaveLength(4)
    await page.locator('.turn').first().getByRole('button', { name: 'Edit' }).click()
    expect(await page.getByText(/Editing question/).count()).toBe(0)
    await field().fill('')
  })

  test('search finds words in questions, answers and SQL, and leads to the turn', async () => {
    await page.getByPlaceholder('Search questions, SQL').fill('visits desc')
    const results = page.getByRole('navigation', { name: 'Search results' })
    await results.getByText('1 conversation').waitFor()
    await look('search')
    await results.locator('.hit').first().click()
    await soon(() => page.url()).toMatch(/#trn_/)
    await page.getByPlaceholder('Search questions, SQL').fill('wombat')
    await results.getByText(/Nothing holds “wombat”/).waitFor()
    await page.getByPlaceholder('Search questions, SQL').press('Escape')
  })

  test('pin, archive with undo, and back from the archive', async () => {
    const list = page.getByRole('navigation', { name: 'Conversations by date' })
    await menu('Pin to top')
    await list.getByRole('heading', { name: 'Pinned' }).waitFor()
    await menu('Archive')
    await soon(() => list.getByRole('link').count()).toBe(0)
    await page.locator('.toast').getByRole('button', { name: 'Undo' }).click()
    await soon(() => list.getByRole('link').count()).toBe(1)
    await menu('Archive')
    await list.getByRole('button', { name: 'Archived' }).click()
    const archive = page.getByRole('navigation', { name: 'Archived conversations' })
    await soon(() => archive.getByRole('link').count()).toBe(1)
    await look('archive')
    await archive.getByRole('button', { name: /More for/ }).click()
    await page.getByRole('menuitem', { name: 'Take out of the archive' }).click()
    await archive.getByText('Nothing is archived.').waitFor()
    await archive.getByRole('button', { name: 'All conversations' }).click()
    await list.getByRole('heading', { name: 'Pinned' }).waitFor()
  })

  test('it is taken along as Markdown and as a notebook', async () => {
    for (const [name, ending] of [
      ['Markdown', 'md'],
      ['Notebook (.ipynb)', 'ipynb'],
    ] as const) {
      await page.getByRole('button', { name: 'More for this conversation' }).click()
      if (name === 'Markdown') await look('menu')
      await page.getByRole('menuitem', { name: /^Download/ }).press('ArrowRight')
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name, exact: true }).click(),
      ])
      expect(download.suggestedFilename()).toBe(`total amount.${ending}`)
    }
  })

  test('a cut line says so, and resumes where it was', async () => {
    const line = await CutLine.to(server.url)
    const far = await context.newPage()
    await far.goto(page.url().replace(server.url, line.url).replace(/#.*/, ''))
    await soon(() => questions(far)).toHaveLength(4)
    await line.cut()
    await far.getByText('The connection is lost').waitFor()
    await ask('/sql select 41 + 1 as answer')
    expect(await questions(far)).toHaveLength(4)
    await line.mend()
    await soon(() => far.locator('.turn').last().textContent()).toContain('42')
    await far.getByText('The connection is lost').waitFor({ state: 'detached' })
    expect(await questions(far)).toEqual(await questions())
    await far.close()
    await line.cut()
  })

  test('printed, the conversation stands alone', async () => {
    await page.emulateMedia({ media: 'print' })
    for (const part of ['.side', '.comp', '.tl', '.acts']) expect(await page.locator(part).first().isVisible()).toBe(false)
    expect(await page.locator('.turn .qh').first().isVisible()).toBe(true)
    await page.emulateMedia({ media: 'screen' })
  })

  test('names of the data are completed by keyboard after /sql and /chart', async () => {
    await field().fill('')
    await field().pressSequentially('/sql select re')
    await page.getByRole('option', { name: /region/ }).waitFor()
    await field().press('Tab')
    await field().pressSequentially(' from vis')
    await page.getByRole('option', { name: /visits/ }).waitFor()
    await field().press('ArrowDown')
    await field().press('Enter')
    expect(await field().inputValue()).toBe('/sql select region from visits')
    await field().fill('')
    await field().pressSequentially('/chart bar x=re')
    await page.getByRole('option', { name: /region/ }).waitFor()
    await field().press('Tab')
    expect(await field().inputValue()).toBe('/chart bar x=region')
    await field().fill('')
  })

  test('a question that the server broke off shows Retry, which runs it in its place', async () => {
    const count = await page.locator('.turn').count()
    await field().fill('/sql select count(*) from range(100000000) a, range(1000) b')
    await page.getByRole('button', { name: 'Ask', exact: true }).click()
    await page.getByRole('button', { name: 'Stop' }).waitFor()
    await server.app.conversations.close()
    await last().getByRole('button', { name: 'Retry' }).click()
    await page.getByRole('button', { name: 'Stop' }).click()
    await soon(() => last().textContent()).toMatch(/Stopped after/)
    expect(await page.locator('.turn').count()).toBe(count + 1)
  })

  test('on a phone the menu holds what the timeline does', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    await menu('Rewind…')
    await look('rewind-dialog')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Conversations', exact: true }).click()
    await look('drawer')
    await page.keyboard.press('Escape')
  })

  test('no page threw', () => {
    expect(problems).toEqual([])
  })
})
