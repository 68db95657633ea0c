import { and, eq, inArray } from 'drizzle-orm'
import type { UserId } from '../../contract/id.ts'
import type { Database } from '../storage/database.ts'
import type { Actor } from './actor.ts'
import { members, users } from './tables.ts'

export interface Names {
  /** What people of the actor's tenant are called. Who is gone is left out. */
  namesOf(actor: Actor, ids: readonly UserId[]): Promise<Map<UserId, string>>
}

export const createNames = (database: Database): Names => ({
  async namesOf(actor, ids) {
    if (ids.length === 0) return new Map()
    const found = await database
      .read(actor)
      .select({ id: users.id, name: users.name, email: users.email })
      .from(members)
      .innerJoin(users, eq(users.id, members.userId))
      .where(and(eq(members.tenantId, actor.tenantId), inArray(members.userId, [...ids])))
    return new Map(found.map(({ id, name, email }) => [id, name || email]))
  },
})
