import type { ApiKeyId, GroupId, TenantId, UserId } from '../../contract/id.ts'
import type { Permission, RoleName } from '../../contract/permission.ts'

/** Who acts, for whom, and through what door. Every function that touches tenant data takes one first. */
export interface Actor {
  readonly tenantId: TenantId
  readonly userId: UserId
  readonly role: RoleName
  /** What the role allows, narrowed by the scopes of the API key. */
  readonly permissions: ReadonlySet<Permission>
  readonly groups: readonly GroupId[]
  /** What the tenant says of this person, for row policies: `{ region: 'North' }`. */
  readonly attributes: Readonly<Record<string, string>>
  readonly via: 'web' | 'api' | 'cli' | 'telegram' | 'schedule'
  readonly apiKeyId?: ApiKeyId
}
