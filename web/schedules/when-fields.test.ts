import { expect, test } from 'vitest'
import { fieldsOf, momentIn, timeOf, whenWords } from './when-fields.ts'

const zone = 'Europe/Berlin'

test('what the form says comes back as it was said', () => {
  const cases = {
    'Every hour at :15': '15 * * * *',
    'Every day at 09:05': '5 9 * * *',
    'On weekdays at 17:30': '30 17 * * 1-5',
    'Every Thursday at 09:00': '0 9 * * 4',
    'On day 15 of each month at 08:00': '0 8 15 * *',
    'On the last day of each month at 08:00': '0 8 L * *',
    '0 9 15 * 1': '0 9 15 * 1',
    '*/10 8-18 * * MON-FRI': '*/10 8-18 * * MON-FRI',
  }
  for (const [words, pattern] of Object.entries(cases)) {
    const time = { kind: 'cron' as const, pattern, zone }
    expect(timeOf(fieldsOf(time, { date: '' }))).toEqual(time)
    expect(whenWords(time)).toBe(words)
  }
  const once = { kind: 'once' as const, at: '2027-01-31T09:30', zone }
  expect(timeOf(fieldsOf(once, { date: '' }))).toEqual(once)
  expect(whenWords(once)).toBe('Once, 2027-01-31 at 09:30')
})

test('a moment is told by the clock of the zone', () => {
  expect(momentIn('2026-11-30T08:00:00Z', zone)).toBe('Mon, 30 Nov 2026, 09:00')
  expect(momentIn('2026-11-30T08:00:00Z', 'America/New_York')).toBe('Mon, 30 Nov 2026, 03:00')
})
