import type { Readable } from 'node:stream'
import type { CatalogColumn } from '../../contract/catalog.ts'
import type { Column, Row } from '../../contract/column.ts'
import type { TableComparison } from '../../contract/drift.ts'
import type { Digest } from '../../contract/id.ts'
import type { BoundValue } from '../../contract/parameter.ts'
import type { FindingKind } from '../../contract/share.ts'
import type { PageRequest, TablePage } from '../../contract/table.ts'
import type { TableKeys, UploadKind, UploadProblem } from '../../contract/upload.ts'

import type { CellColumn, OpenedCsv } from '../duckdb/job.ts'
import type { HiddenValue } from '../findings/mask.ts'
import type { ColumnFinding } from '../findings/tally.ts'

import type { Actor } from '../tenancy/actor.ts'

/** A file of text cells, as `CellsJob` says. */
export interface CellFile {
  readonly path: string
  readonly columns: readonly CellColumn[]
}

/** A kept table: Parquet under its digest, with what is known of it. */
export interface KeptTable {
  readonly digest: Digest
  readonly columns: Column[]
  readonly rowCount: number
  /** First rows, at most PREVIEW_ROWS and about 256 kB. */
  readonly rows: Row[]
}

export interface NamedTable {
  /** As SQL names it. */
  readonly name: string
  readonly digest: Digest
}

/** A file of text whose rows can be asked for before they are kept. */
export interface OpenFile {
  readonly path: string
  readonly csv: OpenedCsv
}

/** Its file stays until `release`. */
export interface HeldFile extends OpenFile {
  release(): Promise<void>
}

/** An opened file under the name that SQL knows. */
export interface NamedFile {
  readonly name: string
  readonly file: OpenFile
}

/**
 * Tables, pictures and files that came back: kept once under their digest, per tenant, never changed.
 * Everything that reads SQL or files of strangers runs in DuckDB's child process, with limits of memory and time.
 */
