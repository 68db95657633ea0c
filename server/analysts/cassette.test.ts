import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ModelConfig } from '../../contract/model.ts'
import { KEY, openModelRoom } from '../../test/models/model-room.ts'
import { type Cassette, recordCassette, replayCassette } from './cassette.ts'
import { type ModelPart, type ModelProvider, ProviderFault, type StepRequest } from './model/model-provider.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qry-cassette-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('a turn that was recorded is played again without its server', async () => {
  const path = join(folder, 'turn.jsonl')
  const question = 'Which country brought most?'
  const ask = async (cassette: Cassette, isRecording: boolean) => {
    const room = await openModelRoom({ openProvider: cassette.openProvider })
    try {
      await room.connect()
      const conversation = await room.converse()
      const sql = 'SELECT country, sum(amount) AS total FROM orders GROUP BY country ORDER BY total DESC'
      const input = { shape: 'one row per country: country, total', purpose: 'answer', title: 'Amount by country', sql }
      if (isRecording)
        room.scripted.script([
          { reply: { thought: 'Sum by country.', calls: [{ name: 'run_sql', input }] } },
          { reply: { text: `Germany, with **40**. The key is ${KEY}.` } },
        ])
      const { status, answer, tables } = await room.ask(conversation, question)
      return { status, answer, rows: tables.map(({ rows }) => rows) }
    } finally {
      await room.close()
    }
  }
  const recorded = await ask(recordCassette(path), true)
  expect(recorded).toMatchObject({ status: 'answered', rows: [[['Germany', 40], expect.anything(), expect.anything()]] })
  const text = await readFile(path, 'utf8')
  expect(text).not.toContain(KEY)
  const replay = replayCassette(path)
  expect(replay.model).toEqual({ provider: 'openai-compatible', model: 'scripted' })
  const played = await ask(replay, false)
  expect(played).toEqual({ ...recorded, answer: recorded.answer?.replace(KEY, '[key]') })
})

const config: ModelConfig = { provider: 'anthropic', model: 'm', key: KEY }
const request = (text: string, more: Partial<StepRequest> = {}): StepRequest => ({
  system: 'Be careful.',
  messages: [{ role: 'user', text }],
  tools: [],
  mayCallTools: true,
  ...more,
})
const saying = (id: string): ModelProvider => ({
  async *step({ messages }) {
    await Promise.resolve()
    if (messages.some((message) => message.role === 'user' && message.text === 'busy'))
      throw new ProviderFault('busy', { retryAfterMs: 5 })
    const use = { inputTokens: 1, cachedTokens: 0, outputTokens: 1 }
    yield {
      kind: 'end',
      reason: 'calls',
      use,
      parts: [{ kind: 'call', own: { id }, call: { id, name: 'run_sql', input: '{}' } }],
    }
  },
})
const all = async (provider: ModelProvider, asked: StepRequest): Promise<ModelPart[]> =>
  Array.fromAsync(provider.step(asked, new AbortController().signal))

test('each exchange is played once, by what was said and not by its ids; nothing else is', async () => {
  const path = join(folder, 'strict.jsonl')
  const after = (id: string): StepRequest =>
    request('a', {
      messages: [
        { role: 'user', text: 'a' },
        { role: 'assistant', parts: [{ kind: 'call', call: { id, name: 'run_sql', input: '{}' } }] },
        { role: 'tool', results: [{ call: { id, name: 'run_sql', input: '{}' }, text: '1 row' }] },
      ],
    })
  const recording = recordCassette(path, () => saying('toolu_0123')).openProvider(config)
  await all(recording, request('a'))
  await all(recording, after('toolu_0123'))
  await expect(all(recording, request('busy'))).rejects.toThrow('busy')

  const provider = replayCassette(path).openProvider({ ...config, key: 'another' })
  const [end] = await all(provider, request('a'))
  expect(end).toMatchObject({ kind: 'end', parts: [{ kind: 'call', call: { id: 'call-1' } }] })
  await all(provider, after('call-1'))
  await expect(all(provider, request('busy'))).rejects.toMatchObject({ kind: 'busy', retryAfterMs: 5 })
  await expect(all(provider, request('a'))).rejects.toThrow('fewer times')
  await expect(all(provider, request('b'))).rejects.toThrow('does not hold')
  await expect(all(provider, request('a', { system: 'Be quick.' }))).rejects.toThrow('record the cassette anew')
})

test('a file of another version is refused', async () => {
  const path = join(folder, 'old.jsonl')
  await writeFile(path, '{"format":"qry-cassette","version":0}\n')
  expect(() => replayCassette(path)).toThrow()
})
