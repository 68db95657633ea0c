import { KnownError } from '../../contract/error.ts'
import { BuiltInRole, Permission, type RoleName } from '../../contract/permission.ts'
import type { Actor } from './actor.ts'

/** Which built-in role has which permission. The whole law, on one screen; tested row by row. */
const law: Record<Permission, readonly BuiltInRole[]> = {
  'conversations:create': ['owner', 'admin', 'analyst'],
  'conversations:share': ['owner', 'admin', 'analyst'],
  'dashboards:create': ['owner', 'admin', 'analyst'],
  'dashboards:share': ['owner', 'admin', 'analyst'],
  'schedules:create': ['owner', 'admin', 'analyst'],
  /** See and revoke every link of the tenant. */
  'shares:manage': ['owner', 'admin'],
  'sources:manage': ['owner', 'admin'],
  'models:manage': ['owner', 'admin'],
  /** Members, invitations, roles and groups. */
  'members:manage': ['owner', 'admin'],
  'audit:read': ['owner', 'admin'],
  /** The sharing switch and policy, retention, sign-in through other servers, usage. */
  'tenant:manage': ['owner', 'admin'],
  'tenant:delete': ['owner'],
}

/** What a role allows: a built-in one by the law above, any other what the tenant gave it. */
export function permissionsOf(role: RoleName, given: readonly Permission[] = []): ReadonlySet<Permission> {
  const builtIn = BuiltInRole.safeParse(role)
  if (!builtIn.success) return new Set(given)
  return new Set(Permission.options.filter((permission) => law[permission].includes(builtIn.data)))
}

/** Throws `forbidden` unless the actor has the permission. */
export function requirePermission(actor: Actor, permission: Permission): void {
  if (actor.permissions.has(permission)) return
  const reason = actor.apiKeyId
    ? `This API key, or your role (${actor.role}), does not include ${permission}.`
    : `Your role here is ${actor.role}, which does not include ${permission}. An admin can change that.`
  throw new KnownError('forbidden', reason)
}
