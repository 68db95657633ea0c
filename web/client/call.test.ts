import { expect, test } from 'vitest'
import { endpoints } from '../../contract/endpoints.ts'
import { addressOf } from './call.ts'
import { callErrorOf, fieldErrorsOf, sentenceOf } from './call-error.ts'

test('an address carries its parameters and query, escaped', () => {
  const input = { params: { digest: 'a/b' }, query: { sort: '-unit price', limit: 25, filter: undefined } }
  expect(addressOf(endpoints.readTable, input)).toBe('/api/results/a%2Fb?sort=-unit+price&limit=25')
  expect(addressOf(endpoints.me, {})).toBe('/api/me')
})

test('a refusal keeps code, sentence and log number', () => {
  const error = callErrorOf(409, { error: { code: 'conflict', message: 'Taken.', requestId: 'r1' } })
  expect([error.code, error.message, error.requestId]).toEqual(['conflict', 'Taken.', 'r1'])
  expect(callErrorOf(502, '<html>').code).toBe('unavailable')
})

test('complaints about fields are found by name, the first of each', () => {
  const details = {
    issues: [
      { path: 'email', message: 'Write one.' },
      { path: 'email', message: 'Second.' },
      { path: 'name', message: 'Long.' },
    ],
  }
  const error = callErrorOf(400, { error: { code: 'invalid-input', message: 'email: Write one.', details, requestId: 'r2' } })
  expect(fieldErrorsOf(error)).toEqual({ email: 'Write one.', name: 'Long.' })
  expect(fieldErrorsOf(new Error('x'))).toEqual({})
})

test('a fault of the server says its log number', () => {
  expect(sentenceOf(callErrorOf(500, { error: { code: 'internal', message: 'Broke.', requestId: 'r3' } }))).toBe('Broke. (r3)')
})
