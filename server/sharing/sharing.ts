import { randomBytes } from 'node:crypto'
import { and, desc, eq, inArray, isNotNull, isNull } from 'drizzle-orm'
import type { Drift } from '../../contract/drift.ts'
import { KnownError } from '../../contract/error.ts'
import type { SubjectId, TenantId } from '../../contract/id.ts'
import type { Finding, ShareContents, SharePolicyChange, ShareState } from '../../contract/share.ts'
import type { Clock } from '../basics/clock.ts'
import { must } from '../basics/must.ts'
import { sha256 } from '../basics/sha256.ts'
import { sleep } from '../basics/sleep.ts'
import type { Conversations } from '../conversations/conversations.ts'
import type { Dashboards } from '../dashboards/dashboards.ts'
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
import { carryDecisions } from './carry-decisions.ts'
import { type Continuations, createContinuations } from './continuations.ts'
import { dashboardSubject } from './dashboard-subject.ts'
import { createDriftCheck, type Rerun } from './drift.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { LEASE_MS, LinkLeases } from './link-leases.ts'
import { createLinksOfTenant, type LinksOfTenant } from './links-of-tenant.ts'
import { createOpenShares, type OpenShare, type OpenShares } from './open-share.ts'
import { isSamePolicy, keepToRules, mergePolicy, merger, presentPolicy } from './policy.ts'
import { openPreview, PREVIEW_PATH, sealPreview } from './preview.ts'
import { createRecipients, type Recipients } from './recipients.ts'
import { createRedaction, type RedactResults } from './redact.ts'
import { createShareBook, type FrozenNow, type ShareRow } from './share.ts'
import { checkFrozen, presentFinding } from './share-check.ts'
import { contentsOf } from './share-contents.ts'
import { conversationSubject, type ShareSubject, type SubjectNow } from './subject.ts'
import { shares } from './tables.ts'
import { openToken } from './token.ts'
import { Locks } from './unlock.ts'
import { ViewLog } from './view-log.ts'

/**
 * Frozen and shown: shares, their versions, tokens, policies, and the public page. Owns the one gate that every public request passes.
 * A snapshot is an allowlist document kept as a blob; a public page needs nothing but it. Never reaches a source, a model or a kernel.
 * What is shared is a subject; its id says of which kind.
 */
export interface Sharing extends LinksOfTenant {
  state(actor: Actor, id: SubjectId, origin: string): Promise<ShareState>
  /**
   * Shares, or moves the share point to the newest answered turn under the same token. `nothing-answered`, `forbidden`, `sharing-off`,
   * `invalid-input` for a policy that the tenant's rules do not allow.
   */
  share(actor: Actor, id: SubjectId, origin: string, policy?: SharePolicyChange, previewKey?: string): Promise<ShareState>
  /**
   * Makes and keeps what `share` would serve under this policy; nothing of it is public (B2). The path shows it to its owner for an hour;
   * `share` with the key makes exactly that public, or answers `conflict`.
   */
  preview(actor: Actor, id: SubjectId, policy?: SharePolicyChange): Promise<{ key: string; path: string }>
  /** A preview's page and all below it, for its owner. */
  openPreview(actor: Actor, key: string): Promise<OpenShare | undefined>
  /** Changes the policy, never the share point; what it narrows is narrowed in every kept version. */
  changePolicy(actor: Actor, id: SubjectId, origin: string, policy: SharePolicyChange): Promise<ShareState>
  /** Answers when no node can serve the link any more. */
  revoke(actor: Actor, id: SubjectId): Promise<ShareState>
  /** What would be public under the policy as it is, and what in it may be secret or personal. */
  check(actor: Actor, id: SubjectId): Promise<{ contents: ShareContents; findings: Finding[] }>
  /** Asks what the link shows again, under the actor's rights, and says which cells changed since (B13). Throws `conflict` without a link. */
  drift(actor: Actor, id: SubjectId): Promise<Drift>
  /** Which of these have a public link. */
  sharedAmong(actor: Actor, ids: readonly SubjectId[]): Promise<Set<SubjectId>>
  /** Shows what a subject has become, where its link follows it (`refreshed`), under the same version. */
  follow(actor: Actor, id: SubjectId): Promise<void>
  /**
   * Closes a subject's link because the subject goes (S11): as `revoke`, but asks neither permission nor whose it is.
   * The caller has checked that the actor may delete it.
   */
  closeLink(actor: Actor, id: SubjectId): Promise<void>
  /** To be called after the tenant's switch moved or the tenant was deleted; answers when no node goes by the old state. */
  tenantChanged(tenantId: TenantId): Promise<void>
  /** What strangers reach; for http/public. */
  readonly open: OpenShares
  /** Readers who ask further with a page's tables (B9). */
  readonly continuations: Continuations
  readonly ledger: Ledger
  readonly recipients: Recipients
  /** Writes what is counted but not kept yet. */
  close(): Promise<void>
}

