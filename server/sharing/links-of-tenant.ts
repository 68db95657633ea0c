import { and, eq, isNull, type SQL } from 'drizzle-orm'
import type { UserId } from '../../contract/id.ts'
import type { Clock } from '../basics/clock.ts'
import type { Database } from '../storage/database.ts'
import type { Actor } from '../tenancy/actor.ts'
import { audit } from '../tenancy/audit.ts'
import { requirePermission } from '../tenancy/permissions.ts'
import { shareLinks, shares } from './tables.ts'

/** Links of a whole tenant or person. */
export interface LinksOfTenant {
  /** How many links there are to close: what the tenant's switch says before it moves (S24). Needs `tenant:manage`. */
  countLinks(actor: Actor): Promise<number>
  /** Every link of a tenant that is being deleted dies (S11). The caller has checked that the actor may. */
  closeAllLinks(actor: Actor): Promise<void>
  /** What a leaving member shared goes to somebody else, live or revoked. Needs `members:manage`; bears being called again. */
  handOverLinks(actor: Actor, from: UserId, to: UserId, links: 'live' | 'revoked'): Promise<void>
}

interface LinksOfTenantDependencies {
  readonly database: Database
  readonly clock: Clock
  /** Answers when no node goes by what it read of the tenant's links before. */
  readonly settle: (tenantId: Actor['tenantId']) => Promise<void>
}

export function createLinksOfTenant({ database, clock, settle }: LinksOfTenantDependencies): LinksOfTenant {
  const live = (actor: Actor, more?: SQL) => and(eq(shares.tenantId, actor.tenantId), isNull(shares.revokedAt), more)

  const close = async (actor: Actor, more?: SQL): Promise<void> => {
    await database.transaction(actor, async (writer) => {
      const closed = await writer.update(shares).set({ revokedAt: clock() }).where(live(actor, more)).returning()
      for (const { id, subjectId, version } of closed)
        await audit(writer, actor, 'share-revoke', subjectId, { shareId: id, version }, clock)
    })
    await settle(actor.tenantId)
  }

  return {
    async countLinks(actor) {
      requirePermission(actor, 'tenant:manage')
      return database.read(actor).$count(shares, live(actor))
    },

    closeAllLinks: (actor) => close(actor),

    async handOverLinks(actor, from, to, links) {
      requirePermission(actor, 'members:manage')
      const theirs = eq(shares.createdBy, from)
      if (links === 'revoked') await close(actor, theirs)
      await database
        .write(actor)
        .update(shares)
        .set({ createdBy: to })
        .where(and(eq(shares.tenantId, actor.tenantId), theirs))
      await database
        .write(actor)
        .update(shareLinks)
        .set({ createdBy: to })
        .where(and(eq(shareLinks.tenantId, actor.tenantId), eq(shareLinks.createdBy, from)))
    },
  }
}
