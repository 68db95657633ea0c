import { sql } from 'drizzle-orm'
import type { Digest } from '../../contract/id.ts'
import type { Clock } from '../basics/clock.ts'
import { sha256 } from '../basics/sha256.ts'
import type { Database } from '../storage/database.ts'
import type { LinkState } from './gate.ts'
import { shareViews } from './tables.ts'

/** The views of one link in one hour. */
interface Tally {
  readonly link: Pick<LinkState, 'tenantId' | 'shareId' | 'linkId'>
  readonly hourMs: number
  readonly salt: string
  /** Told apart so far in this hour, under its salt. */
  readonly visitors: Set<string>
  /** Since it was last written. */
  views: number
  lastAtMs: number
  readonly addresses: Set<string>
}

type CountedLink = Tally['link'] & Pick<LinkState, 'tokenHash'>

const HOUR_MS = 3_600_000
const FLUSH_MS = 10_000
/** Visitors told apart in one hour of one link; more are views only. */
const VISITORS = 5_000

export interface ViewLogDependencies {
  readonly database: Database
  readonly clock: Clock
  readonly random: (bytes: number) => Uint8Array
  readonly report?: (error: unknown) => void
}

/**
 * Counts how often links are opened. Views gather in memory and are written now and then, so that a busy page costs no write a request.
 * Addresses are written nowhere and are in memory until the next write; then visitors are told apart by a hash under a salt that lives in memory and is forgotten with its hour.
 */
export class ViewLog {
  readonly #dependencies: ViewLogDependencies
  readonly #tallies = new Map<Digest, Tally>()
  /** Of hours that are over, and not written yet. */
  #over: Tally[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(dependencies: ViewLogDependencies) {
    this.#dependencies = dependencies
  }

  count(link: CountedLink, address: string, nowMs: number): void {
    const known = this.#tallies.get(link.tokenHash)
    const tally = known && nowMs < known.hourMs + HOUR_MS ? known : this.#begin(link, nowMs, known)
    tally.views += 1
    tally.lastAtMs = nowMs
    if (tally.addresses.size < VISITORS) tally.addresses.add(address)
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref()
  }

  /** Writes what was counted. What cannot be written is reported and lost: a view is not worth more. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const nowMs = this.#dependencies.clock().getTime()
    const tallies = [...this.#over, ...this.#tallies.values()]
    this.#over = []
    for (const [key, { hourMs }] of this.#tallies) if (nowMs >= hourMs + HOUR_MS) this.#tallies.delete(key)
    await Promise.all(tallies.filter(({ views }) => views > 0).map((tally) => this.#write(tally)))
  }

  #begin(link: CountedLink, nowMs: number, before: Tally | undefined): Tally {
    if (before) this.#over.push(before)
    const { tenantId, shareId, linkId } = link
    const tally: Tally = {
      link: { tenantId, shareId, linkId },
      hourMs: Math.floor(nowMs / HOUR_MS) * HOUR_MS,
      salt: Buffer.from(this.#dependencies.random(16)).toString('hex'),
      visitors: new Set(),
      views: 0,
      lastAtMs: nowMs,
      addresses: new Set(),
    }
    this.#tallies.set(link.tokenHash, tally)
    return tally
  }

  async #write(tally: Tally): Promise<void> {
    const { link, hourMs, views, lastAtMs } = tally
    const row = { tenantId: link.tenantId, shareId: link.shareId, linkId: link.linkId ?? '', hour: new Date(hourMs) }
    const visitors = tellApart(tally)
    tally.views = 0
    await this.#dependencies.database
      .write(link)
      .insert(shareViews)
      .values({ ...row, views, visitors, lastAt: new Date(lastAtMs) })
      .onConflictDoUpdate({
        target: [shareViews.tenantId, shareViews.shareId, shareViews.linkId, shareViews.hour],
        set: {
          views: sql`${shareViews.views} + excluded.views`,
          visitors: sql`${shareViews.visitors} + excluded.visitors`,
          lastAt: sql`greatest(${shareViews.lastAt}, excluded.last_at)`,
        },
      })
      .catch((error: unknown) => this.#dependencies.report?.(error))
  }
}

/** How many of the gathered addresses are new in their hour. Forgets them. */
function tellApart({ salt, visitors, addresses }: Tally): number {
  const before = visitors.size
  for (const address of addresses) if (visitors.size < VISITORS) visitors.add(sha256(`${salt} ${address}`).slice(0, 16))
  addresses.clear()
  return visitors.size - before
}
