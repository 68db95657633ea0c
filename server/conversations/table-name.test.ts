import { expect, test } from 'vitest'
import { tableName } from './table-name.ts'

const cases: [string, string[], string][] = [
  ['orders.csv', [], 'orders'],
  ['Orders 2024 (final).csv', [], 'orders_2024_final'],
  ['2024.csv', [], 't_2024'],
  ['.csv', [], 'table'],
  ['Rückläufer.csv', [], 'rucklaufer'],
  ['заказы.csv', [], 'заказы'],
  ['orders.csv', ['orders'], 'orders_2'],
  ['orders.csv', ['orders', 'orders_2'], 'orders_3'],
  ['"; drop table x; --.csv', [], 'drop_table_x'],
  ['export.v2.backup.csv', [], 'export_v2_backup'],
]
test.each(cases)('%s beside %j is called %s', (file, taken, name) => {
  expect(tableName(file, new Set(taken))).toBe(name)
})
