import { DatabaseSync } from 'node:sqlite'
import { DuckDBInstance } from '@duckdb/node-api'
import { PGlite } from '@electric-sql/pglite'
import { Dialect, parse } from '@polyglot-sql/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Catalog, CatalogTable } from '../../../contract/catalog.ts'
import type { ColumnType } from '../../../contract/column.ts'
import type { Filter, Plan } from '../../../contract/plan.ts'
import { openMysql } from '../../../test/sources/test-databases.ts'
import { mysql, sqlserver } from './dialects.ts'
import { planSql } from './plan-sql.ts'

const created = `CREATE TABLE shops (shop_id integer PRIMARY KEY, "shop name" text, opened date);
  CREATE TABLE sales (sale_id integer PRIMARY KEY, shop_id integer, sold_on date, amount integer, note text, size text);
  INSERT INTO shops VALUES (1, 'North 50%', '2023-02-03'), (2, 'South', '2024-08-09');
  INSERT INTO sales VALUES (1, 1, '2024-01-31', 10, 'It''s', '1.5'), (2, 1, '2024-05-01', 30, NULL, '10'), (3, 1, '2025-01-05', 5, 'a\\b', ' 9 ')`

const table = (name: string, columns: Record<string, ColumnType>): CatalogTable => ({
  name,
  label: name,
  rowCount: 3,
  columns: Object.entries(columns).map(([column, type]) => ({
    name: column,
    type,
    ...(column === 'size' ? { values: ['1.5', '10', ' 9 '].map((value) => ({ value, count: 1 })) } : {}),
  })),
  primaryKey: [],
  foreignKeys: [],
})
const tables = [
  table('shops', { shop_id: 'integer', 'shop name': 'text', opened: 'date' }),
  table('sales', { sale_id: 'integer', shop_id: 'integer', sold_on: 'date', amount: 'integer', note: 'text', size: 'text' }),
]
const join = { table: 'sales', columns: ['shop_id'], to: 'shops', references: ['shop_id'] }
const back = { table: 'shops', columns: ['shop_id'], to: 'sales', references: ['shop_id'] }
const plan = (part: Partial<Plan>): Plan => ({
  version: 1,
  table: 'sales',
  measures: [],
  dimensions: [],
  columns: [],
  filters: [],
  order: [],
  ...part,
})
const where = (column: string, operator: Filter['operator'], ...values: Filter['values']): Filter => ({
  column,
  operator,
  values,
  label: '',
})
const total = { aggregate: 'sum' as const, column: 'amount', label: 'total amount' }

const byMonth = { column: 'sold_on', grain: 'month' as const, label: 'month' }
const byNote = { column: 'note', label: 'note' }
const ofAYear = { column: 'sold_on', count: 1, grain: 'year' as const, label: 'a year earlier' }

/** How many rows each plan gives, whatever the engine. */
const plans: [what: string, plan: Plan, rowCount: number][] = [
  ...(['day', 'week', 'month', 'quarter', 'year'] as const).map((grain): [string, Plan, number] => [
    `by ${grain}`,
    plan({ measures: [total], dimensions: [{ column: 'sold_on', grain, label: grain }] }),
    grain === 'year' ? 2 : 3,
  ]),
  ...(['weekday', 'month', 'quarter'] as const).map((cycle): [string, Plan, number] => [
    `by any ${cycle}`,
    plan({ measures: [total], dimensions: [{ column: 'sold_on', cycle, label: cycle }] }),
    2,
  ]),
  [
    'numbers kept as text',
    plan({
      measures: [{ aggregate: 'sum', column: 'size', label: 'total size' }],
      dimensions: [byNote],
      filters: [where('size', '>', 2)],
    }),
    2,
  ],
  [
    'a join',
    plan({ columns: ['amount', 'shops.shop name'], joins: [join], order: [{ by: 'shops.shop name', descending: true }] }),
    3,
  ],
  [
    'groups kept',
    plan({
      measures: [{ aggregate: 'count', label: 'sales', isHidden: true }],
      dimensions: [{ column: 'shops.shop name', label: 'shop' }],
      joins: [join],
      having: [where('sales', '>=', 3)],
    }),
    1,
  ],
  [
    'what has none',
    plan({ table: 'shops', columns: ['shop name'], related: [{ path: [back], filters: [], isAbsent: true, label: '' }] }),
    1,
  ],
  [
    'what has some',
    plan({ table: 'shops', related: [{ path: [back], filters: [where('sales.amount', '>', 20)], isAbsent: false, label: '' }] }),
    1,
  ],
  [
    'above average',
    plan({ columns: ['amount'], filters: [{ ...where('amount', '>'), figure: { aggregate: 'average', column: 'amount' } }] }),
    1,
  ],
  ['a percent sign', plan({ table: 'shops', filters: [where('shop name', 'contains', '50%')] }), 1],
  ['a backslash', plan({ filters: [where('note', 'contains', 'A\\B')] }), 1],
  ['beginnings', plan({ filters: [where('note', 'starts-with', 'it')] }), 1],
  ['a quote', plan({ filters: [where('note', '=', "IT'S")] }), 1],
  ['a period', plan({ filters: [where('sold_on', 'between', '2024-01-01', '2025-01-01')] }), 2],
  [
    'alternatives',
    plan({
      filters: [
        { ...where('amount', '=', 10), either: 1 },
        { ...where('amount', '=', 5), either: 1 },
      ],
    }),
    2,
  ],
  [
    'both',
    plan({
      columns: ['shop_id'],
      filters: [where('amount', '=', 10)],
      second: { kind: 'both', filters: [where('amount', '=', 5)] },
    }),
    1,
  ],
  [
    'a figure in order',
    plan({ measures: [total], dimensions: [byNote], order: [{ by: 'total amount', descending: true }], limit: 2 }),
    2,
  ],
  ['shares', plan({ measures: [{ ...total, isShare: true }], dimensions: [byMonth, byNote] }), 3],
  ['parts', plan({ measures: [{ ...total, part: [where('note', '=', 'it')] }], dimensions: [byNote] }), 3],
  ['steps', plan({ measures: [total], dimensions: [{ column: 'amount', width: 20, label: 'amount from' }] }), 2],
  ['times compared', plan({ measures: [total], dimensions: [byMonth], compare: ofAYear }), 3],
  [
    'periods compared',
    plan({
      measures: [total],
      dimensions: [byNote],
      filters: [where('sold_on', 'between', '2025-01-01', '2025-02-01')],
      compare: ofAYear,
    }),
    2,
  ],
  ['nothing last', plan({ columns: ['note'], order: [{ by: 'note', descending: true }], limit: 3, isDistinct: true }), 3],
]

