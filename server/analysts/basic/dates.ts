import type { Grain } from '../../../contract/plan.ts'
import type { Token } from './tokens.ts'

/** A stretch of days, `from` in it and `before` not; either may be open. Days are ISO, `YYYY-MM-DD`, in UTC. */
export interface Period {
  readonly from?: string
  readonly before?: string
  readonly label: string
  /** The year was not said and had to be chosen. */
  readonly isGuessed: boolean
  /** Set where the whole is one calendar year, for tables that keep the year as a number. */
  readonly year?: number
}

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]
const NUMBER_WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve']

/** The number that a word says: `10`, `10k`, `ten`, `1.5m`. */
export function numberOf(token: Token | undefined): number | undefined {
  if (!token || token.kind === 'quoted') return undefined
  const scaled = /^(\d+(?:\.\d+)?)(k|m|bn)?$/.exec(token.lower)
  if (scaled) return Number(scaled[1]) * ({ k: 1e3, m: 1e6, bn: 1e9 }[scaled[2] ?? ''] ?? 1)
  const spelled = NUMBER_WORDS.indexOf(token.lower)
  return spelled < 0 ? undefined : spelled
}

const day = (year: number, month: number, date: number): string =>
  new Date(Date.UTC(year, month, date)).toISOString().slice(0, 10)

/** First day of the unit that holds `date`, moved by `steps` units. Weeks begin on Monday. */
export function startOf(grain: Grain, date: Date, steps = 0): string {
  const [year, month, today] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
  switch (grain) {
    case 'day':
      return day(year, month, today + steps)
    case 'week':
      return day(year, month, today - ((date.getUTCDay() + 6) % 7) + 7 * steps)
    case 'month':
      return day(year, month + steps, 1)
    case 'quarter':
      return day(year, Math.floor(month / 3) * 3 + 3 * steps, 1)
    case 'year':
      return day(year + steps, 0, 1)
  }
}

export const monthOf = (token: Token | undefined): number => {
  if (!token || token.kind !== 'word') return -1
  const found = MONTHS.findIndex(
    (month) => token.lower === month || token.lower === month.slice(0, 3) || (token.lower === 'sept' && month === 'september'),
  )
  return found === 4 && token.text === 'may' ? -1 : found
}
const yearOf = (token: Token | undefined): number | undefined => {
  const year = token && /^(19|20)\d\d$/.test(token.lower) ? Number(token.lower) : undefined
  return year
}
export const grainOf = (token: Token | undefined): Grain | undefined => {
  const found = token?.lemma
  return found === 'day' || found === 'week' || found === 'month' || found === 'quarter' || found === 'year' ? found : undefined
}

type Found = { readonly length: number; readonly period: Period }
const period = (
  from: string | undefined,
  before: string | undefined,
  label: string,
  more: { isGuessed?: boolean; year?: number } = {},
): Period => ({
  ...(from === undefined ? {} : { from }),
  ...(before === undefined ? {} : { before }),
  label,
  isGuessed: more.isGuessed ?? false,
  ...(more.year === undefined ? {} : { year: more.year }),
})

