import { randomBytes } from 'node:crypto'
import { and, eq, isNull, lt, or, sql } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { UserId } from '../../contract/id.ts'
import type { Clock } from '../basics/clock.ts'
import { randomToken } from '../basics/random-id.ts'
import { sha256 } from '../basics/sha256.ts'
import type { Database } from '../storage/database.ts'
import type { Secret } from '../storage/secret.ts'
import { hashPassword, isPassword } from './password.ts'
import { users } from './tables.ts'
import { Throttle } from './throttle.ts'
import { decodeBase32, encodeBase32, stepOfCode } from './totp.ts'

export type UserRow = typeof users.$inferSelect

export const TOTP_PURPOSE = 'second-factor'
const WINDOW_MS = 15 * 60_000

/** Passwords and second factors, and what slows those who guess them: per address, per account, and per account from one address. */
export interface Credentials {
  /**
   * The account that these open. `wrong-credentials`, the same for an unknown address; `second-factor-needed` when the password is right
   * and a code is lacking; `too-many-requests`. Call `accept` once the person is let in: until then the try counts as wrong.
   */
  check(
    given: { email: string; password: string; code?: string | undefined },
    address: string,
  ): Promise<{ user: UserRow; accept: () => void }>
  /** For changes that need the password again. `wrong-credentials`. */
  checkOwn(userId: UserId, password: string): Promise<UserRow>
}

interface CredentialsDependencies {
  readonly database: Database
  readonly clock: Clock
  readonly secret: Secret
}

export function createCredentials({ database, clock, secret }: CredentialsDependencies): Credentials {
  const fromAddress = new Throttle(clock, 20, WINDOW_MS)
  const ofAccount = new Throttle(clock, 50, WINDOW_MS)
  const ofAccountFromAddress = new Throttle(clock, 5, WINDOW_MS)
  const codes = new Throttle(clock, 5, WINDOW_MS)

  /** Takes a code or a recovery code once; both commit only when nobody was quicker. */
  const takeCode = async (user: UserRow, sealed: string, code: string): Promise<boolean> => {
    const writer = database.beyondTenants()
    const step = stepOfCode(decodeBase32(secret.open(sealed, TOTP_PURPOSE)), code, clock(), user.totpStep)
    const taken =
      step === undefined
        ? await writer
            .update(users)
            .set({ recoveryHashes: sql`${users.recoveryHashes} - ${recoveryHash(code)}::text` })
            .where(and(eq(users.id, user.id), sql`${users.recoveryHashes} ? ${recoveryHash(code)}::text`))
            .returning({ id: users.id })
        : await writer
            .update(users)
            .set({ totpStep: step })
            .where(and(eq(users.id, user.id), or(isNull(users.totpStep), lt(users.totpStep, step))))
            .returning({ id: users.id })
    return taken.length > 0
  }

  return {
    async check({ email, password, code }, address) {
      const account = email.toLowerCase()
      const tries = [
        [fromAddress, address],
        [ofAccount, account],
        [ofAccountFromAddress, `${account} ${address}`],
      ] as const
      for (const [throttle, key] of tries) throttle.begin(key)
      const accept = () => {
        for (const [throttle, key] of tries) throttle.giveBack(key)
        ofAccountFromAddress.forget(`${account} ${address}`)
      }
      const [user] = await database.beyondTenants().select().from(users).where(eq(users.email, account))
      // NOTE: an unknown address costs one hash as well, so that time tells nothing.
      const isRight = await isPassword(password, user?.passwordHash || (await unknownUserHash()))
      if (!user || !isRight) throw new KnownError('wrong-credentials')
      if (user.totpSealed !== null) {
        if (!code) {
          accept()
          throw new KnownError('second-factor-needed')
        }
        codes.begin(user.id)
        if (!(await takeCode(user, user.totpSealed, code))) throw new KnownError('wrong-credentials', 'The code is not right.')
        codes.forget(user.id)
      }
      return { user, accept }
    },

    async checkOwn(userId, password) {
      ofAccount.begin(`own ${userId}`)
      const [user] = await database.beyondTenants().select().from(users).where(eq(users.id, userId))
      if (!user || !(await isPassword(password, user.passwordHash)))
        throw new KnownError('wrong-credentials', 'The password is not right.')
      ofAccount.giveBack(`own ${userId}`)
      return user
    },
  }
}

const recoveryHash = (code: string): string => sha256(code.toLowerCase().replace(/[^a-z2-7]/g, ''))

/** Ten codes of 80 random bits, `abcd-efgh-ijkl-mnop`, and their hashes. */
export function newRecoveryCodes(): { codes: string[]; hashes: string[] } {
  const codes = Array.from({ length: 10 }, () => (encodeBase32(randomBytes(10)).toLowerCase().match(/.{4}/g) ?? []).join('-'))
  return { codes, hashes: codes.map(recoveryHash) }
}

let cachedUnknownUserHash: Promise<string> | undefined
const unknownUserHash = (): Promise<string> => {
  cachedUnknownUserHash ??= hashPassword(randomToken())
  return cachedUnknownUserHash
}
