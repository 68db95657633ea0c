import { asc, eq } from 'drizzle-orm'
import type { Database } from '../storage/database.ts'
import type { Actor } from './actor.ts'
import { inLiveTenant } from './actor-columns.ts'
import { memberActor } from './sign-in.ts'
import { members, tenants } from './tables.ts'

/** The oldest owner, of the tenant that the origin is bound to where it is; the demo's only when there is no other. For the command line. */
export interface FirstOwner {
  firstOwner(slug: string | undefined): Promise<Actor | undefined>
}

export const createFirstOwner = (database: Database): FirstOwner => ({
  async firstOwner(slug) {
    const reader = database.beyondTenants()
    const [found] = await reader
      .select({ tenantId: members.tenantId, userId: members.userId })
      .from(members)
      .innerJoin(tenants, inLiveTenant(slug))
      .where(eq(members.role, 'owner'))
      .orderBy(asc(tenants.isDemo), asc(tenants.createdAt), asc(members.createdAt))
      .limit(1)
    return found && { ...(await memberActor(reader, found.tenantId, found.userId)), via: 'cli' }
  },
})