export interface Results {
  /**
   * Reads an uploaded file into kept tables (several of a workbook or a database, each with its `name`): types sniffed over the whole file, bad rows reported with their line.
   * A kept file is named by its digest. `isBehind` gives way to all other work. Throws `unreadable-file` with a sentence that says what to do.
   */
  importFile(
    actor: Pick<Actor, 'tenantId'>,
    file: { readonly name: string } & ({ readonly path: string } | { readonly digest: Digest }),
    options?: { signal?: AbortSignal; isBehind?: boolean },
  ): Promise<{
    kind: UploadKind
    tables: { name?: string; table: KeptTable; keys?: TableKeys }[]
    problems: UploadProblem[]
    problemCount: number
  }>
  /** Looks at the first rows of a file, and holds it, whatever becomes of `path`; undefined for one that has to be imported before it can be asked. */
  openFile(actor: Actor, file: { path: string; name: string }): Promise<HeldFile | undefined>
  /**
   * Runs one SELECT over kept tables and keeps what comes back, at most `rowLimit` rows. `values` are bound to its `$name`s by the engine.
   * Over an opened file it fails with `query-failed` also where a row is not as the first rows told: the imported table then answers. Throws `not-read-only`, `query-failed` (the engine's words, cleaned), `limit-exceeded`, `cancelled`.
   */
  query(
    actor: Actor,
    tables: readonly (NamedTable | NamedFile)[],
    sql: string,
    options: { rowLimit: number; timeoutMs: number; signal?: AbortSignal; values?: Readonly<Record<string, BoundValue>> },
  ): Promise<KeptTable & { truncated: boolean }>
  /**
   * Keeps a table of another tenant as the actor's own, byte for byte, with its size. The caller has made sure that the actor may read it.
   * Throws `not-found`.
   */
  adopt(actor: Actor, from: Pick<Actor, 'tenantId'>, digest: Digest): Promise<KeptTable & { readonly bytes: number }>
  /** Keeps what a data source answered. */
  keepCells(actor: Actor, cells: CellFile): Promise<KeptTable>
  /** Looks into cells without keeping them. */
  profileCells(cells: CellFile): Promise<CatalogColumn[]>
  /** Throws `not-found`. */
  table(actor: Pick<Actor, 'tenantId'>, digest: Digest): Promise<KeptTable>
  /** Counts, ends and values of every column. Looked at once, then kept. Throws `not-found`. */
  profile(actor: Pick<Actor, 'tenantId'>, digest: Digest): Promise<CatalogColumn[]>
  /** One page, sorted and filtered by the engine. `pool` keeps strangers apart from members; a full queue throws `too-many-requests`. */
  page(actor: Pick<Actor, 'tenantId'>, digest: Digest, request: PageRequest, pool?: 'members' | 'strangers'): Promise<TablePage>
  /** All rows in the columnar encoding of `render/columnar.ts`, made once and kept where they are many. Only for tables of at most ROW_LIMIT rows. */
  columnar(actor: Pick<Actor, 'tenantId'>, digest: Digest): Promise<Uint8Array>
  /** UTF-8 with a header line. `escapeFormulas` puts a `'` before text cells that a spreadsheet would run; numbers stay alone. */
  csv(actor: Pick<Actor, 'tenantId'>, digest: Digest, options: { escapeFormulas: boolean }): Promise<Readable>
  /** An Excel file of one sheet; dates are dates, numbers beyond 15 digits text. */
  workbook(actor: Pick<Actor, 'tenantId'>, digest: Digest): Promise<Readable>
  parquet(actor: Pick<Actor, 'tenantId'>, digest: Digest): Promise<Readable>
  /** Secrets and personal texts in a table or a file. Searched when it is kept, and again when the rules have changed. */
  findings(actor: Pick<Actor, 'tenantId'>, digest: Digest): Promise<ColumnFinding[]>
  /** The distinct texts of one kind in a column. */
  foundTexts(actor: Pick<Actor, 'tenantId'>, digest: Digest, column: string, kind: FindingKind): Promise<string[]>
  /** The table without some columns, with texts masked in every cell and column name, kept; undefined when nothing of it changes. */
  redact(
    actor: Pick<Actor, 'tenantId'>,
    digest: Digest,
    hidden: { drop: readonly string[]; values: readonly HiddenValue[] },
  ): Promise<KeptTable | undefined>
  /** How a kept table differs from a later one of the same making: what was added, removed, and which cells changed. */
  compare(actor: Actor, frozen: Digest, later: Digest): Promise<TableComparison>
  /** Whether a file of text holds one of these. */
  fileHolds(actor: Pick<Actor, 'tenantId'>, digest: Digest, values: readonly HiddenValue[]): Promise<boolean>
  /** The two pictures of a chart. */
  keepPictures(actor: Actor, svgs: { wide: string; narrow: string }): Promise<{ wide: Digest; narrow: Digest }>
  picture(actor: Pick<Actor, 'tenantId'>, digest: Digest): Promise<string>
  /** A figure of a Python cell: a picture, or a chart as JSON. */
  keepFigure(actor: Actor, bytes: Uint8Array): Promise<Digest>
  figure(actor: Pick<Actor, 'tenantId'>, digest: Digest): Promise<Uint8Array>
  /** NOTE: nobody may write to `path` any more: it can be the kept file itself under a second name. `isBehind` gives way to all other work. */
  keepFile(
    actor: Pick<Actor, 'tenantId'>,
    path: string,
    options?: { isBehind?: boolean; signal?: AbortSignal },
  ): Promise<{ digest: Digest; bytes: number }>
  /** The bytes of a file as it was brought; of a table its Parquet file. */
  file(
    actor: Pick<Actor, 'tenantId'>,
    digest: Digest,
  ): Promise<{ bytes: number; open(range?: { start: number; end: number }): Promise<Readable> }>
  close(): Promise<void>
}
