import type { PgSession } from 'drizzle-orm/pg-core'
import { KnownError } from '../../contract/error.ts'
import type { Tables } from './database.ts'

/**
 * What a refused statement throws: Postgres' own sentence, code and constraint. The values of the statement are left out, as they may be secrets.
 * `cause` is the engine's error.
 */
export class StatementError extends Error {
  readonly sqlState: string | undefined
  readonly constraint: string | undefined
  constructor(message: string, cause: unknown) {
    super(message, { cause })
    this.name = 'StatementError'
    this.sqlState = textOf(cause, 'code')
    this.constraint = textOf(cause, 'constraint')
  }
}

const lostCodes = new Set(
  'ECONNREFUSED ECONNRESET ENOENT EPIPE ETIMEDOUT ENOTFOUND EAI_AGAIN EHOSTUNREACH ENETUNREACH EACCES 57P01 57P02 57P03 57P04 57P05 53300 25006'.split(
    ' ',
  ),
)
const lostSentence =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|pglite is closed|cannot use a pool after/i
const diskFull = '53100'

/** An error of drizzle, `pg` or PGlite as the application should see it. Errors of our own pass unchanged. */
export function translateStatementError(error: unknown): unknown {
  if (error instanceof KnownError || error instanceof StatementError) return error
  const isStatement =
    error instanceof Error && error.name === 'Error' && 'query' in error && 'params' in error && error.cause !== undefined
  const cause = isStatement ? error.cause : error
  const code = textOf(cause, 'code')
  const message = cause instanceof Error ? cause.message : String(cause)
  if (code === diskFull)
    return new KnownError('unavailable', 'The disk of the database is full. Make room, then try again.', { cause })
  if ((code !== undefined && (lostCodes.has(code) || code.startsWith('08'))) || lostSentence.test(message))
    return new KnownError('unavailable', 'The database does not answer right now. Try again in a moment.', { cause })
  if (!isStatement) return error
  const statement = String((error as { query?: unknown }).query)
    .replace(/\s+/g, ' ')
    .slice(0, 300)
  return new StatementError(`${message} [${code ?? 'no code'}] in: ${statement}`, cause)
}

/** Makes every statement that starts from here throw translated errors. */
export function translateErrorsOf(tables: Tables): void {
  const { session } = tables._ as unknown as { session: Pick<PgSession, 'prepareQuery'> }
  const prepare = session.prepareQuery.bind(session)
  session.prepareQuery = ((...parameters: Parameters<typeof prepare>) => {
    const prepared = prepare(...parameters)
    // NOTE: `all` is not in drizzle's types, but raw statements may come through it.
    const methods = prepared as unknown as Record<'execute' | 'all', (...values: unknown[]) => Promise<unknown>>
    for (const method of ['execute', 'all'] as const) {
      const run = methods[method].bind(prepared)
      methods[method] = async (...values) => {
        try {
          return await run(...values)
        } catch (error) {
          throw translateStatementError(error)
        }
      }
    }
    return prepared
  }) as typeof session.prepareQuery
}

/** The rows of a raw `execute`, whichever engine ran it. */
export const rowsOf = (result: unknown): Record<string, unknown>[] => (result as { rows: Record<string, unknown>[] }).rows

function textOf(error: unknown, key: string): string | undefined {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, key) : undefined
  return typeof value === 'string' ? value : undefined
}
