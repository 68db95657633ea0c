import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CheckpointId, ConversationId, Digest, TenantId, TurnId } from '../../contract/id.ts'
import type { LoggedEvent, TurnEvent } from '../../contract/turn.ts'
import { systemClock } from '../basics/clock.ts'
import { randomId } from '../basics/random-id.ts'
import type { Database } from '../storage/database.ts'
import { openMemoryDatabase } from '../storage/pglite-database.ts'
import { heldResults, turnEvents } from './tables.ts'
import { TurnLog } from './turn-log.ts'

const alone = { hadOthers: () => false }

let database: Database
beforeAll(async () => {
  database = await openMemoryDatabase()
})
afterAll(() => database.close())

const tenantId = 'ten_00000000000000000001' as TenantId
const makePlace = () => ({
  where: { tenantId, conversationId: randomId<ConversationId>('cnv', new Date()) },
  turnId: randomId<TurnId>('trn', new Date()),
})
const said = (text: string): TurnEvent => ({ type: 'text-delta', text })

async function take(stream: AsyncIterable<LoggedEvent>, count: number): Promise<LoggedEvent[]> {
  const heard: LoggedEvent[] = []
  for await (const logged of stream) {
    heard.push(logged)
    if (heard.length === count) break
  }
  return heard
}

test('who follows hears what was there and what comes, in order, once', async () => {
  const log = new TurnLog(database, systemClock, alone)
  const { where, turnId } = makePlace()
  const gone = new AbortController()
  await log.append(where, turnId, 1, [said('one')])
  const early = take(log.follow(where, 0, gone.signal), 20)
  for (let seq = 2; seq <= 10; seq++) await log.append(where, turnId, seq, [said(String(seq))])
  const late = take(log.follow(where, 5, gone.signal), 15)
  for (let seq = 11; seq <= 20; seq++) await log.append(where, turnId, seq, [said(String(seq))])
  expect((await early).map((logged) => logged.seq)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
  expect((await late).map((logged) => logged.seq)).toEqual(Array.from({ length: 15 }, (_, index) => index + 6))
})

test('an event told out of order is read from the log instead', async () => {
  const log = new TurnLog(database, systemClock, alone)
  const { where, turnId } = makePlace()
  const gone = new AbortController()
  const hearing = take(log.follow(where, 0, gone.signal), 3)
  const first = await log.write(database.write(where), where, turnId, 1, said('one'))
  const second = await log.write(database.write(where), where, turnId, 2, said('two'))
  log.tell(where.conversationId, second)
  log.tell(where.conversationId, first)
  await log.append(where, turnId, 3, [said('three')])
  expect((await hearing).map((logged) => logged.seq)).toEqual([1, 2, 3])
})

test('following ends when the signal fires, also while nothing happens', async () => {
  const log = new TurnLog(database, systemClock, alone)
  const { where } = makePlace()
  const gone = new AbortController()
  const hearing = take(log.follow(where, 0, gone.signal), 1)
  setTimeout(() => gone.abort(), 20)
  expect(await hearing).toEqual([])
})

test('the same place in the log is never written twice', async () => {
  const log = new TurnLog(database, systemClock, alone)
  const { where, turnId } = makePlace()
  await log.append(where, turnId, 1, [said('one')])
  await expect(log.append(where, turnId, 1, [said('other')])).rejects.toThrow()
  expect((await log.after(where, 0)).map((logged) => logged.event)).toEqual([said('one')])
})

test('many writers at once each get their own place, and one bad row takes no neighbour down', async () => {
  const log = new TurnLog(database, systemClock, alone)
  const places = Array.from({ length: 40 }, makePlace)
  const [first] = places
  if (!first) throw new Error('no place')
  await log.append(first.where, first.turnId, 1, [said('first')])
  const outcomes = await Promise.allSettled(places.map(({ where, turnId }) => log.append(where, turnId, 1, [said('one')])))
  expect(outcomes.map((outcome) => outcome.status)).toEqual(places.map((_, index) => (index === 0 ? 'rejected' : 'fulfilled')))
  for (const [index, { where }] of places.entries()) {
    expect((await log.after(where, 0)).map((logged) => logged.event)).toEqual([said(index === 0 ? 'first' : 'one')])
  }
})

test('turns are the same, folded at once or onto what is remembered, whoever appended', async () => {
  const log = new TurnLog(database, systemClock, alone)
  const elsewhere = new TurnLog(database, systemClock, alone)
  const { where, turnId } = makePlace()
  const start = (question: string): TurnEvent => ({ type: 'turn-start', question, analyst: 'hand', uploadIds: [] })
  const end: TurnEvent = { type: 'turn-end', status: 'answered' }
  await log.append(where, turnId, 1, [start('one'), said('first'), end])
  expect((await log.turns(where)).turns.map(({ answer }) => answer)).toEqual(['first'])
  const next = randomId<TurnId>('trn', new Date())
  await elsewhere.append(where, next, 4, [start('two'), said('sec')])
  expect((await log.turns(where)).turns.map(({ answer }) => answer)).toEqual(['first', 'sec'])
  await elsewhere.append(where, next, 6, [said('ond'), end])
  expect((await log.turns(where)).turns.map(({ answer, status }) => [answer, status])).toEqual([
    ['first', 'answered'],
    ['second', 'answered'],
  ])
  expect(await log.turns(where)).toEqual(await new TurnLog(database, systemClock, alone).turns(where))
})

test('what erases rewound turns is seen, also by a log that knew them', async () => {
  let now = new Date('2026-03-01T10:00:00Z')
  const log = new TurnLog(database, () => now, alone)
  const { where, turnId } = makePlace()
  const start: TurnEvent = { type: 'turn-start', question: 'one', analyst: 'hand', uploadIds: [] }
  await log.append(where, turnId, 1, [start, { type: 'turn-end', status: 'answered' }])
  expect((await log.turns(where)).turns.map(({ id }) => id)).toEqual([turnId])
  const next = randomId<TurnId>('trn', now)
  await log.append(where, next, 3, [
    start,
    { type: 'rewind', checkpointId: randomId<CheckpointId>('chk', now), turnIds: [turnId] },
    { type: 'turn-end', status: 'answered' },
  ])
  expect((await log.turns(where)).hidden.map(({ id }) => id)).toEqual([turnId])
  await database.beyondTenants().delete(turnEvents).where(eq(turnEvents.turnId, turnId))
  now = new Date('2026-04-15T10:00:00Z')
  expect((await log.turns(where)).hidden).toEqual([])
})

test('what an event shows is held with it, also twice, and not at all where the event could not be written', async () => {
  const log = new TurnLog(database, systemClock, alone)
  const { where, turnId } = makePlace()
  const shows = (digit: string): TurnEvent => ({
    type: 'figure-ready',
    figure: { id: 'f1', digest: digit.repeat(64) as Digest, kind: 'svg', title: '' },
  })
  const held = async (): Promise<string[]> => {
    const rows = await database.read(where).select().from(heldResults).where(eq(heldResults.conversationId, where.conversationId))
    return rows.map(({ digest }) => digest.charAt(0)).sort()
  }
  await log.append(where, turnId, 1, [shows('a'), shows('b'), shows('a')])
  await log.append(where, turnId, 4, [said('one'), shows('a')])
  await expect(log.append(where, turnId, 5, [shows('c')])).rejects.toThrow()
  expect(await held()).toEqual(['a', 'b'])
})
