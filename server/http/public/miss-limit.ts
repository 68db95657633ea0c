import { setNewest } from '../../basics/set-newest.ts'

/** Wrong tokens that one address may try at once, and how fast it gets new tries. */
const BURST = 120
const REFILL_PER_SECOND = 1
/** A page that is asked for again is no guess; as many wrong tokens are remembered per address. */
const REMEMBERED = 8
const ADDRESSES = 10_000

interface Account {
  tries: number
  atMs: number
  recent: string[]
}

/**
 * Makes guessing pointless (P6): counts different wrong tokens per address, in bounded memory. Asking for one closed link again and again is free,
 * so that its answer stays the same; right tokens are never counted.
 */
export class MissLimit {
  readonly #accounts = new Map<string, Account>()
  readonly #monotonicMs: () => number

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs
  }

  get size(): number {
    return this.#accounts.size
  }

  /** Counts a wrong token; false when the address has used up its tries. */
  allows(address: string, token: string): boolean {
    const nowMs = this.#monotonicMs()
    const account = this.#accounts.get(address) ?? { tries: BURST, atMs: nowMs, recent: [] }
    setNewest(this.#accounts, address, account, ADDRESSES)
    if (account.recent.includes(token)) return true
    account.tries = Math.min(BURST, account.tries + ((nowMs - account.atMs) / 1000) * REFILL_PER_SECOND)
    account.atMs = nowMs
    if (account.tries < 1) return false
    account.tries -= 1
    account.recent = [token, ...account.recent.slice(0, REMEMBERED - 1)]
    return true
  }
}
