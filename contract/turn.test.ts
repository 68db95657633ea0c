import { expect, test } from 'vitest'
import type { TurnId } from './id.ts'
import { foldEvent, type LoggedEvent, noTurns, type Turn, type TurnEvent } from './turn.ts'

const turnId = 'trn_00000000000000000001' as TurnId
const logged = (events: TurnEvent[]): LoggedEvent[] =>
  events.map((event, index) => ({ seq: index + 1, turnId, at: `2026-11-09T10:00:0${index}.000Z`, event }))
const fold = (events: TurnEvent[]): readonly Turn[] => logged(events).reduce(foldEvent, noTurns).turns

const start: TurnEvent = { type: 'turn-start', question: 'How many?', analyst: 'basic', uploadIds: [] }

test('a turn is folded from its events', () => {
  const [turn] = fold([
    start,
    { type: 'step-start', stepId: 's1', kind: 'query', title: 'Ran SQL', input: 'select 1' },
    { type: 'step-end', stepId: 's1', output: { rowCount: 1 }, durationMs: 4 },
    { type: 'text-delta', text: 'There are ' },
    { type: 'text-delta', text: '**12**.' },
    { type: 'turn-end', status: 'answered' },
  ])
  expect(turn).toMatchObject({
    seq: 1,
    status: 'answered',
    answer: 'There are **12**.',
    steps: [{ id: 's1', output: { rowCount: 1 }, durationMs: 4 }],
    startedAt: '2026-11-09T10:00:00.000Z',
    endedAt: '2026-11-09T10:00:05.000Z',
  })
})

test('a turn without an end is running, and a start told twice is one turn', () => {
  expect(fold([start, start])).toMatchObject([{ status: 'running' }])
})

test('a confirmed reading opens the turn again', () => {
  const reading = { state: 'not-understood', unknownWords: [], nearest: [], suggestions: [], message: '' } as const
  const events: TurnEvent[] = [
    start,
    { type: 'turn-end', status: 'needs-confirmation' },
    { type: 'turn-confirm', reading: { ...reading, unknownWords: [], nearest: [], suggestions: [] } },
  ]
  const [turn] = fold(events)
  expect(turn?.status).toBe('running')
  expect(turn?.endedAt).toBeUndefined()
})

test('folding never changes what it was given', () => {
  const before = Object.freeze(logged([start]).reduce(foldEvent, noTurns))
  expect(
    foldEvent(before, { seq: 2, turnId, at: '2026-11-09T10:00:09.000Z', event: { type: 'text-delta', text: 'x' } }),
  ).not.toBe(before)
  expect(before.turns[0]?.answer).toBe('')
})
