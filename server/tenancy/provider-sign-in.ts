import { and, eq, gt, lt } from 'drizzle-orm'
import * as openid from 'openid-client'
import { KnownError } from '../../contract/error.ts'
import type { IdentityProviderId, TenantId, UserId } from '../../contract/id.ts'
import type { RefusedSignIn } from '../../contract/identity-provider.ts'
import type { Clock } from '../basics/clock.ts'
import { sha256 } from '../basics/sha256.ts'
import type { Database, Writer } from '../storage/database.ts'
import type { Secret } from '../storage/secret.ts'
import { insertUser } from './accounts.ts'
import { audit } from './audit.ts'
import { PROVIDER_PURPOSE, type ProviderRow } from './identity-providers.ts'
import type { Enter, Entered, Visitor } from './sign-in.ts'
import { identities, identityProviders, invitations, members, providerSignIns, tenants, users } from './tables.ts'

const LIFE_MS = 600_000
export const VERIFIER_PURPOSE = 'provider-sign-in'

/** Why somebody came back from a provider and was not let in; the page at the door has the sentence. */
export class Refused extends Error {
  readonly reason: RefusedSignIn
  constructor(reason: RefusedSignIn, cause?: unknown) {
    super(`sign-in refused: ${reason}`, { cause })
    this.reason = reason
  }
}

export interface ProviderSignIn {
  /** The provider's address to go to, and the state that must come back in this browser. `not-found`, `unavailable`. */
  start(id: IdentityProviderId, redirectUri: string, slug: string | undefined): Promise<{ url: string; state: string }>
  /** `search` is the query that the provider sent back, `state` what this browser kept. Throws `Refused`. */
  finish(search: string, state: string | undefined, visitor: Visitor): Promise<Entered>
  /** Asks an issuer whether it is one. Throws `unavailable`. */
  probe(provider: { issuer: string; clientId: string; clientSecret: string }): Promise<openid.Configuration>
}

interface ProviderSignInDependencies {
  readonly database: Database
  readonly clock: Clock
  readonly secret: Secret
  readonly enter: Enter
  /** Issuers without TLS on this machine: for tests and for trying it out. */
  readonly allowsInsecureIssuers: boolean
}

interface Person {
  readonly subject: string
  readonly email: string | undefined
  readonly isVerified: boolean
  readonly name: string
}

