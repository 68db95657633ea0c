import { and, asc, eq, isNull } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { Digest, ShareId, SubjectId } from '../../contract/id.ts'
import type { Snapshot } from '../../contract/snapshot.ts'
import type { Clock } from '../basics/clock.ts'
import { must } from '../basics/must.ts'
import { randomId } from '../basics/random-id.ts'
import type { Blobs } from '../storage/blobs.ts'
import type { Database, Writer } from '../storage/database.ts'
import type { Secret } from '../storage/secret.ts'
import type { Actor } from '../tenancy/actor.ts'
import { audit } from '../tenancy/audit.ts'
import { isSamePolicy, policyForAudit, type StoredPolicy } from './policy.ts'
import { Frozen, makeSnapshot } from './snapshot.ts'
import { shares, shareVersions } from './tables.ts'
import { newToken } from './token.ts'

export interface ShareBookDependencies {
  readonly database: Database
  readonly blobs: Pick<Blobs, 'put' | 'read'>
  readonly secret: Secret
  /** Takes out of what was frozen what the findings' decisions hide; what they hide in one document is hidden in all. */
  readonly redact: (actor: Actor, frozens: readonly Frozen[], policy: StoredPolicy) => Promise<Frozen[]>
  readonly clock: Clock
  readonly random: (bytes: number) => Uint8Array
}

export type ShareRow = typeof shares.$inferSelect
export type ShareVersionRow = typeof shareVersions.$inferSelect

/** What would be public of a subject right now, before any policy. */
export interface FrozenNow {
  readonly sharePoint: string
  readonly frozen: Frozen
}

/** Who acts, on which link, under what name the tenant is shown. */
export interface ShareChange {
  readonly actor: Actor
  readonly by: string
  readonly policy: StoredPolicy
  /** What the actor looked at before: exactly this is made public, or nothing. */
  readonly seen?: { readonly frozenAt: Date; readonly snapshotDigest: Digest } | undefined
}

interface ShareDraft {
  readonly isNew: boolean
  readonly version: number
  readonly frozenDigest: Digest
  readonly snapshotDigest: Digest
  /** The snapshots of the other versions, where the policy changes them. */
  readonly remade: readonly { version: number; digest: Digest }[]
}

/**
 * Writes shares and their versions. A version is a frozen content: sharing again makes a new one only when what would be frozen differs.
 * A change of policy alone makes the snapshots of all versions again, each from what was frozen then, and moves neither the share point nor
 * the version. Every write is over the row that was read; undefined says that somebody was quicker.
 */
