import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Cell, ColumnType } from '../../contract/column.ts'
import { decodeColumnar } from '../../render/columnar.ts'
import { encodeColumnar } from '../../render/encode-columnar.ts'
import { compareCodePoints, compareDigits, type SortKey, sortRows } from './sort.ts'

const tableOf = (types: readonly ColumnType[], values: readonly (readonly Cell[])[]) =>
  decodeColumnar(
    encodeColumnar(
      types.map((type, place) => ({ name: `c${place}`, type })),
      values,
    ),
  )

const compareCells = (a: Cell, b: Cell, type: ColumnType): number => {
  if (type === 'integer' || type === 'decimal') return compareDigits(String(a), String(b))
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  return compareCodePoints(String(a).toLowerCase(), String(b).toLowerCase()) || compareCodePoints(String(a), String(b))
}

const naive = (types: readonly ColumnType[], values: readonly (readonly Cell[])[], keys: readonly SortKey[]): number[] =>
  Array.from({ length: values[0]?.length ?? 0 }, (_, row) => row).sort((a, b) => {
    for (const { column, descending } of keys) {
      const [left = null, right = null] = [values[column]?.[a], values[column]?.[b]]
      if (left === null || right === null) {
        if (left !== right) return left === null ? 1 : -1
        continue
      }
      const order = compareCells(left, right, types[column] ?? 'text')
      if (order !== 0) return descending ? -order : order
    }
    return a - b
  })

const cellsOf: Readonly<Partial<Record<ColumnType, fc.Arbitrary<Cell>>>> = {
  integer: fc.oneof(
    fc.integer({ min: -50, max: 50 }),
    fc.maxSafeInteger(),
    fc.bigInt({ min: 10n ** 17n, max: 10n ** 20n }).map(String),
  ),
  decimal: fc
    .tuple(fc.integer({ min: -9999, max: 9999 }), fc.integer({ min: 0, max: 99 }))
    .map(([whole, cents]) => `${whole}.${String(cents).padStart(2, '0')}`),
  number: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
  boolean: fc.boolean(),
  date: fc
    .date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
  text: fc.oneof(fc.constantFrom('a', 'A', 'b', 'B', 'ä', 'Z', '\ue000', '😀'), fc.string({ unit: 'binary', maxLength: 6 })),
}

test('sorting agrees with a plain stable sort, for every type, two keys, both directions, nulls last', () => {
  const type = fc.constantFrom(...(Object.keys(cellsOf) as ColumnType[]))
  const table = fc.tuple(type, type, fc.integer({ min: 0, max: 60 })).chain(([a, b, size]) => {
    const column = (of: ColumnType) =>
      fc.array(fc.option(cellsOf[of] ?? fc.constant(null), { freq: 6 }), { minLength: size, maxLength: size })
    return fc.tuple(fc.constant([a, b] as const), fc.tuple(column(a), column(b)), fc.boolean(), fc.boolean())
  })
  fc.assert(
    fc.property(table, ([types, values, first, second]) => {
      const keys = [
        { column: 0, descending: first },
        { column: 1, descending: second },
      ]
      expect([...sortRows(tableOf(types, values), keys)]).toEqual(naive(types, values, keys))
    }),
    { numRuns: 300 },
  )
})

test('a million numbers are sorted by radix', () => {
  const cells = Array.from({ length: 1_000_000 }, (_, row) => ((row * 7919) % 1_000_003) / 7)
  const order = sortRows(tableOf(['number'], [cells]), [{ column: 0, descending: true }])
  for (let at = 1; at < order.length; at += 997)
    expect(cells[order[at - 1] ?? 0] ?? 0).toBeGreaterThanOrEqual(cells[order[at] ?? 0] ?? 0)
})
