import { expect, test } from 'vitest'
import { setNewest } from './set-newest.ts'

test('at most so many are kept, and what is set again is the newest', () => {
  const map = new Map<string | undefined, number>()
  expect(setNewest(map, undefined, 1, 2)).toBe(1)
  setNewest(map, 'two', 2, 2)
  setNewest(map, undefined, 3, 2)
  setNewest(map, 'four', 4, 2)
  expect([...map]).toEqual([
    [undefined, 3],
    ['four', 4],
  ])
})