/** A named stretch without a word before it: a year, quarter, month, day or "last 30 days". */
function stretchAt(tokens: readonly Token[], at: number, now: Date, isYearFine: boolean): Found | undefined {
  const token = tokens[at]
  if (!token || token.kind === 'quoted') return undefined
  const next = tokens[at + 1]
  const after = tokens[at + 2]
  if (token.lower === 'the') {
    const inner = stretchAt(tokens, at + 1, now, isYearFine)
    return inner && { ...inner, length: inner.length + 1 }
  }
  if (token.lower === 'today') return { length: 1, period: period(startOf('day', now), startOf('day', now, 1), 'today') }
  if (token.lower === 'yesterday') return { length: 1, period: period(startOf('day', now, -1), startOf('day', now), 'yesterday') }
  if (token.lower === 'ytd')
    return { length: 1, period: period(startOf('year', now), startOf('day', now, 1), 'this year to date') }
  const unit = grainOf(token)
  if (unit && next?.lower === 'to' && after?.lower === 'date')
    return { length: 3, period: period(startOf(unit, now), startOf('day', now, 1), `this ${unit} to date`) }
  if (['last', 'past', 'previous', 'this', 'current', 'next'].includes(token.lower)) {
    const count = numberOf(next)
    const many = count === undefined ? undefined : grainOf(after)
    if (count !== undefined && many && ['last', 'past', 'previous'].includes(token.lower)) {
      const from = many === 'day' ? startOf('day', now, 1 - count) : back(now, many, count)
      return { length: 3, period: period(from, startOf('day', now, 1), `last ${count} ${many}${count === 1 ? '' : 's'}`) }
    }
    const one = grainOf(next)
    if (one) {
      const steps = token.lower === 'this' || token.lower === 'current' ? 0 : token.lower === 'next' ? 1 : -1
      const name = steps === 0 ? 'this' : steps === 1 ? 'next' : 'last'
      return {
        length: 2,
        period: period(
          startOf(one, now, steps),
          startOf(one, now, steps + 1),
          `${name} ${one}`,
          one === 'year' ? { year: now.getUTCFullYear() + steps } : {},
        ),
      }
    }
    return undefined
  }
  const iso = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(token.lower)
  if (iso) {
    const [year, month, date] = [Number(iso[1]), Number(iso[2]) - 1, iso[3] ? Number(iso[3]) : undefined]
    if (month > 11 || (date !== undefined && (date < 1 || date > 31))) return undefined
    return {
      length: 1,
      period: period(
        day(year, month, date ?? 1),
        date === undefined ? day(year, month + 1, 1) : day(year, month, date + 1),
        token.text,
      ),
    }
  }
  const quarter =
    /^(q|h)([1-4])$/.exec(token.lower) ??
    (token.lower === 'quarter' && /^[1-4]$/.test(next?.lower ?? '') ? ['', 'q', next?.lower ?? ''] : null)
  if (quarter) {
    const letter = quarter[1] === 'h' ? 6 : 3
    if (letter === 6 && Number(quarter[2]) > 2) return undefined
    const words = quarter[0] === '' ? 2 : 1
    const skip = tokens[at + words]?.lower === 'of' ? 1 : 0
    const year = yearOf(tokens[at + words + skip])
    const first = (Number(quarter[2]) - 1) * letter
    const chosen = year ?? now.getUTCFullYear()
    const label = `${quarter[1] === 'h' ? 'H' : 'Q'}${quarter[2]} ${chosen}`
    return {
      length: year === undefined ? words : words + skip + 1,
      period: period(day(chosen, first, 1), day(chosen, first + letter, 1), label, { isGuessed: year === undefined }),
    }
  }
  const month = monthOf(token)
  if (month >= 0) return monthAt(tokens, at, month, now)
  const monthAfter = monthOf(next?.lower === 'of' ? after : next)
  const dayNumber = /^(\d{1,2})(st|nd|rd|th)?$/.exec(token.lower)
  if (dayNumber && monthAfter >= 0 && Number(dayNumber[1]) <= 31 && Number(dayNumber[1]) > 0) {
    const skip = next?.lower === 'of' ? 1 : 0
    const year = yearOf(tokens[at + 2 + skip])
    return oneDay(Number(dayNumber[1]), monthAfter, year, now, 2 + skip)
  }
  const year = yearOf(token)
  if (year !== undefined && /^q[1-4]$/.test(next?.lower ?? '')) {
    const first = (Number(next?.lower.slice(1)) - 1) * 3
    return { length: 2, period: period(day(year, first, 1), day(year, first + 3, 1), `Q${next?.lower.slice(1)} ${year}`) }
  }
  if (year !== undefined && isYearFine)
    return { length: 1, period: period(day(year, 0, 1), day(year + 1, 0, 1), String(year), { year }) }
  return undefined
}

function monthAt(tokens: readonly Token[], at: number, month: number, now: Date): Found {
  const date = /^(\d{1,2})(st|nd|rd|th)?$/.exec(tokens[at + 1]?.lower ?? '')
  if (date && Number(date[1]) >= 1 && Number(date[1]) <= 31) return oneDay(Number(date[1]), month, yearOf(tokens[at + 2]), now, 2)
  const skip = tokens[at + 1]?.lower === 'of' ? 1 : 0
  const year = yearOf(tokens[at + 1 + skip])
  const chosen = year ?? (month > now.getUTCMonth() ? now.getUTCFullYear() - 1 : now.getUTCFullYear())
  const name = MONTHS[month] ?? ''
  const label = `${name.charAt(0).toUpperCase()}${name.slice(1)} ${chosen}`
  return {
    length: year === undefined ? 1 : 2 + skip,
    period: period(day(chosen, month, 1), day(chosen, month + 1, 1), label, { isGuessed: year === undefined }),
  }
}

