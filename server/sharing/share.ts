import { and, desc, eq, inArray, isNotNull, isNull } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { ConversationId, Digest, ShareId } from '../../contract/id.ts'
import { type ShareContents, SharePolicy, type SharePolicyChange, type ShareState } from '../../contract/share.ts'
import type { Snapshot } from '../../contract/snapshot.ts'
import type { Turn } from '../../contract/turn.ts'
import type { Clock } from '../basics/clock.ts'
import { randomId } from '../basics/random-id.ts'
import { sleep } from '../basics/sleep.ts'
import type { Conversations } from '../conversations/conversations.ts'
import type { Results } from '../results/results.ts'
import type { Blobs } from '../storage/blobs.ts'
import type { Database, Writer } from '../storage/database.ts'
import type { Node } from '../storage/nodes.ts'
import type { Secret } from '../storage/secret.ts'
import type { Actor } from '../tenancy/actor.ts'
import { audit } from '../tenancy/audit.ts'
import { requirePermission } from '../tenancy/permissions.ts'
import type { Tenancy, TenantRecord } from '../tenancy/tenancy.ts'
import { LEASE_MS, LinkLeases } from './link-leases.ts'
import { createOpenShares, type RenderPage } from './open-share.ts'
import type { Sharing } from './sharing.ts'
import { Frozen, freeze, makeSnapshot, sharePointOf, turnsUpTo, uploadsOf } from './snapshot.ts'
import { shares, shareVersions } from './tables.ts'
import { newToken, openToken } from './token.ts'

export interface SharingDependencies {
  readonly database: Database
  readonly blobs: Pick<Blobs, 'put' | 'read'>
  readonly secret: Secret
  readonly results: Pick<Results, 'table' | 'columnar' | 'page' | 'csv' | 'parquet' | 'picture' | 'file'>
  readonly conversations: Pick<Conversations, 'turns' | 'uploads' | 'summary'>
  readonly tenancy: Pick<Tenancy, 'tenant'>
  readonly node: Pick<Node, 'othersAlive'>
  readonly renderPage: RenderPage
  readonly clock: Clock
  /** Milliseconds that never go back. */
  readonly monotonicMs: () => number
  readonly random: (bytes: number) => Uint8Array
  /** Bytes of pages and tables kept ready for strangers. */
  readonly cacheBytes?: number
}

type ShareRow = typeof shares.$inferSelect

/** Beyond a lease: the other node's read may have begun as the change committed. */
const SETTLE_MS = LEASE_MS + 200
/** Two people pressing Share at once; more rounds than that are a bug. */
const ROUNDS = 10

/**
 * A version is a frozen content: sharing again makes a new one only when what would be frozen differs. A change of policy alone makes the
 * snapshots of all versions again, each from what was frozen then, and moves neither the share point nor the version.
 */
