import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSamples } from '../../../test/analysts/sample-tables.ts'
import { chipEdits } from './chip-edits.ts'
import { planSql } from './plan-sql.ts'
import { understand } from './understand.ts'

const now = new Date('2026-05-20T10:00:00Z')
let samples: Awaited<ReturnType<typeof openSamples>>
beforeAll(async () => {
  samples = await openSamples()
})
afterAll(() => samples.close())
const orders = () => samples.catalogs['orders'] ?? { tables: [] }

const part = (...words: string[]) => fc.constantFrom('', ...words)
test('every chip has its options, every option runs and differs from the plan', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('revenue', 'number of orders', 'average unit price'),
      part(' by region', ' by month', ' by weekday', ' by product and category'),
      part(' in Germany', ' in 2025', ' not from Spain'),
      part(' compared with last year', ' as percentages', ' as a bar chart'),
      async (what, by, where, more) => {
        const reading = understand(`${what}${by}${where}${more}`, orders(), now)
        if (reading.state === 'not-understood') return
        const { chips, add } = chipEdits(reading.plan, orders(), now)
        expect(chips.length).toBe(reading.chips.length)
        for (const { reading: edited } of [...chips.flat(), ...add]) {
          expect(edited.plan).not.toEqual(reading.plan)
          await samples.connection.runAndReadAll(planSql(edited.plan, orders()))
        }
      },
    ),
    { numRuns: 25 },
  )
})

test('a chip offers other figures, other groups, other values and to be removed', () => {
  const reading = understand('revenue by region in Germany', orders(), now)
  if (reading.state !== 'understood') throw new Error(reading.state)
  const { chips, add } = chipEdits(reading.plan, orders(), now)
  const labels = chips.map((options) => options.map(({ label }) => label))
  expect(labels[1]).toContain('average revenue')
  expect(labels[2]).toEqual(expect.arrayContaining(['country', 'Remove']))
  expect(labels[3]).toEqual(expect.arrayContaining(['France', 'Remove']))
  expect(add.map(({ label }) => label)).toContain('by month')
})
