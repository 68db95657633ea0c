import { expect, test } from 'vitest'
import { type Turn, Turn as TurnSchema } from '../../contract/turn.ts'
import { analystLabel, markUnknown, stateLabel } from './turn-text.ts'

const turn = (status: Turn['status'], endedAt?: string): Turn =>
  TurnSchema.parse({
    id: 'trn_00000000000000000000001',
    seq: 1,
    question: 'q',
    status,
    analyst: 'basic',
    answer: '',
    steps: [],
    tables: [],
    charts: [],
    files: [],
    startedAt: '2026-11-23T10:00:00Z',
    endedAt,
  })

test('the analyst is named as what it is', () => {
  expect([analystLabel('basic'), analystLabel('hand')]).toEqual(['Basic analyst: fixed rules, no AI', 'By hand'])
})

test('the by-line says how a turn ended and after how long', () => {
  const end = '2026-11-23T10:00:03Z'
  expect(stateLabel(turn('answered', end))).toBe('3.0 s')
  expect(stateLabel(turn('cancelled', end))).toBe('Stopped after 3.0 s')
  expect(stateLabel(turn('interrupted'))).toBe('Interrupted')
  expect(stateLabel(turn('running'))).toBeUndefined()
})

test('unknown words are marked whole, without case, wherever they stand', () => {
  expect(markUnknown('Show the churn of VIP people, churned', ['churn', 'vip'])).toEqual([
    { text: 'Show the ', isUnknown: false },
    { text: 'churn', isUnknown: true },
    { text: ' of ', isUnknown: false },
    { text: 'VIP', isUnknown: true },
    { text: ' people, churned', isUnknown: false },
  ])
  expect(markUnknown('a (b', ['(b'])).toHaveLength(2)
})
