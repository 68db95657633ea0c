import { and, desc, eq, gt, isNull, or, type Placeholder, sql } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { ApiKeyId, TenantId, UserId } from '../../contract/id.ts'
import type { ApiKey, ApiKeyInput, NewApiKey } from '../../contract/session.ts'
import type { Clock } from '../basics/clock.ts'
import { randomId, randomToken } from '../basics/random-id.ts'
import { sha256 } from '../basics/sha256.ts'
import type { Database, Writer } from '../storage/database.ts'
import type { Actor } from './actor.ts'
import { actorColumns, actorOf, inLiveTenant, ownRole } from './actor-columns.ts'
import { audit } from './audit.ts'
import { apiKeys, members, roles, tenants } from './tables.ts'

const dayMs = 86_400_000
const USED_EVERY_MS = 300_000

/** Keys for programs: `qry_…`, kept as hashes, made and revoked by their owner. A key does what its scopes and its owner's role both allow. */
export interface ApiKeys {
  /** `slug` is the tenant that the origin is bound to: a key of another tenant counts as none. */
  actorOf(key: string, slug?: string): Promise<Actor | undefined>
  list(actor: Actor): Promise<ApiKey[]>
  /** `forbidden` for a scope that the actor lacks, and for programs: a key makes no keys. */
  create(actor: Actor, input: ApiKeyInput): Promise<NewApiKey>
  /** Throws `not-found`. */
  revoke(actor: Actor, id: ApiKeyId): Promise<void>
}

type Row = typeof apiKeys.$inferSelect

const present = (row: Row): ApiKey => ({
  id: row.id,
  name: row.name,
  ending: row.ending,
  scopes: row.scopes,
  createdAt: row.createdAt.toISOString(),
  usedAt: row.usedAt?.toISOString() ?? null,
  expiresAt: row.expiresAt?.toISOString() ?? null,
})

/** Writes a new key; answers it and its row. */
export async function insertKey(
  writer: Writer,
  owner: { tenantId: TenantId; userId: UserId },
  input: Pick<ApiKeyInput, 'name' | 'scopes' | 'days'>,
  now: Date,
): Promise<{ key: string; row: Row }> {
  const key = `qry_${randomToken(32)}`
  const [row] = await writer
    .insert(apiKeys)
    .values({
      ...owner,
      id: randomId<ApiKeyId>('key', now),
      name: input.name,
      keyHash: sha256(key),
      ending: key.slice(-4),
      scopes: input.scopes,
      createdAt: now,
      expiresAt: input.days === null ? null : new Date(now.getTime() + input.days * dayMs),
    })
    .returning()
  if (!row) throw new Error('the key was not written')
  return { key, row }
}

export function createApiKeys({ database, clock }: { database: Database; clock: Clock }): ApiKeys {
  const isLive = (now: Date | Placeholder) =>
    and(isNull(apiKeys.revokedAt), or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)))
  /** Asked at each request, so its statement is made and planned once. */
  const knownKey = (name: string, slug?: Placeholder) =>
    database
      .beyondTenants()
      .select({ ...actorColumns, id: apiKeys.id, scopes: apiKeys.scopes, usedAt: apiKeys.usedAt })
      .from(apiKeys)
      .innerJoin(members, and(eq(members.tenantId, apiKeys.tenantId), eq(members.userId, apiKeys.userId)))
      .innerJoin(tenants, inLiveTenant(slug))
      .leftJoin(roles, ownRole)
      .where(and(eq(apiKeys.keyHash, sql.placeholder('keyHash')), isLive(sql.placeholder('now'))))
      .prepare(name)
  const anywhere = knownKey('actor_of_key')
  const inTenant = knownKey('actor_of_key_in_tenant', sql.placeholder('slug'))
  const mine = (actor: Actor) => and(eq(apiKeys.tenantId, actor.tenantId), eq(apiKeys.userId, actor.userId))

  return {
    async actorOf(key, slug) {
      const now = clock()
      const asked = { keyHash: sha256(key), now: now.toISOString() }
      const [found] = await (slug === undefined ? anywhere.execute(asked) : inTenant.execute({ ...asked, slug }))
      if (!found) return undefined
      const { id, scopes, usedAt, ...member } = found
      if (!usedAt || now.getTime() - usedAt.getTime() > USED_EVERY_MS)
        await database.write(member).update(apiKeys).set({ usedAt: now }).where(eq(apiKeys.id, id))
      return actorOf(member, 'api', { id, scopes })
    },

    async list(actor) {
      const rows = await database
        .read(actor)
        .select()
        .from(apiKeys)
        .where(and(mine(actor), isLive(clock())))
        .orderBy(desc(apiKeys.createdAt))
      return rows.map(present)
    },

    async create(actor, input) {
      if (actor.apiKeyId) throw new KnownError('forbidden', 'A key makes no keys. Sign in to make one.')
      const lacking = input.scopes?.find((scope) => !actor.permissions.has(scope))
      if (lacking) throw new KnownError('forbidden', `Your role here is ${actor.role}, which does not include ${lacking}.`)
      return database.transaction(actor, async (writer) => {
        const { tenantId, userId } = actor
        const { key, row } = await insertKey(writer, { tenantId, userId }, input, clock())
        await audit(writer, actor, 'key-create', row.id, { name: row.name, scopes: row.scopes }, clock)
        return { ...present(row), key }
      })
    },

    async revoke(actor, id) {
      await database.transaction(actor, async (writer) => {
        const revoked = await writer
          .update(apiKeys)
          .set({ revokedAt: clock() })
          .where(and(mine(actor), eq(apiKeys.id, id), isNull(apiKeys.revokedAt)))
          .returning({ name: apiKeys.name })
        const [row] = revoked
        if (!row) throw new KnownError('not-found')
        await audit(writer, actor, 'key-revoke', id, { name: row.name }, clock)
      })
    },
  }
}