export function createSharing(dependencies: SharingDependencies): Sharing {
  const { database, blobs, secret, results, conversations, tenancy, node, clock, monotonicMs, random } = dependencies
  const leases = new LinkLeases({ database, tenancy, monotonicMs })
  const open = createOpenShares({ ...dependencies, leases })

  const ofConversation = (actor: Pick<Actor, 'tenantId'>, id: ConversationId) =>
    and(eq(shares.tenantId, actor.tenantId), eq(shares.conversationId, id))

  const liveShare = async (actor: Actor, id: ConversationId): Promise<ShareRow | undefined> => {
    const [row] = await database
      .read(actor)
      .select()
      .from(shares)
      .where(and(ofConversation(actor, id), isNull(shares.revokedAt)))
    return row
  }

  /** Other nodes may answer by what they read before the change until their lease is over. */
  const settle = async (row: Pick<ShareRow, 'tokenHash'>): Promise<void> => {
    leases.forget(row.tokenHash)
    if (await node.othersAlive()) await sleep(SETTLE_MS)
    leases.forget(row.tokenHash)
  }

  const present = (row: ShareRow, turns: readonly Turn[], origin: string): ShareState => {
    const token = tokenOf(row, secret)
    const sharePoint = turns.find((turn) => turn.id === row.sharePointTurnId)
    const newer = turns.filter((turn) => turn.status === 'answered' && turn.seq > (sharePoint?.seq ?? 0))
    return {
      visibility: 'public',
      url: `${origin}/shared/${token}`,
      token,
      sharedAt: row.sharedAt.toISOString(),
      sharePointTurnId: row.sharePointTurnId,
      version: row.version,
      newerTurns: newer.length,
      policy: SharePolicy.parse(row.policy),
    }
  }

  const requireSharing = async (actor: Actor): Promise<TenantRecord> => {
    const tenant = await tenancy.tenant(actor.tenantId)
    if (!tenant?.sharingEnabled) throw new KnownError('sharing-off')
    return tenant
  }

  const freezeNow = async (actor: Actor, id: ConversationId, turns: readonly Turn[]) => {
    const sharePoint = sharePointOf(turns)
    if (!sharePoint) throw new KnownError('nothing-answered')
    const shown = turnsUpTo(turns, sharePoint)
    const digests = new Set(shown.flatMap((turn) => turn.tables.map((table) => table.digest)))
    const kept = await Promise.all(
      [...digests].map(async (digest) => [digest, (await results.table(actor, digest)).rows] as const),
    )
    const rows = new Map(kept)
    const uploads = uploadsOf(shown, await conversations.uploads(actor, id))
    return { sharePoint, frozen: freeze(shown, uploads, (digest) => rows.get(digest) ?? []) }
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
    actor: Actor,
    id: ConversationId,
    by: string,
    { sharePoint, frozen }: { sharePoint: Turn; frozen: Frozen },
    policy: SharePolicy,
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
    actor: Actor,
    row: ShareRow,
    by: string,
    { sharePoint, frozen }: { sharePoint: Turn; frozen: Frozen },
    policy: SharePolicy,
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

  const closeLink = async (actor: Actor, id: ConversationId): Promise<void> => {
    const closed = await database.transaction(actor, async (writer) => {
      const rows = await writer
        .update(shares)
        .set({ revokedAt: clock() })
        .where(and(ofConversation(actor, id), isNull(shares.revokedAt)))
        .returning()
      for (const row of rows) await audit(writer, actor, 'share-revoke', id, { shareId: row.id, version: row.version }, clock)
      return rows
    })
    // NOTE: when another call was quicker, this one must not answer before that one's leases are over either.
    const affected = closed.length > 0 ? closed : await lastRevoked(actor, id)
    for (const row of affected) await settle(row)
  }

  const lastRevoked = async (actor: Actor, id: ConversationId): Promise<ShareRow[]> => {
    const rows = await database
      .read(actor)
      .select()
      .from(shares)
      .where(and(ofConversation(actor, id), isNotNull(shares.revokedAt)))
      .orderBy(desc(shares.revokedAt))
      .limit(1)
    return rows.filter((row) => row.revokedAt && clock().getTime() - row.revokedAt.getTime() < 2 * SETTLE_MS)
  }

  return {
    open,

    async state(actor, id, origin) {
      const turns = await conversations.turns(actor, id)
      const row = await liveShare(actor, id)
      return row ? present(row, turns, origin) : { visibility: 'private' }
    },

    async share(actor, id, origin, change = {}) {
      requirePermission(actor, 'conversations:share')
      const turns = await conversations.turns(actor, id)
      const { name } = await requireSharing(actor)
      const now = await freezeNow(actor, id, turns)
      for (let round = 0; round < ROUNDS; round++) {
        const row = await liveShare(actor, id)
        const policy = mergePolicy(row?.policy, change)
        const written = row ? await update(actor, row, name, now, policy) : await create(actor, id, name, now, policy)
        if (!written) continue
        await (row && !isSamePolicy(row.policy, policy) ? settle(written) : leases.forget(written.tokenHash))
        return present(written, turns, origin)
      }
      throw new KnownError('conflict', 'This link is being changed by somebody else at the same time. Try again.')
    },

    async changePolicy(actor, id, origin, change) {
      requirePermission(actor, 'conversations:share')
      const turns = await conversations.turns(actor, id)
      const { name } = await requireSharing(actor)
      for (let round = 0; round < ROUNDS; round++) {
        const row = await liveShare(actor, id)
        if (!row) throw new KnownError('conflict', 'There is no link. Make it public first.')
        const policy = mergePolicy(row.policy, change)
        const remade = await remake(actor, row, policy, name)
        const snapshotDigest = remade.find(({ version }) => version === row.version)?.digest ?? row.snapshotDigest
        const written = await database.transaction(actor, async (writer) => {
          const updated = await updateRow(writer, row, { policy, snapshotDigest })
          if (!updated) return undefined
          await writeRemade(writer, row, remade)
          await audit(writer, actor, 'share-policy', id, { shareId: row.id, version: row.version, policy }, clock)
          return updated
        })
        if (!written) continue
        await settle(written)
        return present(written, turns, origin)
      }
      throw new KnownError('conflict', 'This link is being changed by somebody else at the same time. Try again.')
    },

    async revoke(actor, id) {
      requirePermission(actor, 'conversations:share')
      await conversations.summary(actor, id)
      await closeLink(actor, id)
      return { visibility: 'private' }
    },

    closeLink,

    async check(actor, id) {
      requirePermission(actor, 'conversations:share')
      const { frozen } = await freezeNow(actor, id, await conversations.turns(actor, id))
      const row = await liveShare(actor, id)
      const policy = mergePolicy(row?.policy, {})
      return contentsOf(makeSnapshot(frozen, { policy, by: '', frozenAt: clock(), shareVersion: 1 }))
    },

    async sharedAmong(actor, ids) {
      if (ids.length === 0) return new Set()
      const rows = await database
        .read(actor)
        .select({ id: shares.conversationId })
        .from(shares)
        .where(and(eq(shares.tenantId, actor.tenantId), inArray(shares.conversationId, [...ids]), isNull(shares.revokedAt)))
      return new Set(rows.map((row) => row.id))
    },

    async tenantChanged(tenantId) {
      leases.forgetTenant(tenantId)
      if (await node.othersAlive()) await sleep(SETTLE_MS)
      leases.forgetTenant(tenantId)
    },
  }
}

function tokenOf(row: ShareRow, secret: Secret): string {
  try {
    return openToken(row.tokenSealed, secret)
  } catch (cause) {
    const message =
      'The link was made under another server key. Start the server with that key (QRY_SECRET), or make this private and public again.'
    throw new KnownError('unavailable', message, { cause })
  }
}

function mergePolicy(before: SharePolicy | undefined, change: SharePolicyChange): SharePolicy {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
  return SharePolicy.parse({ ...before, ...given })
}

const isSamePolicy = (one: SharePolicy, other: SharePolicy): boolean =>
  JSON.stringify(SharePolicy.parse(one)) === JSON.stringify(SharePolicy.parse(other))

function contentsOf(snapshot: Snapshot): ShareContents {
  const tables = snapshot.turns.flatMap((turn) => turn.tables)
  const steps = snapshot.turns.flatMap((turn) => turn.steps)
  return {
    turns: snapshot.turns.length,
    tables: tables.length,
    rows: tables.reduce((sum, table) => sum + table.rowCount, 0),
    charts: snapshot.turns.reduce((sum, turn) => sum + turn.charts.length, 0),
    files: snapshot.files.map(({ name, bytes }) => ({ name, bytes })),
    toolCalls: steps.length,
    showsSql: steps.some((step) => step.kind === 'query' || step.kind === 'python'),
  }
}
