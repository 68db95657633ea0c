import { and, eq, inArray } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { GroupId, UserId } from '../../contract/id.ts'
import type { Reader } from '../storage/database.ts'
import type { Actor } from './actor.ts'
import { groups, members } from './tables.ts'

/** Throws `not-found` unless each id is a member or a group of the actor's tenant. */
export async function requireSubjects(reader: Reader, actor: Actor, ids: readonly (UserId | GroupId)[]): Promise<void> {
  if (ids.length === 0) return
  const people = await reader
    .select({ id: members.userId })
    .from(members)
    .where(and(eq(members.tenantId, actor.tenantId), inArray(members.userId, ids as UserId[])))
  const named = await reader
    .select({ id: groups.id })
    .from(groups)
    .where(and(eq(groups.tenantId, actor.tenantId), inArray(groups.id, ids as GroupId[])))
  const known = new Set<string>([...people, ...named].map(({ id }) => id))
  if (!ids.every((id) => known.has(id))) throw new KnownError('not-found', 'Somebody whom you named is not a member here.')
}
