import { and, eq } from 'drizzle-orm'
import type { TenantId, UserId } from '../../contract/id.ts'
import type { Database } from '../storage/database.ts'
import type { Actor } from './actor.ts'
import { actorColumns, actorOf, inLiveTenant, ownRole } from './actor-columns.ts'
import { members, roles, tenants } from './tables.ts'

export interface PresentMember {
  /** A member as they are at this moment, for what they asked to be done later; undefined when they have left or the tenant is gone. */
  actorOfMember(tenantId: TenantId, userId: UserId): Promise<Actor | undefined>
}

export const createPresentMember = (database: Database): PresentMember => ({
  async actorOfMember(tenantId, userId) {
    const [found] = await database
      .read({ tenantId })
      .select(actorColumns)
      .from(members)
      .innerJoin(tenants, inLiveTenant(undefined))
      .leftJoin(roles, ownRole)
      .where(and(eq(members.tenantId, tenantId), eq(members.userId, userId)))
    return found && actorOf(found, 'schedule')
  },
})
