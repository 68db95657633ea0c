import { KnownError } from '../../contract/error.ts'
import { Permission, type RoleName } from '../../contract/permission.ts'
import type { Actor } from './actor.ts'

/** What each built-in role may do. The whole law, on one screen. */
const roles: Record<RoleName, readonly Permission[]> = {
  owner: Permission.options,
  admin: Permission.options,
  analyst: ['conversations:create', 'conversations:share', 'dashboards:create', 'dashboards:share'],
  viewer: [],
}

export const permissionsOf = (role: RoleName): ReadonlySet<Permission> => new Set(roles[role])

/** Throws `forbidden` unless the actor has the permission. */
export function requirePermission(actor: Actor, permission: Permission): void {
  if (!actor.permissions.has(permission)) {
    throw new KnownError(
      'forbidden',
      `Your role here is ${actor.role}, which does not include ${permission}. An admin can change that.`,
    )
  }
}
