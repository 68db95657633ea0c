import { and, asc, eq, sql } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import { BuiltInRole, type Permission, type RoleName } from '../../contract/permission.ts'
import type { Role, RoleInput } from '../../contract/role.ts'
import type { Clock } from '../basics/clock.ts'
import type { Database, Reader } from '../storage/database.ts'
import type { Actor } from './actor.ts'
import { audit } from './audit.ts'
import { permissionsOf, requirePermission } from './permissions.ts'
import { invitations, members, roles } from './tables.ts'

/** Roles that the tenant made, beside the built-in ones. All of it needs `members:manage`, and nobody gives what they do not have. */
export interface Roles {
  list(actor: Actor): Promise<Role[]>
  /** `conflict` when there is one of this name. */
  create(actor: Actor, input: RoleInput): Promise<Role>
  change(actor: Actor, name: RoleName, permissions: readonly Permission[]): Promise<Role>
  /** `conflict` while somebody has it. */
  remove(actor: Actor, name: RoleName): Promise<void>
}

/** What a role of this tenant allows. Throws `not-found` for one that nobody made. */
export async function readPermissions(reader: Reader, actor: Actor, role: RoleName): Promise<ReadonlySet<Permission>> {
  if (BuiltInRole.safeParse(role).success) return permissionsOf(role)
  const [row] = await reader.select().from(roles).where(named(actor, role))
  if (!row) throw new KnownError('not-found', `There is no role "${role}" here.`)
  return permissionsOf(role, row.permissions)
}

/** Nobody gives, changes or takes away what they do not have themselves. */
export function requireReach(actor: Actor, permissions: Iterable<Permission>): void {
  const beyond = [...permissions].find((permission) => !actor.permissions.has(permission))
  if (beyond) throw new KnownError('forbidden', `This includes ${beyond}, which your own role (${actor.role}) does not.`)
}

const named = (actor: Actor, name: RoleName) => and(eq(roles.tenantId, actor.tenantId), eq(roles.name, name))

export function createRoles({ database, clock }: { database: Database; clock: Clock }): Roles {
  const countMembers = (reader: Reader, actor: Actor, name: RoleName) =>
    reader.$count(members, and(eq(members.tenantId, actor.tenantId), eq(members.role, name)))

  const requireOwn = (name: RoleName) => {
    if (BuiltInRole.safeParse(name).success)
      throw new KnownError('forbidden', `The role ${name} is built in and stays as it is. Make a role of your own.`)
  }

  return {
    async list(actor) {
      requirePermission(actor, 'members:manage')
      const reader = database.read(actor)
      const counted = await reader
        .select({ role: members.role, count: sql<number>`count(*)::int` })
        .from(members)
        .where(eq(members.tenantId, actor.tenantId))
        .groupBy(members.role)
      const memberCount = (name: RoleName) => counted.find((row) => row.role === name)?.count ?? 0
      const own = await reader.select().from(roles).where(eq(roles.tenantId, actor.tenantId)).orderBy(asc(roles.name))
      return [
        ...BuiltInRole.options.map((name) => ({
          name,
          permissions: [...permissionsOf(name)],
          isBuiltIn: true,
          memberCount: memberCount(name),
        })),
        ...own.map(({ name, permissions }) => ({ name, permissions, isBuiltIn: false, memberCount: memberCount(name) })),
      ]
    },

    async create(actor, { name, permissions }) {
      requirePermission(actor, 'members:manage')
      requireReach(actor, permissions)
      if (BuiltInRole.safeParse(name).success) throw new KnownError('conflict', `The role ${name} is built in.`)
      return database.transaction(actor, async (writer) => {
        const made = await writer
          .insert(roles)
          .values({ tenantId: actor.tenantId, name, permissions, createdAt: clock() })
          .onConflictDoNothing()
          .returning({ name: roles.name })
        if (made.length === 0) throw new KnownError('conflict', `There is already a role "${name}".`)
        await audit(writer, actor, 'role-create', name, { permissions }, clock)
        return { name, permissions, isBuiltIn: false, memberCount: 0 }
      })
    },

    async change(actor, name, permissions) {
      requirePermission(actor, 'members:manage')
      requireOwn(name)
      return database.transaction(actor, async (writer) => {
        const before = await readPermissions(writer, actor, name)
        requireReach(actor, before)
        requireReach(actor, permissions)
        await writer
          .update(roles)
          .set({ permissions: [...permissions] })
          .where(named(actor, name))
        await audit(writer, actor, 'role-change', name, { permissions, before: { permissions: [...before] } }, clock)
        const memberCount = await countMembers(writer, actor, name)
        return { name, permissions: [...permissions], isBuiltIn: false, memberCount }
      })
    },

    async remove(actor, name) {
      requirePermission(actor, 'members:manage')
      requireOwn(name)
      await database.transaction(actor, async (writer) => {
        requireReach(actor, await readPermissions(writer, actor, name))
        const memberCount = await countMembers(writer, actor, name)
        if (memberCount > 0)
          throw new KnownError(
            'conflict',
            `${memberCount === 1 ? '1 member has' : `${memberCount} members have`} this role. Give them another first.`,
          )
        await writer.delete(invitations).where(and(eq(invitations.tenantId, actor.tenantId), eq(invitations.role, name)))
        await writer.delete(roles).where(named(actor, name))
        await audit(writer, actor, 'role-delete', name, {}, clock)
      })
    },
  }
}
