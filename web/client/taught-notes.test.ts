import { expect, test } from 'vitest'
import { Notes } from '../../contract/notes.ts'
import { withPair, withWord } from './taught-notes.ts'

test('a word is put beside those that stand for the same, once', () => {
  const notes = Notes.parse({
    tables: { orders: { synonyms: ['sales'], columns: { amount: { name: 'Total' } } } },
    metrics: { takings: { table: 'orders', expression: 'sum(amount)' } },
  })
  expect(withWord(notes, 'deals', { table: 'orders' }).tables['orders']?.synonyms).toEqual(['sales', 'deals'])
  expect(withWord(notes, 'sales', { table: 'orders' })).toEqual(notes)
  expect(withWord(notes, 'worth', { table: 'orders', column: 'amount' }).tables).toEqual({
    orders: { synonyms: ['sales'], columns: { amount: { name: 'Total', synonyms: ['worth'] } } },
  })
  expect(withWord(notes, 'buyers', { table: 'customers' }).tables['customers']).toEqual({ synonyms: ['buyers'] })
  expect(withWord(notes, 'turnover', { metric: 'takings' }).metrics['takings']?.synonyms).toEqual(['turnover'])
  expect(withWord(notes, 'turnover', { metric: 'gone' })).toEqual(notes)
})

test('a confirmed question takes the place of the same one', () => {
  const first = withPair(Notes.parse({}), { question: 'revenue', sql: 'select 1' })
  const other = withPair(first, { question: 'returns', sql: 'select 2' })
  expect(withPair(other, { question: 'revenue', sql: 'select 3' }).questions).toEqual([
    { question: 'returns', sql: 'select 2' },
    { question: 'revenue', sql: 'select 3' },
  ])
})
