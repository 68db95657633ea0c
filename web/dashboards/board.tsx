import { GRID_COLUMNS, type Tile } from '../../contract/dashboard.ts'
import type { Parameter } from '../../contract/parameter.ts'
import { stripsOf } from '../../render/board-html.ts'
import { type TileActions, TileView } from './tile-view.tsx'

interface BoardProps {
  readonly tiles: readonly Tile[]
  readonly parameters: readonly Parameter[]
  readonly actions: TileActions | undefined
}

/** The tiles as readers see them: figures in one ruled strip, panels on the grid. */
export function Board({ tiles, parameters, actions }: BoardProps) {
  const strips = stripsOf(tiles.map((one) => ({ one, tile: { kind: one.kind } })))
  return (
    <>
      {tiles.length > 0 && <h2 className="sr">Tiles</h2>}
      {strips.map((strip) => {
        const views = strip.map(({ one }) => (
          <div
            key={one.id}
            className={one.kind === 'figure' ? '' : `x${one.place.x} w${Math.min(one.place.width, GRID_COLUMNS)}`}
          >
            <TileView tile={one} parameters={parameters} actions={actions} />
          </div>
        ))
        const key = strip[0]?.one.id
        return strip[0]?.one.kind === 'figure' ? (
          <section key={key} className="kpis" aria-label="Key figures">
            {views}
          </section>
        ) : (
          <div key={key} className="gr">
            {views}
          </div>
        )
      })}
    </>
  )
}
