import { expect, test } from 'vitest'
import { type Line, withLines } from './results.ts'

const line = (what: string, measured: string, isMet = true): Line => ({ requirement: 'F1', what, measured, bound: '≤ 2', isMet })
const rows = (text: string) => text.split('\n').filter((row) => row.startsWith('| F1'))

test('a part that is measured again takes its old place, and what was not measured stays', () => {
  const first = withLines('', [line('one', '1'), line('two', '2')], '2026-05-01', 'a machine')
  expect(rows(first)).toEqual(['| F1 | one | 1 (2026-05-01) | ≤ 2 | yes |', '| F1 | two | 2 (2026-05-01) | ≤ 2 | yes |'])
  const second = withLines(first, [line('three', '3'), line('one', '9', false)], '2026-06-01', 'another')
  expect(rows(second)).toEqual([
    '| F1 | one | 9 (2026-06-01) | ≤ 2 | **no** |',
    '| F1 | two | 2 (2026-05-01) | ≤ 2 | yes |',
    '| F1 | three | 3 (2026-06-01) | ≤ 2 | yes |',
  ])
  expect(second).toContain('last on 2026-06-01: another.')
})
