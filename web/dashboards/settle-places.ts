import { GRID_COLUMNS, type TilePlace } from '../../contract/dashboard.ts'

export type Places = ReadonlyMap<string, TilePlace>
export type Move = 'left' | 'right' | 'up' | 'down'

const MOST_HEIGHT = 40

const overlaps = (one: TilePlace, other: TilePlace): boolean =>
  one.x < other.x + other.width && other.x < one.x + one.width && one.y < other.y + other.height && other.y < one.y + one.height

const sharesColumn = (one: TilePlace, other: TilePlace): boolean => one.x < other.x + other.width && other.x < one.x + one.width

/** The same tiles without a hole above any and without one on another: each as far up as it goes, in the order of their rows. `firstId` wins a tie. */
export function settlePlaces(places: Places, firstId?: string): Places {
  const order = [...places].sort(
    ([id, one], [otherId, other]) =>
      one.y - other.y || Number(otherId === firstId) - Number(id === firstId) || one.x - other.x || (id < otherId ? -1 : 1),
  )
  const settled = new Map<string, TilePlace>()
  for (const [id, place] of order) {
    const isFree = (y: number): boolean => [...settled.values()].every((other) => !overlaps({ ...place, y }, other))
    let { y } = place
    while (!isFree(y)) y += 1
    while (y > 0 && isFree(y - 1)) y -= 1
    settled.set(id, { ...place, y })
  }
  return settled
}

/** One step of a tile: a column to the side, or past its neighbour above or below. */
export function moveTile(places: Places, id: string, move: Move): Places {
  const place = places.get(id)
  if (!place) return places
  return settlePlaces(new Map(places).set(id, movedPlace(places, id, place, move)), id)
}

function movedPlace(places: Places, id: string, place: TilePlace, move: Move): TilePlace {
  const { x, y, width, height } = place
  const others = [...places].flatMap(([otherId, other]) => (otherId !== id && sharesColumn(other, place) ? [other] : []))
  switch (move) {
    case 'left':
      return { ...place, x: Math.max(0, x - 1) }
    case 'right':
      return { ...place, x: Math.min(GRID_COLUMNS - width, x + 1) }
    case 'up': {
      const above = others.filter((other) => other.y + other.height <= y)
      return above.length === 0 ? place : { ...place, y: Math.max(...above.map((other) => other.y)) }
    }
    case 'down': {
      const below = others.filter((other) => other.y >= y + height)
      // NOTE: one row further than the neighbour, which then comes up into the place that is left.
      return below.length === 0 ? place : { ...place, y: Math.min(...below.map((other) => other.y)) + 1 }
    }
  }
}

/** One step wider, narrower, higher or lower. */
export function resizeTile(places: Places, id: string, move: Move): Places {
  const place = places.get(id)
  if (!place) return places
  const across = move === 'right' ? 1 : move === 'left' ? -1 : 0
  const down = move === 'down' ? 1 : move === 'up' ? -1 : 0
  const width = within(place.width + across, 1, GRID_COLUMNS - place.x)
  const height = within(place.height + down, 1, MOST_HEIGHT)
  return settlePlaces(new Map(places).set(id, { ...place, width, height }), id)
}

const within = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most)
