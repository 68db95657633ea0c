import { KnownError } from '../../../contract/error.ts'
import type { SourceKind } from '../../../contract/source-kind.ts'
import { refuseTsqlWords } from './refuse-tsql-words.ts'
import type { ReadStatement } from './statement.ts'

/** NOTE: the parser takes hundreds of megabytes while it is loaded, so who does not need it does without. */
const polyglot = () => import('./polyglot-statement.ts')

/**
 * The second fence before a source, behind its own rights and read-only session: lets through one statement that reads, and nothing else.
 * PostgreSQL's own parser judges its dialect; polyglot judges the others. What can't be parsed is refused.
 * Throws `not-read-only`, or `query-failed` for what is no SQL.
 */
export async function readStatement(kind: SourceKind, sql: string): Promise<ReadStatement> {
  if (sql.trim() === '') throw new KnownError('not-read-only', 'Write a SELECT statement.')
  if (sql.includes('\0')) throw new KnownError('query-failed', 'The statement holds a NUL character.')
  if (kind === 'postgres') return (await import('./postgres-statement.ts')).readPostgres(sql)
  refuseDoubtfulComments(kind, sql)
  return (await polyglot()).readWithPolyglot(kind, sql)
}

/**
 * As `readStatement`, for a statement that is rewritten: for an asker who sees a part of the rows, or with values in it.
 * Where polyglot is the only parser, what runs is its own writing of the tree it judged, free of comments and escapes: what the database reads otherwise than polyglot can't hide in it. PostgreSQL's parser is the database's own.
 */
export async function readPlainly(kind: SourceKind, sql: string): Promise<ReadStatement> {
  const statement = await readStatement(kind, sql)
  if (kind === 'postgres') return statement
  const { readWithPolyglot, writePlainly } = await polyglot()
  return readWithPolyglot(kind, writePlainly(kind, statement.sql))
}

/** What the parser takes for a comment and the database does not would go by unseen. */
function refuseDoubtfulComments(kind: SourceKind, sql: string): void {
  if (kind === 'mysql' && /\/\*M?!/i.test(sql))
    throw new KnownError(
      'not-read-only',
      'Comments that MySQL runs (/*! … */) are not allowed. Write the statement without them.',
    )
  if (kind === 'mysql' && /--(?=\S)/.test(sql))
    throw new KnownError(
      'not-read-only',
      'MySQL reads -- as a comment only with a space behind it. Write the space, or leave -- out.',
    )
  if (kind === 'mysql' && /\b(outfile|dumpfile)\b/i.test(sql)) throw new KnownError('not-read-only')
  if (kind === 'sqlserver') refuseTsqlWords(sql)
  if (kind === 'snowflake' && /\bnextval\b/i.test(sql))
    throw new KnownError('not-read-only', 'A sequence moves on when it is read.')
  if (/\/\*(?:(?!\*\/)[\s\S])*\/\*/.test(sql))
    throw new KnownError('not-read-only', 'A comment inside a comment is not allowed. Write the statement without it.')
}
