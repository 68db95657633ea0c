import { expect, test } from 'vitest'
import { addDays, addMonths, monthOf, readDay, sayDay, weeksOf, writeDay } from './day.ts'

test('a day is read as people write it, and in one order only', () => {
  for (const text of ['2026-12-31', '31 Dec 2026', ' 31 december 2026 ', 'Dec 31, 2026', '31.12.2026', '31. 12. 2026'])
    expect(readDay(text), text).toBe('2026-12-31')
  expect([readDay('1 sept 2026'), readDay('1 sep. 2026')]).toEqual(['2026-09-01', '2026-09-01'])
  for (const text of ['', '31', '1/2/2026', '31 Feb 2026', '2026-13-01', '0026-01-01', '31 Foo 2026', '29.2.2027', 'tomorrow'])
    expect(readDay(text), text).toBeUndefined()
})

test('a day is written so that it is read back', () => {
  expect([writeDay('2026-09-01'), writeDay(''), writeDay('soon')]).toEqual(['1 Sep 2026', '', 'soon'])
  expect([sayDay('2026-09-01'), monthOf('2026-09-01')]).toEqual(['1 September 2026', 'September 2026'])
  for (let month = 0; month < 12; month++) {
    const day = addMonths('2027-01-31', month)
    expect(readDay(writeDay(day))).toBe(day)
  }
})

test('months end where the calendar ends them', () => {
  expect(addMonths('2027-01-31', 1)).toBe('2027-02-28')
  expect(addMonths('2028-01-31', 1)).toBe('2028-02-29')
  expect(addMonths('2027-01-15', -1)).toBe('2026-12-15')
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
})

test('a month is laid out in weeks from Monday', () => {
  const weeks = weeksOf('2026-12-24')
  expect([weeks.length, weeks[0], weeks.at(-1)?.[3], weeks.at(-1)?.[4]]).toEqual([
    5,
    [undefined, '2026-12-01', '2026-12-02', '2026-12-03', '2026-12-04', '2026-12-05', '2026-12-06'],
    '2026-12-31',
    undefined,
  ])
  expect(weeksOf('2027-02-01')).toHaveLength(4)
})
