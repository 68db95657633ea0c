import { expect, test } from 'vitest'
import { nextTime, nextTimes } from './next-times.ts'

const times = (pattern: string, zone: string, after: string, count: number) =>
  nextTimes({ kind: 'cron', pattern, zone }, new Date(after), count).map((time) => time.toISOString().slice(5, 16))

test('a time that the change to summer time leaves out comes an hour later, once', () => {
  expect(times('30 2 * * *', 'Europe/Berlin', '2027-03-27T12:00:00Z', 2)).toEqual(['03-28T01:00', '03-29T00:30'])
  expect(nextTime({ kind: 'once', at: '2027-03-28T02:30', zone: 'Europe/Berlin' }, new Date('2027-01-01'))?.toISOString()).toBe(
    '2027-03-28T01:30:00.000Z',
  )
})

test('a time of the doubled hour comes once, and what runs every half hour runs in both', () => {
  expect(times('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2)).toEqual(['10-25T00:30', '10-26T01:30'])
  expect(times('15 1 * * *', 'America/New_York', '2026-11-01T00:00:00Z', 2)).toEqual(['11-01T05:15', '11-02T06:15'])
  expect(times('*/30 * * * *', 'Europe/Berlin', '2026-10-24T23:45:00Z', 5)).toEqual([
    '10-25T00:00',
    '10-25T00:30',
    '10-25T01:00',
    '10-25T01:30',
    '10-25T02:00',
  ])
})

test('zones of half hours, last days and names of days', () => {
  expect(times('0 9 * * MON-FRI', 'Asia/Kolkata', '2026-11-06T12:00:00Z', 2)).toEqual(['11-09T03:30', '11-10T03:30'])
  expect(times('0 9 L * *', 'UTC', '2027-02-01T00:00:00Z', 2)).toEqual(['02-28T09:00', '03-31T09:00'])
})

test('what never comes has no next time, and what is no pattern is refused in a sentence', () => {
  expect(times('0 9 31 2 *', 'UTC', '2026-11-01T00:00:00Z', 3)).toEqual([])
  expect(nextTime({ kind: 'once', at: '2026-01-01T09:00', zone: 'UTC' }, new Date('2026-11-01'))).toBeNull()
  for (const pattern of ['* * * * * *', '99 * * * *', 'every day please ok'])
    expect(() => times(pattern, 'UTC', '2026-11-01T00:00:00Z', 1)).toThrow(/This is no time to run at: /)
})
