import type { Tile, TileKind } from '../../contract/dashboard.ts'
import type { tiles } from './tables.ts'

export type TileRow = typeof tiles.$inferSelect

export const kindOf = ({ markdown, spec }: { markdown: string | null; spec: TileRow['spec'] }): TileKind =>
  markdown !== null ? 'text' : spec === null ? 'table' : spec.kind === 'kpi' ? 'figure' : 'chart'

/** Reading order: from the top, then from the left. */
export const inReadingOrder = (rows: readonly TileRow[]): TileRow[] =>
  [...rows].sort((one, other) => one.place.y - other.place.y || one.place.x - other.place.x || (one.id < other.id ? -1 : 1))

export function presentTile(row: TileRow): Tile {
  const { id, title, place, markdown, sql, sourceId, conversationId, shown, asOf, durationMs, values, problem } = row
  return {
    id,
    title,
    kind: kindOf(row),
    place,
    ...(markdown === null ? {} : { markdown }),
    ...(sql === null ? {} : { sql }),
    ...(sourceId === null ? {} : { sourceId }),
    ...(conversationId === null ? {} : { conversationId }),
    ...(shown ? { table: { ...shown.table, title } } : {}),
    ...(shown?.chart ? { chart: { ...shown.chart, title } } : {}),
    ...(asOf ? { asOf: asOf.toISOString() } : {}),
    ...(durationMs === null ? {} : { durationMs }),
    ...(values ? { values } : {}),
    ...(problem ? { problem } : {}),
  }
}
