import { and, asc, eq, max, ne } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { UserId } from '../../contract/id.ts'
import type { Directory, HandOver, Member, MemberChange } from '../../contract/member.ts'
import type { Clock } from '../basics/clock.ts'
import type { Database, Writer } from '../storage/database.ts'
import type { Actor } from './actor.ts'
import { audit } from './audit.ts'
import { requirePermission } from './permissions.ts'
import { readPermissions, requireReach } from './roles.ts'
import { apiKeys, groupMembers, groups, members, sessions, tenants, users } from './tables.ts'

/** What a person has in rooms above this one, which changes hands when they leave. Must bear being called again after a failure. */
export type GiveBelongings = (actor: Actor, from: UserId, to: UserId, links: HandOver['links']) => Promise<void>

/** Who belongs to the tenant. `members:manage` for all but the directory; nobody touches a role that reaches beyond their own. */
export interface Members {
  directory(actor: Actor): Promise<Directory>
  list(actor: Actor): Promise<Member[]>
  /** `conflict` for the last owner. */
  change(actor: Actor, id: UserId, change: MemberChange): Promise<Member>
  /** Their conversations and links go to somebody who stays; sessions and keys end. `conflict` for the last owner. */
  remove(actor: Actor, id: UserId, handOver: HandOver): Promise<void>
}

interface MembersDependencies {
  readonly database: Database
  readonly clock: Clock
  readonly giveBelongings: GiveBelongings
}

export function createMembers({ database, clock, giveBelongings }: MembersDependencies): Members {
  const one = (actor: Actor, id: UserId) => and(eq(members.tenantId, actor.tenantId), eq(members.userId, id))

  const roleOf = async (writer: Writer, actor: Actor, id: UserId) => {
    const [row] = await writer.select({ role: members.role }).from(members).where(one(actor, id)).for('update')
    if (!row) throw new KnownError('not-found', 'There is no such member.')
    return row.role
  }

  /** NOTE: the tenant's row is the lock, so that two owners can't take each other out at once. */
  const requireOtherOwner = async (writer: Writer, actor: Actor, id: UserId): Promise<void> => {
    await writer.select({ id: tenants.id }).from(tenants).where(eq(tenants.id, actor.tenantId)).for('update')
    const others = and(eq(members.tenantId, actor.tenantId), eq(members.role, 'owner'), ne(members.userId, id))
    if ((await writer.$count(members, others)) === 0)
      throw new KnownError('conflict', 'This is the last owner. Make somebody else an owner first.')
  }

  const list = async (actor: Actor): Promise<Member[]> => {
    const reader = database.read(actor)
    const rows = await reader
      .select({ member: members, user: users })
      .from(members)
      .innerJoin(users, eq(users.id, members.userId))
      .where(eq(members.tenantId, actor.tenantId))
      .orderBy(asc(members.createdAt))
    const inside = await reader.select().from(groupMembers).where(eq(groupMembers.tenantId, actor.tenantId))
    const seen = await reader
      .select({ userId: sessions.userId, at: max(sessions.seenAt) })
      .from(sessions)
      .where(eq(sessions.tenantId, actor.tenantId))
      .groupBy(sessions.userId)
    return rows.map(({ member, user }) => ({
      id: user.id,
      email: user.email,
      name: user.name,
      role: member.role,
      groups: inside.filter((row) => row.userId === user.id).map((row) => row.groupId),
      attributes: member.attributes,
      hasSecondFactor: user.totpSealed !== null,
      joinedAt: member.createdAt.toISOString(),
      seenAt: seen.find((row) => row.userId === user.id)?.at?.toISOString() ?? null,
    }))
  }

  return {
    async directory(actor) {
      const reader = database.read(actor)
      const people = await reader
        .select({ id: users.id, name: users.name, email: users.email })
        .from(members)
        .innerJoin(users, eq(users.id, members.userId))
        .where(eq(members.tenantId, actor.tenantId))
        .orderBy(asc(users.name))
      const named = await reader
        .select({ id: groups.id, name: groups.name })
        .from(groups)
        .where(eq(groups.tenantId, actor.tenantId))
        .orderBy(asc(groups.name))
      return { people, groups: named }
    },

    async list(actor) {
      requirePermission(actor, 'members:manage')
      return list(actor)
    },

    async change(actor, id, { role, attributes }) {
      requirePermission(actor, 'members:manage')
      await database.transaction(actor, async (writer) => {
        const before = await roleOf(writer, actor, id)
        requireReach(actor, await readPermissions(writer, actor, before))
        if (role && role !== before) {
          requireReach(actor, await readPermissions(writer, actor, role))
          if (before === 'owner') await requireOtherOwner(writer, actor, id)
          await writer.update(members).set({ role }).where(one(actor, id))
          await audit(writer, actor, 'member-role', id, { before, role }, clock)
        }
        if (attributes) {
          await writer.update(members).set({ attributes }).where(one(actor, id))
          await audit(writer, actor, 'member-attributes', id, { attributes }, clock)
        }
      })
      const member = (await list(actor)).find((candidate) => candidate.id === id)
      if (!member) throw new KnownError('not-found', 'There is no such member.')
      return member
    },

    async remove(actor, id, { to = actor.userId, links }) {
      requirePermission(actor, 'members:manage')
      if (to === id) throw new KnownError('conflict', 'Say who gets what this person has: it cannot be the one who leaves.')
      await database.transaction(actor, async (writer) => {
        const role = await roleOf(writer, actor, id)
        requireReach(actor, await readPermissions(writer, actor, role))
        if (role === 'owner') await requireOtherOwner(writer, actor, id)
        const heir = await roleOf(writer, actor, to)
        if (!(await readPermissions(writer, actor, heir)).has('members:manage'))
          throw new KnownError('conflict', 'What a leaving member has goes to an admin. Choose one.')
        const gone = (table: typeof sessions | typeof apiKeys | typeof groupMembers) =>
          and(eq(table.tenantId, actor.tenantId), eq(table.userId, id))
        await writer.delete(sessions).where(gone(sessions))
        await writer.delete(apiKeys).where(gone(apiKeys))
        await writer.delete(groupMembers).where(gone(groupMembers))
        await writer.update(members).set({ role: 'viewer' }).where(one(actor, id))
      })
      // NOTE: from here on nobody acts as this person, so that nothing slips in behind the hand-over; a second call takes up a broken one.
      await giveBelongings(actor, id, to, links)
      await database.transaction(actor, async (writer) => {
        const [left] = await writer.select({ name: users.name, email: users.email }).from(users).where(eq(users.id, id))
        await writer.delete(members).where(one(actor, id))
        await audit(writer, actor, 'member-remove', id, { name: left?.name || left?.email, to, links }, clock)
      })
    },
  }
}
