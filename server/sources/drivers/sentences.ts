import { KnownError } from '../../../contract/error.ts'

/** What every driver says in the same words. None names a host, a user or a password. */
export const unreachable = (sentence: string, cause: unknown): KnownError =>
  new KnownError('source-unreachable', sentence, { cause })

export const wrongLogin = (cause: unknown): KnownError =>
  unreachable('The database refused the login. Check the user name and the password.', cause)
export const noSuchDatabase = (cause: unknown): KnownError =>
  unreachable('There is no such database on this server. Check its name; capital letters count.', cause)
export const connectionLost = (cause: unknown): KnownError =>
  unreachable('The connection to the database broke off. Ask again; if it happens again, look whether the database is up.', cause)
export const outOfTime = (timeoutMs: number, cause: unknown): KnownError =>
  new KnownError(
    'limit-exceeded',
    `The query was stopped after ${Math.max(1, Math.round(timeoutMs / 1000))} s. Ask for less: fewer rows, a shorter period, fewer joins.`,
    { cause },
  )

const NETWORK: readonly (readonly [RegExp, string])[] = [
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'There is no host of this name. Check how it is written.'],
  [
    /^ECONNREFUSED$/,
    'Nothing listens at this host and port. Check the port, and that the database runs and accepts connections from here.',
  ],
  [
    /^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|CONNECT_TIMEOUT)$/,
    'The host did not answer in time. A firewall may be in between: let this server through.',
  ],
  [
    /^(ECONNRESET|EPIPE|ECONNABORTED|PROTOCOL_CONNECTION_LOST)$/,
    'The connection to the database broke off. Ask again; if it happens again, look whether the database is up.',
  ],
  [
    /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|CERT_\w+)$/,
    'The certificate of the database is not signed by an authority that this server trusts, or has expired. Add its CA certificate, or choose TLS without verification.',
  ],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    'The certificate of the database is for another host name. Use the name that the certificate has.',
  ],
]

/** The error of a socket or of TLS in a sentence; undefined when it is none. */
export function networkError(error: unknown): KnownError | undefined {
  if (!(error instanceof Error)) return undefined
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error
  const code = typeof inner === 'object' && inner !== null && 'code' in inner ? String(inner.code) : ''
  const found = NETWORK.find(([pattern]) => pattern.test(code))
  return found && unreachable(found[1], error)
}
