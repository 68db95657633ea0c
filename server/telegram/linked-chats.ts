import { and, eq } from 'drizzle-orm'
import type { TelegramTokenId, TenantId } from '../../contract/id.ts'
import type { Clock } from '../basics/clock.ts'
import type { Database } from '../storage/database.ts'
import type { Actor } from '../tenancy/actor.ts'
import type { Tenancy } from '../tenancy/tenancy.ts'
import { telegramChats } from './tables.ts'

export type ChatRow = typeof telegramChats.$inferSelect
export type ChatChange = Partial<Pick<ChatRow, 'conversationId' | 'sourceId' | 'analyst'>>

/** Where somebody speaks: Telegram's numbers of the chat and of the person. */
export interface Place {
  readonly tenantId: TenantId
  readonly chatId: string
  readonly personId: string
}

/** Somebody who is linked, as they are now, and what this chat of theirs is about. */
export interface LinkedChat {
  readonly chat: ChatRow
  readonly actor: Actor
}

/** Chats that people linked with a token. A link made in private also counts in groups, where each of them has a conversation of its own. */
export interface LinkedChats {
  /** Undefined for strangers: whoever never linked, or whose token or membership is over. */
  find(place: Place): Promise<LinkedChat | undefined>
  link(place: Place, tokenId: TelegramTokenId): Promise<void>
  /** Everywhere. */
  unlink(place: Place): Promise<void>
  change(place: Place, change: ChatChange): Promise<void>
  removeAll(tenantId: TenantId): Promise<void>
}

export function createLinkedChats(dependencies: { database: Database; tenancy: Tenancy; clock: Clock }): LinkedChats {
  const { database, tenancy, clock } = dependencies
  const at = ({ tenantId, chatId, personId }: Place) =>
    and(eq(telegramChats.tenantId, tenantId), eq(telegramChats.chatId, chatId), eq(telegramChats.personId, personId))

  const rowOf = async (place: Place): Promise<ChatRow | undefined> => {
    const [row] = await database.read(place).select().from(telegramChats).where(at(place))
    return row
  }

  const insert = async (place: Place, tokenId: TelegramTokenId): Promise<ChatRow | undefined> => {
    const fresh = { tokenId, conversationId: null, sourceId: null, analyst: null, linkedAt: clock() }
    const [row] = await database
      .write(place)
      .insert(telegramChats)
      .values({ ...place, ...fresh })
      .onConflictDoUpdate({ target: [telegramChats.tenantId, telegramChats.chatId, telegramChats.personId], set: fresh })
      .returning()
    return row
  }

  return {
    async find(place) {
      const own = await rowOf({ ...place, chatId: place.personId })
      const actor = own && (await tenancy.telegramTokens.actorOf(place.tenantId, own.tokenId))
      if (!actor) return undefined
      const here = place.chatId === place.personId ? own : await rowOf(place)
      // NOTE: whoever linked anew as somebody else must not find what the last one spoke about.
      const chat = here?.tokenId === own.tokenId ? here : await insert(place, own.tokenId)
      return chat && { chat, actor }
    },

    async link(place, tokenId) {
      await insert(place, tokenId)
    },

    async unlink({ tenantId, personId }) {
      const theirs = and(eq(telegramChats.tenantId, tenantId), eq(telegramChats.personId, personId))
      await database.write({ tenantId }).delete(telegramChats).where(theirs)
    },

    async change(place, change) {
      await database.write(place).update(telegramChats).set(change).where(at(place))
    },

    async removeAll(tenantId) {
      await database.write({ tenantId }).delete(telegramChats).where(eq(telegramChats.tenantId, tenantId))
    },
  }
}
