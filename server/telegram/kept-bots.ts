import { and, eq, isNull, lt, or, sql } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { TenantId } from '../../contract/id.ts'
import type { BotMode, TelegramBot } from '../../contract/telegram.ts'
import type { Clock } from '../basics/clock.ts'
import { randomToken } from '../basics/random-id.ts'
import { sha256 } from '../basics/sha256.ts'
import type { Database, Writer } from '../storage/database.ts'
import type { Secret } from '../storage/secret.ts'
import { telegramBots } from './tables.ts'

type Row = typeof telegramBots.$inferSelect

/** A bot with its secrets opened; they stay in this room. */
export interface KeptBot {
  readonly tenantId: TenantId
  readonly token: string
  readonly username: string
  readonly mode: BotMode
  readonly hookId: string
  readonly hookSecret: string
  readonly problem: string | null
  /** Another one means: begin anew. */
  readonly changedAtMs: number
}

export const presentBot = ({ username, mode, problem }: KeptBot): TelegramBot => ({ username, mode, problem })

/** How long a node may go on asking Telegram without saying so again. */
const LEASE_SECONDS = 15
export const TOKEN_PURPOSE = 'telegram-bot-token'
export const HOOK_PURPOSE = 'telegram-hook-secret'

/** The bots of all tenants, their tokens sealed, and the lease that lets one node at a time ask Telegram for each. */
export interface KeptBots {
  all(): Promise<KeptBot[]>
  find(tenantId: TenantId): Promise<KeptBot | undefined>
  byHook(hookId: string): Promise<KeptBot | undefined>
  /** Throws `conflict` when the bot is another tenant's. */
  save(writer: Writer, bot: { tenantId: TenantId; token: string; username: string; mode: BotMode }): Promise<void>
  remove(writer: Writer, tenantId: TenantId): Promise<void>
  setProblem(tenantId: TenantId, problem: string | null): Promise<void>
  /** Takes or renews the lease; false while another node has it. */
  claim(tenantId: TenantId, nodeId: string): Promise<boolean>
  release(nodeId: string): Promise<void>
}

export function createKeptBots(dependencies: { database: Database; secret: Secret; clock: Clock }): KeptBots {
  const { database, secret, clock } = dependencies
  const everywhere = () => database.beyondTenants()

  const open = ({ tokenSealed, hookSecretSealed, changedAt, tenantId, username, mode, hookId, problem }: Row): KeptBot => ({
    tenantId,
    token: secret.open(tokenSealed, TOKEN_PURPOSE),
    hookSecret: secret.open(hookSecretSealed, HOOK_PURPOSE),
    changedAtMs: changedAt.getTime(),
    username,
    mode,
    hookId,
    problem,
  })

  return {
    async all() {
      return (await everywhere().select().from(telegramBots)).map(open)
    },

    async find(tenantId) {
      const [row] = await database.read({ tenantId }).select().from(telegramBots).where(eq(telegramBots.tenantId, tenantId))
      return row && open(row)
    },

    async byHook(hookId) {
      const [row] = await everywhere().select().from(telegramBots).where(eq(telegramBots.hookId, hookId))
      return row && open(row)
    },

    async save(writer, { tenantId, token, username, mode }) {
      const tokenHash = sha256(token)
      const [taken] = await writer
        .select({ tenantId: telegramBots.tenantId })
        .from(telegramBots)
        .where(eq(telegramBots.tokenHash, tokenHash))
      if (taken && taken.tenantId !== tenantId)
        throw new KnownError(
          'conflict',
          'This bot belongs to another tenant of this server. Make one of your own with BotFather.',
        )
      const kept = {
        tokenSealed: secret.seal(token, TOKEN_PURPOSE),
        tokenHash,
        username,
        mode,
        hookId: randomToken(18),
        hookSecretSealed: secret.seal(randomToken(32), HOOK_PURPOSE),
        problem: null,
        changedAt: clock(),
      }
      await writer
        .insert(telegramBots)
        .values({ tenantId, ...kept })
        .onConflictDoUpdate({ target: telegramBots.tenantId, set: kept })
    },

    async remove(writer, tenantId) {
      await writer.delete(telegramBots).where(eq(telegramBots.tenantId, tenantId))
    },

    async setProblem(tenantId, problem) {
      await database.write({ tenantId }).update(telegramBots).set({ problem }).where(eq(telegramBots.tenantId, tenantId))
    },

    async claim(tenantId, nodeId) {
      const isFree = or(
        isNull(telegramBots.polledBy),
        eq(telegramBots.polledBy, nodeId),
        lt(telegramBots.polledUntil, sql`now()`),
      )
      const claimed = await database
        .write({ tenantId })
        .update(telegramBots)
        .set({ polledBy: nodeId, polledUntil: sql`now() + make_interval(secs => ${LEASE_SECONDS})` })
        .where(and(eq(telegramBots.tenantId, tenantId), isFree))
        .returning({ tenantId: telegramBots.tenantId })
      return claimed.length > 0
    },

    async release(nodeId) {
      await everywhere().update(telegramBots).set({ polledBy: null, polledUntil: null }).where(eq(telegramBots.polledBy, nodeId))
    },
  }
}
