import type { Duplex } from 'node:stream'
import type { CatalogTable } from '../../contract/catalog.ts'
import type { CellColumn } from '../duckdb/job.ts'
import type { MarkedValues } from './bound-values.ts'
import type { Connection } from './connection.ts'

/** What a server says of itself, and what an admin should know about the login. */
export interface Greeting {
  /** "PostgreSQL 17.2" */
  readonly server: string
  readonly warnings: readonly string[]
  /** The key of the SSH server on the way. */
  readonly sshFingerprint?: string
}

/** Cells travel as text, exactly as the source writes them: no date is shifted, no digit lost. Binary travels as hexadecimal digits. */
export type CellRow = readonly (string | null)[]

export interface QueryOptions {
  /** Rows to ask for at most. */
  readonly rowLimit: number
  readonly timeoutMs: number
  /** The statement before its tables were rewritten, and how many were: an engine that can tell refuses when it sees others. */
  readonly written?: { readonly sql: string; readonly tableCount: number }
  /** The values of the marks in the statement: a driver binds them (`placeValues`). */
  readonly marked?: MarkedValues
  /** Takes the rows as they come, in batches; the driver waits for it, so that memory stays flat. Answers false when it has enough. */
  readonly take: (rows: CellRow[]) => Promise<boolean>
}

/**
 * An open connection to a source, for one job at a time. Statements were judged by the guard before; the session only reads, as far as the engine can hold it to that.
 * Throws KnownErrors in clean sentences, without hosts and credentials: `query-failed`, `source-unreachable`, `limit-exceeded`, `cancelled`.
 */
export interface SourceSession {
  greet(): Promise<Greeting>
  /** All tables and views that the login may read, with keys, comments and estimates. Columns carry no profile. */
  catalog(): Promise<CatalogTable[]>
  /** Names of functions that people wrote for this database, lower case: what they read, no guard can see. */
  ownFunctions(): Promise<ReadonlySet<string>>
  /** Runs one reading statement. Its columns are known for sure when all rows have come. */
  query(sql: string, options: QueryOptions): Promise<CellColumn[]>
  /** Stops what runs, in the database itself. What ran then throws. Resolves when the database has been told. */
  cancel(): Promise<void>
  /** Never throws. */
  close(): Promise<void>
}

/** Opens a way to the database that is no socket of this machine's own: one through an SSH server. */
export type Dial = () => Promise<Duplex>

export interface Driver {
  /** `dial`, where it is given, is the only way to the host; its name counts for TLS all the same. */
  open(connection: Connection, dial?: Dial): Promise<SourceSession>
}
