import type { ShareContents } from '../../contract/share.ts'
import type { StoredPolicy } from './policy.ts'
import { type Frozen, makeSnapshot } from './snapshot.ts'

/** What a link would hold under a policy, counted and named for its owner before it is public (S4). `redacted` is `whole` under its decisions. */
export function contentsOf(redacted: Frozen, whole: Frozen, policy: StoredPolicy): ShareContents {
  const made = (frozen: Frozen) => makeSnapshot(frozen, { policy, by: '', frozenAt: new Date(0), shareVersion: 1 })
  const snapshot = made(redacted)
  const tables = snapshot.turns.flatMap((turn) => turn.tables)
  const steps = snapshot.turns.flatMap((turn) => turn.steps)
  const charts = snapshot.turns.flatMap((turn) => turn.charts)
  return {
    turns: snapshot.turns.length,
    tables: tables.length,
    rows: tables.reduce((sum, table) => sum + table.rowCount, 0),
    charts: charts.length,
    figures: made(whole).turns.flatMap((turn) => turn.figures ?? []).length,
    chartList: charts.map(({ id, title }) => ({ id, title })),
    files: snapshot.files.map(({ name, bytes }) => ({ name, bytes })),
    filesKeptOut: snapshot.filesKeptOut,
    toolCalls: steps.length,
    showsSql: steps.some((step) => step.kind === 'query' || step.kind === 'python'),
  }
}
