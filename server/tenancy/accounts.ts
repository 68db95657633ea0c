import { asc, eq, isNull, sql } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { TenantId, UserId } from '../../contract/id.ts'
import type { RoleName } from '../../contract/permission.ts'
import type { SetupInput } from '../../contract/person.ts'
import type { Clock } from '../basics/clock.ts'
import { randomId } from '../basics/random-id.ts'
import type { Database, Reader, Writer } from '../storage/database.ts'
import { insertKey } from './api-keys.ts'
import { audit } from './audit.ts'
import { hashPassword } from './password.ts'
import { members, passwordResets, sessions, tenants, users } from './tables.ts'

/** For the command line, which stands above tenants. */
export interface Accounts {
  /** A new tenant name makes the tenant; without one the first is meant. `conflict` for an address that has an account. */
  createUser(input: {
    email: string
    password: string
    role: RoleName
    tenant?: string | undefined
  }): Promise<{ userId: UserId; tenantId: TenantId }>
  /** A key of the person's first tenant, shown this once, with all that their role allows. */
  createKey(input: { email: string; name: string }): Promise<string>
  /** Sets a password, switches the second factor off and ends all sessions. */
  resetPassword(input: { email: string; password: string }): Promise<void>
}

/** Writes a new account. `conflict` when there is one of this address. */
export async function insertUser(
  writer: Writer,
  input: { email: string; password: string | null; name: string },
  clock: Clock,
): Promise<UserId> {
  const id = randomId<UserId>('usr', clock())
  const email = input.email.toLowerCase()
  const passwordHash = input.password === null ? '' : await hashPassword(input.password)
  const made = await writer
    .insert(users)
    .values({ id, email, name: input.name || nameOf(email), passwordHash, createdAt: clock() })
    .onConflictDoNothing()
    .returning({ id: users.id })
  if (made.length === 0) throw new KnownError('conflict', `There is already an account for ${email}.`)
  return id
}

/** Writes a new tenant. */
export async function insertTenant(writer: Writer, slug: string, name: string, clock: Clock): Promise<TenantId> {
  const id = randomId<TenantId>('ten', clock())
  await writer.insert(tenants).values({ id, slug, name, createdAt: clock() })
  return id
}

/** Whether anybody belongs to a tenant that is not the demo. */
export async function hasPeople(reader: Reader): Promise<boolean> {
  const found = await reader
    .select({ userId: members.userId })
    .from(members)
    .innerJoin(tenants, eq(tenants.id, members.tenantId))
    .where(eq(tenants.isDemo, false))
    .limit(1)
  return found.length > 0
}

/** The first tenant, under the name of the host that was visited if that is bound to one, and its owner. `conflict` when somebody was quicker. */
export async function insertFirstOwner(
  writer: Writer,
  input: Omit<SetupInput, 'code'>,
  slug: string | undefined,
  clock: Clock,
): Promise<{ tenantId: TenantId; userId: UserId }> {
  await writer.execute(sql`select pg_advisory_xact_lock(7149001)`)
  if (await hasPeople(writer)) throw new KnownError('conflict', 'This server already has an owner. Sign in instead.')
  const name = input.organisation || 'My organisation'
  const tenantId = await insertTenant(writer, slug ?? slugOf(name), name, clock)
  const userId = await insertUser(writer, input, clock)
  await writer.insert(members).values({ tenantId, userId, role: 'owner', createdAt: clock() })
  return { tenantId, userId }
}

export function createAccounts({ database, clock }: { database: Database; clock: Clock }): Accounts {
  const find = async (writer: Writer, email: string) => {
    const [user] = await writer.select().from(users).where(eq(users.email, email.toLowerCase()))
    if (!user)
      throw new KnownError(
        'not-found',
        `There is no account for ${email}. Make one with: qry user create --email ${email} --password …`,
      )
    return user
  }
  const membershipsOf = (writer: Writer, userId: UserId) =>
    writer
      .select({ tenantId: members.tenantId, userId: members.userId })
      .from(members)
      .where(eq(members.userId, userId))
      .orderBy(asc(members.createdAt))

  return {
    createUser: (input) =>
      database.beyondTenantsTransaction(async (writer) => {
        const known = await writer.select().from(tenants).where(isNull(tenants.deletedAt)).orderBy(tenants.createdAt)
        const wanted = input.tenant ? slugOf(input.tenant) : undefined
        const tenantId =
          (wanted ? known.find((tenant) => tenant.slug === wanted) : known.find((tenant) => !tenant.isDemo))?.id ??
          (await insertTenant(writer, wanted ?? 'main', input.tenant ?? 'My organisation', clock))
        const userId = await insertUser(writer, { ...input, name: '' }, clock)
        await writer.insert(members).values({ tenantId, userId, role: input.role, createdAt: clock() })
        const { email, role } = input
        await audit(writer, { tenantId, userId, via: 'cli' }, 'member-join', userId, { email, role }, clock)
        return { userId, tenantId }
      }),

    createKey: ({ email, name }) =>
      database.beyondTenantsTransaction(async (writer) => {
        const user = await find(writer, email)
        const [member] = await membershipsOf(writer, user.id)
        if (!member) throw new KnownError('not-found', `${email} belongs to no tenant any more.`)
        const { key, row } = await insertKey(writer, member, { name, scopes: null, days: null }, clock())
        await audit(writer, { ...member, via: 'cli' }, 'key-create', row.id, { name }, clock)
        return key
      }),

    async resetPassword({ email, password }) {
      const passwordHash = await hashPassword(password)
      await database.beyondTenantsTransaction(async (writer) => {
        const user = await find(writer, email)
        const set = { passwordHash, totpSealed: null, totpStep: null, recoveryHashes: [] }
        await writer.update(users).set(set).where(eq(users.id, user.id))
        await writer.delete(passwordResets).where(eq(passwordResets.userId, user.id))
        await writer.delete(sessions).where(eq(sessions.userId, user.id))
        for (const member of await membershipsOf(writer, user.id))
          await audit(writer, { ...member, via: 'cli' }, 'password-reset', user.id, {}, clock)
      })
    },
  }
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
