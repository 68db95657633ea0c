import { and, eq, gt, isNull, or, sql } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { ApiKeyId, TenantId, UserId } from '../../contract/id.ts'
import type { RoleName } from '../../contract/permission.ts'
import type { Me, SetupInput } from '../../contract/person.ts'
import type { Clock } from '../basics/clock.ts'
import { randomId, randomToken } from '../basics/random-id.ts'
import { sha256 } from '../basics/sha256.ts'
import type { Database, Reader, Writer } from '../storage/database.ts'
import type { Actor } from './actor.ts'
import { actorColumns, actorOf, ownRole } from './actor-columns.ts'
import { hashPassword, isPassword } from './password.ts'
import { apiKeys, members, roles, sessions, tenants, users } from './tables.ts'
import { Throttle } from './throttle.ts'

export const SESSION_DAYS = 30
const DEMO_EMAIL = 'demo@example.com'
const dayMs = 86_400_000

export interface TenantRecord {
  readonly id: TenantId
  readonly slug: string
  readonly name: string
  readonly sharingEnabled: boolean
}

/**
 * Tenants, people, roles, sessions and API keys. Cookies and keys are kept as hashes only. What a role may do stands in permissions.ts.
 */
export interface Tenancy {
  /** No user exists yet, but for the demo's. */
  needsSetup(): Promise<boolean>
  /** Makes the first tenant and its owner, signed in. `conflict` when somebody was quicker. */
  setUp(input: Omit<SetupInput, 'code'>): Promise<{ actor: Actor; sessionToken: string }>
  /** `wrong-credentials`, the same for an unknown address; `too-many-requests` after ten failures in fifteen minutes. */
  signIn(email: string, password: string, address: string): Promise<{ actor: Actor; sessionToken: string }>
  signOut(sessionToken: string): Promise<void>
  /** The demo's only person. */
  demoActor(): Promise<Actor | undefined>
  /** Makes the demo's tenant and person where they are not there. */
  makeDemo(name: string): Promise<Actor>
  /** A session in the demo, without a password. `not-found` where there is none. */
  enterDemo(): Promise<{ actor: Actor; sessionToken: string }>
  actorOfSession(sessionToken: string): Promise<Actor | undefined>
  actorOfKey(apiKey: string): Promise<Actor | undefined>
  me(actor: Actor): Promise<Me>
  tenant(id: TenantId): Promise<TenantRecord | undefined>
  /** For the command line, which stands above tenants. A new tenant slug makes the tenant. */
  createUser(input: {
    email: string
    password: string
    role: RoleName
    tenant?: string | undefined
  }): Promise<{ userId: UserId; tenantId: TenantId }>
  /** The key, shown this once. */
  createKey(input: { email: string; name: string }): Promise<string>
}

