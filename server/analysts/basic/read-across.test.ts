import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Catalog, CatalogTable } from '../../../contract/catalog.ts'
import { profile } from '../../../test/analysts/sample-tables.ts'
import { planSql } from './plan-sql.ts'
import { readAcross } from './read-across.ts'
import { readQuestion } from './read-question.ts'

const now = new Date('2026-05-20T10:00:00Z')
const statements = `
CREATE TABLE clubs AS SELECT * FROM (VALUES (1, 'Chess', 'North'), (2, 'Rowing', 'South'), (3, 'Choir', 'North')) t(club_id, club_name, region);
CREATE TABLE members AS SELECT * FROM (VALUES (1, 'Ann', 31, 'Leeds', 10), (2, 'Ben', 44, 'York', 20), (3, 'Cleo', 27, 'York', 30), (4, 'Dan', 52, 'Leeds', 40)) t(member_id, name, age, city, fee);
CREATE TABLE memberships AS SELECT * FROM (VALUES (1, 1, 2019), (1, 2, 2021), (2, 1, 2020), (2, 1, 2022), (3, 2, 2018)) t(member_id, club_id, since_year);`
let catalog: Catalog
let rows: (question: string) => Promise<unknown[][]>
let close: () => void

beforeAll(async () => {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(statements)
  const keyed = async (name: string, keys: Partial<CatalogTable>): Promise<CatalogTable> => ({
    ...(await profile(connection, name)),
    ...keys,
  })
  const to = (table: string, column: string) => ({ columns: [column], table, references: [column] })
  catalog = {
    tables: [
      await keyed('clubs', { primaryKey: ['club_id'] }),
      await keyed('members', { primaryKey: ['member_id'] }),
      await keyed('memberships', { foreignKeys: [to('members', 'member_id'), to('clubs', 'club_id')] }),
    ],
  }
  rows = async (question) => {
    const reading = readQuestion(question, catalog, now)
    if (reading.state === 'not-understood') throw new Error(reading.message)
    const found = await connection.runAndReadAll(planSql(reading.plan, catalog))
    return found
      .getRowsJson()
      .map((row) => row.map((cell) => (typeof cell === 'string' && /^\d+$/.test(cell) ? Number(cell) : cell)))
  }
  close = () => {
    connection.closeSync()
    instance.closeSync()
  }
})
afterAll(() => close())

const questions: [question: string, rows: unknown[][]][] = [
  ['How many members are there?', [[4]]],
  ['Show the name and age of the youngest member.', [['Cleo', 27]]],
  ['What are the names of members who are older than 40?', [['Ben'], ['Dan']]],
  ['Find the names of members whose age is above the average.', [['Ben'], ['Dan']]],
  ['List the names of members without memberships.', [['Dan']]],
  ['Which members do not have any memberships?', [['Dan']]],
  ['Which club has the most memberships?', [['Chess']]],
  ['How many members are in the club "Rowing"?', [[2]]],
  ['How many members are in the Chess club?', [[2]]],
  ['What is the total fee of members in the Chess club?', [[30]]],
  ['Show the names of clubs that have at least 3 memberships.', [['Chess']]],
  ['Which members have an age between 30 and 45?', [['Ann'], ['Ben']]],
  ['Show the age of members with the letter B or C in their name.', [[44], [27]]],
  ['Show the age of members without the letter N in their name.', [[27]]],
  ['Show the different cities of members.', [['Leeds'], ['York']]],
  ['What is the most common city of members?', [['York']]],
  ['How many members are not in the Chess club?', [[2]]],
  ['Show the names of members who have 0 memberships.', [['Dan']]],
  ['What are the highest fee, lowest fee and average fee of members?', [[40, 10, 25]]],
  ['List the names of all distinct members in alphabetical order.', [['Ann'], ['Ben'], ['Cleo'], ['Dan']]],
  [
    'memberships per club',
    [
      ['Chess', 3],
      ['Rowing', 2],
    ],
  ],
  ['Show the names of members with the top 2 fees.', [['Dan'], ['Cleo']]],
  ['List the names of members whose name starts with "C".', [['Cleo']]],
  ['Show the name of each member in alphabetical order of name.', [['Ann'], ['Ben'], ['Cleo'], ['Dan']]],
  ['Which members are from York or are older than 50?', [['Ben'], ['Cleo'], ['Dan']]],
]

