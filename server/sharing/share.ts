import { and, eq, isNull } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { ConversationId, Digest, ShareId, TurnId } from '../../contract/id.ts'
import { SharePolicy, type SharePolicyChange } from '../../contract/share.ts'
import type { Snapshot } from '../../contract/snapshot.ts'
import type { Turn } from '../../contract/turn.ts'
import type { Clock } from '../basics/clock.ts'
import { randomId } from '../basics/random-id.ts'
import type { Conversations } from '../conversations/conversations.ts'
import type { Results } from '../results/results.ts'
import type { Blobs } from '../storage/blobs.ts'
import type { Database, Writer } from '../storage/database.ts'
import type { Secret } from '../storage/secret.ts'
import type { Actor } from '../tenancy/actor.ts'
import { audit } from '../tenancy/audit.ts'
import { Frozen, freeze, makeSnapshot, sharePointOf, turnsUpTo, uploadsOf } from './snapshot.ts'
import { shares, shareVersions } from './tables.ts'
import { newToken } from './token.ts'

export interface ShareBookDependencies {
  readonly database: Database
  readonly blobs: Pick<Blobs, 'put' | 'read'>
  readonly secret: Secret
  readonly results: Pick<Results, 'table'>
  readonly conversations: Pick<Conversations, 'uploads' | 'summary'>
  readonly clock: Clock
  readonly random: (bytes: number) => Uint8Array
}

export type ShareRow = typeof shares.$inferSelect

/** What would be public of a conversation right now, before any policy. */
export interface FrozenNow {
  readonly sharePoint: Turn
  readonly turnIds: TurnId[]
  readonly frozen: Frozen
}

/** Who acts, on which link, under what name the tenant is shown. */
export interface ShareChange {
  readonly actor: Actor
  readonly by: string
  readonly policy: SharePolicy
}

/**
 * Writes shares and their versions. A version is a frozen content: sharing again makes a new one only when what would be frozen differs.
 * A change of policy alone makes the snapshots of all versions again, each from what was frozen then, and moves neither the share point nor
 * the version. Every write is over the row that was read; undefined says that somebody was quicker.
 */
