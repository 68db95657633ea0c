import { and, eq, isNull, type Placeholder, sql } from 'drizzle-orm'
import type { ApiKeyId, GroupId, TenantId, UserId } from '../../contract/id.ts'
import type { Permission, RoleName } from '../../contract/permission.ts'
import type { Actor } from './actor.ts'
import { permissionsOf } from './permissions.ts'
import { groupMembers, members, roles, tenants } from './tables.ts'

/** What an actor is made of, read in one statement: of `members`, with `roles` joined on the left by `ownRole`. */
export const actorColumns = {
  tenantId: members.tenantId,
  userId: members.userId,
  role: members.role,
  attributes: members.attributes,
  given: roles.permissions,
  groups: sql<GroupId[]>`array(
    select ${groupMembers.groupId} from ${groupMembers}
    where ${groupMembers.tenantId} = ${members.tenantId} and ${groupMembers.userId} = ${members.userId}
  )`,
}

export const ownRole = and(eq(roles.tenantId, members.tenantId), eq(roles.name, members.role))

/** The member's tenant is there, and is the one that the origin is bound to, if any. */
export const inLiveTenant = (slug: string | Placeholder | undefined) =>
  and(eq(tenants.id, members.tenantId), isNull(tenants.deletedAt), slug === undefined ? undefined : eq(tenants.slug, slug))

export interface FoundMember {
  readonly tenantId: TenantId
  readonly userId: UserId
  readonly role: RoleName
  readonly attributes: Readonly<Record<string, string>>
  readonly given: readonly Permission[] | null
  readonly groups: readonly GroupId[]
}

/** The member as an actor; a key does what its scopes and its owner's role both allow. */
export function actorOf(
  { given, role, ...member }: FoundMember,
  via: Actor['via'],
  key?: { id: ApiKeyId; scopes: readonly Permission[] | null },
): Actor {
  const permissions = permissionsOf(role, given ?? [])
  if (!key) return { ...member, role, permissions, via }
  const scopes = key.scopes && new Set(key.scopes)
  return { ...member, role, permissions: scopes ? permissions.intersection(scopes) : permissions, via, apiKeyId: key.id }
}
