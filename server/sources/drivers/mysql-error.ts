import { KnownError } from '../../../contract/error.ts'
import { connectionLost, networkError, noSuchDatabase, outOfTime, unreachable, wrongLogin } from './sentences.ts'

/** The server's error in our words where it is of the connection, in its own where it is of the statement. */
export function mysqlError(error: unknown, timeoutMs = 0): KnownError {
  if (error instanceof KnownError) return error
  const { errno, code = '', message } = error as Error & { errno?: number; code?: string }
  if (errno === 1045 || errno === 1698 || errno === 1251 || errno === 2059) return wrongLogin(error)
  if (errno === 1044) return unreachable('This login may not open this database. Grant it SELECT there.', error)
  if (errno === 1049) return noSuchDatabase(error)
  if (errno === 1040 || errno === 1203 || errno === 1226)
    return unreachable('The database has no connection free. Try again in a moment, or raise its limit of connections.', error)
  if (errno === 1130) return unreachable('The database does not let this server in. Allow its address there.', error)
  if (errno === 1317 || errno === 1969 || errno === 3024) return outOfTime(timeoutMs, error)
  if (errno === 1792 || errno === 1290)
    return new KnownError('not-read-only', 'Data sources are only read, and this statement writes.', { cause: error })
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT')
    return unreachable('The database does not offer TLS. Switch TLS on there, or choose a connection without it.', error)
  if (code === 'HANDSHAKE_SSL_ERROR') return tlsError(error, message)
  if (errno === 3159 || /insecure transport/.test(message))
    return unreachable('The database lets nobody in without TLS. Choose a connection with it.', error)
  if (code === 'PROTOCOL_CONNECTION_LOST' || errno === 1927 || errno === 1053) return connectionLost(error)
  const network = networkError(error)
  if (network) return network
  if (errno === undefined || errno < 1000 || errno >= 5000)
    return unreachable('The database could not be reached. Check the connection.', error)
  return new KnownError('query-failed', message.slice(0, 1500), { cause: error })
}

/** NOTE: the library puts its own code in the place of the one that TLS gave, so only the words tell them apart. */
function tlsError(error: unknown, message: string): KnownError {
  const code = /altnames/.test(message) ? 'ERR_TLS_CERT_ALTNAME_INVALID' : /certificate/.test(message) ? 'CERT_REFUSED' : 'EPROTO'
  return (
    networkError(Object.assign(new Error(message, { cause: error }), { code })) ??
    unreachable('TLS with the database could not be agreed on. Check that both sides speak a version in common.', error)
  )
}