const engines: Record<string, { dialect: Catalog['dialect']; run(sql: string): Promise<unknown[]> }> = {}
const closings: (() => unknown)[] = []
beforeAll(async () => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  await connection.run(created)
  const file = new DatabaseSync(':memory:')
  file.exec(created)
  const postgres = await PGlite.create()
  await postgres.exec(created)
  engines['duckdb'] = { dialect: 'duckdb', run: async (sql) => (await connection.runAndReadAll(sql)).getRows() }
  engines['sqlite'] = { dialect: 'sqlite', run: (sql) => Promise.resolve(file.prepare(sql).all()) }
  engines['postgres'] = { dialect: 'postgres', run: async (sql) => (await postgres.query(sql)).rows }
  const maria = await openMysql()
  if (maria) {
    await maria.run(...created.replaceAll('"', '`').replace('a\\b', 'a\\\\b').split(';'))
    engines['mysql'] = {
      dialect: 'mysql',
      run: async (sql) => {
        await maria.run(sql)
        return Array.from({ length: Number((await maria.look(`SELECT count(*) FROM (${sql}) counted`))[0]) })
      },
    }
    closings.push(() => maria.close())
  } else if (process.env['CI']) throw new Error('MariaDB is not there.')
  else console.log('MariaDB is not there, so its SQL was not run.')
  closings.push(
    () => connection.closeSync(),
    () => file.close(),
    () => postgres.close(),
  )
})
afterAll(() => Promise.all(closings.map((close) => close())))

test.each(plans)('%s runs on every engine and gives as many rows', async (_, made, rowCount) => {
  for (const [name, { dialect, run }] of Object.entries(engines))
    expect((await run(planSql(made, { tables, ...(dialect ? { dialect } : {}) }))).length, name).toBe(rowCount)
})

test.each(plans)('%s is T-SQL, in the parts of it that differ', (_, made) => {
  const sql = planSql(made, { tables, dialect: 'sqlserver' })
  expect(parse(sql, Dialect.TSQL)).toMatchObject({ success: true })
  expect(sql).not.toMatch(/LIMIT|NULLS LAST|date_trunc|ILIKE|regexp|DATE '|INTERVAL/)
})

test('T-SQL has its own first rows, months, booleans and text', () => {
  const made = plan({ measures: [total], dimensions: [byMonth], filters: [where('note', 'contains', '[50%]')], limit: 3 })
  expect(planSql(made, { tables, dialect: 'sqlserver' })).toBe(
    [
      'SELECT DATEFROMPARTS(YEAR([sold_on]), MONTH([sold_on]), 1) AS [month], sum(CAST([amount] AS bigint)) AS [total amount]',
      'FROM [sales]',
      String.raw`WHERE lower(CAST([note] AS nvarchar(4000))) LIKE lower(N'%\[50\%]%') ESCAPE '\'`,
      'GROUP BY DATEFROMPARTS(YEAR([sold_on]), MONTH([sold_on]), 1)',
      'ORDER BY CASE WHEN DATEFROMPARTS(YEAR([sold_on]), MONTH([sold_on]), 1) IS NULL THEN 1 ELSE 0 END, DATEFROMPARTS(YEAR([sold_on]), MONTH([sold_on]), 1)',
      'OFFSET 0 ROWS FETCH NEXT 3 ROWS ONLY',
    ].join('\n'),
  )
  expect([sqlserver.boolean(true), sqlserver.flag('[paid]'), sqlserver.order('x', true)]).toEqual(['1', '[paid] = 1', 'x DESC'])
})

test("MySQL's names and texts are quoted its way", () => {
  expect([mysql.name('a`b'), mysql.text("it's \\ so"), mysql.order('x', true)]).toEqual([
    '`a``b`',
    "'it''s \\\\ so'",
    'x IS NULL, x DESC',
  ])
})
