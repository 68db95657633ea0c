import { KnownError } from '../../../contract/error.ts'
import { placeInStatement } from './place-in-statement.ts'
import { connectionLost, networkError, noSuchDatabase, outOfTime, unreachable, wrongLogin } from './sentences.ts'

interface PostgresError extends Error {
  readonly code?: string
  readonly position?: string
  readonly hint?: string
  readonly detail?: string
}

/** PostgreSQL's error in our words where it is of the connection, in its own where it is of the statement. `why` is set when the statement was stopped on purpose. */
export function postgresError(error: unknown, { sql, timeoutMs }: { sql?: string; timeoutMs?: number } = {}): KnownError {
  if (error instanceof KnownError) return error
  const { code = '', message, position, hint } = error as PostgresError
  if (code === '57014') return outOfTime(timeoutMs ?? 0, error)
  if (code === '28P01' || code === '28000') return /no pg_hba.conf entry/.test(message) ? notLetIn(error) : wrongLogin(error)
  if (code === '3D000') return noSuchDatabase(error)
  if (code === '53300')
    return unreachable('The database has no connection free. Try again in a moment, or raise its limit of connections.', error)
  if (
    code === '57P01' ||
    code === '57P02' ||
    code.startsWith('08') ||
    /Connection terminated|Client has encountered/.test(message)
  )
    return /timeout/.test(message)
      ? unreachable('The host did not answer in time. A firewall may be in between: let this server through.', error)
      : connectionLost(error)
  if (code === '57P03') return unreachable('The database is starting up. Try again in a moment.', error)
  if (/server does not support SSL/.test(message))
    return unreachable('The database does not offer TLS. Switch TLS on there, or choose a connection without it.', error)
  if (/SASL|client password must be a string/.test(message)) return wrongLogin(error)
  if (code === '25006')
    return new KnownError('not-read-only', 'Data sources are only read, and this statement writes.', { cause: error })
  if (code === '42501') return new KnownError('query-failed', `The database login may not do this: ${message}.`, { cause: error })
  const network = networkError(error)
  if (network) return network
  if (!/^[0-9A-Z]{5}$/.test(code)) return unreachable('The database could not be reached. Check the connection.', error)
  const at = Number(position) - 1
  const place = sql !== undefined && Number.isInteger(at) && at >= 0 && at <= sql.length ? `\n\n${placeInStatement(sql, at)}` : ''
  return new KnownError('query-failed', `${capital(message)}${hint ? `. ${hint}` : ''}${place}`.slice(0, 1500), { cause: error })
}

const notLetIn = (cause: unknown): KnownError =>
  unreachable('The database does not let this server in (pg_hba.conf). Add an entry for it there.', cause)
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
