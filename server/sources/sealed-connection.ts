import type { SourceId, TenantId } from '../../contract/id.ts'
import type { Secret } from '../storage/secret.ts'
import { type Connection, type SecretConfig, splitConnection } from './connection.ts'
import type { sources } from './tables.ts'

export const connectionPurpose = (tenantId: TenantId, id: SourceId): string => `source ${tenantId} ${id}`

/** A connection as it is kept: what is no secret in the open, the rest sealed for this source alone. */
export function sealConnection(secret: Secret, tenantId: TenantId, id: SourceId, connection: Connection) {
  const { open, secrets } = splitConnection(connection)
  return { config: open, sealedSecrets: secret.seal(JSON.stringify(secrets), connectionPurpose(tenantId, id)) }
}

export function openConnection(secret: Secret, row: typeof sources.$inferSelect): Connection {
  const secrets = JSON.parse(secret.open(row.sealedSecrets, connectionPurpose(row.tenantId, row.id))) as SecretConfig
  return { ...row.config, ...secrets }
}
