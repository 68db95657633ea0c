import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ChartSpec } from '../../contract/chart.ts'
import type { Cell, Row } from '../../contract/column.ts'
import { type Digest, TenantId, UserId } from '../../contract/id.ts'
import type { Reading } from '../../contract/plan.ts'
import type { TableReference } from '../../contract/table.ts'
import type { Turn } from '../../contract/turn.ts'
import { openSamples } from '../../test/analysts/sample-tables.ts'
import type { Question } from './analyst.ts'
import { periodName } from './basic/word-period.ts'
import { createBasicAnalyst } from './basic-analyst.ts'
import { createHandAnalyst, parseChartCommand } from './hand-analyst.ts'
import type { Tools } from './tools.ts'

let samples: Awaited<ReturnType<typeof openSamples>>
beforeAll(async () => {
  samples = await openSamples()
})
afterAll(() => samples.close())

/** Tools over a real DuckDB that note what they were asked. */
function recordingTools() {
  const said: string[] = []
  const readings: Reading[] = []
  const charts: ChartSpec[] = []
  const sql: string[] = []
  const failures: { kind: string; title: string; input: string }[] = []
  const tools: Tools = {
    say: async (text) => void said.push(text),
    read: async (reading) => void readings.push(reading),
    chart: async (spec) => void charts.push(spec),
    python: () => Promise.reject(new Error('no cell was asked for')),
    fail: async (kind, title, input, error) => {
      failures.push({ kind, title, input })
      throw error
    },
    show: () => Promise.resolve(),
    look: () => Promise.resolve(),
    think: () => Promise.reject(new Error('nothing thinks here')),
    offer: () => Promise.resolve(),
    count: () => Promise.resolve(),
    query: async (statement, title) => {
      sql.push(statement)
      try {
        const found = await samples.connection.runAndReadAll(statement)
        const columns = found.columnNames().map((name, place) => {
          const type = String(found.columnType(place))
          return {
            name,
            type:
              type === 'DATE'
                ? ('date' as const)
                : /INT/.test(type)
                  ? ('integer' as const)
                  : /DECIMAL|DOUBLE/.test(type)
                    ? ('number' as const)
                    : ('text' as const),
          }
        })
        const rows = found
          .getRows()
          .map(
            (row): Row =>
              row.map(
                (cell, place): Cell =>
                  cell === null
                    ? null
                    : columns[place]?.type === 'integer' || columns[place]?.type === 'number'
                      ? Number(String(cell))
                      : String(cell),
              ),
          )
        const table: TableReference = {
          id: 't1',
          digest: 'a'.repeat(64) as Digest,
          title,
          columns,
          rowCount: rows.length,
          truncated: false,
        }
        return { ok: true, table, rows: rows.slice(0, 200) }
      } catch {
        return { ok: false, error: { code: 'query-failed', message: 'It failed.' } }
      }
    },
  }
  return { tools, said, readings, charts, sql, failures }
}

const actor: Question['actor'] = {
  tenantId: TenantId.parse(`ten_${'0'.repeat(26)}`),
  userId: UserId.parse(`usr_${'0'.repeat(26)}`),
  role: 'owner',
  permissions: new Set(),
  groups: [],
  attributes: {},
  via: 'web',
}

const ask = (text: string, more: Partial<Question> = {}): Question => ({
  actor,
  text,
  catalog: samples.catalogs.orders ?? { tables: [] },
  earlier: [],
  now: new Date('2026-05-20T10:00:00Z'),
  signal: new AbortController().signal,
  ...more,
})

test('an understood question shows its reading, runs, says the finding and draws bars', async () => {
  const { tools, said, readings, charts } = recordingTools()
  expect(await createBasicAnalyst().answer(ask('How many orders per region?'), tools)).toBe('answered')
  expect(readings[0]?.state).toBe('understood')
  expect(said.join('')).toBe('**East** leads with 50 of 200 (25.0 %), number of orders.')
  expect(charts).toEqual([{ version: 1, kind: 'bar', x: 'region', y: ['number of orders'], stack: 'none', horizontal: false }])
})

test('a single number is said, not drawn; a line stands over time', async () => {
  const one = recordingTools()
  await createBasicAnalyst().answer(ask('how many orders'), one.tools)
  expect(one.said).toEqual(['Number of orders: **200**.'])
  expect(one.charts).toEqual([])
  const line = recordingTools()
  await createBasicAnalyst().answer(ask('revenue by month and region'), line.tools)
  expect(line.charts[0]).toMatchObject({ kind: 'line', x: 'month', y: ['total revenue'], by: 'region' })
})

test('periods are worded as people say them, and the ones cut short are named', async () => {
  const ends = recordingTools()
  await createBasicAnalyst().answer(ask('revenue by quarter'), ends.tools)
  expect(ends.said.join('')).toMatch(
    /^Total revenue over 9 quarters; the highest is \*\*Q[1-4] 202\d\*\* with \*\*[\d,.]+\*\*\. Q1 2024 and Q1 2026 are not whole\.$/,
  )
  const whole = recordingTools()
  await createBasicAnalyst().answer(ask('number of orders in 2025 by month'), whole.tools)
  expect(whole.said.join('')).toMatch(/^Number of orders over 12 months; the highest is \*\*\w+ 2025\*\* with \*\*8\*\*\.$/)
})