/** Signing in through OpenID Connect: authorization code with PKCE, state bound to the browser, nonce, and the token's signature checked. */
export function createProviderSignIn(dependencies: ProviderSignInDependencies): ProviderSignIn {
  const { database, clock, secret, enter, allowsInsecureIssuers } = dependencies

  const probe: ProviderSignIn['probe'] = async ({ issuer, clientId, clientSecret }) => {
    const url = new URL(issuer)
    const isHere = url.hostname === 'localhost' || url.hostname === '127.0.0.1'
    const isInsecure = url.protocol === 'http:' && isHere && allowsInsecureIssuers
    if (url.protocol !== 'https:' && !isInsecure)
      throw new KnownError('invalid-input', 'An issuer is reached over https, for what comes from it opens the door.')
    try {
      return await openid.discovery(url, clientId, clientSecret, undefined, {
        execute: [openid.enableNonRepudiationChecks, ...(isInsecure ? [openid.allowInsecureRequests] : [])],
        timeout: 10,
      })
    } catch (cause) {
      throw new KnownError('unavailable', `${url.host} does not answer as an issuer of OpenID Connect. Look at its address.`, {
        cause,
      })
    }
  }

  const configurationOf = (provider: ProviderRow) =>
    probe({ ...provider, clientSecret: secret.open(provider.secretSealed, PROVIDER_PURPOSE) })

  const personOf = async (
    search: string,
    state: string,
    left: typeof providerSignIns.$inferSelect,
    provider: ProviderRow,
  ): Promise<Person> => {
    const configuration = await configurationOf(provider)
    const address = new URL(left.redirectUri)
    address.search = search
    const tokens = await openid.authorizationCodeGrant(configuration, address, {
      expectedState: state,
      expectedNonce: left.nonce,
      pkceCodeVerifier: secret.open(left.verifierSealed, VERIFIER_PURPOSE),
      idTokenExpected: true,
    })
    const claims = tokens.claims()
    if (!claims) throw new Error('the provider sent no id token')
    const knows = claims['email'] === undefined && configuration.serverMetadata().userinfo_endpoint !== undefined
    const said = knows ? await openid.fetchUserInfo(configuration, tokens.access_token, claims.sub) : claims
    const { email, email_verified: isVerified, name } = said
    return {
      subject: claims.sub,
      email: typeof email === 'string' ? email.toLowerCase() : undefined,
      isVerified: isVerified === true,
      name: typeof name === 'string' ? name.slice(0, 100) : '',
    }
  }

  const isMember = async (writer: Writer, tenantId: TenantId, userId: UserId) =>
    (await writer.$count(members, and(eq(members.tenantId, tenantId), eq(members.userId, userId)))) > 0

  const link = (writer: Writer, { tenantId, id }: ProviderRow, subject: string, userId: UserId) =>
    writer.insert(identities).values({ tenantId, providerId: id, subject, userId, createdAt: clock() }).onConflictDoNothing()

  /**
   * The account of who came: known from before, else a member with this address, else one that is invited or may come in as new.
   * NOTE: never an account of this server that is no member yet, for its password may be another person's.
   */
  const accountOf = async (writer: Writer, provider: ProviderRow, person: Person): Promise<UserId> => {
    const { tenantId, id } = provider
    const known = and(eq(identities.tenantId, tenantId), eq(identities.providerId, id), eq(identities.subject, person.subject))
    const [identity] = await writer.select().from(identities).where(known)
    if (identity) {
      if (await isMember(writer, tenantId, identity.userId)) return identity.userId
      throw new Refused('not-invited')
    }
    const { email } = person
    if (!email || !(person.isVerified || provider.trustsEmail)) throw new Refused('no-verified-email')
    const [user] = await writer.select().from(users).where(eq(users.email, email))
    if (user && (await isMember(writer, tenantId, user.id))) {
      await link(writer, provider, person.subject, user.id)
      return user.id
    }
    const invited = and(eq(invitations.tenantId, tenantId), eq(invitations.email, email), gt(invitations.expiresAt, clock()))
    const [invitation] = await writer.select().from(invitations).where(invited)
    const role = invitation?.role ?? (isWelcome(provider, email) ? provider.newRole : null)
    if (role === null) throw new Refused('not-invited')
    if (user) throw new Refused('has-account')
    const userId = await insertUser(writer, { email, password: null, name: person.name }, clock)
    await writer.insert(members).values({ tenantId, userId, role, createdAt: clock() })
    await writer.delete(invitations).where(invited)
    await link(writer, provider, person.subject, userId)
    await audit(writer, { tenantId, userId, via: 'web' }, 'member-join', userId, { email, role, through: provider.name }, clock)
    return userId
  }

  return {
    probe,

    async start(id, redirectUri, slug) {
      const [found] = await database
        .beyondTenants()
        .select({ provider: identityProviders, slug: tenants.slug })
        .from(identityProviders)
        .innerJoin(tenants, eq(tenants.id, identityProviders.tenantId))
        .where(eq(identityProviders.id, id))
      if (!found || (slug !== undefined && found.slug !== slug)) throw new KnownError('not-found')
      const { provider } = found
      const configuration = await configurationOf(provider)
      const state = openid.randomState()
      const nonce = openid.randomNonce()
      const verifier = openid.randomPKCECodeVerifier()
      const now = clock()
      const writer = database.beyondTenants()
      await writer.delete(providerSignIns).where(lt(providerSignIns.expiresAt, now))
      await writer.insert(providerSignIns).values({
        stateHash: sha256(state),
        tenantId: provider.tenantId,
        providerId: id,
        nonce,
        verifierSealed: secret.seal(verifier, VERIFIER_PURPOSE),
        redirectUri,
        expiresAt: new Date(now.getTime() + LIFE_MS),
      })
      const url = openid.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: 'openid email profile',
        state,
        nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      })
      return { url: url.href, state }
    },

    async finish(search, state, visitor) {
      if (!state || new URLSearchParams(search).get('state') !== state) throw new Refused('failed')
      const [left] = await database
        .beyondTenants()
        .delete(providerSignIns)
        .where(and(eq(providerSignIns.stateHash, sha256(state)), gt(providerSignIns.expiresAt, clock())))
        .returning()
      if (!left) throw new Refused('failed')
      const [found] = await database
        .read(left)
        .select({ provider: identityProviders, tenant: tenants })
        .from(identityProviders)
        .innerJoin(tenants, eq(tenants.id, identityProviders.tenantId))
        .where(and(eq(identityProviders.tenantId, left.tenantId), eq(identityProviders.id, left.providerId)))
      if (!found || found.tenant.deletedAt || (visitor.slug !== undefined && found.tenant.slug !== visitor.slug))
        throw new Refused('failed')
      const { provider } = found
      const person = await personOf(search, state, left, provider).catch((cause: unknown) => {
        throw new Refused('failed', cause)
      })
      return database.transaction(left, async (writer) => {
        const userId = await accountOf(writer, provider, person)
        return enter(writer, { tenantId: left.tenantId, userId }, visitor, provider.name)
      })
    },
  }
}

const isWelcome = ({ newRole, emailDomains }: ProviderRow, email: string): boolean =>
  newRole !== null && (emailDomains.length === 0 || emailDomains.includes(email.split('@').at(-1) ?? ''))