export interface SharingDependencies {
  readonly database: Database
  readonly blobs: Pick<Blobs, 'put' | 'read'>
  readonly secret: Secret
  readonly results: Pick<
    Results,
    'table' | 'columnar' | 'page' | 'csv' | 'parquet' | 'picture' | 'figure' | 'file' | 'adopt' | 'compare'
  > &
    RedactResults
  readonly conversations: Pick<Conversations, 'turns' | 'uploads' | 'summary' | 'createWith'>
  readonly dashboards: Pick<Dashboards, 'read' | 'tiles'>
  readonly tenancy: Pick<Tenancy, 'tenant' | 'namesOf'>
  readonly rerun: Rerun
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
  const { database, secret, tenancy, node, clock } = dependencies
  const { monotonicMs = () => performance.now(), random = randomBytes } = dependencies
  const subjects: Readonly<Record<string, ShareSubject>> = {
    cnv: conversationSubject(dependencies),
    dsh: dashboardSubject(dependencies),
  }

  const kindOf = (id: SubjectId): ShareSubject => {
    const subject = subjects[id.slice(0, id.indexOf('_'))]
    if (!subject) throw new KnownError('not-found')
    return subject
  }
  const redact = createRedaction(dependencies.results)
  const book = createShareBook({ ...dependencies, random, redact })
  const leases = new LinkLeases({ database, tenancy, monotonicMs, publicPathOf: (id) => kindOf(id).publicPath })
  const checkDrift = createDriftCheck(dependencies)
  const views = new ViewLog({ database, clock, random })
  const open = createOpenShares({
    ...dependencies,
    views,
    leases,
    locks: new Locks(secret, clock),
    versionsOf: ({ tenantId, shareId }) => book.versionsOf({ tenantId }, { id: shareId }),
  })

  const ofSubject = (actor: Pick<Actor, 'tenantId'>, id: SubjectId) =>
    and(eq(shares.tenantId, actor.tenantId), eq(shares.subjectId, id))

  const liveShare = async (actor: Actor, id: SubjectId): Promise<ShareRow | undefined> => {
    const [row] = await database
      .read(actor)
      .select()
      .from(shares)
      .where(and(ofSubject(actor, id), isNull(shares.revokedAt)))
    return row
  }

  /** Other nodes may answer by what they read before the change until their lease is over. */
  const settle = async (row: Pick<ShareRow, 'id' | 'tokenHash'>): Promise<void> => {
    const forget = () => {
      leases.forget(row.tokenHash)
      leases.forgetShare(row.id)
    }
    forget()
    if (await node.othersAlive()) await sleep(SETTLE_MS)
    forget()
  }

  const present = async (actor: Actor, row: ShareRow, now: SubjectNow, origin: string): Promise<ShareState> => {
    const token = tokenOf(row, secret)
    const { newer, gone } = now.compare(await book.readFrozen(actor, row.frozenDigest))
    const versions = await book.versionsOf(actor, row)
    return {
      visibility: 'public',
      url: `${origin}${kindOf(row.subjectId).publicPath}/${token}`,
      token,
      sharedAt: row.sharedAt.toISOString(),
      sharePointTurnId: row.sharePoint,
      version: row.version,
      newerTurns: newer,
      goneTurns: gone,
      versions: versions.map(({ version, createdAt }) => ({ version, frozenAt: createdAt.toISOString() })),
      policy: presentPolicy(row.policy),
      embedOrigins: (await tenancy.tenant(actor.tenantId))?.allowEmbedOrigins ?? [],
    }
  }

  const requireSharing = async (actor: Actor): Promise<TenantRecord> => {
    const tenant = await tenancy.tenant(actor.tenantId)
    if (!tenant?.sharingEnabled) throw new KnownError('sharing-off')
    return tenant
  }