test.each([
  ['day', '3 March 2026'],
  ['week', 'week of 3 March 2026'],
  ['month', 'March 2026'],
  ['quarter', 'Q1 2026'],
  ['year', '2026'],
] as const)('a %s is said as %s', (grain, words) => expect(periodName('2026-03-03', grain)).toBe(words))

test('nothing found is said', async () => {
  const { tools, said } = recordingTools()
  await createBasicAnalyst().answer(ask('list orders in the last 30 days'), tools)
  expect(said.join('')).toMatch(/^Nothing in orders fits/)
})

test('a reading that is not sure waits for a person, and runs as it stands once confirmed', async () => {
  const waiting = recordingTools()
  const analyst = createBasicAnalyst()
  expect(await analyst.answer(ask('price by product'), waiting.tools)).toBe('needs-confirmation')
  expect(waiting.sql).toEqual([])
  const [confirmed] = waiting.readings
  if (!confirmed) throw new Error('no reading')
  const { tools, readings, sql } = recordingTools()
  expect(await analyst.answer(ask('price by product', { confirmed }), tools)).toBe('answered')
  expect(sql).toHaveLength(1)
  expect(readings).toEqual([])
})

test('a question that is not understood runs nothing and says which word', async () => {
  const { tools, said, sql } = recordingTools()
  expect(await createBasicAnalyst().answer(ask('revenue by zorble'), tools)).toBe('answered')
  expect(sql).toEqual([])
  expect(said.join('')).toContain('“zorble”')
})

test('a fragment works on the last answered plan', async () => {
  const first = recordingTools()
  await createBasicAnalyst().answer(ask('revenue by region'), first.tools)
  const [reading] = first.readings
  const earlier: Turn[] = [
    {
      id: 'turn_1' as Turn['id'],
      seq: 1,
      question: 'revenue by region',
      status: 'answered',
      analyst: 'basic',
      answer: '',
      steps: [],
      tables: [],
      charts: [],
      files: [],
      startedAt: '',
      ...(reading ? { reading } : {}),
    },
  ]
  const { tools, readings } = recordingTools()
  await createBasicAnalyst().answer(ask('only Germany', { earlier }), tools)
  expect(readings[0]).toMatchObject({
    state: 'understood',
    plan: { filters: [{ column: 'country', values: ['Germany'] }], dimensions: [{ column: 'region' }] },
  })
})

test('/sql and /chart run what is written', async () => {
  const { tools, sql, charts } = recordingTools()
  const hand = createHandAnalyst()
  expect(await hand.answer(ask('/sql SELECT count(*) AS n FROM orders'), tools)).toBe('answered')
  expect(
    await hand.answer(ask('/chart bar x=region y=n stack=stack SELECT region, count(*) AS n FROM orders GROUP BY 1'), tools),
  ).toBe('answered')
  expect(sql).toHaveLength(2)
  expect(charts).toMatchObject([{ kind: 'bar', x: 'region', y: ['n'], stack: 'stack' }])
  await expect(hand.answer(ask('/sql SELEC'), tools)).rejects.toThrow('It failed.')
})

test('quoted column names and several measures are read', () => {
  const { spec, sql } = parseChartCommand('line x="order date" y=a,"b ""c""" by=region\nSELECT 1')
  expect(spec).toEqual({
    version: 1,
    kind: 'line',
    x: 'order date',
    y: ['a', 'b "c"'],
    by: 'region',
    stack: 'none',
    horizontal: false,
  })
  expect(sql).toBe('SELECT 1')
})

test.each([
  ['/pie', 'There is no command “/pie”'],
  ['/sql', 'Write a SELECT'],
  ['/chart spider x=a y=b SELECT 1', 'The kinds are line, area, bar, scatter, bubble, pie, donut'],
  ['/chart pie x=a y=b by=c SELECT 1', 'A pie chart takes no by=.'],
  ['/chart heatmap x=a y=b SELECT 1', 'Write /chart heatmap x=<column> y=<column> by=<column> <select>.'],
  ['/chart bubble x=a y=b SELECT 1', 'size= is missing'],
  ['/chart funnel x=a y=b stack=percent SELECT 1', 'A funnel does not stack'],
  ['/chart bar y=b SELECT 1', 'x= is missing'],
  ['/chart bar x=a SELECT 1', 'y= is missing'],
  ['/chart bar x=a y=b', 'The SELECT is missing'],
  ['/chart bar x=a y=b stack=up SELECT 1', 'stack= is none, stack or percent'],
  ['/chart bar x=a y=b colour=red SELECT 1', 'There is no option “colour=”'],
])('%s says what to write', async (text, sentence) => {
  const { tools, failures } = recordingTools()
  await expect(createHandAnalyst().answer(ask(text), tools)).rejects.toThrow(sentence)
  expect(failures).toMatchObject([{ input: text }])
})
