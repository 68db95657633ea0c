import { and, eq } from 'drizzle-orm'
import type { UserId } from '../../contract/id.ts'
import type { Database } from '../storage/database.ts'
import type { Actor } from '../tenancy/actor.ts'
import { requirePermission } from '../tenancy/permissions.ts'
import { dashboards } from './tables.ts'

/** Gives all dashboards of a person who leaves to another. Bears being called again. */
export async function handOverDashboards(database: Database, actor: Actor, from: UserId, to: UserId): Promise<void> {
  requirePermission(actor, 'members:manage')
  await database
    .write(actor)
    .update(dashboards)
    .set({ ownerId: to })
    .where(and(eq(dashboards.tenantId, actor.tenantId), eq(dashboards.ownerId, from)))
}