function oneDay(date: number, month: number, year: number | undefined, now: Date, words: number): Found {
  const chosen =
    year ?? (day(now.getUTCFullYear(), month, date) > startOf('day', now) ? now.getUTCFullYear() - 1 : now.getUTCFullYear())
  const first = day(chosen, month, date)
  return {
    length: year === undefined ? words : words + 1,
    period: period(first, day(chosen, month, date + 1), first, { isGuessed: year === undefined }),
  }
}

function back(now: Date, grain: Grain, count: number): string {
  if (grain === 'week') return startOf('day', now, 1 - 7 * count)
  const months = { month: 1, quarter: 3, year: 12, day: 0 }[grain] * count
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth() - months]
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  return day(year, month, Math.min(now.getUTCDate(), lastDay))
}

/** The period that the words from `at` on say, with how many words they are. A bare year counts after a word like "in". */
export function periodAt(tokens: readonly Token[], at: number, now: Date): Found | undefined {
  const word = tokens[at]?.lower ?? ''
  const rangeWord = word === 'between' ? 'and' : word === 'from' ? 'to' : undefined
  if (rangeWord) {
    const first = stretchAt(tokens, at + 1, now, true)
    const middle = first ? at + 1 + first.length : 0
    const link = tokens[middle]?.lower
    if (first && (link === rangeWord || (rangeWord === 'to' && (link === 'until' || link === 'through')))) {
      const second = stretchAt(tokens, middle + 1, now, true)
      if (second && !(first.period.year !== undefined && second.period.year === undefined))
        return {
          length: middle + 1 + second.length - at,
          period: period(first.period.from, second.period.before, `${first.period.label} to ${second.period.label}`, {
            isGuessed: first.period.isGuessed || second.period.isGuessed,
          }),
        }
    }
  }
  const rest = (words: number): Found | undefined => {
    const found = stretchAt(tokens, at + words, now, true)
    return found && { length: found.length + words, period: found.period }
  }
  const open = (words: number, make: (inner: Period) => Period): Found | undefined => {
    const found = rest(words)
    return found && { length: found.length, period: make(found.period) }
  }
  if (word === 'since') return open(1, ({ from, label, isGuessed }) => period(from, undefined, `since ${label}`, { isGuessed }))
  if (word === 'from') {
    const found = rest(1)
    if (found && ['on', 'onwards', 'onward'].includes(tokens[at + found.length]?.lower ?? ''))
      return {
        length: found.length + 1,
        period: period(found.period.from, undefined, `since ${found.period.label}`, { isGuessed: found.period.isGuessed }),
      }
    return found
  }
  if (word === 'after')
    return open(1, ({ before, label, isGuessed }) => period(before, undefined, `after ${label}`, { isGuessed }))
  if (word === 'before') return open(1, ({ from, label, isGuessed }) => period(undefined, from, `before ${label}`, { isGuessed }))
  if (word === 'until' || word === 'till' || word === 'through')
    return open(1, ({ before, label, isGuessed }) => period(undefined, before, `until ${label}`, { isGuessed }))
  if (word === 'year' && tokens[at + 1]?.lower === 'of') return rest(2)
  if (['in', 'during', 'for', 'of', 'on', 'within', 'year', 'at'].includes(word)) {
    const skip =
      word !== 'year' && ['year', 'month', 'quarter'].includes(tokens[at + 1]?.lower ?? '')
        ? 2
        : word === 'in' && tokens[at + 1]?.lower === 'the' && tokens[at + 2]?.lower === 'year'
          ? tokens[at + 3]?.lower === 'of'
            ? 4
            : 3
          : 1
    return rest(skip) ?? stretchAt(tokens, at, now, false)
  }
  return stretchAt(tokens, at, now, false)
}
