import { and, eq, inArray, lte } from 'drizzle-orm'
import type { TenantId } from '../../contract/id.ts'
import type { Database } from '../storage/database.ts'
import { checkpoints, conversationAccess, conversations, heldResults, rewinds, turnEvents, turns, uploads } from './tables.ts'

const dayMs = 86_400_000

/** How long a tenant keeps what was deleted. */
export interface Retention {
  readonly tenantId: TenantId
  readonly days: number
}

/** Erases the conversations that were deleted longer ago than their tenant keeps them, with all that was in them; answers how many. For a timer. */
export async function eraseDeleted(database: Database, retentions: readonly Retention[], now: Date): Promise<number> {
  let count = 0
  for (const { tenantId, days } of retentions)
    count += await database.transaction({ tenantId }, async (writer) => {
      const isDue = lte(conversations.deletedAt, new Date(now.getTime() - days * dayMs))
      const due = await writer
        .delete(conversations)
        .where(and(eq(conversations.tenantId, tenantId), isDue))
        .returning({ id: conversations.id })
      if (due.length === 0) return 0
      const ids = due.map(({ id }) => id)
      for (const table of [turnEvents, turns, checkpoints, rewinds, conversationAccess, heldResults, uploads])
        await writer.delete(table).where(and(eq(table.tenantId, tenantId), inArray(table.conversationId, ids)))
      return ids.length
    })
  return count
}
