import { GRID_COLUMNS, type Tile } from '../../contract/dashboard.ts'
import { stripsOf } from '../../render/board-html.ts'
import { type TileActions, TileView } from './tile-view.tsx'

/** The tiles as readers see them: figures in one ruled strip, panels on the grid. */
export function Board({ tiles, actions }: { readonly tiles: readonly Tile[]; readonly actions: TileActions | undefined }) {
  const strips = stripsOf(tiles.map((one) => ({ one, tile: { kind: one.kind } })))
  return (
    <>
      {strips.map((strip) => {
        const views = strip.map(({ one }) => (
          <div
            key={one.id}
            className={one.kind === 'figure' ? '' : `x${one.place.x} w${Math.min(one.place.width, GRID_COLUMNS)}`}
          >
            <TileView tile={one} actions={actions} />
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
