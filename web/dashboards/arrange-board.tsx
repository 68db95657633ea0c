import type { KeyboardEvent } from 'react'
import GridLayout, { useContainerWidth } from 'react-grid-layout'
import 'react-grid-layout/css/styles.css'
import { GRID_COLUMNS, type Tile } from '../../contract/dashboard.ts'
import { useAnnounce } from '../controls/announcer.tsx'
import { Icon } from '../controls/icon.tsx'
import { type Move, moveTile, type Places, resizeTile } from './settle-places.ts'

const ROW_PX = 24
const moves: Readonly<Record<string, Move>> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' }
const kindNames: Readonly<Record<Tile['kind'], string>> = { figure: 'Figure', chart: 'Chart', table: 'Table', text: 'Text' }

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
    const all = new Map(tiles.map((one) => [one.id, places.get(one.id) ?? one.place]))
    const settled = (event.shiftKey ? resizeTile : moveTile)(all, tile.id, move)
    const next = settled.get(tile.id) ?? tile.place
    onPlaces(settled)
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
