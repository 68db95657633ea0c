import type { CatalogTable } from '../../contract/catalog.ts'
import type { ErrorCode } from '../../contract/error.ts'
import type { SourceKind } from '../../contract/source-kind.ts'
import type { CellColumn } from '../duckdb/job.ts'
import type { NamedValues } from './bound-values.ts'
import type { Connection } from './connection.ts'
import type { Greeting } from './driver.ts'
import type { TableMention } from './guard/statement.ts'

/** What the process of a source can be asked, one job at a time. */
export type SourceJob =
  | { readonly kind: 'greet' }
  | { readonly kind: 'catalog' }
  | { readonly kind: 'mentions'; readonly sql: string }
  | QueryJob

export interface QueryJob {
  readonly kind: 'query'
  readonly sql: string
  /** Rows and bytes that are kept at most; the answer says when there were more. */
  readonly rowLimit: number
  readonly byteLimit: number
  readonly timeoutMs: number
  /** What `$name` in the statement stands for; without, `$` is what the dialect makes of it. */
  readonly values?: NamedValues | undefined
  /** The asker sees a part of the rows. */
  readonly policies?: RowPolicies | undefined
  /** The file of cells that is made. */
  readonly output: string
}

/** A table as policies know it. */
export interface PolicyTable {
  readonly path: readonly string[]
  readonly isView: boolean
  /** The condition that its rows must meet, in the source's dialect. */
  readonly filter?: string
}

/** All tables that an asker may name, with what they see of them. */
export interface RowPolicies {
  readonly tables: readonly PolicyTable[]
  /** Where a name without a schema is looked for, in this order. */
  readonly defaultSchemas: readonly string[]
}

/** `column operator value`, which a source may be asked before the rest of a statement is worked out elsewhere. */
export interface PassedCondition {
  readonly column: string
  readonly operator: '=' | '<' | '<=' | '>' | '>='
  readonly value: string
  readonly isNumber: boolean
}

/** A table that a statement over several sources names. */
export interface JoinMention extends TableMention {
  readonly conditions: readonly PassedCondition[]
}

export interface SourceJobResults {
  /** Of a statement in DuckDB's dialect. No source is reached for it. */
  mentions: { sql: string; mentions: JoinMention[] }
  greet: Greeting
  catalog: CatalogTable[]
  query: { columns: CellColumn[]; rowCount: number; truncated: boolean }
}

/** Where to go, sent with every job: the process keeps nothing. */
export interface Destination {
  readonly kind: SourceKind
  readonly connection: Connection
}

export type ToSourceProcess =
  | { readonly type: 'job'; readonly id: number; readonly job: SourceJob; readonly destination: Destination }
  | { readonly type: 'stop' }
export type FromSourceProcess =
  | { readonly type: 'done'; readonly id: number; readonly result: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly code: ErrorCode; readonly message: string }
