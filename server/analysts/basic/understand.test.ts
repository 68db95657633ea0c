import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Plan } from '../../../contract/plan.ts'
import { outline } from '../../../test/analysts/outline-of-reading.ts'
import { openSamples } from '../../../test/analysts/sample-tables.ts'
import { lengthOf, shiftDay } from './compare.ts'
import { planSql } from './plan-sql.ts'
import { understand } from './understand.ts'

const now = new Date('2026-05-20T10:00:00Z')
let samples: Awaited<ReturnType<typeof openSamples>>
beforeAll(async () => {
  samples = await openSamples()
})
afterAll(() => samples.close())

const orders = () => samples.catalogs['orders'] ?? { tables: [] }
const rowsOf = async (plan: Plan): Promise<unknown[][]> =>
  (await samples.connection.runAndReadAll(planSql(plan, orders()))).getRowsJson()
const planOf = (...questions: string[]): Plan => {
  const plans: Plan[] = []
  for (const question of questions) {
    const reading = understand(question, orders(), now, plans)
    if (reading.state === 'not-understood') throw new Error(`${question}: ${reading.message}`)
    plans.push(reading.plan)
  }
  const plan = plans.at(-1)
  if (!plan) throw new Error('Nothing was asked.')
  return plan
}

test('days of the week come in the order of the week, by their names', async () => {
  const rows = await rowsOf(planOf('number of orders by weekday'))
  expect(rows.map(([day]) => day)).toEqual(['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'])
})

const period = 'order_date between 2026-01-01…2026-05-21'
const cases: [questions: string | string[], reading: string][] = [
  ['share of revenue by category', '✓ share of sum revenue by category'],
  ['what percentage of orders are refunded?', '✓ part of count with is refunded is true'],
  ['share of revenue from Germany', '✓ part of sum revenue with country is Germany'],
  ['refund rate by category', '✓ part of count with is refunded is true by category'],
  ['orders per country in percent', '✓ share of count by country'],
  ['revenue by month compared with last year', '✓ sum revenue by order_date:month against a year earlier'],
  ['revenue growth by month', '✓ sum revenue by order_date:month against a month earlier'],
  ['revenue this year vs last year', `✓ sum revenue where ${period} against a year earlier`],
  ['compare revenue this year with last year by country', `✓ sum revenue by country where ${period} against a year earlier`],
  ['revenue this quarter against last', '✓ sum revenue where order_date between 2026-04-01…2026-05-21 against a quarter earlier'],
  ['year over year revenue growth', `? sum revenue where ${period} against a year earlier`],
  ['distribution of revenue', '✓ count by revenue:100 order revenue from ↑'],
  ['distribution of orders by region', '✓ count by region'],
  ['average revenue by category as percentages', '✗ Shares can be taken of sums and counts only, as averages do not add up.'],
  [['revenue by category', 'as percentages'], '✓ share of sum revenue by category'],
  [['revenue by category', 'as percentages', 'undo that'], '✓ sum revenue by category'],
  [
    ['revenue by month', 'compare with last year', 'only Germany'],
    '✓ sum revenue by order_date:month where country = Germany against a year earlier',
  ],
  [['revenue by region', 'as a pie'], '✓ sum revenue by region as pie'],
  [
    ['revenue by month', 'why did it change?'],
    '✓ sum revenue where order_date between 2026-02-01…2026-03-01 against a month earlier explained',
  ],
  ['who placed the order date?', '✗ The question asks who, and I found nobody named in this data who did that.'],
  ['what is the warranty of each product?', '✗ warranty'],
  ['which salesman sold the most products?', '✗ salesman'],
  ['revenue next year', "✗ This data does not reach into order date next year, and I don't forecast."],
  ['undo that', '✗ There is nothing earlier to go back to.'],
]

test.each(cases)('%s', async (questions, expected) => {
  const all = [questions].flat()
  const plans: Plan[] = all.length > 1 ? all.slice(0, -1).map((_, place) => planOf(...all.slice(0, place + 1))) : []
  const reading = understand(all.at(-1) ?? '', orders(), now, plans)
  expect(outline(reading)).toBe(expected)
  if (reading.state !== 'not-understood') await rowsOf(reading.plan)
})

const grouping = fc.constantFrom('region', 'country', 'category', 'product')
const narrowing = fc.constantFrom('', ' in 2025', ' since March 2025')

test('shares of groups come to a hundred', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('revenue', 'number of orders'), grouping, narrowing, async (what, by, where) => {
      const rows = await rowsOf(planOf(`share of ${what} by ${by}${where}`))
      expect(rows.reduce((sum, [, share]) => sum + Number(share), 0)).toBeCloseTo(100, 6)
    }),
    { numRuns: 15 },
  )
})

test('the earlier figure is what the question gives when asked of the earlier time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('revenue', 'number of orders', 'average quantity'), grouping, async (what, by) => {
      const compared = await rowsOf(planOf(`${what} by ${by} in 2025 compared with last year`))
      const earlier = new Map((await rowsOf(planOf(`${what} by ${by} in 2024`))).map(([name, figure]) => [name, Number(figure)]))
      for (const [name, , before] of compared) expect(Number(before)).toBeCloseTo(earlier.get(name) ?? 0, 6)
      expect(compared.length).toBeGreaterThanOrEqual(earlier.size)
    }),
    { numRuns: 12 },
  )
})

test('asked in one go or as a follow-up, it is the same plan', () => {
  fc.assert(
    fc.property(grouping, fc.constantFrom('as percentages', 'in percent'), (by, share) => {
      expect(planOf(`revenue by ${by}`, share)).toEqual(planOf(`revenue by ${by} ${share}`))
    }),
  )
})

test('groups that are kept by a figure are those that have it', async () => {
  const all = await rowsOf(planOf('number of orders by customer'))
  const kept = await rowsOf(planOf('customers with more than 5 orders'))
  expect(kept).toEqual(all.filter(([, count]) => Number(count) > 5))
})

test('days move as the calendar does, and periods know their length', () => {
  expect([shiftDay('2024-03-31', -1, 'month'), shiftDay('2024-02-29', 1, 'year'), shiftDay('2024-01-01', -1, 'week')]).toEqual([
    '2024-02-29',
    '2025-02-28',
    '2023-12-25',
  ])
  expect([
    lengthOf('2024-01-01', '2025-01-01'),
    lengthOf('2024-04-01', '2024-07-01'),
    lengthOf('2024-04-02', '2024-04-12'),
  ]).toEqual([
    { count: 1, grain: 'year' },
    { count: 1, grain: 'quarter' },
    { count: 10, grain: 'day' },
  ])
})
