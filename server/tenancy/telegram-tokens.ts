import { and, desc, eq, gt } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { TelegramTokenId, TenantId } from '../../contract/id.ts'
import type { NewTelegramToken, TelegramToken, TelegramTokenInput } from '../../contract/telegram.ts'
import type { Clock } from '../basics/clock.ts'
import { randomId, randomToken } from '../basics/random-id.ts'
import { sha256 } from '../basics/sha256.ts'
import type { Database } from '../storage/database.ts'
import type { Actor } from './actor.ts'
import { actorColumns, actorOf, inLiveTenant, ownRole } from './actor-columns.ts'
import { audit } from './audit.ts'
import { members, roles, telegramTokens, tenants } from './tables.ts'

const dayMs = 86_400_000

/** Tokens for the bot: `qry_msg_…`, kept as hashes, made and revoked by their owner. Whoever holds one speaks with its owner's role. */
export interface TelegramTokens {
  /** Whose token this is; undefined when it is unknown, over or another tenant's. */
  enter(tenantId: TenantId, token: string): Promise<{ tokenId: TelegramTokenId; actor: Actor } | undefined>
  /** The owner as they are now; undefined when the token is revoked or over, or they have left. */
  actorOf(tenantId: TenantId, id: TelegramTokenId): Promise<Actor | undefined>
  list(actor: Actor): Promise<TelegramToken[]>
  /** `forbidden` for programs: a key makes no tokens. */
  create(actor: Actor, input: TelegramTokenInput): Promise<NewTelegramToken>
  /** Throws `not-found`. */
  revoke(actor: Actor, id: TelegramTokenId): Promise<void>
}

type Row = typeof telegramTokens.$inferSelect

const present = (row: Row): TelegramToken => ({
  id: row.id,
  ending: row.ending,
  createdAt: row.createdAt.toISOString(),
  usedAt: row.usedAt?.toISOString() ?? null,
  expiresAt: row.expiresAt.toISOString(),
})

export function createTelegramTokens({ database, clock }: { database: Database; clock: Clock }): TelegramTokens {
  const mine = (actor: Actor) => and(eq(telegramTokens.tenantId, actor.tenantId), eq(telegramTokens.userId, actor.userId))

  const find = async (tenantId: TenantId, which: ReturnType<typeof eq>) => {
    const [found] = await database
      .read({ tenantId })
      .select({ ...actorColumns, id: telegramTokens.id })
      .from(telegramTokens)
      .innerJoin(members, and(eq(members.tenantId, telegramTokens.tenantId), eq(members.userId, telegramTokens.userId)))
      .innerJoin(tenants, inLiveTenant(undefined))
      .leftJoin(roles, ownRole)
      .where(and(eq(telegramTokens.tenantId, tenantId), which, gt(telegramTokens.expiresAt, clock())))
    if (!found) return undefined
    const { id, ...member } = found
    return { tokenId: id, actor: actorOf(member, 'telegram') }
  }

  return {
    async enter(tenantId, token) {
      const found = await find(tenantId, eq(telegramTokens.tokenHash, sha256(token)))
      if (!found) return undefined
      const own = and(eq(telegramTokens.tenantId, tenantId), eq(telegramTokens.id, found.tokenId))
      await database.write({ tenantId }).update(telegramTokens).set({ usedAt: clock() }).where(own)
      return found
    },

    async actorOf(tenantId, id) {
      return (await find(tenantId, eq(telegramTokens.id, id)))?.actor
    },

    async list(actor) {
      const rows = await database
        .read(actor)
        .select()
        .from(telegramTokens)
        .where(and(mine(actor), gt(telegramTokens.expiresAt, clock())))
        .orderBy(desc(telegramTokens.createdAt))
      return rows.map(present)
    },

    async create(actor, { days }) {
      if (actor.apiKeyId) throw new KnownError('forbidden', 'A key makes no tokens. Sign in to make one.')
      const now = clock()
      const token = `qry_msg_${randomToken(32)}`
      return database.transaction(actor, async (writer) => {
        const [row] = await writer
          .insert(telegramTokens)
          .values({
            id: randomId<TelegramTokenId>('tgt', now),
            tenantId: actor.tenantId,
            userId: actor.userId,
            tokenHash: sha256(token),
            ending: token.slice(-4),
            createdAt: now,
            expiresAt: new Date(now.getTime() + days * dayMs),
          })
          .returning()
        if (!row) throw new Error('the token was not written')
        await audit(writer, actor, 'telegram-token-create', row.id, { days }, clock)
        return { ...present(row), token }
      })
    },

    async revoke(actor, id) {
      await database.transaction(actor, async (writer) => {
        const revoked = await writer
          .delete(telegramTokens)
          .where(and(mine(actor), eq(telegramTokens.id, id)))
          .returning({ id: telegramTokens.id })
        if (revoked.length === 0) throw new KnownError('not-found')
        await audit(writer, actor, 'telegram-token-revoke', id, {}, clock)
      })
    },
  }
}
