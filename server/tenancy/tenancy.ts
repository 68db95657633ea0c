import { KnownError } from '../../contract/error.ts'
import type { TenantId } from '../../contract/id.ts'
import type { SetupInput, SignInInput, SignInOptions } from '../../contract/person.ts'
import type { Clock } from '../basics/clock.ts'
import { slugOfHost } from '../basics/slug-of-host.ts'
import type { Mail } from '../mail/mail.ts'
import type { Database } from '../storage/database.ts'
import type { Secret } from '../storage/secret.ts'
import { type Accounts, createAccounts, hasPeople, insertFirstOwner } from './accounts.ts'
import type { Actor } from './actor.ts'
import { type ApiKeys, createApiKeys } from './api-keys.ts'
import { type AuditLog, createAuditLog } from './audit-log.ts'
import { createCredentials } from './credentials.ts'
import { createDemoTenant, type DemoTenant } from './demo-tenant.ts'
import { createFirstOwner, type FirstOwner } from './first-owner.ts'
import { createGroups, type Groups } from './groups.ts'
import { createIdentityProviders, type IdentityProviders } from './identity-providers.ts'
import { createInvitations, type Invitations } from './invitations.ts'
import { createMembers, type GiveBelongings, type Members } from './members.ts'
import { createNames, type Names } from './names.ts'
import { createOwnTenants, type OwnTenants } from './own-tenants.ts'
import { createPasswordReset, type PasswordReset } from './password-reset.ts'
import { createPresentMember, type PresentMember } from './present-member.ts'
import { createProfile, type Profile } from './profile.ts'
import { createProviderSignIn, type ProviderSignIn } from './provider-sign-in.ts'
import { createRoles, type Roles } from './roles.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { createEnter, createSignIn, type Entered, type Visitor } from './sign-in.ts'
import { createTelegramTokens, type TelegramTokens } from './telegram-tokens.ts'
import { createTenants, type TenantLinks, type TenantRecord, type Tenants } from './tenants.ts'

/**
 * Tenants, people, roles, sessions, API keys and the audit log. Cookies, keys and tokens are kept as hashes only, other secrets sealed.
 * What a role may do stands in permissions.ts and is checked in every function that takes an actor.
 */
export interface Tenancy extends Accounts, DemoTenant, FirstOwner, Names, PresentMember {
  /** No user exists yet, but for the demo's. */
  needsSetup(): Promise<boolean>
  /** Makes the first tenant and its owner, signed in. `conflict` when somebody was quicker. */
  setUp(input: Omit<SetupInput, 'code'>, visitor?: Visitor): Promise<Entered>
  /** `wrong-credentials`, the same for an unknown address; `second-factor-needed`; `too-many-requests`. */
  signIn(input: SignInInput, visitor: Visitor): Promise<Entered>
  signInOptions(slug: string | undefined): Promise<SignInOptions>
  signOut(sessionToken: string): Promise<void>
  /** `slug` is the tenant that the origin is bound to: a session or key of another counts as none. */
  actorOfSession(sessionToken: string, slug?: string): Promise<Actor | undefined>
  actorOfKey(apiKey: string, slug?: string): Promise<Actor | undefined>
  me: Profile['me']
  /** Undefined when it never was or is deleted. */
  tenant(id: TenantId): Promise<TenantRecord | undefined>
  /** The tenant's part of a `Host` header, where tenants have hosts of their own. */
  slugOfHost(host: string | undefined): string | undefined
  readonly tenants: Tenants
  readonly profile: Profile
  readonly ownTenants: OwnTenants
  readonly passwordReset: PasswordReset
  readonly sessions: Sessions
  readonly apiKeys: ApiKeys
  readonly telegramTokens: TelegramTokens
  readonly members: Members
  readonly invitations: Invitations
  readonly roles: Roles
  readonly groups: Groups
  readonly identityProviders: IdentityProviders
  readonly providerSignIn: ProviderSignIn
  readonly auditLog: AuditLog
}

export interface TenancyDependencies {
  readonly database: Database
  readonly clock: Clock
  readonly secret: Secret
  /** Undefined where no mail server is named. */
  readonly mail?: Mail | undefined
  /** The domain below which each tenant has a host of its own. */
  readonly domain?: string | undefined
  readonly allowsInsecureIssuers?: boolean
  /** What stands above this room and follows a tenant or a person. */
  readonly links?: TenantLinks
  readonly giveBelongings?: GiveBelongings
}

const ourselves: Visitor = { address: '', device: 'A program', slug: undefined }
const noLinks: TenantLinks = { changed: async () => {}, closeAll: async () => {} }

export function createTenancy(dependencies: TenancyDependencies): Tenancy {
  const { database, clock, secret, mail, domain } = dependencies
  const { links = noLinks, giveBelongings = async () => {}, allowsInsecureIssuers = false } = dependencies
  const room = { database, clock, secret, mail, domain, links, giveBelongings, allowsInsecureIssuers }
  const sessions = createSessions(room)
  const apiKeys = createApiKeys(room)
  const credentials = createCredentials(room)
  const enter = createEnter({ sessions, clock })
  const tenants = createTenants(room)
  const profile = createProfile({ ...room, credentials, sessions })
  const providerSignIn = createProviderSignIn({ ...room, enter })
  const identityProviders = createIdentityProviders({ ...room, probe: providerSignIn.probe })
  let isSetUp = false

  return {
    ...createAccounts(room),
    ...createDemoTenant({ database, clock, enter }),
    ...createFirstOwner(database),
    ...createNames(database),
    ...createPresentMember(database),
    signIn: createSignIn({ database, credentials, enter }),
    signOut: sessions.close,
    actorOfSession: sessions.actorOf,
    actorOfKey: apiKeys.actorOf,
    me: profile.me,
    tenant: tenants.find,
    slugOfHost: (host) => slugOfHost(host, domain),
    tenants,
    profile,
    ownTenants: createOwnTenants({ database, tenants, sessions, enter, domain }),
    passwordReset: createPasswordReset({ ...room, sessions }),
    sessions,
    apiKeys,
    telegramTokens: createTelegramTokens(room),
    members: createMembers(room),
    invitations: createInvitations({ ...room, credentials, enter }),
    roles: createRoles(room),
    groups: createGroups(room),
    identityProviders,
    providerSignIn,
    auditLog: createAuditLog(room),

    async needsSetup() {
      if (isSetUp) return false
      isSetUp = await hasPeople(database.beyondTenants())
      return !isSetUp
    },

    setUp: (input, visitor = ourselves) =>
      database.beyondTenantsTransaction(async (writer) =>
        enter(writer, await insertFirstOwner(writer, input, visitor.slug, clock), visitor, 'setup'),
      ),

    async signInOptions(slug) {
      const tenant = slug === undefined ? await tenants.only() : await tenants.bySlug(slug)
      if (!tenant && slug !== undefined) throw new KnownError('not-found', 'There is no tenant at this address.')
      return {
        tenantName: tenant?.name ?? null,
        providers: tenant ? await identityProviders.offered(tenant.id) : [],
        sendsMail: mail !== undefined,
      }
    },
  }
}
