import { expect, test } from 'vitest'
import type { CatalogTable } from '../../../contract/catalog.ts'
import { Notes } from '../../../contract/notes.ts'
import { checkNotes, fittingNotes } from './check-notes.ts'
import { readYaml, withLine, writeYaml } from './notes-yaml.ts'
import { suggestNotes } from './suggest-notes.ts'

const column = (name: string, type: CatalogTable['columns'][number]['type'], more: object = {}) => ({ name, type, ...more })
const tables: CatalogTable[] = [
  {
    ...{ name: 'orders', label: 'orders', rowCount: 40, primaryKey: ['id'], foreignKeys: [] },
    columns: [
      column('id', 'integer', { distinctCount: 40 }),
      column('person_id', 'integer'),
      column('booked', 'date', { nullCount: 0 }),
      column('sent', 'date', { nullCount: 9 }),
      column('state', 'text', { comment: 'o = open, c = closed' }),
      column('total', 'number', { comment: 'Order value' }),
    ],
  },
  {
    ...{ name: 'persons', label: 'persons', rowCount: 3, primaryKey: ['id'], foreignKeys: [] },
    columns: [column('id', 'integer')],
  },
  {
    ...{ name: 'etl_runs', label: 'etl_runs', rowCount: 3, primaryKey: [], foreignKeys: [] },
    columns: [column('id', 'integer')],
  },
]

/** The first thing that is wrong with a file, as it is said to people. */
function wrong(yaml: string): string | undefined {
  const read = readYaml(yaml)
  const [first] = 'problems' in read ? read.problems : checkNotes(read.notes, tables).map((one) => withLine(one, read.lineOf))
  return first && `${first.line ?? ''}: ${first.message}`
}

test('what does not fit is said with its line and the nearest name', () => {
  expect(wrong('tables:\n  ordrs:\n    synonyms: [sales]\n')).toBe(
    '2: There is no table “ordrs” in this source. Did you mean “orders”?',
  )
  expect(wrong('tables:\n  orders:\n    columns:\n      totl: { name: Sum }\n')).toBe(
    '4: There is no column “totl” in orders. Did you mean “total”?',
  )
  expect(wrong('tables:\n  orders: { date: total }\n')).toBe('2: total is no date: it holds number.')
  const metric = (expression: string, filter = '') =>
    wrong(`metrics:\n  revenue:\n    table: orders\n    expression: ${expression}\n${filter && `    filter: ${filter}\n`}`)
  expect(metric('sum(totall)')).toBe('4: There is no column “totall” in orders. Did you mean “total”?')
  expect(metric('sum(total')).toBe('4: A closing bracket is missing before the end.')
  expect(metric('median(total)')).toBe('4: “median” is no figure. There are count, sum, avg, min and max.')
  expect(metric('total')).toBe('4: “total” has to stand inside a figure, such as sum(total).')
  expect(metric('sum(state)')).toBe('4: state is no number that can be added up: it holds text.')
  expect(metric('sum(total)', "stat = 'o'")).toBe('5: There is no column “stat” in orders. Did you mean “state”?')
  expect(metric("sum(total) filter (where state in ('o') and not sent is null) / count(*)", "state <> 'x' or (total > 5)")).toBe(
    undefined,
  )
  expect(wrong('tables:\n  orders:\n    hide: true\n')).toBe('3: Notes have no “hide” here.')
  expect(wrong('tables: [\n')).toMatch(/^\d: This is no YAML/)
  expect(wrong('joins:\n  - { from: orders, to: persons.id }\n')).toMatch(/^2: “orders” should name a table and a column/)
})

test('notes go through YAML unchanged, and what fits no more is left out of what analysts read', () => {
  const notes = Notes.parse({
    tables: { orders: { date: 'booked', columns: { state: { values: { o: ['open'] } }, gone: { name: 'Gone' } } } },
    metrics: { revenue: { table: 'orders', expression: 'sum(total)' }, old: { table: 'orders', expression: 'sum(gone)' } },
    joins: [
      { from: 'orders.person_id', to: 'persons.id' },
      { from: 'orders.gone', to: 'persons.id' },
    ],
    questions: [{ question: 'How many?', sql: 'SELECT 1' }],
  })
  const read = readYaml(writeYaml(notes))
  expect('notes' in read && read.notes).toEqual(notes)
  const fitting = fittingNotes(notes, checkNotes(notes, tables))
  expect([Object.keys(fitting.metrics), fitting.joins.length]).toEqual([['revenue'], 1])
  expect(fitting.tables).toEqual({ orders: { date: 'booked', columns: { state: { values: { o: ['open'] } } } } })
})

test('the data suggests dates, joins, words and tables to hide, and not what is noted already', () => {
  const ids = (notes: object) => suggestNotes(Notes.parse(notes), tables).map(({ id }) => id)
  expect(ids({})).toEqual([
    'date orders booked',
    'join orders.person_id persons.id',
    'column orders state values',
    'column orders total synonyms',
    'hide etl_runs',
  ])
  const noted = {
    tables: { orders: { date: 'booked' }, etl_runs: { isHidden: true } },
    joins: [{ from: 'orders.person_id', to: 'persons.id' }],
  }
  expect(ids(noted)).toEqual(['column orders state values', 'column orders total synonyms'])
})
