import { and, eq } from 'drizzle-orm'
import type { Digest, ShareId, SubjectId, TenantId } from '../../contract/id.ts'
import { setNewest } from '../basics/set-newest.ts'
import type { Database } from '../storage/database.ts'
import type { Tenancy } from '../tenancy/tenancy.ts'
import type { LinkState } from './gate.ts'
import { StoredPolicy } from './policy.ts'
import { shareLinks, shares } from './tables.ts'
import { tokenHash } from './token.ts'

/** How long a node may answer by what it read. A revoke answers when every other node's lease is over (S9). */
export const LEASE_MS = 2_000
const RENEW_MS = 1_000
const KEPT_LINKS = 20_000

interface Lease {
  readonly link: LinkState
  /** Monotonic, taken before the read began. */
  readonly readAtMs: number
}

interface Load {
  isStale: boolean
  promise: Promise<LinkState | undefined>
}

export interface LinkLeasesDependencies {
  readonly database: Database
  readonly tenancy: Pick<Tenancy, 'tenant'>
  /** Where pages about such a subject live. */
  readonly publicPathOf: (id: SubjectId) => string
  /** Milliseconds that never go back. */
  readonly monotonicMs: () => number
}

/**
 * The state of links in memory, each for at most LEASE_MS. An older one is read again before it answers; one that is asked for is renewed
 * ahead of time, so that a busy page never waits. Only live links are kept: guesses do not fill memory.
 */
export class LinkLeases {
  readonly #leases = new Map<Digest, Lease>()
  /** Of tokens that open. */
  readonly #hashes = new Map<string, Digest>()
  readonly #loads = new Map<Digest, Load>()
  readonly #dependencies: LinkLeasesDependencies

  constructor(dependencies: LinkLeasesDependencies) {
    this.#dependencies = dependencies
  }

  get size(): number {
    return this.#leases.size
  }

  /** What is known and still valid, at once. */
  peek(tokenHash: Digest): LinkState | undefined {
    const lease = this.#leases.get(tokenHash)
    if (!lease) return undefined
    const ageMs = this.#dependencies.monotonicMs() - lease.readAtMs
    if (ageMs >= LEASE_MS) return undefined
    if (ageMs >= RENEW_MS && !this.#loads.has(tokenHash)) this.read(tokenHash).catch(() => undefined)
    return lease.link
  }

  /** As `peek`, for one that is asked for often: its token is not hashed each time. */
  peekByToken(token: string): LinkState | undefined {
    const known = this.#hashes.get(token)
    const link = this.peek(known ?? tokenHash(token))
    if (!link || known) return link
    if (this.#hashes.size >= KEPT_LINKS) this.#hashes.clear()
    this.#hashes.set(token, link.tokenHash)
    return link
  }

  /** Reads the link's row. Throws when the database does not answer: then nothing is shown. */
  read(tokenHash: Digest): Promise<LinkState | undefined> {
    const running = this.#loads.get(tokenHash)
    if (running && !running.isStale) return running.promise
    const load: Load = { isStale: false, promise: Promise.resolve(undefined) }
    load.promise = this.#load(tokenHash, load).finally(() => {
      if (this.#loads.get(tokenHash) === load) this.#loads.delete(tokenHash)
    })
    this.#loads.set(tokenHash, load)
    return load.promise
  }

  /** From now on this node answers by a fresh read only. */
  forget(tokenHash: Digest): void {
    this.#leases.delete(tokenHash)
    const load = this.#loads.get(tokenHash)
    if (load) load.isStale = true
  }

  /** All links of a share, the recipients' too. */
  forgetShare(shareId: ShareId): void {
    for (const [tokenHash, lease] of this.#leases) if (lease.link.shareId === shareId) this.#leases.delete(tokenHash)
    for (const load of this.#loads.values()) load.isStale = true
  }

  forgetTenant(tenantId: TenantId): void {
    for (const [tokenHash, lease] of this.#leases) if (lease.link.tenantId === tenantId) this.#leases.delete(tokenHash)
    for (const load of this.#loads.values()) load.isStale = true
  }

  async #load(tokenHash: Digest, load: Load): Promise<LinkState | undefined> {
    const readAtMs = this.#dependencies.monotonicMs()
    const link = await this.#find(tokenHash)
    if (load.isStale) return this.read(tokenHash)
    if (link && !link.isRevoked && link.isSharingOn) setNewest(this.#leases, tokenHash, { link, readAtMs }, KEPT_LINKS)
    else this.#leases.delete(tokenHash)
    return link
  }

  async #find(tokenHash: Digest): Promise<LinkState | undefined> {
    const { tenancy, publicPathOf } = this.#dependencies
    const found = (await this.#own(tokenHash)) ?? (await this.#recipients(tokenHash))
    if (!found) return undefined
    const { share, link } = found
    const tenant = await tenancy.tenant(share.tenantId)
    const { expiresAt, passwordHash, versionsVisible } = StoredPolicy.parse(share.policy)
    return {
      tenantId: share.tenantId,
      tenantSlug: tenant?.slug ?? '',
      shareId: share.id,
      linkId: link?.id,
      tokenHash,
      publicPath: publicPathOf(share.subjectId),
      snapshotDigest: share.snapshotDigest,
      version: share.version,
      versionsVisible,
      isSharingOn: tenant?.sharingEnabled ?? false,
      isRevoked: share.revokedAt !== null || (link?.revokedAt ?? null) !== null,
      expiresAtMs: expiresAt === null ? undefined : Date.parse(expiresAt),
      passwordHash,
      embedOrigins: tenant?.allowEmbedOrigins ?? [],
    }
  }

  async #own(tokenHash: Digest) {
    const [share] = await this.#dependencies.database.beyondTenants().select().from(shares).where(eq(shares.tokenHash, tokenHash))
    return share && { share, link: undefined }
  }

  async #recipients(tokenHash: Digest) {
    const [found] = await this.#dependencies.database
      .beyondTenants()
      .select({ share: shares, link: shareLinks })
      .from(shareLinks)
      .innerJoin(shares, and(eq(shares.tenantId, shareLinks.tenantId), eq(shares.id, shareLinks.shareId)))
      .where(eq(shareLinks.tokenHash, tokenHash))
    return found
  }
}
