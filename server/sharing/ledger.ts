import { and, asc, desc, eq, inArray, isNull, lt, max, or, sum } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import { type ShareId, ShareId as ShareIdShape, type UserId } from '../../contract/id.ts'
import type { LedgerEntry } from '../../contract/ledger.ts'
import { Snapshot } from '../../contract/snapshot.ts'
import type { Clock } from '../basics/clock.ts'
import type { Blobs } from '../storage/blobs.ts'
import type { Database } from '../storage/database.ts'
import type { Actor } from '../tenancy/actor.ts'
import { audit } from '../tenancy/audit.ts'
import type { Tenancy } from '../tenancy/tenancy.ts'
import { ByteCache } from './byte-cache.ts'
import type { ShareRow } from './share.ts'
import { shareLinks, shares, shareViews } from './tables.ts'

/** Every link that was made (B5): one's own, or the tenant's for who has `shares:manage`. */
export interface Ledger {
  list(
    actor: Actor,
    request: { scope: 'all' | 'own'; limit: number; cursor?: string | undefined },
  ): Promise<{ items: LedgerEntry[]; nextCursor: string | null }>
  /** Closes links for good; what is not the actor's to close, or closed already, is left out of the count. */
  revoke(actor: Actor, ids: readonly ShareId[]): Promise<{ revoked: number }>
}

export interface LedgerDependencies {
  readonly database: Database
  readonly blobs: Pick<Blobs, 'read'>
  readonly tenancy: Pick<Tenancy, 'namesOf'>
  readonly clock: Clock
  /** Resolves when no node serves these links any more. */
  readonly settle: (rows: readonly ShareRow[]) => Promise<void>
}

type LinkRow = typeof shareLinks.$inferSelect
interface Viewed {
  /** Empty for the share's own link. */
  readonly linkId: string
  readonly count: number
  readonly lastAt: Date | null
}
type Said = Pick<LedgerEntry, 'title' | 'contents'>
const CACHE_BYTES = 4_000_000

