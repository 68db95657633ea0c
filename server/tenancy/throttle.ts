import { KnownError } from '../../contract/error.ts'
import type { Clock } from '../basics/clock.ts'

/**
 * Slows guessing: after `allowed` failures of one key within the window, further tries are refused until it has passed.
 * Kept in memory, bounded: when full, the oldest key is forgotten.
 */
export class Throttle {
  readonly #failures = new Map<string, { count: number; since: number }>()
  readonly #clock: Clock
  readonly #allowed: number
  readonly #windowMs: number

  constructor(clock: Clock, allowed: number, windowMs: number) {
    this.#clock = clock
    this.#allowed = allowed
    this.#windowMs = windowMs
  }

  /** Throws `too-many-requests`. */
  check(key: string): void {
    const seen = this.#current(key)
    if (seen && seen.count >= this.#allowed) {
      const waitMs = seen.since + this.#windowMs - this.#clock().getTime()
      throw new KnownError('too-many-requests', `Too many tries. Wait ${Math.ceil(waitMs / 60_000)} minutes, then try again.`)
    }
  }

  fail(key: string): void {
    const seen = this.#current(key)
    if (seen) seen.count += 1
    else {
      if (this.#failures.size >= 10_000) this.#failures.delete(this.#failures.keys().next().value ?? '')
      this.#failures.set(key, { count: 1, since: this.#clock().getTime() })
    }
  }

  succeed(key: string): void {
    this.#failures.delete(key)
  }

  #current(key: string): { count: number; since: number } | undefined {
    const seen = this.#failures.get(key)
    if (seen && this.#clock().getTime() - seen.since > this.#windowMs) {
      this.#failures.delete(key)
      return undefined
    }
    return seen
  }
}
