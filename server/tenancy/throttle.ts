import { KnownError } from '../../contract/error.ts'
import type { Clock } from '../basics/clock.ts'
import { setNewest } from '../basics/set-newest.ts'

const KEPT = 20_000

/**
 * Slows guessing: after `allowed` tries of one key within the window, further ones are refused until it has passed. A try counts from the
 * moment it begins, so that a hundred at once are a hundred; one that turns out right is given back.
 * Kept in memory, bounded: when full, the oldest key is forgotten.
 */
export class Throttle {
  readonly #tries = new Map<string, { count: number; since: number }>()
  readonly #clock: Clock
  readonly #allowed: number
  readonly #windowMs: number

  constructor(clock: Clock, allowed: number, windowMs: number) {
    this.#clock = clock
    this.#allowed = allowed
    this.#windowMs = windowMs
  }

  /** Counts a try. Throws `too-many-requests`. */
  begin(key: string): void {
    const nowMs = this.#clock().getTime()
    const seen = this.#tries.get(key)
    if (!seen || nowMs - seen.since > this.#windowMs) {
      setNewest(this.#tries, key, { count: 1, since: nowMs }, KEPT)
      return
    }
    if (seen.count >= this.#allowed) {
      const waitMinutes = Math.max(1, Math.ceil((seen.since + this.#windowMs - nowMs) / 60_000))
      const wait = waitMinutes === 1 ? '1 minute' : `${waitMinutes} minutes`
      throw new KnownError('too-many-requests', `Too many tries. Wait ${wait}, then try again.`)
    }
    seen.count += 1
  }

  /** The try was right: it does not count. */
  giveBack(key: string): void {
    const seen = this.#tries.get(key)
    if (seen) seen.count = Math.max(0, seen.count - 1)
  }

  forget(key: string): void {
    this.#tries.delete(key)
  }
}
