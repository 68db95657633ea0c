import { and, eq, isNull, or, sql } from 'drizzle-orm'
import type { DashboardId, Digest } from '../../contract/id.ts'
import type { Database, Writer } from '../storage/database.ts'
import type { Actor } from '../tenancy/actor.ts'
import type { TileOutcome } from './answer-tile.ts'
import { dashboardAnswers, dashboardResults, dashboards } from './tables.ts'

export const inTenant = (actor: Actor) => and(eq(dashboards.tenantId, actor.tenantId), isNull(dashboards.deletedAt))
export const visibleTo = (actor: Actor) =>
  and(inTenant(actor), or(eq(dashboards.ownerId, actor.userId), eq(dashboards.visibility, 'tenant')))

/** The results that an outcome shows or keeps. */
export const digestsOf = ({ answer, shown }: TileOutcome): (Digest | undefined)[] => [
  answer?.digest,
  shown?.table.digest,
  shown?.chart?.pictures?.wide,
  shown?.chart?.pictures?.narrow,
]

/** Which results dashboards hold, and for whom. */
export function createHeldResults(database: Database) {
  const distinct = (digests: readonly (Digest | undefined)[]): Digest[] =>
    [...new Set(digests)].flatMap((digest) => (digest ? [digest] : []))

  return {
    /** For everybody who sees the dashboard. */
    async hold(writer: Writer, { tenantId }: Actor, dashboardId: DashboardId, digests: readonly (Digest | undefined)[]) {
      const rows = distinct(digests).map((digest) => ({ tenantId, dashboardId, digest }))
      if (rows.length > 0) await writer.insert(dashboardResults).values(rows).onConflictDoNothing()
    },

    /** For the actor alone, as long as the actor sees the dashboard. */
    async holdFor(
      writer: Writer,
      { tenantId, userId }: Actor,
      dashboardId: DashboardId,
      digests: readonly (Digest | undefined)[],
    ) {
      const rows = distinct(digests).map((digest) => ({ tenantId, dashboardId, digest, userId }))
      if (rows.length > 0) await writer.insert(dashboardAnswers).values(rows).onConflictDoNothing()
    },

    /** Whether a dashboard that the actor may see holds, or held, this result for the actor. */
    async maySee(actor: Actor, digest: Digest): Promise<boolean> {
      const reader = database.read(actor)
      const [shown] = await reader
        .select({ one: sql`1` })
        .from(dashboardResults)
        .innerJoin(
          dashboards,
          and(eq(dashboards.tenantId, dashboardResults.tenantId), eq(dashboards.id, dashboardResults.dashboardId)),
        )
        .where(and(eq(dashboardResults.tenantId, actor.tenantId), eq(dashboardResults.digest, digest), visibleTo(actor)))
        .limit(1)
      if (shown) return true
      const [own] = await reader
        .select({ one: sql`1` })
        .from(dashboardAnswers)
        .innerJoin(
          dashboards,
          and(eq(dashboards.tenantId, dashboardAnswers.tenantId), eq(dashboards.id, dashboardAnswers.dashboardId)),
        )
        .where(
          and(
            eq(dashboardAnswers.tenantId, actor.tenantId),
            eq(dashboardAnswers.digest, digest),
            eq(dashboardAnswers.userId, actor.userId),
            visibleTo(actor),
          ),
        )
        .limit(1)
      return own !== undefined
    },
  }
}
