import { expect, test } from 'vitest'
import type { CatalogTable } from '../../contract/catalog.ts'
import { searchTables } from './search-tables.ts'

const table = (name: string, comment: string | undefined, columns: readonly string[]): CatalogTable => ({
  name,
  label: name,
  ...(comment === undefined ? {} : { comment }),
  rowCount: 0,
  columns: columns.map((column) => ({ name: column, type: 'text', ...(column === 'sku' ? { comment: 'Article number' } : {}) })),
  primaryKey: [],
  foreignKeys: [],
})
const tables = [
  table('lines', undefined, ['order_id', 'sku']),
  table('sales.Orders', 'What people bought', ['id', 'total']),
  table('visits', 'Of the shop', ['at']),
]

const found = (search: string): string[] => searchTables(tables, search).map(({ name }) => name)

test('tables are found by name, column and comment, those with the name first', () => {
  expect(found('')).toEqual(['lines', 'sales.Orders', 'visits'])
  expect(found('order')).toEqual(['sales.Orders', 'lines'])
  expect(found('ARTICLE')).toEqual(['lines'])
  expect(found('bought  sales')).toEqual(['sales.Orders'])
  expect(found('nothing')).toEqual([])
})
