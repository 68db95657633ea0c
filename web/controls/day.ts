import { months } from '../../render/format-cell.ts'

/** Days as they are kept, `2026-12-31`, and as people read and write them. Days have no zone. */

const DAY_MS = 86_400_000

const pad = (part: number): string => String(part).padStart(2, '0')
const momentOf = (day: string): Date => new Date(`${day}T00:00:00Z`)
const dayOf = (moment: Date): string => moment.toISOString().slice(0, 10)
const wordOf = (day: string, length?: number): string => (months[momentOf(day).getUTCMonth()] ?? '').slice(0, length)

/** A day that the calendar has, else nothing. Years before 1000 are typing errors. */
function checked(year: string, month: number, date: string): string | undefined {
  const day = `${year}-${pad(month)}-${date.padStart(2, '0')}`
  const moment = momentOf(day)
  return /^[1-9]/.test(year) && !Number.isNaN(moment.getTime()) && dayOf(moment) === day ? day : undefined
}

/** Reads `31 Dec 2026`, `Dec 31, 2026`, `31.12.2026` and `2026-12-31`. NOTE: 1/2/2026 is two days, so it is none. */
export function readDay(text: string): string | undefined {
  const plain = text.trim().toLowerCase()
  const [, year = '', month = '', date = ''] = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(plain) ?? []
  if (year) return checked(year, Number(month), date)
  const [, dottedDate = '', dottedMonth = '', dottedYear = ''] = /^(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})$/.exec(plain) ?? []
  if (dottedYear) return checked(dottedYear, Number(dottedMonth), dottedDate)
  const written = /^(\d{1,2})\.? ([a-z]{3,9})\.?,? (\d{4})$/.exec(plain.replace(/^([a-z]+)\.? (\d{1,2}),?/, '$2 $1'))
  const [, writtenDate = '', word = '', writtenYear = ''] = written ?? []
  const place = word
    ? months.findIndex((name) => name.toLowerCase().startsWith(word) || (word === 'sept' && name === 'September'))
    : -1
  return place < 0 ? undefined : checked(writtenYear, place + 1, writtenDate)
}

/** `31 Dec 2026`; what is no day as it is. */
export const writeDay = (day: string): string =>
  readDay(day) === day ? `${momentOf(day).getUTCDate()} ${wordOf(day, 3)} ${day.slice(0, 4)}` : day

/** `31 December 2026`. */
export const sayDay = (day: string): string => `${momentOf(day).getUTCDate()} ${monthOf(day)}`
/** `December 2026`. */
export const monthOf = (day: string): string => `${wordOf(day)} ${day.slice(0, 4)}`

export const addDays = (day: string, count: number): string => dayOf(new Date(momentOf(day).getTime() + count * DAY_MS))

/** The same date some months on, or the last one that month has. */
export function addMonths(day: string, count: number): string {
  const moment = momentOf(day)
  const first = Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth() + count, 1)
  const next = new Date(first)
  const last = new Date(Date.UTC(next.getUTCFullYear(), next.getUTCMonth() + 1, 0)).getUTCDate()
  return addDays(dayOf(next), Math.min(moment.getUTCDate(), last) - 1)
}

/** Monday is 0. */
export const weekdayOf = (day: string): number => (momentOf(day).getUTCDay() + 6) % 7

/** The weeks of a day's month, Monday first; what is of other months is left empty. */
export function weeksOf(day: string): (string | undefined)[][] {
  const first = `${day.slice(0, 8)}01`
  const count = (momentOf(addMonths(first, 1)).getTime() - momentOf(first).getTime()) / DAY_MS
  const before = weekdayOf(first)
  return Array.from({ length: Math.ceil((before + count) / 7) }, (_, week) =>
    Array.from({ length: 7 }, (_, weekday) => {
      const at = week * 7 + weekday - before
      return at >= 0 && at < count ? addDays(first, at) : undefined
    }),
  )
}

/** The day that it is by the clock of this machine. */
export function today(now = new Date()): string {
  return `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`
}
