import type { ScheduleTime } from '../../contract/schedule.ts'

/** A time as the form asks for it. */
export interface WhenFields {
  readonly often: 'once' | 'hour' | 'day' | 'weekdays' | 'week' | 'month' | 'pattern'
  /** `2027-01-31`, for once. */
  readonly date: string
  /** `09:00`; its minutes alone for every hour. */
  readonly clock: string
  /** 0 is Sunday. */
  readonly weekday: string
  /** Of the month; `L` is the last one. */
  readonly day: string
  readonly pattern: string
  readonly zone: string
}

export const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const

/** What the form says, as a schedule's time. */
export function timeOf({ often, date, clock, weekday, day, pattern, zone }: WhenFields): ScheduleTime {
  const [hour = 0, minute = 0] = clock.split(':').map(Number)
  const at = `${minute} ${hour}`
  switch (often) {
    case 'once':
      return { kind: 'once', at: `${date}T${clock}`, zone }
    case 'hour':
      return { kind: 'cron', pattern: `${minute} * * * *`, zone }
    case 'day':
      return { kind: 'cron', pattern: `${at} * * *`, zone }
    case 'weekdays':
      return { kind: 'cron', pattern: `${at} * * 1-5`, zone }
    case 'week':
      return { kind: 'cron', pattern: `${at} * * ${weekday}`, zone }
    case 'month':
      return { kind: 'cron', pattern: `${at} ${day} * *`, zone }
    case 'pattern':
      return { kind: 'cron', pattern: pattern.trim(), zone }
  }
}

/** The form for a schedule's time; a pattern that no choice stands for is shown as it is. */
export function fieldsOf(time: ScheduleTime, rest: Pick<WhenFields, 'date'>): WhenFields {
  const plain = { ...rest, clock: '09:00', weekday: '1', day: '1', pattern: '0 9 * * *', zone: time.zone }
  if (time.kind === 'once') {
    const [date = rest.date, clock = '09:00'] = time.at.split('T')
    return { ...plain, often: 'once', date, clock }
  }
  const known = readPattern(time.pattern)
  return known ? { ...plain, ...known, pattern: time.pattern } : { ...plain, often: 'pattern', pattern: time.pattern }
}

function readPattern(pattern: string): Pick<WhenFields, 'often' | 'clock' | 'weekday' | 'day'> | undefined {
  const [, minute = '', hour = '', day = '', weekday = ''] =
    /^(\d{1,2}) (\d{1,2}|\*) (\d{1,2}|L|\*) \* (\d|1-5|\*)$/.exec(pattern) ?? []
  if (minute === '' || (day !== '*' && weekday !== '*')) return undefined
  const clock = `${hour === '*' ? '09' : hour.padStart(2, '0')}:${minute.padStart(2, '0')}`
  const plain = { clock, weekday: '1', day: '1' }
  if (hour === '*') return day === '*' && weekday === '*' ? { ...plain, often: 'hour' } : undefined
  if (weekday === '1-5') return { ...plain, often: 'weekdays' }
  if (weekday !== '*') return { ...plain, often: 'week', weekday }
  return day === '*' ? { ...plain, often: 'day' } : { ...plain, often: 'month', day }
}

/** `Every Monday at 09:00`, without the zone. */
export function whenWords(time: ScheduleTime): string {
  const fields = fieldsOf(time, { date: '' })
  switch (fields.often) {
    case 'once':
      return `Once, ${fields.date} at ${fields.clock}`
    case 'hour':
      return `Every hour at :${fields.clock.slice(3)}`
    case 'day':
      return `Every day at ${fields.clock}`
    case 'weekdays':
      return `On weekdays at ${fields.clock}`
    case 'week':
      return `Every ${weekdays[Number(fields.weekday) % 7] ?? 'week'} at ${fields.clock}`
    case 'month':
      return `On ${fields.day === 'L' ? 'the last day' : `day ${fields.day}`} of each month at ${fields.clock}`
    case 'pattern':
      return fields.pattern
  }
}

/** `Mon 30 Nov 2026, 09:00` by the clock of a zone; null is this machine's own. */
export function momentIn(at: string, zone: string | null): string {
  const own = zone === null ? {} : { timeZone: zone }
  const day = new Date(at).toLocaleDateString('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    ...own,
  })
  const clock = new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', ...own })
  return `${day.replace('Sept', 'Sep')}, ${clock}`
}

/** The zone of this machine. */
export const ownZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone
