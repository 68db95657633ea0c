import type { Compare, Filter, Grain, Plan } from '../../../contract/plan.ts'

const DAY_MS = 86_400_000
const monthsOf = { day: 0, week: 0, month: 1, quarter: 3, year: 12 } as const

/** An ISO day moved by units of the calendar; the 31st of a short month is its last day, as databases have it. */
export function shiftDay(iso: string, count: number, grain: Grain): string {
  const date = new Date(`${iso.slice(0, 10)}T00:00:00Z`)
  const months = monthsOf[grain] * count
  if (months === 0) return isoDay(date.getTime() + count * (grain === 'week' ? 7 : 1) * DAY_MS)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + months]
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  return isoDay(Date.UTC(year, month, Math.min(date.getUTCDate(), last)))
}

const isoDay = (time: number): string => new Date(time).toISOString().slice(0, 10)

/** The same filter on the earlier time of a comparison. */
export const earlierFilter = (filter: Filter, { count, grain, label }: Compare): Filter => ({
  ...filter,
  values: filter.values.map((value) => shiftDay(String(value), -count, grain)),
  label: `${filter.label}, ${label}`,
})

/** How far the time before a period lies: one month before a month, 30 days before 30 days. */
export function lengthOf(from: string, before: string): { count: number; grain: Grain } {
  for (const grain of ['month', 'quarter', 'year'] as const)
    if (from.endsWith('-01') && shiftDay(from, 1, grain) === before) return { count: 1, grain }
  return { count: Math.round((Date.parse(before) - Date.parse(from)) / DAY_MS), grain: 'day' }
}

/** Like with like: a period that is still going on ends today, so that as much of the earlier one is counted. */
export function untilToday(plan: Plan, column: string, now: Date): Plan {
  const tomorrow = isoDay(now.getTime() + DAY_MS)
  const filters = plan.filters.map((filter) => {
    const [from, before] = filter.values.map(String)
    const isOpen = filter.column === column && filter.operator === 'between' && from && before
    return isOpen && from < tomorrow && before > tomorrow
      ? { ...filter, values: [from, tomorrow], label: `${filter.label} to date` }
      : filter
  })
  return { ...plan, filters }
}