export function createTenancy({ database, clock }: { database: Database; clock: Clock }): Tenancy {
  const throttle = new Throttle(clock, 10, 15 * 60_000)
  let isSetUp = false

  const memberActor = async (reader: Reader, tenantId: TenantId, userId: UserId): Promise<Actor> => {
    const [found] = await reader
      .select(actorColumns)
      .from(members)
      .leftJoin(roles, ownRole)
      .where(and(eq(members.tenantId, tenantId), eq(members.userId, userId)))
    if (!found) throw new KnownError('not-signed-in')
    return actorOf(found, 'web')
  }

  const insertUser = async (writer: Writer, input: { email: string; password: string; name: string }): Promise<UserId> => {
    const id = randomId<UserId>('usr', clock())
    const email = input.email.toLowerCase()
    const passwordHash = await hashPassword(input.password)
    const made = await writer
      .insert(users)
      .values({ id, email, name: input.name, passwordHash, createdAt: clock() })
      .onConflictDoNothing()
      .returning({ id: users.id })
    if (made.length === 0) throw new KnownError('conflict', `There is already an account for ${email}.`)
    return id
  }

  const insertTenant = async (writer: Writer, slug: string, name: string): Promise<TenantId> => {
    const id = randomId<TenantId>('ten', clock())
    await writer.insert(tenants).values({ id, slug, name, createdAt: clock() })
    return id
  }

  const openSession = async (writer: Writer, tenantId: TenantId, userId: UserId): Promise<string> => {
    const token = randomToken(32)
    const now = clock()
    await writer.insert(sessions).values({
      tokenHash: sha256(token),
      tenantId,
      userId,
      createdAt: now,
      expiresAt: new Date(now.getTime() + SESSION_DAYS * dayMs),
    })
    return token
  }

  /** People of any tenant but the demo: one of them at most. */
  const ownPeople = (reader: Reader) =>
    reader
      .select({ userId: members.userId })
      .from(members)
      .innerJoin(tenants, eq(tenants.id, members.tenantId))
      .where(eq(tenants.isDemo, false))
      .limit(1)

  const demoMember = async (reader: Reader) => {
    const [found] = await reader
      .select({ tenantId: members.tenantId, userId: members.userId })
      .from(members)
      .innerJoin(tenants, eq(tenants.id, members.tenantId))
      .where(eq(tenants.isDemo, true))
      .limit(1)
    return found
  }

  return {
    async needsSetup() {
      if (isSetUp) return false
      isSetUp = (await ownPeople(database.beyondTenants())).length > 0
      return !isSetUp
    },

    setUp: (input) =>
      database.beyondTenantsTransaction(async (writer) => {
        await writer.execute(sql`select pg_advisory_xact_lock(7149001)`)
        if ((await ownPeople(writer)).length > 0)
          throw new KnownError('conflict', 'This server already has an owner. Sign in instead.')
        const name = input.organisation || 'My organisation'
        const tenantId = await insertTenant(writer, slugOf(name), name)
        const userId = await insertUser(writer, { ...input, name: input.name || nameOf(input.email) })
        await writer.insert(members).values({ tenantId, userId, role: 'owner', createdAt: clock() })
        return {
          actor: await memberActor(writer, tenantId, userId),
          sessionToken: await openSession(writer, tenantId, userId),
        }
      }),

    async signIn(email, password, address) {
      const keys = [`address ${address}`, `email ${email}`]
      for (const key of keys) throttle.check(key)
      const reader = database.beyondTenants()
      const [user] = await reader.select().from(users).where(eq(users.email, email.toLowerCase()))
      // NOTE: an unknown address costs one hash as well, so that time tells nothing.
      const isRight = await isPassword(password, user?.passwordHash ?? (await unknownUserHash()))
      const [member] = user
        ? await reader.select().from(members).where(eq(members.userId, user.id)).orderBy(members.createdAt).limit(1)
        : []
      if (!user || !isRight || !member) {
        for (const key of keys) throttle.fail(key)
        throw new KnownError('wrong-credentials')
      }
      throttle.succeed(`email ${email}`)
      return {
        actor: await memberActor(reader, member.tenantId, user.id),
        sessionToken: await openSession(reader, member.tenantId, user.id),
      }
    },

    async signOut(sessionToken) {
      await database
        .beyondTenants()
        .delete(sessions)
        .where(eq(sessions.tokenHash, sha256(sessionToken)))
    },

    async demoActor() {
      const reader = database.beyondTenants()
      const known = await demoMember(reader)
      return known && memberActor(reader, known.tenantId, known.userId)
    },

    makeDemo: (name) =>
      database.beyondTenantsTransaction(async (writer) => {
        await writer.execute(sql`select pg_advisory_xact_lock(7149001)`)
        const known = await demoMember(writer)
        if (known) return memberActor(writer, known.tenantId, known.userId)
        const tenantId = await insertTenant(writer, 'demo', name)
        await writer.update(tenants).set({ isDemo: true }).where(eq(tenants.id, tenantId))
        const userId = await insertUser(writer, { email: DEMO_EMAIL, password: randomToken(32), name: 'You, in the demo' })
        await writer.insert(members).values({ tenantId, userId, role: 'owner', createdAt: clock() })
        return memberActor(writer, tenantId, userId)
      }),

    async enterDemo() {
      const writer = database.beyondTenants()
      const known = await demoMember(writer)
      if (!known) throw new KnownError('not-found', 'There is no demo on this server.')
      return {
        actor: await memberActor(writer, known.tenantId, known.userId),
        sessionToken: await openSession(writer, known.tenantId, known.userId),
      }
    },

    async actorOfSession(sessionToken) {
      const [found] = await database
        .beyondTenants()
        .select(actorColumns)
        .from(sessions)
        .innerJoin(members, and(eq(members.tenantId, sessions.tenantId), eq(members.userId, sessions.userId)))
        .leftJoin(roles, ownRole)
        .where(and(eq(sessions.tokenHash, sha256(sessionToken)), gt(sessions.expiresAt, clock())))
      return found && actorOf(found, 'web')
    },

    async actorOfKey(apiKey) {
      const [found] = await database
        .beyondTenants()
        .select({ ...actorColumns, id: apiKeys.id, scopes: apiKeys.scopes })
        .from(apiKeys)
        .innerJoin(members, and(eq(members.tenantId, apiKeys.tenantId), eq(members.userId, apiKeys.userId)))
        .leftJoin(roles, ownRole)
        .where(
          and(
            eq(apiKeys.keyHash, sha256(apiKey)),
            isNull(apiKeys.revokedAt),
            or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, clock())),
          ),
        )
      if (!found) return undefined
      const { id, scopes, ...member } = found
      return actorOf(member, 'api', { id, scopes })
    },

    async me(actor) {
      const reader = database.read(actor)
      const [user] = await reader.select().from(users).where(eq(users.id, actor.userId))
      const [tenant] = await reader.select().from(tenants).where(eq(tenants.id, actor.tenantId))
      if (!user || !tenant) throw new KnownError('not-signed-in')
      return {
        user: { id: user.id, email: user.email, name: user.name },
        tenant: { id: tenant.id, name: tenant.name, sharingEnabled: tenant.sharingEnabled, isDemo: tenant.isDemo },
        role: actor.role,
        permissions: [...actor.permissions],
      }
    },

    async tenant(id) {
      const [found] = await database.read({ tenantId: id }).select().from(tenants).where(eq(tenants.id, id))
      return found
    },

    createUser: (input) =>
      database.beyondTenantsTransaction(async (writer) => {
        const known = await writer.select().from(tenants).orderBy(tenants.createdAt)
        const wanted = input.tenant ? slugOf(input.tenant) : undefined
        const tenantId =
          (wanted ? known.find((tenant) => tenant.slug === wanted) : known.find((tenant) => !tenant.isDemo))?.id ??
          (await insertTenant(writer, wanted ?? 'main', input.tenant ?? 'My organisation'))
        const userId = await insertUser(writer, { ...input, name: nameOf(input.email) })
        await writer.insert(members).values({ tenantId, userId, role: input.role, createdAt: clock() })
        return { userId, tenantId }
      }),

    async createKey({ email, name }) {
      const writer = database.beyondTenants()
      const [member] = await writer
        .select({ userId: members.userId, tenantId: members.tenantId })
        .from(members)
        .innerJoin(users, eq(users.id, members.userId))
        .where(eq(users.email, email.toLowerCase()))
        .orderBy(members.createdAt)
        .limit(1)
      if (!member)
        throw new KnownError(
          'not-found',
          `There is no account for ${email}. Make one with: qry user create --email ${email} --password …`,
        )
      const key = `qry_${randomToken(32)}`
      await writer
        .insert(apiKeys)
        .values({ id: randomId<ApiKeyId>('key', clock()), ...member, name, keyHash: sha256(key), createdAt: clock() })
      return key
    },
  }
}

let cachedUnknownUserHash: Promise<string> | undefined
const unknownUserHash = (): Promise<string> => {
  cachedUnknownUserHash ??= hashPassword(randomToken())
  return cachedUnknownUserHash
}

const nameOf = (email: string): string => email.split('@')[0] ?? email

/** A host name part: lower case, digits and dashes. */
export const slugOf = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50) || 'main'
