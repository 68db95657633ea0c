import { and, eq } from 'drizzle-orm'
import type { UserId } from '../../contract/id.ts'
import type { Clock } from '../basics/clock.ts'
import type { Database } from '../storage/database.ts'
import type { Actor } from '../tenancy/actor.ts'
import { requirePermission } from '../tenancy/permissions.ts'
import { schedules } from './tables.ts'

/** Gives all schedules of a person who leaves to another, stopped: they would run under other rights. Bears being called again. */
export async function handOverSchedules(
  { database, clock }: { database: Database; clock: Clock },
  actor: Actor,
  from: UserId,
  to: UserId,
): Promise<void> {
  requirePermission(actor, 'members:manage')
  const message = 'Its owner left, and it is yours now. Resume it to run it under your own rights and have it sent to you.'
  await database
    .write(actor)
    .update(schedules)
    .set({ ownerId: to, nextRunAt: null, stopped: { message, at: clock().toISOString() } })
    .where(and(eq(schedules.tenantId, actor.tenantId), eq(schedules.ownerId, from)))
}
