import { GRID_COLUMNS, type TileKind, type TilePlace } from '../../contract/dashboard.ts'

const sizes: Readonly<Record<TileKind, Pick<TilePlace, 'width' | 'height'>>> = {
  figure: { width: 2, height: 3 },
  chart: { width: 5, height: 8 },
  table: { width: 3, height: 8 },
  text: { width: 3, height: 4 },
}

/** The first free place for a tile of this kind: figures stand four in a row, panels 5 : 3, and figures share no row with panels. */
export function placeFor(kind: TileKind, taken: readonly { kind: TileKind; place: TilePlace }[]): TilePlace {
  const size = sizes[kind]
  const end = taken.reduce((most, { place }) => Math.max(most, place.y + place.height), 0)
  const isFree = (x: number, y: number): boolean =>
    taken.every(({ kind: other, place }) => {
      if (y + size.height <= place.y || place.y + place.height <= y) return true
      const isOfSameSort = (other === 'figure') === (kind === 'figure')
      return isOfSameSort && (x + size.width <= place.x || place.x + place.width <= x)
    })
  for (let y = 0; y < end; y++) for (let x = 0; x + size.width <= GRID_COLUMNS; x++) if (isFree(x, y)) return { x, y, ...size }
  return { x: 0, y: end, ...size }
}
