import { and, eq, sql } from 'drizzle-orm'
import type { UserId } from '../../contract/id.ts'
import type { Database } from '../storage/database.ts'
import type { Actor } from './actor.ts'
import { members, users } from './tables.ts'

export interface Names {
  /** What people of the actor's tenant are called. Who is gone is left out. */
  namesOf(actor: Actor, ids: readonly UserId[]): Promise<Map<UserId, string>>
}

export function createNames(database: Database): Names {
  /** Asked with each question, so its statement is made and planned once. */
  const known = database
    .beyondTenants()
    .select({ id: users.id, name: users.name, email: users.email })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.tenantId, sql.placeholder('tenantId')), sql`${members.userId} = any(${sql.placeholder('ids')})`))
    .prepare('names_of_users')

  return {
    async namesOf({ tenantId }, ids) {
      if (ids.length === 0) return new Map()
      const found = await known.execute({ tenantId, ids: [...ids] })
      return new Map(found.map(({ id, name, email }) => [id, name || email]))
    },
  }
}
