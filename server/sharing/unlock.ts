import type { Clock } from '../basics/clock.ts'
import { sha256 } from '../basics/sha256.ts'
import type { Secret } from '../storage/secret.ts'
import { isPassword } from '../tenancy/password.ts'
import { Throttle } from '../tenancy/throttle.ts'
import type { LinkState } from './gate.ts'

export const UNLOCK_COOKIE = 'qry_unlock'
/** How long a browser that gave the password may read without giving it again. */
export const UNLOCK_SECONDS = 12 * 3_600
const purpose = 'share-unlock'
const HOUR_MS = 3_600_000
const TRIES_PER_ADDRESS = 5
/** However many addresses somebody has. */
const TRIES_PER_LINK = 200

/**
 * The password of a link. Who knows it gets a cookie that opens this one link and no other, until the password changes.
 * Tries are counted per address and link, and per link.
 */
export class Locks {
  readonly #secret: Secret
  readonly #clock: Clock
  readonly #byAddress: Throttle
  readonly #byLink: Throttle

  constructor(secret: Secret, clock: Clock) {
    this.#secret = secret
    this.#clock = clock
    this.#byAddress = new Throttle(clock, TRIES_PER_ADDRESS, HOUR_MS)
    this.#byLink = new Throttle(clock, TRIES_PER_LINK, HOUR_MS)
  }

  /** Whether the link has no password, or `key` was given for this link and this password. */
  isOpen(link: LinkState, key: string | undefined): boolean {
    if (link.passwordHash === null) return true
    if (key === undefined || key === '') return false
    try {
      const [bound, until] = this.#secret.open(key, purpose).split(' ')
      return bound === boundTo(link, link.passwordHash) && Number(until) > this.#clock().getTime()
    } catch {
      return false
    }
  }

  /** The key for the right password, undefined for a wrong one. Throws `too-many-requests`. */
  async unlock(link: LinkState, password: string, address: string): Promise<string | undefined> {
    if (link.passwordHash === null) return ''
    const here = `${address} ${link.tokenHash}`
    this.#byAddress.begin(here)
    this.#byLink.begin(link.tokenHash)
    if (!(await isPassword(password, link.passwordHash))) return undefined
    this.#byAddress.forget(here)
    this.#byLink.giveBack(link.tokenHash)
    const until = this.#clock().getTime() + UNLOCK_SECONDS * 1000
    return this.#secret.seal(`${boundTo(link, link.passwordHash)} ${until}`, purpose)
  }
}

const boundTo = (link: LinkState, passwordHash: string): string => sha256(`${link.shareId} ${link.tokenHash} ${passwordHash}`)
