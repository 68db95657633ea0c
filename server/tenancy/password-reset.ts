import { and, eq, gt, lt } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { Clock } from '../basics/clock.ts'
import { randomToken } from '../basics/random-id.ts'
import { sha256 } from '../basics/sha256.ts'
import type { Mail } from '../mail/mail.ts'
import type { Database } from '../storage/database.ts'
import { audit } from './audit.ts'
import { hashPassword } from './password.ts'
import type { Sessions } from './sessions.ts'
import { members, passwordResets, users } from './tables.ts'
import { Throttle } from './throttle.ts'

const LIFE_MS = 3_600_000

/** Forgotten passwords: a letter with an address that sets a new one, once, within an hour. */
export interface PasswordReset {
  /** Sends the letter when there is such an account; who asks can't tell. `unavailable` without a mail server. */
  ask(email: string, address: string, origin: string): Promise<void>
  /** All sessions of the person end. `not-found` for a token that is wrong, used or too old. */
  finish(token: string, password: string): Promise<void>
}

interface PasswordResetDependencies {
  readonly database: Database
  readonly clock: Clock
  readonly mail: Mail | undefined
  readonly sessions: Sessions
}

export function createPasswordReset({ database, clock, mail, sessions }: PasswordResetDependencies): PasswordReset {
  const asked = new Throttle(clock, 3, LIFE_MS)
  const askedFrom = new Throttle(clock, 20, LIFE_MS)

  return {
    async ask(email, address, origin) {
      if (!mail)
        throw new KnownError(
          'unavailable',
          'This server sends no mail. Whoever runs it can set a new password with: qry user reset-password --email …',
        )
      askedFrom.begin(address)
      asked.begin(email)
      const writer = database.beyondTenants()
      const [user] = await writer.select().from(users).where(eq(users.email, email))
      if (!user) return
      const token = randomToken(32)
      const expiresAt = new Date(clock().getTime() + LIFE_MS)
      await writer.delete(passwordResets).where(lt(passwordResets.expiresAt, clock()))
      await writer.insert(passwordResets).values({ tokenHash: sha256(token), userId: user.id, expiresAt })
      // NOTE: not waited for, so that time does not tell whether there is an account. A letter that fails is asked for again.
      mail
        .send({ to: user.email, subject: 'A new password for QRY', text: letter(`${origin}/reset#${token}`) })
        .catch(() => undefined)
    },

    async finish(token, password) {
      const passwordHash = await hashPassword(password)
      await database.beyondTenantsTransaction(async (writer) => {
        const [reset] = await writer
          .delete(passwordResets)
          .where(and(eq(passwordResets.tokenHash, sha256(token)), gt(passwordResets.expiresAt, clock())))
          .returning()
        if (!reset) throw new KnownError('not-found', 'This address is used up or too old. Ask for another letter.')
        const { userId } = reset
        await writer.update(users).set({ passwordHash }).where(eq(users.id, userId))
        await writer.delete(passwordResets).where(eq(passwordResets.userId, userId))
        await sessions.endAll(writer, userId)
        const belongs = await writer.select({ tenantId: members.tenantId }).from(members).where(eq(members.userId, userId))
        for (const { tenantId } of belongs)
          await audit(writer, { tenantId, userId, via: 'web' }, 'password-reset', userId, {}, clock)
      })
    },
  }
}

const letter = (address: string): string =>
  `Somebody asked for a new password for your QRY account. To set one, open this address within an hour:

${address}

If it was not you, do nothing: your password stays as it is.
`