  const requireFollowing = (id: SubjectId, { refreshed }: SharePolicyChange): void => {
    if (refreshed && !kindOf(id).canFollow)
      throw new KnownError('invalid-input', 'Only the link of a dashboard can follow its refreshes. Leave `refreshed` out.')
  }

  const freezeNow = async (now: SubjectNow, { nothing }: ShareSubject): Promise<FrozenNow> => {
    if (now.sharePoint === undefined) throw new KnownError('nothing-answered', nothing)
    return { sharePoint: now.sharePoint, frozen: await now.freeze() }
  }

  /** Writes over the row that was read, again when somebody was quicker. */
  const inRounds = async <Done>(work: () => Promise<Done | undefined>): Promise<Done> => {
    for (let round = 0; round < ROUNDS; round++) {
      const done = await work()
      if (done !== undefined) return done
    }
    throw new KnownError('conflict', 'This link is being changed by somebody else at the same time. Try again.')
  }

  const closeLink = async (actor: Actor, id: SubjectId): Promise<void> => {
    const closed = await database.transaction(actor, async (writer) => {
      const rows = await writer
        .update(shares)
        .set({ revokedAt: clock() })
        .where(and(ofSubject(actor, id), isNull(shares.revokedAt)))
        .returning()
      for (const row of rows) await audit(writer, actor, 'share-revoke', id, { shareId: row.id, version: row.version }, clock)
      return rows
    })
    // NOTE: when another call was quicker, this one must not answer before that one's leases are over either.
    const affected = closed.length > 0 ? closed : await lastRevoked(actor, id)
    for (const row of affected) await settle(row)
  }

  const lastRevoked = async (actor: Actor, id: SubjectId): Promise<ShareRow[]> => {
    const rows = await database
      .read(actor)
      .select()
      .from(shares)
      .where(and(ofSubject(actor, id), isNotNull(shares.revokedAt)))
      .orderBy(desc(shares.revokedAt))
      .limit(1)
    return rows.filter((row) => row.revokedAt && clock().getTime() - row.revokedAt.getTime() < 2 * SETTLE_MS)
  }

  const settleAll = async (rows: readonly ShareRow[]): Promise<void> => {
    await Promise.all(rows.map(settle))
  }

  const tenantChanged = async (tenantId: TenantId): Promise<void> => {
    leases.forgetTenant(tenantId)
    if (await node.othersAlive()) await sleep(SETTLE_MS)
    leases.forgetTenant(tenantId)
  }

