import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { KEY, type ModelRoom, openModelRoom } from './model-room.ts'

let room: ModelRoom
let conversation: string
beforeAll(async () => {
  room = await openModelRoom()
  await room.connect({ price: { input: 3, output: 15 } })
})
beforeEach(async () => {
  conversation = await room.converse()
})
afterAll(() => room.close())

const sqlCall = (sql: string, purpose = 'answer') => ({
  name: 'run_sql',
  input: { shape: 'one row per country: country, total', purpose, title: 'Amount by country', sql },
})
const GOOD = 'SELECT country, sum(amount) AS total FROM orders GROUP BY country ORDER BY total DESC'

test('a question goes through SQL and a chart to an answer, with its thoughts and its tokens', async () => {
  room.scripted.script([
    { reply: { thought: 'Sum by country.', calls: [sqlCall(GOOD)] } },
    {
      check: ({ toolResult }) => expect(toolResult).toContain('Germany\t40'),
      reply: {
        calls: [{ name: 'make_chart', input: { table: 't1', title: 'Amount', kind: 'bar', x: 'country', y: ['total'] } }],
      },
    },
    { reply: { text: 'Germany leads with **40**.' } },
  ])
  const turn = await room.ask(conversation, 'Which country brought most?')
  expect(room.scripted.problems).toEqual([])
  expect(turn).toMatchObject({
    status: 'answered',
    analyst: 'model',
    answer: 'Germany leads with **40**.',
    use: { model: 'Scripted', inputTokens: 300, outputTokens: 60, cost: (300 * 3 + 60 * 15) / 1e6 },
  })
  expect(turn.tables.map(({ title, rowCount }) => ({ title, rowCount }))).toEqual([{ title: 'Amount by country', rowCount: 3 }])
  expect(turn.charts).toHaveLength(1)
  expect(turn.steps.map(({ kind, output }) => [kind, output?.text])).toEqual([
    ['thought', 'Sum by country.'],
    ['query', undefined],
    ['chart', undefined],
  ])
})

test('what is sent: the catalog with its values, the dialect, the tools, and no secret', async () => {
  room.scripted.script([{ reply: { text: 'Hello.' } }])
  await room.ask(conversation, 'How is germany doing?')
  const [sent] = room.scripted.sent
  expect(sent?.system).toContain('Table orders: 4 rows')
  expect(sent?.system).toContain(`"country" text, one of 'France', 'Germany', 'Sweden'`)
  expect(sent?.system).toContain('The question seems to name "Germany", a value of orders.country.')
  expect(sent?.system).toContain('The SQL dialect is duckdb.')
  expect(sent?.tools).toEqual(['look_at_table', 'find_values', 'run_sql', 'fill_plan', 'make_chart', 'run_python', 'ask_back'])
  expect(sent?.headers['authorization']).toBe(`Bearer ${KEY}`)
  expect(sent?.body).not.toContain(KEY)
  expect(sent?.body).not.toContain('owner@example.com')
  expect(sent?.body).not.toContain(room.server.dataDir)
})

test('a long result is told by its first rows and kept whole', async () => {
  room.scripted.script([
    { reply: { calls: [sqlCall('SELECT range AS n FROM range(5000)')] } },
    {
      check: ({ toolResult = '' }) => {
        expect(toolResult).toContain('Table t1: 5000 rows.')
        expect(toolResult).toContain('… and 4970 more rows')
        expect(toolResult).not.toContain('\n31\n')
      },
      reply: { text: 'There are 5,000.' },
    },
  ])
  const turn = await room.ask(conversation, 'List the numbers')
  expect(room.scripted.problems).toEqual([])
  expect(turn.tables[0]?.rowCount).toBe(5000)
})

test('earlier turns are told, those that a rewind took away are not', async () => {
  const say = (text: string) => room.scripted.script([{ reply: { text } }])
  say('First answer.')
  await room.ask(conversation, 'The first question')
  await room.owner.call('POST', `/api/conversations/${conversation}/checkpoints`, { name: 'Here' })
  say('Second answer.')
  await room.ask(conversation, 'The second question')
  const { body: checkpoints } = await room.owner.call<{ items: { id: string; name?: string }[] }>(
    'GET',
    `/api/conversations/${conversation}/checkpoints`,
  )
  const checkpointId = checkpoints.items.find(({ name }) => name === 'Here')?.id
  await room.owner.call('POST', `/api/conversations/${conversation}/rewind`, { checkpointId })
  say('Third answer.')
  await room.ask(conversation, 'The third question')
  expect(room.scripted.sent[0]?.messages).toEqual([
    { role: 'user', text: 'The first question' },
    { role: 'assistant', text: 'First answer.' },
    { role: 'user', text: 'The third question' },
  ])
})

test('it asks back with answers to choose from, and waits', async () => {
  const choices = ['Total amount by country', 'Number of orders by country']
  room.scripted.script([{ reply: { calls: [{ name: 'ask_back', input: { question: 'Which measure?', choices } }] } }])
  const turn = await room.ask(conversation, 'Best country?')
  expect(turn).toMatchObject({ status: 'needs-confirmation', answer: 'Which measure?', choices })
  room.scripted.script([
    {
      check: ({ messages }) => expect(messages.at(-2)?.text).toContain('Offered answers: Total amount by country'),
      reply: { text: 'Germany.' },
    },
  ])
  expect(await room.ask(conversation, choices[0] ?? '')).toMatchObject({ status: 'answered' })
  expect(room.scripted.problems).toEqual([])
})

test('a plan is filled, shown as chips and run', async () => {
  const input = {
    title: 'Amount by country',
    table: 'orders',
    measures: [{ aggregate: 'sum', column: 'amount', label: 'total amount' }],
    dimensions: [{ column: 'country', label: 'country' }],
  }
  room.scripted.script([{ reply: { calls: [{ name: 'fill_plan', input }] } }, { reply: { text: 'Germany leads.' } }])
  const turn = await room.ask(conversation, 'Which country brought most?')
  expect(turn.reading).toMatchObject({ state: 'understood', plan: { table: 'orders' } })
  expect(turn.tables[0]?.rows[0]).toEqual(['Germany', 40])
})

test('fixed rules that come to another number are told to the model, and to the person where it stays with its own', async () => {
  const wrong = sqlCall('SELECT count(*) * 2 AS n FROM orders')
  room.scripted.script([
    { reply: { calls: [wrong] } },
    {
      check: ({ toolResult }) => expect(toolResult).toContain('Doubt: Fixed rules read the question as'),
      reply: { text: 'There are 8 orders.' },
    },
  ])
  const turn = await room.ask(conversation, 'How many orders?')
  expect(room.scripted.problems).toEqual([])
  expect(turn.answer).toMatch(/^There are 8 orders\.\n\n\*\*Not sure\.\*\* Fixed rules .* come to 4\.$/s)
  expect(turn.tables).toHaveLength(1)
})

test('over Anthropic’s protocol, signed thoughts go back with the next step', async () => {
  const model = await room.connect({ name: 'By messages', provider: 'anthropic' })
  room.scripted.script([
    { reply: { thought: 'By country.', calls: [sqlCall(GOOD)] } },
    {
      check: ({ body, toolResult }) => {
        expect(body).toContain('signed-by-the-script')
        expect(body).toContain('"cache_control"')
        expect(toolResult).toContain('Germany\t40')
      },
      reply: { text: 'Germany.' },
    },
  ])
  const turn = await room.ask(conversation, 'Which country brought most?', model.id)
  expect(room.scripted.problems).toEqual([])
  expect(turn).toMatchObject({ status: 'answered', answer: 'Germany.', use: { model: 'By messages' } })
})