export function createShareBook({ database, blobs, secret, results, conversations, clock, random }: ShareBookDependencies) {
  const freezeNow = async (actor: Actor, id: ConversationId, turns: readonly Turn[]) => {
    const sharePoint = sharePointOf(turns)
    if (!sharePoint) throw new KnownError('nothing-answered')
    const shown = turnsUpTo(turns, sharePoint)
    const digests = new Set(shown.flatMap((turn) => turn.tables.map((table) => table.digest)))
    const kept = await Promise.all(
      [...digests].map(async (digest) => [digest, (await results.table(actor, digest)).rows] as const),
    )
    const rows = new Map(kept)
    const { title } = await conversations.summary(actor, id)
    const uploads = uploadsOf(shown, await conversations.uploads(actor, id))
    return {
      sharePoint,
      turnIds: shown.map((turn) => turn.id),
      frozen: freeze(title, shown, uploads, (digest) => rows.get(digest) ?? []),
    }
  }

  const keep = (actor: Pick<Actor, 'tenantId'>, document: Frozen | Snapshot): Promise<Digest> =>
    blobs.put(actor.tenantId, Buffer.from(JSON.stringify(document)))

  const readFrozen = async (actor: Actor, digest: Digest): Promise<Frozen> =>
    Frozen.parse(JSON.parse(Buffer.from(await blobs.read(actor.tenantId, digest)).toString('utf8')))

  const versionsOf = (actor: Actor, row: ShareRow) =>
    database
      .read(actor)
      .select()
      .from(shareVersions)
      .where(and(eq(shareVersions.tenantId, actor.tenantId), eq(shareVersions.shareId, row.id)))

  /** Every kept version under another policy: what the policy narrows is narrowed everywhere. */
  const remake = async (actor: Actor, row: ShareRow, policy: SharePolicy, by: string) =>
    Promise.all(
      (await versionsOf(actor, row)).map(async ({ version, frozenDigest, createdAt }) => {
        const snapshot = makeSnapshot(await readFrozen(actor, frozenDigest), {
          policy,
          by,
          frozenAt: createdAt,
          shareVersion: version,
        })
        return { version, digest: await keep(actor, snapshot) }
      }),
    )

  const writeRemade = async (writer: Writer, row: ShareRow, remade: readonly { version: number; digest: Digest }[]) => {
    for (const { version, digest } of remade)
      await writer
        .update(shareVersions)
        .set({ snapshotDigest: digest })
        .where(
          and(eq(shareVersions.tenantId, row.tenantId), eq(shareVersions.shareId, row.id), eq(shareVersions.version, version)),
        )
  }

  /** Writes only over the row that was read; undefined when somebody was quicker. */
  const updateRow = async (writer: Writer, row: ShareRow, change: Partial<ShareRow>): Promise<ShareRow | undefined> => {
    const [updated] = await writer
      .update(shares)
      .set(change)
      .where(
        and(
          eq(shares.tenantId, row.tenantId),
          eq(shares.id, row.id),
          eq(shares.version, row.version),
          eq(shares.snapshotDigest, row.snapshotDigest),
          eq(shares.policy, row.policy),
          isNull(shares.revokedAt),
        ),
      )
      .returning()
    return updated
  }

  const create = async (
    { actor, by, policy }: ShareChange,
    id: ConversationId,
    { sharePoint, turnIds, frozen }: FrozenNow,
  ): Promise<ShareRow | undefined> => {
    const now = clock()
    const token = newToken(random, secret)
    const frozenDigest = await keep(actor, frozen)
    const snapshotDigest = await keep(actor, makeSnapshot(frozen, { policy, by, frozenAt: now, shareVersion: 1 }))
    const content = { tenantId: actor.tenantId, version: 1, frozenDigest, snapshotDigest, sharePointTurnId: sharePoint.id }
    const made = { ...content, createdBy: actor.userId, createdAt: now }
    return database.transaction(actor, async (writer) => {
      const [row] = await writer
        .insert(shares)
        .values({
          ...made,
          id: randomId<ShareId>('shr', now),
          conversationId: id,
          tokenHash: token.hash,
          tokenSealed: token.sealed,
          policy,
          turnIds,
          sharedAt: now,
        })
        .onConflictDoNothing()
        .returning()
      if (!row) return undefined
      await writer.insert(shareVersions).values({ ...made, shareId: row.id })
      await audit(writer, actor, 'share-create', id, { shareId: row.id, version: 1, turnId: sharePoint.id, policy }, clock)
      return row
    })
  }

  const update = async (
    { actor, by, policy }: ShareChange,
    row: ShareRow,
    { sharePoint, turnIds, frozen }: FrozenNow,
  ): Promise<ShareRow | undefined> => {
    const now = clock()
    const frozenDigest = await keep(actor, frozen)
    const isNew = frozenDigest !== row.frozenDigest || sharePoint.id !== row.sharePointTurnId
    const remade = isSamePolicy(row.policy, policy) ? [] : await remake(actor, row, policy, by)
    const version = isNew ? row.version + 1 : row.version
    const snapshotDigest = isNew
      ? await keep(actor, makeSnapshot(frozen, { policy, by, frozenAt: now, shareVersion: version }))
      : (remade.find((candidate) => candidate.version === version)?.digest ?? row.snapshotDigest)
    return database.transaction(actor, async (writer) => {
      const moved = isNew ? { version, frozenDigest, sharePointTurnId: sharePoint.id, sharedAt: now } : {}
      const updated = await updateRow(writer, row, { ...moved, turnIds, snapshotDigest, policy })
      if (!updated) return undefined
      await writeRemade(writer, row, remade)
      if (isNew)
        await writer.insert(shareVersions).values({
          tenantId: actor.tenantId,
          shareId: row.id,
          version,
          frozenDigest,
          snapshotDigest,
          sharePointTurnId: sharePoint.id,
          createdBy: actor.userId,
          createdAt: now,
        })
      await audit(
        writer,
        actor,
        'share-update',
        row.conversationId,
        { shareId: row.id, version, turnId: sharePoint.id, policy },
        clock,
      )
      return updated
    })
  }

  const changePolicy = async ({ actor, by, policy }: ShareChange, row: ShareRow): Promise<ShareRow | undefined> => {
    const remade = await remake(actor, row, policy, by)
    const snapshotDigest = remade.find(({ version }) => version === row.version)?.digest ?? row.snapshotDigest
    return database.transaction(actor, async (writer) => {
      const updated = await updateRow(writer, row, { policy, snapshotDigest })
      if (!updated) return undefined
      await writeRemade(writer, row, remade)
      await audit(writer, actor, 'share-policy', row.conversationId, { shareId: row.id, version: row.version, policy }, clock)
      return updated
    })
  }

  return { freezeNow, create, update, changePolicy }
}

/** The policy after a change; what the change does not name stays. */
export function mergePolicy(before: SharePolicy | undefined, change: SharePolicyChange): SharePolicy {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
  return SharePolicy.parse({ ...before, ...given })
}

export const isSamePolicy = (one: SharePolicy, other: SharePolicy): boolean =>
  JSON.stringify(SharePolicy.parse(one)) === JSON.stringify(SharePolicy.parse(other))
