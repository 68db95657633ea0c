import { array, assert, constantFrom, integer, property, record, tuple } from 'fast-check'
import { expect, test } from 'vitest'
import { GRID_COLUMNS, type TilePlace } from '../../contract/dashboard.ts'
import { moveTile, type Places, resizeTile, settlePlaces } from './settle-places.ts'

const place = (x: number, y: number, width: number, height: number): TilePlace => ({ x, y, width, height })
const board = (tiles: Record<string, TilePlace>): Places => new Map(Object.entries(tiles))
const shown = (places: Places) =>
  Object.fromEntries([...places].map(([id, { x, y, width, height }]) => [id, [x, y, width, height]]))

test('the hole of a tile that was taken away is filled from below', () => {
  expect(shown(settlePlaces(board({ a: place(0, 0, 8, 3), c: place(0, 11, 5, 8), d: place(5, 3, 3, 8) })))).toEqual({
    a: [0, 0, 8, 3],
    d: [5, 3, 3, 8],
    c: [0, 3, 5, 8],
  })
})

test('down and up go past the neighbour, and back', () => {
  const before = board({ a: place(0, 0, 5, 8), b: place(5, 0, 3, 4), c: place(0, 8, 5, 4) })
  const down = moveTile(before, 'a', 'down')
  expect(shown(down)).toEqual({ a: [0, 4, 5, 8], b: [5, 0, 3, 4], c: [0, 0, 5, 4] })
  expect(shown(moveTile(down, 'a', 'up'))).toEqual(shown(before))
})

test('whatever is pressed, no tile lies on another, beside the board or under a hole', () => {
  const tile = record({
    x: integer({ min: 0, max: 5 }),
    y: integer({ min: 0, max: 20 }),
    width: integer({ min: 1, max: 3 }),
    height: integer({ min: 1, max: 9 }),
  })
  const press = tuple(
    constantFrom(moveTile, resizeTile),
    integer({ min: 0, max: 5 }),
    constantFrom('left', 'right', 'up', 'down'),
  )
  assert(
    property(array(tile, { minLength: 1, maxLength: 6 }), array(press, { maxLength: 12 }), (tiles, presses) => {
      let places = settlePlaces(new Map(tiles.map((one, index) => [String(index), one])))
      for (const [act, index, move] of presses) places = act(places, String(index % tiles.length), move)
      expect(places.size).toBe(tiles.length)
      const taken = new Set<string>()
      for (const { x, y, width, height } of places.values()) {
        expect(x + width).toBeLessThanOrEqual(GRID_COLUMNS)
        for (let column = x; column < x + width; column++)
          for (let row = y; row < y + height; row++) {
            expect(taken.has(`${column} ${row}`)).toBe(false)
            taken.add(`${column} ${row}`)
          }
      }
      for (const { x, y, width } of places.values())
        if (y > 0) expect(Array.from({ length: width }, (_, step) => taken.has(`${x + step} ${y - 1}`))).toContain(true)
    }),
    { numRuns: 200 },
  )
})
