import { expect, test } from 'vitest'
import { groupByDate } from './group-by-date.ts'

const at = (year: number, month: number, day: number, hour = 12) => new Date(year, month - 1, day, hour).toISOString()
const now = new Date(2026, 10, 11, 15)

test('conversations stand under today, this week and their month', () => {
  const items = [at(2026, 10, 30), at(2026, 11, 11, 9), at(2026, 11, 9, 0), at(2025, 12, 31), at(2026, 11, 8, 23)]
  const groups = groupByDate(
    items.map((updatedAt) => ({ updatedAt })),
    now,
  )
  expect(groups.map(({ label, items: grouped }) => [label, grouped.length])).toEqual([
    ['Today', 1],
    ['This week', 1],
    ['November', 1],
    ['October', 1],
    ['December 2025', 1],
  ])
})

test('the newest comes first within a group, and nothing gives no group', () => {
  const groups = groupByDate([{ updatedAt: at(2026, 11, 11, 8) }, { updatedAt: at(2026, 11, 11, 14) }], now)
  expect(groups[0]?.items.map((item) => item.updatedAt)).toEqual([at(2026, 11, 11, 14), at(2026, 11, 11, 8)])
  expect(groupByDate([], now)).toEqual([])
})

test('on a Monday the week starts with today', () => {
  expect(groupByDate([{ updatedAt: at(2026, 11, 8) }], new Date(2026, 10, 9, 9))[0]?.label).toBe('November')
})
