import type { ConnectionOptions } from 'node:tls'
import type { Connection } from '../connection.ts'

/** What the driver hands to TLS. Only `verify` looks at who is at the other end. */
export function tlsOptions({ tls, certificate, host }: Connection): ConnectionOptions {
  if (tls !== 'verify') return { rejectUnauthorized: false }
  return {
    rejectUnauthorized: true,
    ...(certificate ? { ca: certificate } : {}),
    ...(host && !/^[\d.:]+$/.test(host) ? { servername: host } : {}),
  }
}
