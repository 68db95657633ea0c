import { and, asc, eq, inArray } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { Group, GroupInput } from '../../contract/group.ts'
import type { GroupId, UserId } from '../../contract/id.ts'
import type { Clock } from '../basics/clock.ts'
import { randomId } from '../basics/random-id.ts'
import type { Database, Reader, Writer } from '../storage/database.ts'
import type { Actor } from './actor.ts'
import { audit } from './audit.ts'
import { requirePermission } from './permissions.ts'
import { groupMembers, groups, members } from './tables.ts'

/** Groups of members, to show conversations and grant sources to. Needs `members:manage`. */
export interface Groups {
  list(actor: Actor): Promise<Group[]>
  create(actor: Actor, input: GroupInput): Promise<Group>
  change(actor: Actor, id: GroupId, input: { name?: string | undefined; members?: UserId[] | undefined }): Promise<Group>
  remove(actor: Actor, id: GroupId): Promise<void>
}

export function createGroups({ database, clock }: { database: Database; clock: Clock }): Groups {
  const one = (actor: Actor, id: GroupId) => and(eq(groups.tenantId, actor.tenantId), eq(groups.id, id))
  const within = (actor: Actor, id: GroupId) => and(eq(groupMembers.tenantId, actor.tenantId), eq(groupMembers.groupId, id))

  const fill = async (writer: Writer, actor: Actor, groupId: GroupId, userIds: readonly UserId[]): Promise<void> => {
    const wanted = [...new Set(userIds)]
    await writer.delete(groupMembers).where(within(actor, groupId))
    if (wanted.length === 0) return
    const known = await writer.$count(members, and(eq(members.tenantId, actor.tenantId), inArray(members.userId, wanted)))
    if (known < wanted.length) throw new KnownError('not-found', 'One of these people does not belong to the tenant any more.')
    await writer.insert(groupMembers).values(wanted.map((userId) => ({ tenantId: actor.tenantId, groupId, userId })))
  }

  const find = async (reader: Reader, actor: Actor, id: GroupId): Promise<Group> => {
    const [row] = await reader.select().from(groups).where(one(actor, id))
    if (!row) throw new KnownError('not-found', 'There is no such group.')
    const inside = await reader.select({ userId: groupMembers.userId }).from(groupMembers).where(within(actor, id))
    return { id, name: row.name, members: inside.map((member) => member.userId) }
  }

  return {
    async list(actor) {
      requirePermission(actor, 'members:manage')
      const reader = database.read(actor)
      const rows = await reader.select().from(groups).where(eq(groups.tenantId, actor.tenantId)).orderBy(asc(groups.name))
      const inside = await reader.select().from(groupMembers).where(eq(groupMembers.tenantId, actor.tenantId))
      return rows.map(({ id, name }) => ({
        id,
        name,
        members: inside.filter((member) => member.groupId === id).map((member) => member.userId),
      }))
    },

    async create(actor, input) {
      requirePermission(actor, 'members:manage')
      return database.transaction(actor, async (writer) => {
        const id = randomId<GroupId>('grp', clock())
        await writer.insert(groups).values({ tenantId: actor.tenantId, id, name: input.name })
        await fill(writer, actor, id, input.members)
        await audit(writer, actor, 'group-create', id, { ...input }, clock)
        return find(writer, actor, id)
      })
    },

    async change(actor, id, input) {
      requirePermission(actor, 'members:manage')
      return database.transaction(actor, async (writer) => {
        await find(writer, actor, id)
        if (input.name !== undefined) await writer.update(groups).set({ name: input.name }).where(one(actor, id))
        if (input.members) await fill(writer, actor, id, input.members)
        await audit(writer, actor, 'group-change', id, { ...input }, clock)
        return find(writer, actor, id)
      })
    },

    async remove(actor, id) {
      requirePermission(actor, 'members:manage')
      await database.transaction(actor, async (writer) => {
        const { name } = await find(writer, actor, id)
        await writer.delete(groupMembers).where(within(actor, id))
        await writer.delete(groups).where(one(actor, id))
        await audit(writer, actor, 'group-delete', id, { name }, clock)
      })
    },
  }
}
