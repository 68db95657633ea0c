import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Cell, Column, ColumnType } from '../contract/column.ts'
import { decodeColumnar } from './columnar.ts'
import { dayText, timestampText } from './columnar-time.ts'
import { encodeColumnar } from './encode-columnar.ts'

const text = fc.string({ unit: 'binary' })
const integer = fc.oneof(
  fc.maxSafeInteger().map((value) => value + 0),
  fc.integer({ min: -300, max: 300 }),
  fc
    .bigInt({ min: -(2n ** 127n), max: 2n ** 127n })
    .map((value): Cell => (Number.isSafeInteger(Number(value)) ? Number(value) : String(value))),
)
const decimal = fc.integer({ min: 0, max: 9 }).chain((scale) =>
  fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map((value) => {
    const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0')
    return `${value < 0n ? '-' : ''}${scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`}`
  }),
)
const number = fc.oneof(
  fc.double().map((value): Cell => (Number.isFinite(value) ? value : String(value))),
  fc.integer({ min: -10_000, max: 10_000_000 }).map((value) => value / 100),
)
const day = fc.integer({ min: -719_528, max: 2_932_896 }).map(dayText)
const timestamp = fc
  .tuple(
    fc.integer({ min: -62_167_219_200, max: 253_402_300_799 }),
    fc.constantFrom(1, 1000, 1_000_000),
    fc.nat(999_999),
    fc.boolean(),
  )
  .map(([seconds, perSecond, fraction, isZoned]) =>
    timestampText(seconds * perSecond + (fraction % perSecond), perSecond, isZoned),
  )
const time = timestamp.map((value) => value.slice(11).replace('Z', ''))
const cells: Record<ColumnType, fc.Arbitrary<Cell>> = {
  integer,
  decimal,
  number,
  boolean: fc.boolean(),
  date: fc.oneof(day, fc.constantFrom('12345-01-01', '0044-03-15 (BC)', 'infinity')),
  timestamp: fc.oneof(timestamp, fc.constant('-infinity')),
  time,
  text,
  json: fc.json(),
  binary: fc.base64String(),
}

const columnOf = (type: ColumnType): fc.Arbitrary<{ column: Column; values: Cell[] }> =>
  fc
    .tuple(text, fc.oneof(fc.array(cells[type]), fc.array(fc.option(cells[type])), fc.array(fc.constant(null))))
    .map(([name, values]) => ({
      column: { name, type },
      values: values.map((value) => (Object.is(value, -0) && type === 'integer' ? 0 : value)),
    }))

function back(columns: Column[], values: Cell[][]): Cell[][] {
  const decoded = decodeColumnar(encodeColumnar(columns, values))
  expect(decoded.columns).toEqual(columns)
  expect(decoded.rowCount).toBe(values[0]?.length ?? 0)
  return values.map((column, index) => column.map((_, row) => plainZero(decoded.cell(index, row))))
}

/** A negative zero may come back as zero: SQL and people see no difference. */
const plainZero = (cell: Cell): Cell => (Object.is(cell, -0) ? 0 : cell)

for (const type of Object.keys(cells) as ColumnType[]) {
  test(`a column of ${type} comes back as it was`, () => {
    fc.assert(
      fc.property(columnOf(type), ({ column, values }) => {
        expect(back([column], [values])).toEqual([values.map(plainZero)])
      }),
      { numRuns: 300 },
    )
  })
}

test('several columns come back, whatever the order they are asked for', () => {
  const types = Object.keys(cells) as ColumnType[]
  const table = fc
    .nat(30)
    .chain((rowCount) =>
      fc.tuple(...types.map((type) => fc.array(fc.option(cells[type]), { minLength: rowCount, maxLength: rowCount }))),
    )
  fc.assert(
    fc.property(table, (values) => {
      const exact = values.map((column) => column.map(plainZero))
      const columns = types.map((type) => ({ name: type, type }))
      expect(back(columns, values)).toEqual(exact)
    }),
  )
})

test('the order of stored values is the order of cells', () => {
  const columns: Column[] = [
    { name: 'price', type: 'decimal' },
    { name: 'huge', type: 'integer' },
    { name: 'day', type: 'date' },
    { name: 'name', type: 'text' },
  ]
  const table = decodeColumnar(
    encodeColumnar(columns, [
      ['10.50', '-3.00', '9.75'],
      ['123456789012345678901', -5, '99999999999999999999'],
      ['2024-02-29', '1969-12-31', '2000-01-01'],
      ['z', 'é', 'Z'],
    ]),
  )
  const order = (index: number) =>
    [0, 1, 2].sort((a, b) => (table.column(index).values[a] ?? 0) - (table.column(index).values[b] ?? 0))
  expect([0, 1, 2, 3].map(order)).toEqual([
    [1, 2, 0],
    [1, 2, 0],
    [1, 2, 0],
    [2, 0, 1],
  ])
  expect(table.column(0).number(0)).toBe(10.5)
  expect(table.column(2).number(1)).toBe(-1)
})

test('long columns: steps, tables of few values, wide codes, long texts', () => {
  const rows = 70_000
  const columns: Column[] = [
    { name: 'id', type: 'integer' },
    { name: 'year', type: 'integer' },
    { name: 'code', type: 'text' },
    { name: 'note', type: 'text' },
    { name: 'at', type: 'timestamp' },
  ]
  const make = (cell: (row: number) => Cell): Cell[] => Array.from({ length: rows }, (_, row) => cell(row))
  const values = [
    make((row) => 5_000_000_000 + row * 3),
    make((row) => (row % 7) * 1000),
    make((row) => `c${row % 30_000}`),
    make((row) => (row % 11 === 0 ? null : `note ${row} ünïcode 🎈`)),
    make((row) => timestampText(1_700_000_000_000 + row * 1234, 1000, true)),
  ]
  const bytes = encodeColumnar(columns, values)
  const table = decodeColumnar(bytes)
  expect(columns.map((_, index) => table.column(index).kind)).toEqual(['integers', 'integers', 'codes', 'texts', 'integers'])
  expect(back(columns, values)).toEqual(values)
})

test('foreign bytes and other versions are refused', () => {
  expect(() => decodeColumnar(new Uint8Array([9, 0, 0, 0, 0]))).toThrow(RangeError)
  expect(() => decodeColumnar(new Uint8Array())).toThrow(RangeError)
})
