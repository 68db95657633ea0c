import type { Source, SourceState } from '../../contract/source.ts'
import type { Connection, OpenConfig } from './connection.ts'
import type { sources } from './tables.ts'

/** A source as it travels. `connection` only for those who manage sources; of its secrets it says just whether there is a password. */
export function presentSource(row: typeof sources.$inferSelect, tableCount: number | undefined, connection?: Connection): Source {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    ...(row.state ? { state: connection ? row.state : stateForAll(row.state) } : {}),
    ...(tableCount === undefined ? {} : { tableCount }),
    ...(connection ? { config: configOf(row.config, connection) } : {}),
    createdAt: row.createdAt.toISOString(),
  }
}

function stateForAll({ sshFingerprint: _, ...state }: SourceState): SourceState {
  return { ...state, warnings: [] }
}

const configOf = (open: OpenConfig, secrets: Connection): Source['config'] => ({
  ...open,
  hasPassword: Boolean(secrets.password),
  hasCertificate: Boolean(secrets.certificate),
  hasClientCertificate: Boolean(secrets.clientCertificate),
  hasSshPassword: Boolean(secrets.sshPassword),
  hasSshKey: Boolean(secrets.sshKey),
  hasSigningKey: Boolean(secrets.signingKey),
})
