import { expect, test } from 'vitest'
import { applyCompletion, complete, type KnownTable, sqlName } from './completion.ts'

const tables: KnownTable[] = [
  {
    name: 'orders',
    columns: [
      { name: 'order_date', type: 'date' },
      { name: 'Unit price', type: 'decimal' },
      { name: 'region', type: 'text' },
    ],
  },
]
const values = (text: string) => complete(text, text.length, tables)?.options.map(({ value }) => value.trim())

test('a slash offers the two commands', () => {
  expect(values('/')).toEqual(['/sql', '/chart'])
  expect(values('/s')).toEqual(['/sql'])
  expect(values('/python')).toBeUndefined()
})

test('by hand, names of tables and columns are offered from the first letter, quoted where SQL needs it', () => {
  expect(values('/sql select o')).toEqual(['orders', 'order_date'])
  expect(values('/sql select u')).toEqual(['"Unit price"'])
  expect(sqlName('a"b')).toBe('"a""b"')
})

test('a chart is completed part by part', () => {
  expect(values('/chart ba')).toEqual(['bar'])
  expect(values('/chart bar x')).toEqual(['x='])
  expect(values('/chart bar x=re')).toEqual(['region'])
})

test('a question in words offers names from the second letter, and stops when the word is whole', () => {
  expect(values('revenue by r')).toBeUndefined()
  expect(values('revenue by re')).toEqual(['region'])
  expect(values('revenue by region')).toBeUndefined()
})

test('taking an option replaces the word at the caret only', () => {
  expect(applyCompletion('/sql select re from orders', 14, 12, 'region')).toEqual({
    text: '/sql select region from orders',
    caret: 18,
  })
})
