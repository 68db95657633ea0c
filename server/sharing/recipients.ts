import { and, asc, desc, eq, isNull } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { Digest, ShareId, ShareLinkId, SubjectId } from '../../contract/id.ts'
import type { RecipientLink } from '../../contract/recipient.ts'
import type { Clock } from '../basics/clock.ts'
import { randomId } from '../basics/random-id.ts'
import type { Database } from '../storage/database.ts'
import type { Secret } from '../storage/secret.ts'
import type { Actor } from '../tenancy/actor.ts'
import { audit } from '../tenancy/audit.ts'
import type { ShareRow } from './share.ts'
import { shareLinks, shareViews } from './tables.ts'
import { newToken, openToken } from './token.ts'

/** One link per recipient (B10): what is shared is the same, each has an address, an end and a log of its own. They all end with the share. */
export interface Recipients {
  list(actor: Actor, id: SubjectId, origin: string): Promise<RecipientLink[]>
  /** `conflict` when there is no public link, `limit-exceeded` beyond 500 links. */
  add(actor: Actor, id: SubjectId, origin: string, label: string): Promise<RecipientLink>
  /** Answers when no node serves the link any more. Bears being called again. */
  close(actor: Actor, id: SubjectId, origin: string, linkId: ShareLinkId): Promise<RecipientLink>
}

export interface RecipientsDependencies {
  readonly database: Database
  readonly secret: Secret
  readonly clock: Clock
  readonly random: (bytes: number) => Uint8Array
  /** The subject's live link for who may share it; throws for everybody else. */
  readonly liveShareFor: (actor: Actor, id: SubjectId) => Promise<ShareRow | undefined>
  readonly publicPathOf: (id: SubjectId) => string
  /** Resolves when no node serves the link any more. */
  readonly settle: (link: { id: ShareId; tokenHash: Digest }) => Promise<void>
}

type LinkRow = typeof shareLinks.$inferSelect
const MOST_LINKS = 500
const MOST_HOURS = 100

export function createRecipients(dependencies: RecipientsDependencies): Recipients {
  const { database, secret, clock, random, liveShareFor, publicPathOf, settle } = dependencies

  const present = async (actor: Actor, row: LinkRow, base: string): Promise<RecipientLink> => {
    const hours = await database
      .read(actor)
      .select()
      .from(shareViews)
      .where(and(eq(shareViews.tenantId, actor.tenantId), eq(shareViews.shareId, row.shareId), eq(shareViews.linkId, row.id)))
      .orderBy(desc(shareViews.hour))
    return {
      id: row.id,
      label: row.label,
      url: `${base}/${openToken(row.tokenSealed, secret)}`,
      createdAt: row.createdAt.toISOString(),
      closedAt: row.revokedAt?.toISOString() ?? null,
      views: hours.reduce((sum, { views }) => sum + views, 0),
      lastViewAt: hours[0]?.lastAt.toISOString() ?? null,
      log: hours.slice(0, MOST_HOURS).map(({ hour, views, visitors }) => ({ hour: hour.toISOString(), views, visitors })),
    }
  }

  const ofShare = (actor: Actor, share: ShareRow) =>
    and(eq(shareLinks.tenantId, actor.tenantId), eq(shareLinks.shareId, share.id))

  return {
    async list(actor, id, origin) {
      const share = await liveShareFor(actor, id)
      if (!share) return []
      const rows = await database
        .read(actor)
        .select()
        .from(shareLinks)
        .where(ofShare(actor, share))
        .orderBy(asc(shareLinks.createdAt), asc(shareLinks.id))
      return Promise.all(rows.map((row) => present(actor, row, origin + publicPathOf(id))))
    },

    async add(actor, id, origin, label) {
      const share = await liveShareFor(actor, id)
      if (!share) throw new KnownError('conflict', 'There is no link. Make it public first.')
      const token = newToken(random, secret)
      const now = clock()
      const row = {
        tenantId: actor.tenantId,
        id: randomId<ShareLinkId>('shl', now),
        shareId: share.id,
        label,
        tokenHash: token.hash,
        tokenSealed: token.sealed,
        createdBy: actor.userId,
        createdAt: now,
        revokedAt: null,
      }
      await database.transaction(actor, async (writer) => {
        if ((await writer.$count(shareLinks, ofShare(actor, share))) >= MOST_LINKS)
          throw new KnownError('limit-exceeded', `A page may have at most ${MOST_LINKS} recipients' links.`)
        await writer.insert(shareLinks).values(row)
        await audit(writer, actor, 'share-link-create', id, { shareId: share.id, linkId: row.id, label }, clock)
      })
      return present(actor, row, origin + publicPathOf(id))
    },

    async close(actor, id, origin, linkId) {
      const share = await liveShareFor(actor, id)
      if (!share) throw new KnownError('not-found')
      const ofLink = and(ofShare(actor, share), eq(shareLinks.id, linkId))
      await database.transaction(actor, async (writer) => {
        const closed = await writer
          .update(shareLinks)
          .set({ revokedAt: clock() })
          .where(and(ofLink, isNull(shareLinks.revokedAt)))
          .returning()
        for (const { label } of closed)
          await audit(writer, actor, 'share-link-revoke', id, { shareId: share.id, linkId, label }, clock)
      })
      const [row] = await database.read(actor).select().from(shareLinks).where(ofLink)
      if (!row) throw new KnownError('not-found')
      await settle({ id: share.id, tokenHash: row.tokenHash })
      return present(actor, row, origin + publicPathOf(id))
    },
  }
}
