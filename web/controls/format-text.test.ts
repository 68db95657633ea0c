import { expect, test } from 'vitest'
import { counted, formatBytes, formatDuration, formatMoment, listed, writeAs } from './format-text.ts'

test('bytes step by a thousand and keep two figures', () => {
  expect([1, 218_000, 2_200_000, 999_600, 100_000_000].map(formatBytes)).toEqual(['1 byte', '218 kB', '2.2 MB', '1 MB', '100 MB'])
})

test('durations grow from milliseconds to minutes', () => {
  expect([9.4, 280, 6_100, 125_000].map(formatDuration)).toEqual(['9 ms', '0.28 s', '6.1 s', '2 min 5 s'])
})

test('counts say one and many', () => {
  expect(counted(1, 'row')).toBe('1 row')
  expect(counted(1204, 'row')).toBe('1,204 rows')
  expect(listed(['a', 'b', 'c'])).toBe('a, b and c')
})

test('dates, times and counts follow the person', () => {
  const at = '2026-09-09T22:30:00Z'
  writeAs({ locale: null, timeZone: 'UTC' })
  expect(formatMoment(at)).toBe('9 Sep 2026, 22:30')
  writeAs({ locale: 'de-DE', timeZone: 'Europe/Berlin' })
  expect(formatMoment(at)).toBe('10. Sept. 2026, 00:30')
  expect(counted(1204, 'row')).toBe('1.204 rows')
  writeAs({ locale: 'en-GB', timeZone: 'Nowhere/Land' })
  expect(counted(1204, 'row')).toBe('1,204 rows')
})
