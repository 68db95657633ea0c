import { and, asc, eq } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { IdentityProviderId, TenantId } from '../../contract/id.ts'
import type { IdentityProvider, IdentityProviderInput } from '../../contract/identity-provider.ts'
import type { Clock } from '../basics/clock.ts'
import { randomId } from '../basics/random-id.ts'
import type { Database, Reader } from '../storage/database.ts'
import type { Secret } from '../storage/secret.ts'
import type { Actor } from './actor.ts'
import { audit } from './audit.ts'
import { requirePermission } from './permissions.ts'
import { readPermissions, requireReach } from './roles.ts'
import { identities, identityProviders, providerSignIns } from './tables.ts'

export type ProviderRow = typeof identityProviders.$inferSelect
export const PROVIDER_PURPOSE = 'identity-provider'

/** Servers of others that a tenant's people sign in through. Needs `tenant:manage`; client secrets are sealed and never come back. */
export interface IdentityProviders {
  list(actor: Actor): Promise<IdentityProvider[]>
  /** Names for the buttons at the door. */
  offered(tenantId: TenantId): Promise<{ id: IdentityProviderId; name: string }[]>
  /** `unavailable` when the issuer does not answer as one. */
  create(actor: Actor, input: IdentityProviderInput): Promise<IdentityProvider>
  change(actor: Actor, id: IdentityProviderId, input: IdentityProviderInput): Promise<IdentityProvider>
  remove(actor: Actor, id: IdentityProviderId): Promise<void>
}

interface IdentityProvidersDependencies {
  readonly database: Database
  readonly clock: Clock
  readonly secret: Secret
  /** Asks the issuer who it is; throws `unavailable`. */
  readonly probe: (provider: { issuer: string; clientId: string; clientSecret: string }) => Promise<unknown>
}

const present = (row: ProviderRow): IdentityProvider => ({
  id: row.id,
  name: row.name,
  issuer: row.issuer,
  clientId: row.clientId,
  newRole: row.newRole,
  emailDomains: row.emailDomains,
  trustsEmail: row.trustsEmail,
})

export function createIdentityProviders({ database, clock, secret, probe }: IdentityProvidersDependencies): IdentityProviders {
  const one = (actor: Actor, id: IdentityProviderId) =>
    and(eq(identityProviders.tenantId, actor.tenantId), eq(identityProviders.id, id))

  const requireGivable = async (reader: Reader, actor: Actor, { newRole }: IdentityProviderInput) => {
    if (newRole !== null) requireReach(actor, await readPermissions(reader, actor, newRole))
  }

  return {
    async list(actor) {
      requirePermission(actor, 'tenant:manage')
      const rows = await database
        .read(actor)
        .select()
        .from(identityProviders)
        .where(eq(identityProviders.tenantId, actor.tenantId))
        .orderBy(asc(identityProviders.name))
      return rows.map(present)
    },

    offered: (tenantId) =>
      database
        .read({ tenantId })
        .select({ id: identityProviders.id, name: identityProviders.name })
        .from(identityProviders)
        .where(eq(identityProviders.tenantId, tenantId))
        .orderBy(asc(identityProviders.name)),

    async create(actor, input) {
      requirePermission(actor, 'tenant:manage')
      const { clientSecret, ...settings } = input
      if (!clientSecret) throw new KnownError('invalid-input', 'The provider gave you a client secret. Write it down here.')
      await requireGivable(database.read(actor), actor, input)
      await probe({ ...settings, clientSecret })
      return database.transaction(actor, async (writer) => {
        const id = randomId<IdentityProviderId>('idp', clock())
        const secretSealed = secret.seal(clientSecret, PROVIDER_PURPOSE)
        const [row] = await writer
          .insert(identityProviders)
          .values({ ...settings, tenantId: actor.tenantId, id, secretSealed, createdAt: clock() })
          .returning()
        if (!row) throw new Error('the provider was not written')
        await audit(writer, actor, 'provider-create', id, settings, clock)
        return present(row)
      })
    },

    async change(actor, id, input) {
      requirePermission(actor, 'tenant:manage')
      const { clientSecret, ...settings } = input
      const [known] = await database.read(actor).select().from(identityProviders).where(one(actor, id))
      if (!known) throw new KnownError('not-found', 'There is no such provider.')
      await requireGivable(database.read(actor), actor, input)
      await probe({ ...settings, clientSecret: clientSecret ?? secret.open(known.secretSealed, PROVIDER_PURPOSE) })
      return database.transaction(actor, async (writer) => {
        const sealed = clientSecret ? { secretSealed: secret.seal(clientSecret, PROVIDER_PURPOSE) } : {}
        const [row] = await writer
          .update(identityProviders)
          .set({ ...settings, ...sealed })
          .where(one(actor, id))
          .returning()
        if (!row) throw new KnownError('not-found', 'There is no such provider.')
        // NOTE: another issuer's people are other people, whatever they are called there.
        if (settings.issuer !== known.issuer) await writer.delete(identities).where(ofProvider(identities, actor, id))
        await audit(writer, actor, 'provider-change', id, settings, clock)
        return present(row)
      })
    },

    async remove(actor, id) {
      requirePermission(actor, 'tenant:manage')
      await database.transaction(actor, async (writer) => {
        const gone = await writer.delete(identityProviders).where(one(actor, id)).returning({ name: identityProviders.name })
        const [row] = gone
        if (!row) throw new KnownError('not-found', 'There is no such provider.')
        await writer.delete(identities).where(ofProvider(identities, actor, id))
        await writer.delete(providerSignIns).where(ofProvider(providerSignIns, actor, id))
        await audit(writer, actor, 'provider-delete', id, { name: row.name }, clock)
      })
    },
  }
}

const ofProvider = (table: typeof identities | typeof providerSignIns, actor: Actor, id: IdentityProviderId) =>
  and(eq(table.tenantId, actor.tenantId), eq(table.providerId, id))
