import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Model } from '../../contract/model.ts'
import type { TurnWithRows } from '../../contract/turn.ts'
import { openProvider } from '../../server/analysts/model/sdk-provider.ts'
import { type ModelRoom, openModelRoom } from './model-room.ts'

const STALL_MS = 400
let room: ModelRoom
let conversation: string
beforeAll(async () => {
  room = await openModelRoom({ openProvider: (config) => openProvider(config, STALL_MS) })
  await room.connect()
})
beforeEach(async () => {
  conversation = await room.converse()
})
afterAll(() => room.close())

const sqlCall = (sql: string) => ({ name: 'run_sql', input: { shape: 'one number', purpose: 'answer', title: 'Orders', sql } })
const fails = async (sentence: string | RegExp) => {
  const turn = await room.ask(conversation, 'How is business?')
  expect(turn.status).toBe('failed')
  expect(turn.error?.code).toBe('model-failed')
  expect(turn.error?.message).toMatch(sentence)
  expect(room.scripted.problems).toEqual([])
  return turn
}

test.each([429, 500, 503] as const)('a %i is waited out', async (status) => {
  const headers = { 'retry-after-ms': '20' }
  room.scripted.script([{ reply: { fault: 'status', status, headers } }, { reply: { text: 'Fine.' } }])
  expect(await room.ask(conversation, 'How is business?')).toMatchObject({ status: 'answered', answer: 'Fine.' })
})

test('a provider that wants a long wait is not waited for', async () => {
  room.scripted.script([{ reply: { fault: 'status', status: 429, headers: { 'retry-after': '3600' } } }])
  await fails('It asks to wait 3600 seconds.')
})

test('after four tries the person is told, and can run it again', async () => {
  const headers = { 'retry-after-ms': '5' }
  room.scripted.script(Array.from({ length: 4 }, () => ({ reply: { fault: 'status', status: 500, headers } as const })))
  const { id } = await fails('has trouble of its own')
  room.scripted.script([{ reply: { text: 'Fine again.' } }])
  const { body } = await room.owner.call<{ turnId: string }>('POST', `/api/conversations/${conversation}/turns/${id}/retry`)
  expect(body.turnId).toMatch(/^trn_/)
  await expect
    .poll(
      async () =>
        (await room.owner.call<{ turns: TurnWithRows[] }>('GET', `/api/conversations/${conversation}`)).body.turns[0]?.answer,
    )
    .toBe('Fine again.')
})

test.each([
  [401, 'refused the key'],
  [404, 'does not know this model'],
  [400, 'did not accept the request'],
] as const)('a %i is told at once, in plain words, without what the provider wrote', async (status, sentence) => {
  room.scripted.script([{ reply: { fault: 'status', status } }])
  const turn = await fails(sentence)
  expect(JSON.stringify(turn)).not.toContain('scripted')
})

test('a connection that breaks in the middle keeps what was said', async () => {
  room.scripted.script([{ reply: { fault: 'cut', after: 'Business was ' } }])
  expect((await fails('broke off')).answer).toBe('Business was ')
})

test('a stream that is not JSON is tried again', async () => {
  room.scripted.script([{ reply: { fault: 'bad-json' } }, { reply: { text: 'Fine.' } }])
  expect(await room.ask(conversation, 'How is business?')).toMatchObject({ answer: 'Fine.' })
})

test('a model that hangs is tried again, and then told', async () => {
  room.scripted.script([{ reply: { fault: 'stall' } }, { reply: { text: 'Awake.' } }])
  expect(await room.ask(conversation, 'How is business?')).toMatchObject({ answer: 'Awake.' })
})

test('a refusal and silence are told', async () => {
  room.scripted.script([{ reply: { finish: 'content-filter' } }])
  await fails('declined')
  room.scripted.script([{ reply: {} }])
  await fails('said nothing')
})

test('an over-long answer is stopped', async () => {
  room.scripted.script([{ reply: { text: 'more and '.repeat(30_000) } }])
  await fails('did not come to an end')
})

