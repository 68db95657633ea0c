import { sql } from 'drizzle-orm'
import type { Clock } from '../basics/clock.ts'
import { sha256 } from '../basics/sha256.ts'
import type { Database } from '../storage/database.ts'
import type { LinkState } from './gate.ts'
import { shareViews } from './tables.ts'

interface Tally {
  readonly link: Pick<LinkState, 'tenantId' | 'shareId' | 'linkId'>
  readonly hour: Date
  views: number
  lastAt: Date
  readonly visitors: Set<string>
}

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
 * Addresses are kept nowhere: visitors are told apart by a hash under a salt that lives in memory and is forgotten with its day.
 */
export class ViewLog {
  readonly #dependencies: ViewLogDependencies
  readonly #tallies = new Map<string, Tally>()
  #salt = { day: '', text: '' }
  #timer: NodeJS.Timeout | undefined

  constructor(dependencies: ViewLogDependencies) {
    this.#dependencies = dependencies
  }

  count(link: Tally['link'], address: string): void {
    const now = this.#dependencies.clock()
    const hourMs = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS
    const key = `${link.shareId} ${link.linkId ?? ''} ${hourMs}`
    const tally = this.#tallies.get(key) ?? { link, hour: new Date(hourMs), views: 0, lastAt: now, visitors: new Set() }
    tally.views += 1
    tally.lastAt = now
    if (tally.visitors.size < VISITORS) tally.visitors.add(this.#disguise(address, now))
    this.#tallies.set(key, tally)
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref()
  }

  /** Writes what was counted. What cannot be written is reported and lost: a view is not worth more. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const tallies = [...this.#tallies.values()]
    this.#tallies.clear()
    for (const { link, hour, views, lastAt, visitors } of tallies) {
      const row = { tenantId: link.tenantId, shareId: link.shareId, linkId: link.linkId ?? '', hour }
      await this.#dependencies.database
        .write(link)
        .insert(shareViews)
        .values({ ...row, views, visitors: visitors.size, lastAt })
        .onConflictDoUpdate({
          target: [shareViews.tenantId, shareViews.shareId, shareViews.linkId, shareViews.hour],
          set: {
            views: sql`${shareViews.views} + excluded.views`,
            visitors: sql`greatest(${shareViews.visitors}, excluded.visitors)`,
            lastAt: sql`greatest(${shareViews.lastAt}, excluded.last_at)`,
          },
        })
        .catch((error: unknown) => this.#dependencies.report?.(error))
    }
  }

  #disguise(address: string, now: Date): string {
    const day = now.toISOString().slice(0, 10)
    if (this.#salt.day !== day) this.#salt = { day, text: Buffer.from(this.#dependencies.random(16)).toString('hex') }
    return sha256(`${this.#salt.text} ${address}`).slice(0, 16)
  }
}