export function createLedger({ database, blobs, tenancy, clock, settle }: LedgerDependencies): Ledger {
  const said = new ByteCache<Said>(CACHE_BYTES)

  /** A colleague's link is there for who may manage links only. */
  const visibleTo = (actor: Actor, scope: 'all' | 'own') => {
    const ofTenant = eq(shares.tenantId, actor.tenantId)
    return scope === 'all' && actor.permissions.has('shares:manage')
      ? ofTenant
      : and(ofTenant, eq(shares.createdBy, actor.userId))
  }

  const saidBy = async ({ tenantId, snapshotDigest }: ShareRow): Promise<Said> => {
    const key = `${tenantId}/${snapshotDigest}`
    const known = said.get(key)
    if (known) return known
    const { title, turns, files } = Snapshot.parse(JSON.parse(Buffer.from(await blobs.read(tenantId, snapshotDigest)).toString()))
    const count = (part: 'tables' | 'charts') => turns.reduce((total, turn) => total + turn[part].length, 0)
    const made = {
      title,
      contents: { turns: turns.length, tables: count('tables'), charts: count('charts'), files: files.length },
    }
    said.set(key, made, title.length * 2 + 200)
    return made
  }

  const present = (
    row: ShareRow,
    { title, contents }: Said,
    name: string,
    { views, links }: { views: readonly Viewed[]; links: readonly LinkRow[] },
  ): LedgerEntry => {
    const expiresAt = row.policy.expiresAt ?? null
    const isExpired = expiresAt !== null && Date.parse(expiresAt) <= clock().getTime()
    return {
      id: row.id,
      kind: row.subjectId.startsWith('cnv_') ? 'conversation' : 'dashboard',
      subjectId: row.subjectId,
      title,
      owner: { id: row.createdBy, name },
      via: row.via,
      state: row.revokedAt ? 'closed' : isExpired ? 'expired' : 'open',
      contents,
      version: row.version,
      hasPassword: row.policy.passwordHash !== null,
      createdAt: row.createdAt.toISOString(),
      sharedAt: row.sharedAt.toISOString(),
      closedAt: row.revokedAt?.toISOString() ?? null,
      expiresAt,
      ...seen(views),
      recipients: links.map(({ id, label, revokedAt }) => ({
        id,
        label,
        isClosed: revokedAt !== null || row.revokedAt !== null,
        ...seen(views.filter(({ linkId }) => linkId === id)),
      })),
    }
  }

  const viewsOf = async (actor: Actor, ids: readonly ShareId[]) => {
    if (ids.length === 0) return new Map<ShareId, Viewed[]>()
    const rows = await database
      .read(actor)
      .select({
        id: shareViews.shareId,
        linkId: shareViews.linkId,
        count: sum(shareViews.views),
        lastAt: max(shareViews.lastAt),
      })
      .from(shareViews)
      .where(and(eq(shareViews.tenantId, actor.tenantId), inArray(shareViews.shareId, [...ids])))
      .groupBy(shareViews.shareId, shareViews.linkId)
    return Map.groupBy(
      rows.map((row) => ({ ...row, count: Number(row.count) })),
      ({ id }) => id,
    )
  }

  const linksOf = async (actor: Actor, ids: readonly ShareId[]) => {
    if (ids.length === 0) return new Map<ShareId, LinkRow[]>()
    const rows = await database
      .read(actor)
      .select()
      .from(shareLinks)
      .where(and(eq(shareLinks.tenantId, actor.tenantId), inArray(shareLinks.shareId, [...ids])))
      .orderBy(asc(shareLinks.createdAt), asc(shareLinks.id))
    return Map.groupBy(rows, ({ shareId }) => shareId)
  }

  return {
    async list(actor, { scope, limit, cursor }) {
      const after = cursor === undefined ? undefined : placeOf(cursor)
      const isOlder = after && or(lt(shares.createdAt, after.at), and(eq(shares.createdAt, after.at), lt(shares.id, after.id)))
      const rows = await database
        .read(actor)
        .select()
        .from(shares)
        .where(and(visibleTo(actor, scope), isOlder))
        .orderBy(desc(shares.createdAt), desc(shares.id))
        .limit(limit + 1)
      const page = rows.slice(0, limit)
      const ids = page.map((row) => row.id)
      const [views, links] = [await viewsOf(actor, ids), await linksOf(actor, ids)]
      const names = await tenancy.namesOf(actor, [...new Set(page.map((row) => row.createdBy))])
      const nameOf = (id: UserId) => names.get(id) ?? 'Somebody who left'
      const items = await Promise.all(
        page.map(async (row) =>
          present(row, await saidBy(row), nameOf(row.createdBy), {
            views: views.get(row.id) ?? [],
            links: links.get(row.id) ?? [],
          }),
        ),
      )
      const last = rows.length > limit ? page.at(-1) : undefined
      return { items, nextCursor: last ? `${last.createdAt.getTime()}.${last.id}` : null }
    },

    async revoke(actor, ids) {
      const closed = await database.transaction(actor, async (writer) => {
        const rows = await writer
          .update(shares)
          .set({ revokedAt: clock() })
          .where(and(visibleTo(actor, 'all'), inArray(shares.id, [...ids]), isNull(shares.revokedAt)))
          .returning()
        for (const { id, version, subjectId } of rows)
          await audit(writer, actor, 'share-revoke', subjectId, { shareId: id, version, from: 'ledger' }, clock)
        return rows
      })
      await settle(closed)
      return { revoked: closed.length }
    },
  }
}

/** Views in all, and the last of them. */
function seen(views: readonly Viewed[]): Pick<LedgerEntry, 'views' | 'lastViewAt'> {
  const last = views.flatMap(({ lastAt }) => lastAt ?? []).reduce((latest, at) => Math.max(latest, at.getTime()), 0)
  return {
    views: views.reduce((total, { count }) => total + count, 0),
    lastViewAt: last > 0 ? new Date(last).toISOString() : null,
  }
}

function placeOf(cursor: string): { at: Date; id: ShareId } {
  const [, ms, id] = /^(\d{1,15})\.(shr_[0-9a-z]{20,32})$/.exec(cursor) ?? []
  if (ms === undefined) throw new KnownError('invalid-input', 'This cursor is not one that a list gave.')
  return { at: new Date(Number(ms)), id: ShareIdShape.parse(id) }
}
