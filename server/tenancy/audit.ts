import { type Clock, systemClock } from '../basics/clock.ts'
import type { Writer } from '../storage/database.ts'
import type { Actor } from './actor.ts'
import { auditEvents } from './tables.ts'

/** Appends to the audit log, in the caller's transaction: what is done and what is logged commit together. Details must hold no secret. */
export async function audit(
  writer: Writer,
  actor: Pick<Actor, 'tenantId' | 'userId' | 'via'>,
  action: string,
  subject: string,
  details: Record<string, unknown> = {},
  clock: Clock = systemClock,
): Promise<void> {
  const { tenantId, userId, via } = actor
  await writer.insert(auditEvents).values({ tenantId, userId, via, action, subject, details, at: clock() })
}
