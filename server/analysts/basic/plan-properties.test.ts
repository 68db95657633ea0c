import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Plan } from '../../../contract/plan.ts'
import { openSamples, profile } from '../../../test/analysts/sample-tables.ts'
import { starterQuestions } from '../starters.ts'
import { planSql } from './plan-sql.ts'
import { readQuestion } from './read-question.ts'

const now = new Date('2026-05-20T10:00:00Z')
let samples: Awaited<ReturnType<typeof openSamples>>
beforeAll(async () => {
  samples = await openSamples()
})
afterAll(() => samples.close())

const catalogOf = (name: string) => samples.catalogs[name] ?? { tables: [] }
const measure = fc.constantFrom(
  'revenue',
  'total revenue',
  'average unit price',
  'number of orders',
  'maximum quantity',
  'how many customers',
)
const grouping = fc.constantFrom('', ' by region', ' per country', ' by product and category', ' for each region')
const filter = fc.constantFrom(
  '',
  ' in Germany',
  ' for North and South',
  ' where quantity is at least 3',
  ' not from Spain',
  ' in 2024',
  ' since March 2025',
)
const grain = fc.constantFrom('day', 'week', 'month', 'quarter', 'year')
const planOf = (text: string, last?: Plan): Plan | undefined => {
  const reading = readQuestion(text, catalogOf('orders'), now, last)
  return reading.state === 'understood' ? reading.plan : undefined
}

test('every question of the grammar is understood and its SQL runs', async () => {
  await fc.assert(
    fc.asyncProperty(measure, grouping, filter, async (what, by, where) => {
      const plan = planOf(`${what}${by}${where}`)
      expect(Plan.parse(plan)).toEqual(plan)
      if (plan) await samples.connection.runAndReadAll(planSql(plan, catalogOf('orders')))
    }),
    { numRuns: 100 },
  )
})

test('"X" and then "by month" is "X by month"', () => {
  fc.assert(
    fc.property(measure, grouping, filter, grain, (what, by, where, unit) => {
      const whole = planOf(`${what}${by}${where} by ${unit}`)
      expect(whole).toBeDefined()
      expect(planOf(`by ${unit}`, planOf(`${what}${by}${where}`))).toEqual(whole)
    }),
  )
})

test('letter case, plurals and filler words change nothing', () => {
  fc.assert(
    fc.property(
      measure,
      grouping,
      filter,
      fc.constantFrom('please show me the ', 'what is the ', 'give me ', 'I want to see the '),
      (what, by, where, polite) => {
        const plain = planOf(`${what}${by}${where}`)
        expect(plain).toBeDefined()
        expect(planOf(`${what}${by}${where}`.toUpperCase())).toEqual(plain)
        if (!what.startsWith('how')) expect(planOf(`${polite}${what}${by}${where}?`)).toEqual(plain)
        expect(planOf(`${what}${by}${where}`.replace('region', 'regions').replace('country', 'countries'))).toEqual(plain)
      },
    ),
  )
})

test('an unknown word always surfaces and never runs', () => {
  fc.assert(
    fc.property(
      measure,
      grouping,
      filter,
      fc.constantFrom('zorbleg', 'quuxify', 'Grmpf', 'blorptastic'),
      fc.nat(2),
      (what, by, where, word, place) => {
        const parts: string[] = [what, by, where]
        parts.splice(place + 1, 0, ` ${word} `)
        const reading = readQuestion(parts.join(' '), catalogOf('orders'), now)
        if (reading.state === 'not-understood') expect(reading.unknownWords).toContain(word)
        else {
          expect(reading.state).toBe('my-reading')
          if (reading.state === 'my-reading') expect(reading.why).toContain(word)
        }
      },
    ),
  )
})

test('random text never runs', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.constantFrom('orders', 'tickets', 'sensor_log'),
      (text, name) => {
        const hasLinks = /\b(count|max|min|sum|total)/i.test(text)
        if (!hasLinks) expect(readQuestion(text, catalogOf(name), now).state).not.toBe('understood')
      },
    ),
    { numRuns: 500 },
  )
})

