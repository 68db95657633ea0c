import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

/** What has the focus: what it is called, and whether a person sees that it has it. */
interface Stop {
  readonly name: string
  readonly isSeen: boolean
}

/** A person without a mouse: goes from stop to stop, and notes where the focus could not be seen. */
export class Keyboard {
  readonly #page: Page
  readonly unseen = new Set<string>()

  constructor(page: Page) {
    this.#page = page
  }

  async stop(): Promise<string> {
    let { name, isSeen } = await this.#page.evaluate(lookAtFocus)
    // NOTE: a long dialog scrolls to what has the focus a frame later.
    for (let look = 0; !isSeen && look < 10 && name !== 'nothing'; look++) {
      await this.#page.waitForTimeout(30)
      ;({ name, isSeen } = await this.#page.evaluate(lookAtFocus))
    }
    if (!isSeen && name !== 'nothing') this.unseen.add(name)
    return name
  }

  async press(key: string): Promise<string> {
    await this.#page.keyboard.press(key)
    return this.stop()
  }

  /** By Tab, or by Shift+Tab, until the target has the focus. */
  async reach(target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab', most = 90): Promise<void> {
    await target.waitFor({ state: 'attached' })
    const passed: string[] = []
    for (let step = 0; step < most; step++) {
      if (await has(target)) return
      passed.push(await this.press(key))
    }
    throw new Error(`Not reached: ${target.toString()}. On the way: ${passed.join(' | ')}`)
  }

  async use(target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    await this.reach(target, key)
    await this.#page.keyboard.press('Enter')
  }

  async fill(target: Locator, text: string): Promise<void> {
    await this.reach(target)
    await this.#page.keyboard.press('ControlOrMeta+a')
    await this.#page.keyboard.type(text)
  }

  /** The focus stays within, all the way round, forwards and backwards; the stops are answered in their order. */
  async goRound(dialog: Locator): Promise<string[]> {
    const stops: string[] = []
    const isWithin = () => dialog.evaluate((box) => box.contains(document.activeElement))
    const mark = () => this.#page.evaluate(() => document.activeElement?.setAttribute('data-began', ''))
    await mark()
    for (let step = 0; step < 90; step++) {
      stops.push(await this.press('Tab'))
      expect(await isWithin(), `${stops.join(' | ')} left the dialog`).toBe(true)
      if (await this.#page.evaluate(() => document.activeElement?.hasAttribute('data-began'))) break
    }
    expect(stops.length).toBeLessThan(90)
    await this.press('Shift+Tab')
    expect(await isWithin()).toBe(true)
    await this.press('Tab')
    await this.#page.evaluate(() => document.querySelector('[data-began]')?.removeAttribute('data-began'))
    return stops
  }
}

const has = (target: Locator): Promise<boolean> => target.evaluate((element) => element === document.activeElement)

export const hasFocus = (target: Locator) => expect.poll(() => has(target), { message: target.toString() }).toBe(true)

/** Runs in the page. A ring is an outline or a shadow without blur, at what has the focus or close around it. */
function lookAtFocus(): Stop {
  const focused = document.activeElement
  if (!focused || focused === document.body) return { name: 'nothing', isSeen: false }
  const around = [focused, focused.parentElement, focused.parentElement?.parentElement].filter((one) => one instanceof Element)
  // NOTE: the calendar's button inside a date field has the browser's own ring, which no style of the page says.
  const isCalendar = focused.matches('input[type=date]:not(:focus-visible)')
  const isRinged =
    isCalendar ||
    around.some((element) => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element)
      if (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0) return true
      return / 0px 0px 0px [1-9]/.test(boxShadow) || (element === focused && boxShadow.includes('inset'))
    })
  const box = focused.getBoundingClientRect()
  const isInView = box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight
  let opacity = 1
  for (let element: Element | null = focused; element; element = element.parentElement)
    opacity *= Number(getComputedStyle(element).opacity)
  const labels = 'labels' in focused && focused.labels instanceof NodeList ? [...focused.labels] : []
  const words =
    focused.getAttribute('aria-label') ?? (labels.map((label) => label.textContent).join(' ') || focused.textContent) ?? ''
  const name = `${focused.tagName.toLowerCase()} ${words.replace(/\s+/g, ' ').trim().slice(0, 60)}`.trim()
  return { name, isSeen: isRinged && isInView && opacity > 0.5 }
}
