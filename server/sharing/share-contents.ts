import type { ShareContents } from '../../contract/share.ts'
import type { Snapshot } from '../../contract/snapshot.ts'

/** What a snapshot holds, counted and named for its owner before it is public (S4). */
export function contentsOf(snapshot: Snapshot): ShareContents {
  const tables = snapshot.turns.flatMap((turn) => turn.tables)
  const steps = snapshot.turns.flatMap((turn) => turn.steps)
  const charts = snapshot.turns.flatMap((turn) => turn.charts)
  return {
    turns: snapshot.turns.length,
    tables: tables.length,
    rows: tables.reduce((sum, table) => sum + table.rowCount, 0),
    charts: charts.length,
    chartList: charts.map(({ id, title }) => ({ id, title })),
    files: snapshot.files.map(({ name, bytes }) => ({ name, bytes })),
    filesKeptOut: snapshot.filesKeptOut,
    toolCalls: steps.length,
    showsSql: steps.some((step) => step.kind === 'query' || step.kind === 'python'),
  }
}