test('groups add up to the total', async () => {
  const rows = async (text: string) => {
    const plan = planOf(text)
    if (!plan) throw new Error(text)
    return (await samples.connection.runAndReadAll(planSql(plan, catalogOf('orders')))).getRows()
  }
  const [[total] = []] = await rows('number of orders in 2024')
  const parts = await rows('number of orders in 2024 by month')
  expect(parts.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(Number(total))
})

test.each(['orders', 'subscriptions', 'tickets', 'sensor_log'])('starters of %s are understood and run', async (name) => {
  const starters = starterQuestions(catalogOf(name))
  expect(starters.length).toBeGreaterThanOrEqual(4)
  for (const { question, hint } of starters) {
    expect(hint).not.toBe('')
    const reading = readQuestion(question, catalogOf(name), now)
    expect(reading.state, question).toBe('understood')
    if (reading.state === 'understood') await samples.connection.runAndReadAll(planSql(reading.plan, catalogOf(name)))
  }
})

test('quotes in names and values stay inside their quotes', async () => {
  const table = {
    name: 'odd "table',
    label: 'odd',
    rowCount: 1,
    primaryKey: [],
    foreignKeys: [],
    columns: [{ name: 'a "b', type: 'text' as const }],
  }
  await samples.connection.run(`CREATE TABLE "odd ""table" AS SELECT 'x''y' AS "a ""b"`)
  const plan: Plan = {
    version: 1,
    table: 'odd "table',
    measures: [],
    dimensions: [],
    columns: ['a "b'],
    filters: [{ column: 'a "b', operator: '=', values: ["X'Y"], label: '' }],
    order: [],
  }
  const found = await samples.connection.runAndReadAll(planSql(plan, { tables: [table] }))
  expect(found.getRows()).toEqual([["x'y"]])
})

test('spellings that differ in case and spaces are one value', async () => {
  await samples.connection.run(`CREATE TABLE sales AS SELECT * FROM (VALUES ('Germany', 'Desk', 5), ('Germany', 'Lamp', 9),
    ('GERMANY', 'Lamp', 7), (' germany  ', 'Desk', 1), ('France', 'Desk', 50)) v(country, product, revenue)`)
  const table = await profile(samples.connection, 'sales')
  const reading = readQuestion('top 5 products by revenue in Germany', { tables: [table] }, now)
  if (reading.state !== 'understood') throw new Error(reading.state)
  expect(reading.chips).toContainEqual({ part: 'where', value: 'country is Germany', unsure: false })
  const found = await samples.connection.runAndReadAll(planSql(reading.plan, { tables: [table] }))
  expect(found.getRows().map(([product, revenue]) => [product, Number(revenue)])).toEqual([
    ['Lamp', 16],
    ['Desk', 6],
  ])
})

test('several tables: the one that the words fit is chosen', () => {
  const catalog = { tables: [...catalogOf('orders').tables, ...catalogOf('tickets').tables] }
  const table = (text: string) => {
    const reading = readQuestion(text, catalog, now)
    return reading.state === 'not-understood' ? reading.message : reading.plan.table
  }
  expect(table('tickets by priority')).toBe('tickets')
  expect(table('revenue by region')).toBe('orders')
})

test('a refusal names the word, near columns and three questions that work', () => {
  const reading = readQuestion('revenu by regon', catalogOf('orders'), now)
  if (reading.state !== 'not-understood') throw new Error('was read')
  expect(reading.unknownWords).toEqual(['revenu', 'regon'])
  expect(reading.nearest).toEqual(expect.arrayContaining(['revenue', 'region']))
  expect(reading.suggestions).toHaveLength(3)
  for (const suggestion of reading.suggestions)
    expect(readQuestion(suggestion, catalogOf('orders'), now).state).toBe('understood')
})

test('another language is refused politely', () => {
  const reading = readQuestion('wie viele orders pro region', catalogOf('orders'), now)
  expect(reading).toMatchObject({ state: 'not-understood', message: 'I read English only.' })
})
