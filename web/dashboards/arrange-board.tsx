import type { KeyboardEvent } from 'react'
import GridLayout, { useContainerWidth } from 'react-grid-layout'
import 'react-grid-layout/css/styles.css'
import { GRID_COLUMNS, type Tile, type TilePlace } from '../../contract/dashboard.ts'
import { useAnnounce } from '../controls/announcer.tsx'
import { Icon } from '../controls/icon.tsx'

const ROW_PX = 24
const moves: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}
const kindNames: Readonly<Record<Tile['kind'], string>> = { figure: 'Figure', chart: 'Chart', table: 'Table', text: 'Text' }

type Places = ReadonlyMap<string, TilePlace>

interface ArrangeBoardProps {
  readonly tiles: readonly Tile[]
  readonly places: Places
  readonly onPlaces: (places: Places) => void
}

/** The tiles as blocks to drag and resize; with the keyboard arrows move the one in focus, with Shift they resize it. */
export function ArrangeBoard({ tiles, places, onPlaces }: ArrangeBoardProps) {
  const { width, containerRef, mounted } = useContainerWidth()
  const announce = useAnnounce()
  const layout = tiles.map((tile) => {
    const place = places.get(tile.id) ?? tile.place
    return { i: tile.id, x: place.x, y: place.y, w: place.width, h: place.height }
  })
  const press = (tile: Tile, event: KeyboardEvent) => {
    const move = moves[event.key]
    if (!move) return
    event.preventDefault()
    const next = moved(places.get(tile.id) ?? tile.place, move, event.shiftKey)
    onPlaces(new Map(places).set(tile.id, next))
    announce(`${tile.title}: column ${next.x + 1}, row ${next.y + 1}, ${next.width} wide, ${next.height} high.`)
  }
  return (
    <div ref={containerRef} className="arrange">
      {mounted && (
        <GridLayout
          width={width}
          layout={layout}
          gridConfig={{ cols: GRID_COLUMNS, rowHeight: ROW_PX, margin: [12, 12], containerPadding: [0, 0] }}
          onLayoutChange={(next) => onPlaces(new Map(next.map(({ i, x, y, w, h }) => [i, { x, y, width: w, height: h }])))}
        >
          {tiles.map((tile) => (
            <div key={tile.id}>
              <button type="button" className="block" onKeyDown={(event) => press(tile, event)}>
                <Icon name="grid" />
                <span className="grow">
                  <b className="cut">{tile.title}</b>
                  <span className="meta">{kindNames[tile.kind]}</span>
                </span>
              </button>
            </div>
          ))}
        </GridLayout>
      )}
    </div>
  )
}

function moved({ x, y, width, height }: TilePlace, [across, down]: readonly [number, number], isResize: boolean): TilePlace {
  if (isResize) return { x, y, width: within(width + across, 1, GRID_COLUMNS - x), height: within(height + down, 1, 40) }
  return { x: within(x + across, 0, GRID_COLUMNS - width), y: Math.max(0, y + down), width, height }
}

const within = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most)
