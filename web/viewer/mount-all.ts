import type { ColumnarTable } from '../../render/columnar.ts'
import { mountChart } from './chart.ts'
import { mountFigure } from './figure.ts'
import { mountTable } from './table.ts'

type Read = (address: string) => Promise<ColumnarTable>

const LIVING = '.tbl[data-columns],.fig[data-figure],.fig[data-columns]'
const SLICE_MS = 8

function mount(part: HTMLElement, read: Read | undefined): void {
  const { figure, columns = '' } = part.dataset
  if (figure !== undefined) mountFigure(part)
  else (part.matches('.tbl') ? mountTable : mountChart)(part, read && (() => read(columns)))
}

/**
 * Brings every table, chart and figure of a page to life, a few at a time from the top, so that a long page never stands still. What is clicked comes first.
 * `read` gives the table of a `data-columns`; without it, it is fetched.
 */
export function mountAll(page: Document, read?: Read): void {
  const waiting = new Set(page.querySelectorAll<HTMLElement>(LIVING))
  const take = (part: HTMLElement): void => {
    if (waiting.delete(part)) mount(part, read)
  }
  const slice = (): void => {
    const end = performance.now() + SLICE_MS
    for (const part of waiting) {
      take(part)
      if (performance.now() > end) break
    }
    if (waiting.size > 0) setTimeout(slice)
  }
  const first = (event: Event): void => {
    const part = (event.target as Element).closest<HTMLElement>(LIVING)
    if (part) take(part)
  }
  page.addEventListener('click', first, true)
  slice()
}
