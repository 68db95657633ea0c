import { expect, test } from 'vitest'
import type { Cell, ColumnType } from '../../contract/column.ts'
import { decodeColumnar } from '../../render/columnar.ts'
import { encodeColumnar } from '../../render/encode-columnar.ts'
import { columnStatistics } from './column-statistics.ts'
import { type ColumnFilter, matchRows } from './filter-rows.ts'

const types: ColumnType[] = ['integer', 'text', 'number', 'date']
const cells: Cell[][] = [
  [1, 2, 3, 1234],
  ['Nordics', 'DACH', null, 'dach west'],
  [1.5, null, 2.5, -7],
  ['2026-01-01', '2026-02-01', '2026-03-01', null],
]
const table = decodeColumnar(
  encodeColumnar(
    types.map((type, place) => ({ name: `c${place}`, type })),
    cells,
  ),
)
const rowsOf = (search: string, filters: [number, ColumnFilter][] = []) => {
  const { mask, count } = matchRows(table, search, new Map(filters))
  const rows = [...mask].flatMap((byte, row) => (byte ? [row] : []))
  expect(rows.length).toBe(count)
  return rows
}

test('a search looks into every column without case, and understands thousands and a true minus', () => {
  expect(rowsOf('')).toEqual([0, 1, 2, 3])
  expect(rowsOf('DACH')).toEqual([1, 3])
  expect(rowsOf('1,234')).toEqual([3])
  expect(rowsOf('\u22127')).toEqual([3])
  expect(rowsOf('2026-02')).toEqual([1])
  expect(rowsOf('nothing')).toEqual([])
})

test('filters of several columns hold together, nulls are in no range', () => {
  expect(rowsOf('', [[2, { from: 0 }]])).toEqual([0, 2])
  expect(rowsOf('', [[2, { empty: 'only' }]])).toEqual([1])
  expect(rowsOf('', [[1, { contains: 'dach' }]])).toEqual([1, 3])
  expect(rowsOf('dach', [[0, { from: 2, to: 2 }]])).toEqual([1])
  expect(rowsOf('', [[3, { from: Date.UTC(2026, 1, 1) / 864e5 }]])).toEqual([1, 2])
})

test('statistics leave nulls out and count them', () => {
  const numbers = columnStatistics(table.column(2))
  expect(numbers).toMatchObject({ emptyCount: 1, distinctCount: 3, range: { min: -7, max: 2.5, median: 1.5, mean: -1 } })
  expect(numbers.bins.reduce((sum, count) => sum + count, 0)).toBe(3)
  expect(columnStatistics(table.column(1))).toMatchObject({ emptyCount: 1, distinctCount: 3 })
})
