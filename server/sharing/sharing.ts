import { randomBytes } from 'node:crypto'
import { and, desc, eq, inArray, isNotNull, isNull } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { ConversationId, TenantId } from '../../contract/id.ts'
import { type ShareContents, SharePolicy, type SharePolicyChange, type ShareState } from '../../contract/share.ts'
import type { Snapshot } from '../../contract/snapshot.ts'
import type { Turn } from '../../contract/turn.ts'
import type { Clock } from '../basics/clock.ts'
import { sleep } from '../basics/sleep.ts'
import type { Conversations } from '../conversations/conversations.ts'
import type { Results } from '../results/results.ts'
import type { Blobs } from '../storage/blobs.ts'
import type { Database } from '../storage/database.ts'
import type { Node } from '../storage/nodes.ts'
import type { Secret } from '../storage/secret.ts'
import type { Actor } from '../tenancy/actor.ts'
import { audit } from '../tenancy/audit.ts'
import { requirePermission } from '../tenancy/permissions.ts'
import type { Tenancy } from '../tenancy/tenancy.ts'
import type { TenantRecord } from '../tenancy/tenants.ts'
import { LEASE_MS, LinkLeases } from './link-leases.ts'
import { createLinksOfTenant, type LinksOfTenant } from './links-of-tenant.ts'
import { createOpenShares, type OpenShares } from './open-share.ts'
import { createShareBook, isSamePolicy, mergePolicy, type ShareRow } from './share.ts'
import { makeSnapshot } from './snapshot.ts'
import { shares } from './tables.ts'
import { openToken } from './token.ts'

/**
 * Frozen and shown: shares, their versions, tokens, policies, and the public page. Owns the one gate that every public request passes.
 * A snapshot is an allowlist document kept as a blob; a public page needs nothing but it. Never reaches a source, a model or a kernel.
 */
export interface Sharing extends LinksOfTenant {
  state(actor: Actor, id: ConversationId, origin: string): Promise<ShareState>
  /** Shares, or moves the share point to the newest answered turn under the same token. `nothing-answered`, `forbidden`, `sharing-off`. */
  share(actor: Actor, id: ConversationId, origin: string, policy?: SharePolicyChange): Promise<ShareState>
  changePolicy(actor: Actor, id: ConversationId, origin: string, policy: SharePolicyChange): Promise<ShareState>
  /** Answers when no node can serve the link any more. */
  revoke(actor: Actor, id: ConversationId): Promise<ShareState>
  check(actor: Actor, id: ConversationId): Promise<ShareContents>
  /** Which of these have a public link. */
  sharedAmong(actor: Actor, ids: readonly ConversationId[]): Promise<Set<ConversationId>>
  /**
   * Closes a conversation's link because the conversation goes (S11): as `revoke`, but asks neither permission nor whose it is.
   * The caller has checked that the actor may delete it.
   */
  closeLink(actor: Actor, id: ConversationId): Promise<void>
  /** To be called after the tenant's switch moved or the tenant was deleted; answers when no node goes by the old state. */
  tenantChanged(tenantId: TenantId): Promise<void>
  /** What strangers reach; for http/public. */
  readonly open: OpenShares
}

export interface SharingDependencies {
  readonly database: Database
  readonly blobs: Pick<Blobs, 'put' | 'read'>
  readonly secret: Secret
  readonly results: Pick<Results, 'table' | 'columnar' | 'page' | 'csv' | 'parquet' | 'picture' | 'file'>
  readonly conversations: Pick<Conversations, 'turns' | 'uploads' | 'summary'>
  readonly tenancy: Pick<Tenancy, 'tenant'>
  readonly node: Pick<Node, 'othersAlive'>
  readonly clock: Clock
  /** Milliseconds that never go back. */
  readonly monotonicMs?: () => number
  readonly random?: (bytes: number) => Uint8Array
  /** Bytes of pages and tables kept ready for strangers. */
  readonly cacheBytes?: number
}

/** Beyond a lease: the other node's read may have begun as the change committed. */
const SETTLE_MS = LEASE_MS + 200
/** Two people pressing Share at once; more rounds than that are a bug. */
const ROUNDS = 10

export function createSharing(dependencies: SharingDependencies): Sharing {
  const { database, secret, conversations, tenancy, node, clock } = dependencies
  const { monotonicMs = () => performance.now(), random = randomBytes } = dependencies
  const leases = new LinkLeases({ database, tenancy, monotonicMs })
  const open = createOpenShares({ ...dependencies, leases })
  const book = createShareBook({ ...dependencies, random })

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

  /** What is public is up to the owner, whoever else may see or edit. */
  const requireOwner = async (actor: Actor, id: ConversationId): Promise<void> => {
    const { access } = await conversations.summary(actor, id)
    if (access !== 'owner') throw new KnownError('forbidden', 'Only the owner of this conversation may share it.')
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

  const tenantChanged = async (tenantId: TenantId): Promise<void> => {
    leases.forgetTenant(tenantId)
    if (await node.othersAlive()) await sleep(SETTLE_MS)
    leases.forgetTenant(tenantId)
  }

  return {
    ...createLinksOfTenant({ database, clock, settle: tenantChanged }),
    open,

    async state(actor, id, origin) {
      await requireOwner(actor, id)
      const turns = await conversations.turns(actor, id)
      const row = await liveShare(actor, id)
      return row ? present(row, turns, origin) : { visibility: 'private' }
    },

    async share(actor, id, origin, change = {}) {
      requirePermission(actor, 'conversations:share')
      await requireOwner(actor, id)
      const turns = await conversations.turns(actor, id)
      const { name } = await requireSharing(actor)
      const now = await book.freezeNow(actor, id, turns)
      for (let round = 0; round < ROUNDS; round++) {
        const row = await liveShare(actor, id)
        const policy = mergePolicy(row?.policy, change)
        const shareChange = { actor, by: name, policy }
        const written = row ? await book.update(shareChange, row, now) : await book.create(shareChange, id, now)
        if (!written) continue
        await (row && !isSamePolicy(row.policy, policy) ? settle(written) : leases.forget(written.tokenHash))
        return present(written, turns, origin)
      }
      throw new KnownError('conflict', 'This link is being changed by somebody else at the same time. Try again.')
    },

    async changePolicy(actor, id, origin, change) {
      requirePermission(actor, 'conversations:share')
      await requireOwner(actor, id)
      const turns = await conversations.turns(actor, id)
      const { name } = await requireSharing(actor)
      for (let round = 0; round < ROUNDS; round++) {
        const row = await liveShare(actor, id)
        if (!row) throw new KnownError('conflict', 'There is no link. Make it public first.')
        const policy = mergePolicy(row.policy, change)
        const written = await book.changePolicy({ actor, by: name, policy }, row)
        if (!written) continue
        await settle(written)
        return present(written, turns, origin)
      }
      throw new KnownError('conflict', 'This link is being changed by somebody else at the same time. Try again.')
    },

    async revoke(actor, id) {
      requirePermission(actor, 'conversations:share')
      await requireOwner(actor, id)
      await closeLink(actor, id)
      return { visibility: 'private' }
    },

    closeLink,

    async check(actor, id) {
      requirePermission(actor, 'conversations:share')
      await requireOwner(actor, id)
      const { frozen } = await book.freezeNow(actor, id, await conversations.turns(actor, id))
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

    tenantChanged,
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
