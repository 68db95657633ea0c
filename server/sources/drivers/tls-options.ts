import { type ConnectionOptions, checkServerIdentity } from 'node:tls'
import type { Connection } from '../connection.ts'

/** What the driver hands to TLS. Only `verify` looks at who is at the other end: its authority and its name, also where the way leads through a tunnel. */
export function tlsOptions({ tls, certificate, clientCertificate, clientKey, host = '' }: Connection): ConnectionOptions {
  const client = clientCertificate && clientKey ? { cert: clientCertificate, key: clientKey } : {}
  if (tls !== 'verify') return { rejectUnauthorized: false, ...client }
  return {
    rejectUnauthorized: true,
    ...client,
    ...(certificate ? { ca: certificate } : {}),
    ...(host && !/^[\d.:]+$/.test(host) ? { servername: host } : {}),
    checkServerIdentity: (_, shown) => checkServerIdentity(host, shown),
  }
}
