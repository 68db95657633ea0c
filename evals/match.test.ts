import { expect, test } from 'vitest'
import type { Column, Row } from '../contract/column.ts'
import { matchRows } from './match.ts'
import { totalsOf } from './totals.ts'

const name: Column = { name: 'name', type: 'text' }
const amount: Column = { name: 'amount', type: 'integer' }
const day: Column = { name: 'day', type: 'date' }
const gold = (...rows: (string | number | null)[][]) => ({ width: rows[0]?.length ?? 1, rows })
const both = { strict: true, relaxed: true }
const neither = { strict: false, relaxed: false }

test.each<[what: string, Column[], Row[], ReturnType<typeof gold>, boolean, object]>([
  ['numbers by value', [amount], [[1]], gold(['1.0']), false, both],
  ['rows in any order', [name], [['b'], ['a']], gold(['a'], ['b']), false, both],
  ['rows in order', [name], [['b'], ['a']], gold(['a'], ['b']), true, neither],
  ['rows as often', [name], [['a'], ['a'], ['b']], gold(['a'], ['b'], ['b']), false, neither],
  ['an extra column', [name, amount], [['a', 1]], gold(['a']), false, { strict: false, relaxed: true }],
  ['columns turned round', [amount, name], [[1, 'a']], gold(['a', 1]), false, { strict: false, relaxed: true }],
  [
    'cells of other rows',
    [name, amount],
    [
      ['a', 1],
      ['b', 2],
    ],
    gold(['a', 2], ['b', 1]),
    false,
    neither,
  ],
  ['days', [day], [['2009-01-02']], gold(['2009-01-02 00:00:00']), false, both],
  ['no value is no text', [name], [[null]], gold(['']), false, neither],
  ['nothing of another width', [name], [], { width: 2, rows: [] }, false, neither],
])('%s', (_, columns, rows, wanted, isOrdered, match) => {
  expect(matchRows(columns, rows, wanted, isOrdered)).toEqual(match)
})

test('shares look at what they say', () => {
  const scored = { strict: true, relaxed: true, suite: false, auto: true }
  expect(totalsOf([scored, { ...scored, strict: false }, { ...scored, auto: false }, { ...scored, auto: false }])).toEqual({
    n: 4,
    strict: 0.75,
    relaxed: 1,
    suite: 0,
    coverage: 0.5,
    precisionWhenAnswered: 0.5,
    wrongAndConfident: 0.25,
  })
})
