import { and, count, eq, gte, inArray, isNull, sql } from 'drizzle-orm'
import type { UserId } from '../../contract/id.ts'
import type { Usage } from '../../contract/tenant.ts'
import type { Database } from '../storage/database.ts'
import type { Actor } from '../tenancy/actor.ts'
import { requirePermission } from '../tenancy/permissions.ts'
import { conversationAccess, conversations, turns, uploads } from './tables.ts'

const DAYS = 30

/** Gives all conversations and files of a person who leaves to another; what was shown to them is hidden. Bears being called again. */
export async function handOverConversations(database: Database, actor: Actor, from: UserId, to: UserId): Promise<void> {
  requirePermission(actor, 'members:manage')
  await database.transaction(actor, async (writer) => {
    const { tenantId } = actor
    await writer
      .delete(conversationAccess)
      .where(and(eq(conversationAccess.tenantId, tenantId), eq(conversationAccess.subjectId, from)))
    const given = await writer
      .update(conversations)
      .set({ ownerId: to })
      .where(and(eq(conversations.tenantId, tenantId), eq(conversations.ownerId, from)))
      .returning({ id: conversations.id })
    await writer
      .update(uploads)
      .set({ ownerId: to })
      .where(and(eq(uploads.tenantId, tenantId), eq(uploads.ownerId, from)))
    if (given.length === 0) return
    const ids = given.map((row) => row.id)
    const ofNewOwner = and(inArray(conversationAccess.conversationId, ids), eq(conversationAccess.subjectId, to))
    await writer.delete(conversationAccess).where(and(eq(conversationAccess.tenantId, tenantId), ofNewOwner))
  })
}

/** How many conversations the tenant has, and questions asked per day (UTC) in the last 30. */
export async function conversationUsage(
  database: Database,
  actor: Actor,
  now: Date,
): Promise<Pick<Usage, 'conversations' | 'questions'>> {
  requirePermission(actor, 'tenant:manage')
  const reader = database.read(actor)
  const since = new Date(now.getTime() - DAYS * 86_400_000)
  const day = sql<string>`to_char(${turns.startedAt} at time zone 'UTC', 'YYYY-MM-DD')`
  const questions = await reader
    .select({ day, count: count() })
    .from(turns)
    .where(and(eq(turns.tenantId, actor.tenantId), gte(turns.startedAt, since)))
    .groupBy(day)
    .orderBy(day)
  const standing = and(eq(conversations.tenantId, actor.tenantId), isNull(conversations.deletedAt))
  return { conversations: await reader.$count(conversations, standing), questions }
}