test('an unknown tool, broken JSON and wrong arguments go back to the model, which mends them', async () => {
  room.scripted.script([
    { reply: { calls: [{ name: 'drop_table', input: {} }] } },
    {
      check: ({ toolResult }) => expect(toolResult).toContain('There is no tool “drop_table”'),
      reply: { calls: [{ name: 'run_sql', input: '{"sql": "SELECT' }] },
    },
    {
      check: ({ toolResult }) => expect(toolResult).toContain('are not as they should be'),
      reply: { calls: [{ name: 'make_chart', input: { table: 't9', title: 'x', kind: 'bar', y: [] } }] },
    },
    {
      check: ({ toolResult }) => expect(toolResult).toContain('There is no table t9'),
      reply: { calls: [sqlCall('SELECT count(*) AS n FROM orders')] },
    },
    { check: ({ toolResult }) => expect(toolResult).toContain('\n4\n'), reply: { text: 'Four.' } },
  ])
  expect(await room.ask(conversation, 'How is business?')).toMatchObject({ status: 'answered', answer: 'Four.' })
  expect(room.scripted.problems).toEqual([])
})

test('what does not read is refused by the guard and told', async () => {
  room.scripted.script([
    { reply: { calls: [sqlCall('DROP TABLE orders')] } },
    { check: ({ toolResult }) => expect(toolResult).toContain('It failed:'), reply: { text: 'I can only read.' } },
  ])
  const turn = await room.ask(conversation, 'Remove everything')
  expect(room.scripted.problems).toEqual([])
  expect(turn.steps[0]?.error?.code).toBe('not-read-only')
})

test('a model that never stops calling tools is made to answer', async () => {
  room.scripted.script(({ body }) =>
    body.includes('"tool_choice":"none"') ? { text: 'Enough.' } : { calls: [{ name: 'find_values', input: { word: 'France' } }] },
  )
  const turn = await room.ask(conversation, 'How is business?')
  expect(turn).toMatchObject({ status: 'answered', answer: 'Enough.' })
  expect(room.scripted.sent).toHaveLength(16)
})

test('the tokens of a question and of a day are bounded', async () => {
  await room.owner.call('PATCH', '/api/models/budget', { tokensPerTurn: 1000 })
  room.scripted.script(() => ({ calls: [{ name: 'find_values', input: { word: 'France' } }], inputTokens: 600 }))
  const turn = await room.ask(conversation, 'How is business?')
  expect(turn).toMatchObject({ status: 'failed', error: { code: 'limit-exceeded' }, use: { inputTokens: 1200 } })
  await room.owner.call('PATCH', '/api/models/budget', { tokensPerTurn: null, tokensPerDay: 1000 })
  const refused = await room.ask(conversation, 'And now?')
  expect(refused.error?.message).toContain('Today’s tokens are used up')
  expect(room.scripted.sent).toHaveLength(2)
  await room.owner.call('PATCH', '/api/models/budget', { tokensPerDay: null })
})

test('a stop closes the connection to the provider', async () => {
  room.scripted.script(() => ({ fault: 'stall' }))
  const before = room.scripted.abandoned
  const { body } = await room.owner.call<{ turnId: string }>('POST', `/api/conversations/${conversation}/turns`, {
    question: 'How is business?',
    analyst: 'model',
  })
  await expect.poll(() => room.scripted.sent.length).toBe(1)
  await room.owner.call('POST', `/api/conversations/${conversation}/turns/${body.turnId}/cancel`)
  await expect.poll(() => room.scripted.abandoned).toBeGreaterThan(before)
  const { body: read } = await room.owner.call<{ turns: TurnWithRows[] }>('GET', `/api/conversations/${conversation}`)
  expect(read.turns[0]?.status).toBe('cancelled')
})

test('without a model it says how to get one', async () => {
  const { body } = await room.owner.call<{ items: Model[] }>('GET', '/api/models')
  for (const { id } of body.items) await room.owner.call('DELETE', `/api/models/${id}`)
  await fails('No model is connected')
})
