import { expect, test } from 'vitest'
import { tableName } from './table-name.ts'

const cases: [string, string[], string][] = [
  ['orders', [], 'orders'],
  ['Orders 2024 (final)', [], 'orders_2024_final'],
  ['2024', [], 't_2024'],
  ['…', [], 'table'],
  ['Rückläufer', [], 'rucklaufer'],
  ['заказы', [], 'заказы'],
  ['orders', ['orders'], 'orders_2'],
  ['orders', ['orders', 'orders_2'], 'orders_3'],
  ['"; drop table x; --', [], 'drop_table_x'],
  ['export.v2.backup', [], 'export_v2_backup'],
]
test.each(cases)('%s beside %j is called %s', (file, taken, name) => {
  expect(tableName(file, new Set(taken))).toBe(name)
})
