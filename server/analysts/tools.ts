import type { ChartSpec } from '../../contract/chart.ts'
import type { Row } from '../../contract/column.ts'
import type { Reading } from '../../contract/plan.ts'
import type { TableReference } from '../../contract/table.ts'
import type { StepError } from '../../contract/turn.ts'

/** A failed query is data for the analyst, not the end of the turn. */
export type QueryOutcome = { ok: true; table: TableReference; rows: Row[] } | { ok: false; error: StepError }

/** What an analyst can do. Each call is a step in the turn log; nothing else reaches data. */
export interface Tools {
  say(markdown: string): Promise<void>
  read(reading: Reading): Promise<void>
  query(sql: string, title: string): Promise<QueryOutcome>
  chart(spec: ChartSpec, title: string, table: TableReference): Promise<void>
}
