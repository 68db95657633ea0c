import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ConversationId, TenantId, TurnId } from '../../contract/id.ts'
import type { TurnEvent } from '../../contract/turn.ts'
import { systemClock } from '../basics/clock.ts'
import { randomId } from '../basics/random-id.ts'
import type { Database } from '../storage/database.ts'
import { openMemoryDatabase } from '../storage/pglite-database.ts'
import { type OpenTurn, OpenTurns } from './open-turn.ts'
import { TurnLog } from './turn-log.ts'

let database: Database
beforeAll(async () => {
  database = await openMemoryDatabase()
})
afterAll(() => database.close())

const said = (text: string): TurnEvent => ({ type: 'text-delta', text })

function open(firstSeq = 1) {
  const where = { tenantId: 'ten_00000000000000000001' as TenantId, conversationId: randomId<ConversationId>('cnv', new Date()) }
  const turnId = randomId<TurnId>('trn', new Date())
  const log = new TurnLog(database, systemClock, { hadOthers: () => false })
  const turns = new OpenTurns(log)
  const turn: OpenTurn = turns.open(
    where,
    { sourceId: null, turnId, question: 'how many', analyst: 'basic', before: [] },
    firstSeq,
  )
  return { turn, turns, log, where, turnId }
}

test('what is added and what is appended stands in the log in the order it was said, and was told in it', async () => {
  const { turn, log, where } = open()
  const gone = new AbortController()
  const heard: string[] = []
  const hearing = (async () => {
    for await (const { event } of log.follow(where, 0, gone.signal)) {
      heard.push(event.type === 'text-delta' ? event.text : event.type)
      if (event.type === 'turn-end') return
    }
  })()
  for (let at = 0; at < 200; at++) await turn.add(said(`${at}`))
  await turn.append(said('durable'))
  expect((await log.after(where, 0)).length).toBe(201)
  await turn.add(said('last'))
  await turn.append({ type: 'turn-end', status: 'answered' })
  await hearing
  const wanted = [...Array.from({ length: 200 }, (_, at) => `${at}`), 'durable', 'last', 'turn-end']
  expect(heard).toEqual(wanted)
  expect((await log.after(where, 0)).map(({ seq }) => seq)).toEqual(wanted.map((_, at) => at + 1))
})

test('what could not be written is thrown by the next call and by waiting for it; the end is written all the same', async () => {
  const { turn, turns, log, where, turnId } = open()
  await log.append(where, turnId, 1, [said('somebody else was here')])
  await turn.add(said('lost'))
  await expect(turn.written()).rejects.toThrow()
  await expect(turn.add(said('more'))).rejects.toThrow()
  await turn.append({ type: 'turn-end', status: 'failed' })
  expect((await log.after(where, 1)).map(({ event }) => event.type)).toEqual(['turn-end'])
  expect(turns.has(turnId)).toBe(false)
  await expect(turn.append(said('late'))).rejects.toThrow('too late')
})

test('the end is written also where it waits behind what could not be', async () => {
  const { turn, log, where, turnId } = open()
  for (const seq of [2, 3]) await log.append(where, turnId, seq, [said('somebody else was here')])
  await turn.add(said('first'))
  const lost = [turn.add(said('lost')), turn.add(said('lost too'))]
  const end = turn.append({ type: 'turn-end', status: 'failed' })
  await Promise.all([...lost, end])
  await expect(turn.written()).rejects.toThrow()
  expect((await log.after(where, 3)).map(({ event }) => event.type)).toEqual(['turn-end'])
})
