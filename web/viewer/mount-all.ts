import type { ColumnarTable } from '../../render/columnar.ts'
import { mountChart } from './chart.ts'
import { mountFigure } from './figure.ts'
import { mountTable } from './table.ts'

type Read = (address: string) => Promise<ColumnarTable>

const LIVING = '.tbl[data-columns],.fig[data-figure],.fig[data-columns]'
const SLICE_MS = 8

const livingIn = (root: ParentNode): HTMLElement[] => [...root.querySelectorAll<HTMLElement>(LIVING)]

function mount(part: HTMLElement, read: Read | undefined): () => void {
  const { figure, columns = '' } = part.dataset
  if (figure !== undefined) return mountFigure(part)
  return (part.matches('.tbl') ? mountTable : mountChart)(part, read && (() => read(columns)))
}

/**
 * Brings every table, chart and figure below an element to life. `read` gives the table of a `data-columns`; without it, it is fetched.
 * Answers a function that takes it all away.
 */
export function mountAll(root: ParentNode, read?: Read): () => void {
  const ends = livingIn(root).map((part) => mount(part, read))
  return () => {
    for (const end of ends) end()
  }
}

/** The same for a whole page, a few at a time from the top, so that a long page never stands still. What is clicked comes to life first. */
export function mountInSlices(page: Document, read?: Read): void {
  const waiting = new Set(livingIn(page))
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
