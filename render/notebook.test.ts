import { expect, test } from 'vitest'
import type { Digest, TurnId } from '../contract/id.ts'
import type { TurnWithRows } from '../contract/turn.ts'
import { conversationMarkdown } from './conversation-markdown.ts'
import { conversationNotebook } from './notebook.ts'

const digest = 'a'.repeat(64) as Digest
const turn: TurnWithRows = {
  id: 'trn_00000000000000000001' as TurnId,
  seq: 1,
  question: 'Amount by\nregion',
  status: 'answered',
  analyst: 'basic',
  answer: 'North leads.',
  steps: [
    { id: 's1', kind: 'query', title: 'Ran SQL', input: 'select "a|b" from orders', durationMs: 3 },
    { id: 's2', kind: 'chart', title: 'Drew a bar chart', input: '{}', durationMs: 3 },
  ],
  tables: [
    {
      id: 't1',
      digest,
      title: 'Amount <by> region',
      columns: [
        { name: 'a|b', type: 'text' },
        { name: 'sum', type: 'decimal' },
      ],
      rowCount: 300,
      truncated: false,
      stepId: 's1',
      rows: [
        ['<b>North</b>', '10.5'],
        [null, '2|3'],
      ],
    },
  ],
  charts: [
    {
      id: 'c1',
      title: 'Amount',
      spec: { version: 1, kind: 'bar', x: 'a|b', y: ['sum'], stack: 'none', horizontal: false },
      tableId: 't1',
      label: 'Bar chart',
      pictures: { wide: digest, narrow: digest },
    },
  ],
  files: [],
  startedAt: '2026-11-09T10:00:00.000Z',
}
const conversation = { title: 'Orders', turns: [turn] }

test('Markdown has questions as headings, statements, the answer and tables whose bars are escaped', () => {
  const markdown = conversationMarkdown(conversation)
  expect(markdown).toContain('# Orders\n\n## 1. Amount by region\n')
  expect(markdown).toContain('```sql\nselect "a|b" from orders\n```')
  expect(markdown).toContain('| a\\|b | sum |\n| --- | --- |\n| <b>North</b> | 10.5 |\n|  | 2\\|3 |')
  expect(markdown).toContain('first 2 of 300 rows')
})

test('a notebook is nbformat 4.5: cells with ids of their own, a statement with its table and its chart as MIME bundles', () => {
  const notebook = conversationNotebook(conversation, new Map([[digest, '<svg/>']])) as {
    cells: { cell_type: string; id: string; source: string; outputs?: { data: Record<string, string> }[] }[]
  }
  expect(notebook).toMatchObject({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec: { name: 'python3' } } })
  expect(notebook.cells.map((cell) => [cell.cell_type, cell.id])).toEqual([
    ['markdown', 'title'],
    ['markdown', 'q1'],
    ['code', 'q1-s1'],
    ['markdown', 'q1-answer'],
  ])
  const [table, chart] = notebook.cells[2]?.outputs ?? []
  expect(table?.data['text/html']).toContain('<td>&lt;b&gt;North&lt;/b&gt;</td>')
  expect(table?.data['text/plain']).toContain('first 2 of 300 rows')
  expect(chart?.data).toEqual({ 'image/svg+xml': '<svg/>', 'text/plain': 'Amount. Bar chart' })
})