test.each(questions)('%s', async (question, wanted) => {
  const found = await rows(question)
  const sorted = (list: unknown[][]): string[] => list.map((row) => JSON.stringify(row)).sort((one, two) => (one < two ? -1 : 1))
  expect(sorted(found)).toEqual(sorted(wanted))
})

test('a sum is never counted twice where a join multiplies rows', () => {
  const reading = readQuestion('What is the total fee of members in the Chess club?', catalog, now)
  expect(reading.state === 'not-understood' ? undefined : reading.plan).toMatchObject({
    table: 'members',
    related: [{ isAbsent: false, path: [{ to: 'memberships' }, { to: 'clubs' }] }],
  })
})

test('two ways of one length to bring tables together are asked', () => {
  const twice: Catalog = {
    tables: catalog.tables.map((table) =>
      table.name === 'memberships'
        ? { ...table, foreignKeys: [...table.foreignKeys, { columns: ['since_year'], table: 'clubs', references: ['club_id'] }] }
        : table,
    ),
  }
  const reading = readQuestion('Which club has the most memberships?', twice, now)
  expect(reading.state).toBe('my-reading')
})

test('what stays open and does no harm runs; what leaves a word without work does not', () => {
  const stateOf = (question: string): string => readQuestion(question, catalog, now).state
  expect(stateOf('Which club has the most memberships?')).toBe('understood')
  expect(stateOf('Show the names of members in the city with fee')).not.toBe('understood')
  expect(stateOf('Show the number of members for each member id')).not.toBe('understood')
})

test('an unknown word never runs across tables either', () => {
  expect(readQuestion('How many zorbleg members are in the Chess club?', catalog, now).state).not.toBe('understood')
})

test.each(['with keys', 'without keys'])('what people ask of a shop runs by itself, %s', (how) => {
  const column = (name: string, type: 'text' | 'integer' | 'number' | 'date', distinctCount: number) => ({
    name,
    type,
    distinctCount,
    nullCount: 0,
  })
  const keys = [{ columns: ['product_id'], table: 'products', references: ['product_id'] }]
  const orders = {
    name: 'orders',
    label: 'orders',
    rowCount: 1000,
    primaryKey: ['order_id'],
    foreignKeys: how === 'with keys' ? keys : [],
    columns: [
      column('order_id', 'integer', 1000),
      column('order_date', 'date', 300),
      column('product_id', 'integer', 20),
      column('product', 'text', 20),
      column('category', 'text', 4),
      column('revenue', 'number', 800),
    ],
  }
  const products = {
    name: 'products',
    label: 'products',
    rowCount: 20,
    primaryKey: ['product_id'],
    foreignKeys: [],
    columns: [
      column('product_id', 'integer', 20),
      column('product', 'text', 20),
      column('category', 'text', 4),
      column('price', 'number', 15),
    ],
  }
  for (const question of [
    'Revenue by category',
    'Top 10 products by revenue',
    'Total revenue by month',
    'total revenue by category',
  ]) {
    const reading = readQuestion(question, { tables: [orders, products] }, now)
    expect(reading.state, question).toBe('understood')
    expect(reading.state === 'understood' && reading.plan.measures, question).toMatchObject([
      { aggregate: 'sum', column: 'revenue' },
    ])
  }
})

test('a name of two columns in what is grouped by is asked back', () => {
  expect(readQuestion('What is the average fee of members, grouped by city name?', catalog, now)).toMatchObject({
    state: 'my-reading',
    why: expect.stringContaining('“city name” as two columns'),
  })
})

test('who was born first is the oldest', () => {
  const column = (name: string, type: 'text' | 'integer') => ({ name, type })
  const pets = { name: 'pets', label: 'pets', rowCount: 3, primaryKey: [], foreignKeys: [] }
  const tables = [{ ...pets, columns: [column('pet', 'text'), column('birth_year', 'integer')] }]
  const order = (words: string) => readAcross(`List the pets in order of birth year from ${words}`, { tables }, now)?.plan.order
  expect(order('old to young')).toEqual([{ by: 'birth_year', descending: false }])
  expect(order('young to old')).toEqual([{ by: 'birth_year', descending: true }])
})
