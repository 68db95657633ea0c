import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Catalog, CatalogColumn } from '../../contract/catalog.ts'
import { openSamples } from '../../test/analysts/sample-tables.ts'
import { readQuestion } from './basic/read-question.ts'
import { phrasesFor } from './type-ahead.ts'

const now = new Date('2026-05-20T10:00:00Z')
let samples: Awaited<ReturnType<typeof openSamples>>
beforeAll(async () => {
  samples = await openSamples()
})
afterAll(() => samples.close())
const catalogOf = (name: string): Catalog => samples.catalogs[name] ?? { tables: [] }

const typings: [table: string, typed: string, offered: string][] = [
  ['orders', '', 'Total revenue by month'],
  ['orders', 'tot', 'total revenue'],
  ['orders', 'rev', 'revenue'],
  ['orders', 'revenue', 'revenue by region'],
  ['orders', 'revenue ', 'revenue by month'],
  ['orders', 'total rev', 'total revenue'],
  ['orders', 'total revenue by r', 'total revenue by region'],
  ['orders', 'total revenue by mo', 'total revenue by month'],
  ['orders', 'total revenue in Ger', 'total revenue in Germany'],
  ['orders', 'revenue for standing d', 'revenue for Standing Desk'],
  ['orders', 'average unit pr', 'average unit price'],
  ['orders', 'top 5 pro', 'top 5 products by total revenue'],
  ['orders', 'revenue in Germany b', 'revenue in Germany by region'],
  ['tickets', 'how many', 'How many tickets per priority?'],
  ['tickets', 'average response minutes by ag', 'average response minutes by agent'],
]

test.each(typings)('%s: “%s” offers “%s”', (name, typed, offered) => {
  const catalog = catalogOf(name)
  const phrases = phrasesFor(catalog, typed, now)
  expect(phrases.map((phrase) => phrase.toLowerCase())).toContain(offered.toLowerCase())
  expect(phrases.length).toBeLessThanOrEqual(6)
  for (const phrase of phrases) {
    expect(phrase.toLowerCase().startsWith(typed.toLowerCase().trimEnd())).toBe(true)
    expect(readQuestion(phrase, catalog, now).state, phrase).toBe('understood')
  }
})

test('every start of a question offers only what runs', () => {
  const catalog = { tables: Object.values(samples.catalogs).flatMap(({ tables }) => tables) }
  for (const question of ['total revenue by region in Germany', 'top 5 customers by revenue', 'open tickets per agent'])
    for (let end = 0; end <= question.length; end++)
      for (const phrase of phrasesFor(catalog, question.slice(0, end), now))
        expect(readQuestion(phrase, catalog, now).state, phrase).toBe('understood')
})

test('what makes no sense offers nothing', () => {
  expect(phrasesFor(catalogOf('orders'), 'zorbleg quux ', now)).toEqual([])
  expect(phrasesFor({ tables: [] }, 'rev', now)).toEqual([])
})

test('fifty tables of twelve columns with 500 values each offer phrases too', () => {
  const catalog = wideCatalog()
  const phrases = phrasesFor(catalog, 'total amount hz by kind', now)
  expect(phrases).not.toEqual([])
  for (const phrase of phrases) expect(readQuestion(phrase, catalog, now).state, phrase).toBe('understood')
})

function wideCatalog(): Catalog {
  const text = (name: string): CatalogColumn => ({
    name,
    type: 'text',
    distinctCount: 500,
    nullCount: 0,
    values: Array.from({ length: 500 }, (_, at) => ({
      value: `Value ${name.replaceAll('_', ' ')} ${at} x`,
      count: 500 - at,
    })),
  })
  const letters = (number: number): string => Array.from(String(number), (digit) => 'abcdefghij'[Number(digit)]).join('')
  const tables = Array.from({ length: 50 }, (_, table) => ({
    name: `${letters(table)}things`,
    label: `${letters(table)}things`,
    rowCount: 100_000,
    primaryKey: [],
    foreignKeys: [],
    columns: [
      { name: `${letters(table)}made_at`, type: 'date' as const, min: '2024-01-01', max: '2026-01-01' },
      { name: `amount_${letters(table)}z`, type: 'number' as const, distinctCount: 900, nullCount: 0 },
      ...Array.from({ length: 10 }, (_, at) => text(`kind_${letters(table)}z_${letters(at)}q`)),
    ],
  }))
  return { tables }
}
