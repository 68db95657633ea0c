import { expect, test } from 'vitest'
import { type LoggedEvent, LoggedEvent as LoggedEventSchema, type TurnEvent } from '../../contract/turn.ts'
import { finishedParagraphs, foldLive, keepNewerTurns, type LiveTurns } from './live-turns.ts'

const turnId = 'trn_00000000000000000000001'
const logged = (seq: number, event: unknown): LoggedEvent =>
  LoggedEventSchema.parse({ seq, turnId, at: '2026-11-23T10:00:00Z', event: event as TurnEvent })
const empty: LiveTurns = { turns: [], hidden: [], lastEventSeq: 0 }
const start = logged(1, { type: 'turn-start', question: 'How many?', analyst: 'basic', uploadIds: [] })
const text = logged(2, { type: 'text-delta', text: '12 orders.' })

test('events fold in order, and a repeated one changes nothing', () => {
  const live = [start, text, start, text].reduce(foldLive, empty)
  expect(live.lastEventSeq).toBe(2)
  expect(live.turns.map((turn) => turn.answer)).toEqual(['12 orders.'])
  expect(foldLive(live, text)).toBe(live)
})

test('a fresh read that is older than the stream does not take turns back', () => {
  const live = { ...[start, text].reduce(foldLive, empty), title: 'Old' }
  const fresh = { ...foldLive(empty, start), title: 'New' }
  const kept = keepNewerTurns(live, fresh)
  expect(kept.title).toBe('New')
  expect(kept.turns[0]?.answer).toBe('12 orders.')
  expect(keepNewerTurns(undefined, fresh)).toBe(fresh)
})

test('only finished paragraphs are announced', () => {
  expect(finishedParagraphs('One.\n\nTwo is not', false)).toEqual(['One.'])
  expect(finishedParagraphs('One.\n\nTwo is.', true)).toEqual(['One.', 'Two is.'])
  expect(finishedParagraphs('', false)).toEqual([])
})
