import type { CatalogColumn } from '../../../contract/catalog.ts'
import type { Cell } from '../../../contract/column.ts'
import type { Filter, Grain } from '../../../contract/plan.ts'
import { startOf } from './dates.ts'

const month = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' })
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })

/** The day that a cell of a date begins with, as an instant; nothing where it is no date. */
const dateOf = (cell: Cell | undefined): Date | undefined => {
  const iso = /^\d{4}-\d{2}-\d{2}/.exec(String(cell ?? ''))?.[0]
  const date = iso === undefined ? undefined : new Date(`${iso}T00:00:00Z`)
  return date && !Number.isNaN(date.getTime()) ? date : undefined
}

/** "3 March 2026", "week of 2 March 2026", "December 2025", "Q4 2025", "2025"; text that is no date stays as it is. */
export function periodName(cell: Cell | undefined, grain: Grain): string {
  const date = dateOf(cell)
  if (!date) return String(cell ?? 'no value')
  switch (grain) {
    case 'day':
      return day.format(date)
    case 'week':
      return `week of ${day.format(date)}`
    case 'month':
      return month.format(date)
    case 'quarter':
      return `Q${Math.floor(date.getUTCMonth() / 3) + 1} ${date.getUTCFullYear()}`
    case 'year':
      return String(date.getUTCFullYear())
  }
}

/**
 * "November 2024 and November 2026 are not whole." where the data, or the period asked for, begin or end inside the first or
 * last of `cells`; else nothing. Says nothing of data that has about one date in each period, like a monthly series.
 */
export function incompleteSentence(
  cells: readonly (Cell | undefined)[],
  grain: Grain,
  column: CatalogColumn,
  filters: readonly Filter[],
): string | undefined {
  const starts = cells.flatMap((cell) => dateOf(cell)?.toISOString().slice(0, 10) ?? []).sort()
  const [first, last] = [starts[0], starts.at(-1)]
  const [dataFrom, dataTo] = [dateOf(column.min), dateOf(column.max)]
  if (grain === 'day' || first === undefined || last === undefined || !dataFrom || !dataTo) return undefined
  if (column.distinctCount === undefined || column.distinctCount < 3 * new Set(starts).size) return undefined
  const own = filters.filter((filter) => filter.column === column.name)
  const from = [
    startOf('day', dataFrom),
    ...own.flatMap(({ operator, values }) => (operator === 'between' || operator === '>=' ? [String(values[0])] : [])),
  ].reduce((one, two) => (one > two ? one : two))
  const before = [
    startOf('day', dataTo, 1),
    ...own.flatMap(({ operator, values }) =>
      operator === 'between' ? [String(values[1])] : operator === '<' ? [String(values[0])] : [],
    ),
  ].reduce((one, two) => (one < two ? one : two))
  const parts: string[] = []
  if (from > first) parts.push(periodName(first, grain))
  if (before < startOf(grain, new Date(`${last}T00:00:00Z`), 1)) parts.push(periodName(last, grain))
  const names = [...new Set(parts)]
  if (names.length === 0) return undefined
  const said = names.join(' and ')
  return `${said.charAt(0).toUpperCase()}${said.slice(1)} ${names.length === 1 ? 'is' : 'are'} not whole.`
}
