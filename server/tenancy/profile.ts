import { eq } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { Me, ProfileChange, SecondFactorOffer } from '../../contract/person.ts'
import type { Clock } from '../basics/clock.ts'
import type { Database, Writer } from '../storage/database.ts'
import type { Secret } from '../storage/secret.ts'
import type { Actor } from './actor.ts'
import { audit } from './audit.ts'
import { type Credentials, newRecoveryCodes, TOTP_PURPOSE } from './credentials.ts'
import { hashPassword } from './password.ts'
import type { Sessions } from './sessions.ts'
import { tenants, users } from './tables.ts'
import { decodeBase32, newTotpKey, stepOfCode, totpUri } from './totp.ts'

/** What a person says and changes of themselves. Password and second factor need the password again, and are not for programs. */
export interface Profile {
  me(actor: Actor): Promise<Me>
  change(actor: Actor, change: ProfileChange): Promise<Me>
  /** Other sessions end; `keep` is the token of this one. */
  changePassword(actor: Actor, input: { current: string; password: string }, keep: string | undefined): Promise<void>
  /** A new key, which nothing keeps before the first code comes back with `pending`. `conflict` when it is on already. */
  offerSecondFactor(actor: Actor): Promise<SecondFactorOffer>
  /** Answers recovery codes, this once. */
  switchSecondFactorOn(actor: Actor, input: { pending: string; code: string; password: string }): Promise<string[]>
  switchSecondFactorOff(actor: Actor, password: string): Promise<void>
}

interface ProfileDependencies {
  readonly database: Database
  readonly clock: Clock
  readonly secret: Secret
  readonly credentials: Credentials
  readonly sessions: Sessions
}

export function createProfile({ database, clock, secret, credentials, sessions }: ProfileDependencies): Profile {
  const read = async (actor: Actor) => {
    const reader = database.read(actor)
    const [user] = await reader.select().from(users).where(eq(users.id, actor.userId))
    const [tenant] = await reader.select().from(tenants).where(eq(tenants.id, actor.tenantId))
    if (!user || !tenant) throw new KnownError('not-signed-in')
    return { user, tenant }
  }

  const write = (actor: Actor, action: string, set: (writer: Writer) => Promise<unknown>): Promise<void> =>
    database.transaction(actor, async (writer) => {
      await set(writer)
      await audit(writer, actor, action, actor.userId, {}, clock)
    })

  const requireSession = (actor: Actor) => {
    if (actor.via !== 'web') throw new KnownError('forbidden', 'This is for a signed-in person, not for a program.')
  }

  const me = async (actor: Actor): Promise<Me> => {
    const { user, tenant } = await read(actor)
    return {
      user: {
        id: user.id,
        email: user.email,
        name: user.name,
        timeZone: user.timeZone,
        locale: user.locale,
        hasPassword: user.passwordHash !== '',
        hasSecondFactor: user.totpSealed !== null,
      },
      tenant: { id: tenant.id, name: tenant.name, sharingEnabled: tenant.sharingEnabled, isDemo: tenant.isDemo },
      role: actor.role,
      permissions: [...actor.permissions],
    }
  }

  return {
    me,

    async change(actor, change) {
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
      if (Object.keys(given).length > 0) await database.write(actor).update(users).set(given).where(eq(users.id, actor.userId))
      return me(actor)
    },

    async changePassword(actor, { current, password }, keep) {
      requireSession(actor)
      const user = await credentials.checkOwn(actor.userId, current)
      const passwordHash = await hashPassword(password)
      await write(actor, 'password-change', async (writer) => {
        await writer.update(users).set({ passwordHash }).where(eq(users.id, user.id))
        await sessions.endAll(writer, user.id, keep)
      })
    },

    async offerSecondFactor(actor) {
      requireSession(actor)
      const { user } = await read(actor)
      if (user.totpSealed !== null) throw new KnownError('conflict', 'The second factor is on already.')
      if (user.passwordHash === '')
        throw new KnownError('conflict', 'You sign in through another server: switch a second factor on there.')
      const key = newTotpKey()
      return { key, uri: totpUri(key, user.email), pending: secret.seal(`${user.id} ${key}`, 'second-factor-pending') }
    },

    async switchSecondFactorOn(actor, { pending, code, password }) {
      requireSession(actor)
      const user = await credentials.checkOwn(actor.userId, password)
      if (user.totpSealed !== null) throw new KnownError('conflict', 'The second factor is on already.')
      const [userId, key] = openPending(pending, secret)
      const step = key && userId === user.id ? stepOfCode(decodeBase32(key), code, clock(), null) : undefined
      if (!key || step === undefined)
        throw new KnownError(
          'wrong-credentials',
          'The code is not right. Look at the clock of your telephone, and try the next one.',
        )
      const { codes, hashes } = newRecoveryCodes()
      const set = { totpSealed: secret.seal(key, TOTP_PURPOSE), totpStep: step, recoveryHashes: hashes }
      await write(actor, 'second-factor-on', (writer) => writer.update(users).set(set).where(eq(users.id, user.id)))
      return codes
    },

    async switchSecondFactorOff(actor, password) {
      requireSession(actor)
      const user = await credentials.checkOwn(actor.userId, password)
      const set = { totpSealed: null, totpStep: null, recoveryHashes: [] }
      await write(actor, 'second-factor-off', (writer) => writer.update(users).set(set).where(eq(users.id, user.id)))
    },
  }
}

function openPending(pending: string, secret: Secret): string[] {
  try {
    return secret.open(pending, 'second-factor-pending').split(' ')
  } catch {
    return []
  }
}
