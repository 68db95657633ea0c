import type { CatalogColumn } from '../../contract/catalog.ts'
import type { Column, ColumnType, Row } from '../../contract/column.ts'
import type { TableComparison } from '../../contract/drift.ts'
import type { ErrorCode } from '../../contract/error.ts'
import type { Digest } from '../../contract/id.ts'
import type { BoundValue } from '../../contract/parameter.ts'
import type { FindingKind } from '../../contract/share.ts'
import type { TableKeys, UploadKind, UploadProblem } from '../../contract/upload.ts'
import type { HiddenValue } from '../findings/mask.ts'
import type { ColumnFinding } from '../findings/tally.ts'

/** What a child process can be asked. Paths are absolute files of this machine; a job may touch those it names and no other. */
export type Job =
  | QueryJob
  | ImportJob
  | OpenJob
  | PageJob
  | CellsJob
  | {
      readonly kind: 'columnar' | 'workbook'
      readonly path: string
      readonly columns: readonly Column[]
      readonly output: string
    }
  | ScanJob
  | FoundJob
  | ScanFileJob
  | RedactJob
  | CompareJob
  | {
      readonly kind: 'csv'
      readonly path: string
      readonly columns: readonly Column[]
      readonly escapeFormulas: boolean
      readonly output: string
    }
  | { readonly kind: 'profile'; readonly path: string; readonly columns: readonly Column[] }
  | { readonly kind: 'digest'; readonly path: string }

/** Looks for secrets and personal texts in every column. */
export interface ScanJob {
  readonly kind: 'scan'
  readonly path: string
  readonly columns: readonly Column[]
}

/** The distinct texts of one kind in one column. */
export interface FoundJob {
  readonly kind: 'found'
  readonly path: string
  readonly column: Column
  readonly finding: FindingKind
}

/** Looks for secrets and personal texts in a file of text; `values` asks whether it holds one of them instead. */
export interface ScanFileJob {
  readonly kind: 'scan-file'
  readonly path: string
  readonly values?: readonly HiddenValue[]
}

/** Says how the table at `later` differs from the one at `path`. */
export interface CompareJob {
  readonly kind: 'compare'
  readonly path: string
  readonly columns: readonly Column[]
  readonly later: string
  readonly laterColumns: readonly Column[]
}

/** Writes the table without some columns and with texts masked in every cell and name, to the Parquet file `output`. */
export interface RedactJob {
  readonly kind: 'redact'
  readonly path: string
  readonly columns: readonly Column[]
  readonly drop: readonly string[]
  readonly values: readonly HiddenValue[]
  readonly output: string
}

/** `name` is the file's own; `output` a folder, made by the job, for its Parquet files. */
export interface ImportJob {
  readonly kind: 'import'
  readonly path: string
  readonly name: string
  readonly output: string
}

/** Looks at the first rows of a file of delimited text. `name` is the file's own. */
export interface OpenJob {
  readonly kind: 'open'
  readonly path: string
  readonly name: string
}

/** A file of delimited text whose rows can be asked for, typed as the first `sampledRows` rows tell. SQL stands in `expression`, the engine's own type in `plainType`. */
export interface OpenedCsv {
  readonly delimiter: string
  readonly hasHeader: boolean
  readonly skip: number
  readonly columns: readonly { readonly name: string; readonly expression: string; readonly plainType?: string }[]
  /** Of the first rows. */
  readonly profile: readonly CatalogColumn[]
  readonly sampledRows: number
}

/** A SELECT of a stranger's making over Parquet files, or opened text files, whose rows go to the Parquet file `output`. */
export interface QueryJob {
  readonly kind: 'query'
  readonly sql: string
  readonly tables: readonly { readonly name: string; readonly path: string; readonly csv?: OpenedCsv }[]
  readonly rowLimit: number
  /** Bound to the statement's parameters, `$name`. */
  readonly values?: Readonly<Record<string, BoundValue>>
  readonly output: string
}

/** The tables of a query, where they are kept ones; undefined for other jobs. Queries with the same are best run where the last one ran. */
export const keptTablesOf = (job: Job): string | undefined =>
  job.kind === 'query' && job.tables.every(({ csv }) => !csv) ? JSON.stringify(job.tables) : undefined

/** A column of text cells and what they are: a `decimal` of a known `scale`, a `timestamp` that names its zone. */
export interface CellColumn {
  readonly name: string
  readonly type: ColumnType
  readonly scale?: number
  readonly isZoned?: boolean
}

/** Unquoted, it stands for no value in a file of cells. */
export const NULL_CELL = '\\N'

/** A headless CSV file whose cells are all quoted text or `NULL_CELL`, binary as hexadecimal digits, that becomes the Parquet file `output`. */
export interface CellsJob {
  readonly kind: 'cells'
  readonly path: string
  readonly columns: readonly CellColumn[]
  readonly output: string
}

export interface PageJob {
  readonly kind: 'page'
  readonly path: string
  readonly columns: readonly Column[]
  readonly sort: readonly { readonly column: string; readonly descending: boolean }[]
  readonly filter: string
  readonly offset: number
  readonly limit: number
}

export interface WrittenTable {
  readonly columns: Column[]
  readonly rowCount: number
  /** At most PREVIEW_ROWS and about 256 kB. */
  readonly rows: Row[]
}

/** A table of a file, in the Parquet file `file`. `name` is that of the sheet or table where a file can have several. */
export interface ImportedTable extends WrittenTable {
  readonly name?: string
  readonly file: string
  readonly keys?: TableKeys
}

export interface JobResults {
  query: WrittenTable & { truncated: boolean }
  /** Null for a file that has to be read as a whole first. */
  open: OpenedCsv | null
  import: { kind: UploadKind; tables: ImportedTable[]; problems: UploadProblem[]; problemCount: number }
  page: { rows: Row[]; matchCount: number }
  cells: WrittenTable
  columnar: null
  csv: null
  workbook: null
  profile: CatalogColumn[]
  /** Of the bytes of any file. */
  digest: Digest
  scan: ColumnFinding[]
  found: string[]
  'scan-file': ColumnFinding[]
  /** Null when there is nothing to take out. */
  redact: WrittenTable | null
  compare: TableComparison
}
export type JobResult<Kind extends Job['kind']> = JobResults[Kind]

/** What parent and child say to one another. */
export interface ChildSettings {
  readonly memoryLimitMb: number
  readonly threads: number
  readonly tempDir: string
  readonly isBehind: boolean
}
export type ToChild = { readonly type: 'job'; readonly id: number; readonly job: Job } | { readonly type: 'interrupt' }
export type FromChild =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly id: number; readonly result: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly code: ErrorCode; readonly message: string }

/** The child ended itself because it held more memory than it may. */
export const MEMORY_EXIT_CODE = 77