export function createShareBook({ database, blobs, secret, redact, clock, random }: ShareBookDependencies) {
  const keep = (actor: Pick<Actor, 'tenantId'>, document: Frozen | Snapshot): Promise<Digest> =>
    blobs.put(actor.tenantId, Buffer.from(JSON.stringify(document)))

  const readFrozen = async (actor: Pick<Actor, 'tenantId'>, digest: Digest): Promise<Frozen> =>
    Frozen.parse(JSON.parse(Buffer.from(await blobs.read(actor.tenantId, digest)).toString('utf8')))

  const versionsOf = (actor: Pick<Actor, 'tenantId'>, row: Pick<ShareRow, 'id'>): Promise<ShareVersionRow[]> =>
    database
      .read(actor)
      .select()
      .from(shareVersions)
      .where(and(eq(shareVersions.tenantId, actor.tenantId), eq(shareVersions.shareId, row.id)))
      .orderBy(asc(shareVersions.version))

  /** Every kept version under a policy, and the one that is new: what the policy narrows is narrowed everywhere. */
  const narrow = async (
    { actor, by, policy }: ShareChange,
    versions: readonly ShareVersionRow[],
    added: readonly Frozen[] = [],
  ) => {
    const kept = await Promise.all(versions.map(({ frozenDigest }) => readFrozen(actor, frozenDigest)))
    const redacted = await redact(actor, [...kept, ...added], policy)
    const remade: { version: number; digest: Digest }[] = []
    for (const [place, { version, createdAt }] of versions.entries()) {
      const snapshot = makeSnapshot(must(redacted[place]), { policy, by, frozenAt: createdAt, shareVersion: version })
      remade.push({ version, digest: await keep(actor, snapshot) })
    }
    return { remade, added: redacted.slice(versions.length) }
  }

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

  /** What a write now would serve: a new version, or the one that is there when nothing else would be frozen. Keeps documents, changes no row. */
  const draft = async (
    change: ShareChange,
    row: ShareRow | undefined,
    { sharePoint, frozen }: FrozenNow,
    frozenAt: Date,
  ): Promise<ShareDraft> => {
    const { actor, by, policy } = change
    const frozenDigest = await keep(actor, frozen)
    const isNew = !row || frozenDigest !== row.frozenDigest || sharePoint !== row.sharePoint
    const isNarrowed = row && (!isSamePolicy(row.policy, policy) || Object.keys(policy.findings).length > 0)
    const { remade, added } = await narrow(change, isNarrowed ? await versionsOf(actor, row) : [], isNew ? [frozen] : [])
    if (!isNew) {
      const snapshotDigest = remade.find(({ version }) => version === row.version)?.digest ?? row.snapshotDigest
      return { isNew, version: row.version, frozenDigest, snapshotDigest, remade }
    }
    const version = (row?.version ?? 0) + 1
    const snapshot = makeSnapshot(must(added[0]), { policy, by, frozenAt, shareVersion: version })
    return { isNew, version, frozenDigest, snapshotDigest: await keep(actor, snapshot), remade }
  }

  /** The draft of a write. Throws `conflict` where somebody looked at another one before. */
  const settledDraft = async (change: ShareChange, row: ShareRow | undefined, now: FrozenNow) => {
    const { seen } = change
    const frozenAt = seen?.frozenAt ?? clock()
    const drafted = await draft(change, row, now, frozenAt)
    if (seen && seen.snapshotDigest !== drafted.snapshotDigest)
      throw new KnownError('conflict', 'This has changed since you looked at it. Look at it again, then make it public.')
    return { ...drafted, frozenAt }
  }

  const create = async (change: ShareChange, id: SubjectId, frozenNow: FrozenNow): Promise<ShareRow | undefined> => {
    const { actor, policy } = change
    const { sharePoint } = frozenNow
    const now = clock()
    const { frozenAt, version, frozenDigest, snapshotDigest } = await settledDraft(change, undefined, frozenNow)
    const token = newToken(random, secret)
    const content = { tenantId: actor.tenantId, version, frozenDigest, snapshotDigest, sharePoint, createdBy: actor.userId }
    return database.transaction(actor, async (writer) => {
      const [row] = await writer
        .insert(shares)
        .values({
          ...content,
          id: randomId<ShareId>('shr', now),
          subjectId: id,
          via: actor.via,
          tokenHash: token.hash,
          tokenSealed: token.sealed,
          policy,
          createdAt: now,
          sharedAt: frozenAt,
        })
        .onConflictDoNothing()
        .returning()
      if (!row) return undefined
      await writer.insert(shareVersions).values({ ...content, shareId: row.id, createdAt: frozenAt })
      await audit(
        writer,
        actor,
        'share-create',
        id,
        { shareId: row.id, version, sharePoint, policy: policyForAudit(policy) },
        clock,
      )
      return row
    })
  }

  const update = async (change: ShareChange, row: ShareRow, frozenNow: FrozenNow): Promise<ShareRow | undefined> => {
    const { actor, policy } = change
    const { sharePoint } = frozenNow
    const { isNew, frozenAt, version, frozenDigest, snapshotDigest, remade } = await settledDraft(change, row, frozenNow)
    return database.transaction(actor, async (writer) => {
      const moved = isNew ? { version, frozenDigest, sharePoint, sharedAt: frozenAt } : {}
      const updated = await updateRow(writer, row, { ...moved, snapshotDigest, policy })
      if (!updated) return undefined
      await writeRemade(writer, row, remade)
      if (isNew)
        await writer.insert(shareVersions).values({
          tenantId: actor.tenantId,
          shareId: row.id,
          version,
          frozenDigest,
          snapshotDigest,
          sharePoint,
          createdBy: actor.userId,
          createdAt: frozenAt,
        })
      await audit(
        writer,
        actor,
        'share-update',
        row.subjectId,
        { shareId: row.id, version, sharePoint, policy: policyForAudit(policy) },
        clock,
      )
      return updated
    })
  }

  /** Puts another content in the place of the newest version, which keeps its number: a link that follows its subject. */
  const replace = async (
    change: ShareChange,
    row: ShareRow,
    { sharePoint, frozen }: FrozenNow,
  ): Promise<ShareRow | undefined> => {
    const { actor, policy } = change
    const now = clock()
    const frozenDigest = await keep(actor, frozen)
    const kept = await versionsOf(actor, row)
    const versions = kept.map((one) => (one.version === row.version ? { ...one, frozenDigest, createdAt: now } : one))
    const { remade } = await narrow(change, versions)
    const snapshotDigest = remade.find(({ version }) => version === row.version)?.digest ?? row.snapshotDigest
    const content = { frozenDigest, snapshotDigest, sharePoint }
    return database.transaction(actor, async (writer) => {
      const updated = await updateRow(writer, row, { ...content, policy, sharedAt: now })
      if (!updated) return undefined
      await writeRemade(writer, row, remade)
      await writer
        .update(shareVersions)
        .set({ ...content, createdAt: now })
        .where(
          and(
            eq(shareVersions.tenantId, row.tenantId),
            eq(shareVersions.shareId, row.id),
            eq(shareVersions.version, row.version),
          ),
        )
      await audit(writer, actor, 'share-refresh', row.subjectId, { shareId: row.id, version: row.version, sharePoint }, clock)
      return updated
    })
  }

  const changePolicy = async (change: ShareChange, row: ShareRow): Promise<ShareRow | undefined> => {
    const { actor, policy } = change
    const { remade } = await narrow(change, await versionsOf(actor, row))
    const snapshotDigest = remade.find(({ version }) => version === row.version)?.digest ?? row.snapshotDigest
    return database.transaction(actor, async (writer) => {
      const updated = await updateRow(writer, row, { policy, snapshotDigest })
      if (!updated) return undefined
      await writeRemade(writer, row, remade)
      await audit(
        writer,
        actor,
        'share-policy',
        row.subjectId,
        { shareId: row.id, version: row.version, policy: policyForAudit(policy), before: policyForAudit(row.policy) },
        clock,
      )
      return updated
    })
  }

  return { draft, create, update, replace, changePolicy, readFrozen, versionsOf }
}