  return {
    ...createLinksOfTenant({ database, clock, settle: tenantChanged }),
    open,
    continuations: createContinuations({ ...dependencies, open }),
    ledger: createLedger({ ...dependencies, settle: settleAll }),
    recipients: createRecipients({
      ...dependencies,
      random,
      settle,
      publicPathOf: (id) => kindOf(id).publicPath,
      async liveShareFor(actor, id) {
        requirePermission(actor, kindOf(id).permission)
        await kindOf(id).look(actor, id)
        return liveShare(actor, id)
      },
    }),
    close: () => views.flush(),

    async state(actor, id, origin) {
      const now = await kindOf(id).look(actor, id)
      const row = await liveShare(actor, id)
      return row ? present(actor, row, now, origin) : { visibility: 'private' }
    },

    async preview(actor, id, { password: _, ...change } = {}) {
      requirePermission(actor, kindOf(id).permission)
      const frozenNow = await freezeNow(await kindOf(id).look(actor, id), kindOf(id))
      const rules = await requireSharing(actor)
      const row = await liveShare(actor, id)
      const policy = await mergePolicy(row?.policy, change)
      const frozenAt = clock()
      const { version, snapshotDigest } = await book.draft({ actor, by: rules.name, policy }, row, frozenNow, frozenAt)
      const key = sealPreview(actor.tenantId, { subjectId: id, version, snapshotDigest, frozenAt }, secret)
      return { key, path: `${PREVIEW_PATH}/${key}` }
    },

    async openPreview(actor, key) {
      const preview = openPreview(key, actor.tenantId, secret, clock)
      if (!preview) return undefined
      await kindOf(preview.subjectId).look(actor, preview.subjectId)
      const { snapshotDigest, version } = preview
      const shown = { tenantId: actor.tenantId, tokenHash: sha256(key), snapshotDigest, version }
      return open.preview(shown, `${PREVIEW_PATH}/${key}`)
    },

    async share(actor, id, origin, change = {}, previewKey) {
      requirePermission(actor, kindOf(id).permission)
      const seen = previewKey === undefined ? undefined : openPreview(previewKey, actor.tenantId, secret, clock)
      if (previewKey !== undefined && seen?.subjectId !== id)
        throw new KnownError('conflict', 'This preview is over. Look again, then make it public.')
      const now = await kindOf(id).look(actor, id)
      requireFollowing(id, change)
      const rules = await requireSharing(actor)
      const frozenNow = await freezeNow(now, kindOf(id))
      const merge = merger(change)
      const written = await inRounds(async () => {
        const row = await liveShare(actor, id)
        const policy = keepToRules(await merge(row?.policy), { rules, change, isNew: row === undefined, now: clock() })
        const shareChange = { actor, by: rules.name, policy, seen }
        const made = row ? await book.update(shareChange, row, frozenNow) : await book.create(shareChange, id, frozenNow)
        if (made) await (row && !isSamePolicy(row.policy, policy) ? settle(made) : leases.forgetShare(made.id))
        return made
      })
      return present(actor, written, now, origin)
    },

    async changePolicy(actor, id, origin, change) {
      requirePermission(actor, kindOf(id).permission)
      requireFollowing(id, change)
      const now = await kindOf(id).look(actor, id)
      const rules = await requireSharing(actor)
      const merge = merger(change)
      const written = await inRounds(async () => {
        const row = await liveShare(actor, id)
        if (!row) throw new KnownError('conflict', 'There is no link. Make it public first.')
        const policy = keepToRules(await merge(row.policy), { rules, change, isNew: false, now: clock() })
        return book.changePolicy({ actor, by: rules.name, policy }, row)
      })
      await settle(written)
      return present(actor, written, now, origin)
    },

    async revoke(actor, id) {
      requirePermission(actor, kindOf(id).permission)
      await kindOf(id).look(actor, id)
      await closeLink(actor, id)
      return { visibility: 'private' }
    },

    closeLink,

    async follow(actor, id) {
      const by = (await tenancy.tenant(actor.tenantId))?.name ?? ''
      await inRounds(async () => {
        const row = await liveShare(actor, id)
        const now = row?.policy.refreshed ? await kindOf(id).look(actor, id) : undefined
        if (!row || now?.sharePoint === undefined) return true
        const frozen = await now.freeze()
        const before = await checkFrozen(actor, await book.readFrozen(actor, row.frozenDigest), dependencies.results)
        const findings = carryDecisions(row.policy.findings, before, await checkFrozen(actor, frozen, dependencies.results))
        const policy = { ...row.policy, findings }
        const made = await book.replace({ actor, by, policy }, row, { sharePoint: now.sharePoint, frozen })
        if (made) leases.forgetShare(made.id)
        return made && true
      })
    },

    async check(actor, id) {
      requirePermission(actor, kindOf(id).permission)
      const { frozen } = await freezeNow(await kindOf(id).look(actor, id), kindOf(id))
      const row = await liveShare(actor, id)
      const policy = await mergePolicy(row?.policy, {})
      const [narrowed] = await redact(actor, [frozen], policy)
      const found = await checkFrozen(actor, frozen, dependencies.results)
      return {
        contents: contentsOf(must(narrowed), frozen, policy),
        findings: found.map((one) => presentFinding(one, policy.findings)),
      }
    },

    async drift(actor, id) {
      requirePermission(actor, kindOf(id).permission)
      await kindOf(id).look(actor, id)
      const row = await liveShare(actor, id)
      if (!row) throw new KnownError('conflict', 'There is no link. Make it public first.')
      const frozen = await book.readFrozen(actor, row.frozenDigest)
      return checkDrift(actor, { subjectId: id, version: row.version, frozen, leftOut: row.policy.excludeTurnIds })
    },

    async sharedAmong(actor, ids) {
      if (ids.length === 0) return new Set()
      const rows = await database
        .read(actor)
        .select({ id: shares.subjectId })
        .from(shares)
        .where(and(eq(shares.tenantId, actor.tenantId), inArray(shares.subjectId, [...ids]), isNull(shares.revokedAt)))
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
