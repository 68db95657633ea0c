import { KnownError } from '../../../contract/error.ts'
import type { SourceKind } from '../../../contract/source-kind.ts'
import { readWithPolyglot } from './polyglot-statement.ts'
import { readPostgres } from './postgres-statement.ts'

/** Where a statement names a table: the parts of the name, and from which to which character it stands. */
export interface TableMention {
  readonly path: readonly string[]
  readonly start: number
  readonly end: number
  /** The statement gives it another name, so its own need not be kept. */
  readonly hasAlias: boolean
}

/** One reading statement, as its parser understood it. */
export interface ReadStatement {
  /** Without closing semicolons. */
  readonly sql: string
  readonly tables: readonly TableMention[]
  /** Names given in WITH, which hide tables of the same name. */
  readonly withNames: readonly string[]
  /** Lower case, with a schema where it was written. */
  readonly functions: readonly string[]
  /** A form that names a table where this parser does not see one. */
  readonly hasHiddenTables: boolean
}

/**
 * The second fence before a source, behind its own rights and read-only session: lets through one statement that reads, and nothing else.
 * PostgreSQL's own parser judges its dialect; polyglot judges the others. What can't be parsed is refused.
 * Throws `not-read-only`, or `query-failed` for what is no SQL.
 */
export async function readStatement(kind: SourceKind, sql: string): Promise<ReadStatement> {
  if (sql.trim() === '') throw new KnownError('not-read-only', 'Write a SELECT statement.')
  if (sql.includes('\0')) throw new KnownError('query-failed', 'The statement holds a NUL character.')
  // NOTE: MySQL runs what stands in these comments, and parsers skip it.
  if (kind === 'mysql' && /\/\*M?!/i.test(sql))
    throw new KnownError(
      'not-read-only',
      'Comments that MySQL runs (/*! … */) are not allowed. Write the statement without them.',
    )
  return kind === 'postgres' ? readPostgres(sql) : readWithPolyglot(kind, sql)
}
