import type { ApiKeyId, TenantId, UserId } from '../../contract/id.ts'
import type { Permission, RoleName } from '../../contract/permission.ts'

/** Who acts, for whom, and through what door. Every function that touches tenant data takes one first. */
export interface Actor {
  readonly tenantId: TenantId
  readonly userId: UserId
  readonly role: RoleName
  readonly permissions: ReadonlySet<Permission>
  readonly via: 'web' | 'api' | 'cli' | 'telegram'
  readonly apiKeyId?: ApiKeyId
}
