import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import type { ConversationId, SourceId, TelegramTokenId, TenantId } from '../../contract/id.ts'
import type { BotMode } from '../../contract/telegram.ts'
import type { AnalystName } from '../../contract/turn.ts'
import { instant } from '../storage/tables.ts'

/** One bot a tenant. */
export const telegramBots = pgTable('telegram_bots', {
  tenantId: text('tenant_id').$type<TenantId>().primaryKey(),
  tokenSealed: text('token_sealed').notNull(),
  /** SHA-256 of the token: two tenants can't share a bot. */
  tokenHash: text('token_hash').notNull().unique(),
  username: text('username').notNull(),
  mode: text('mode').$type<BotMode>().notNull(),
  /** The end of the address that Telegram calls, and the word it has to say there. */
  hookId: text('hook_id').notNull().unique(),
  hookSecretSealed: text('hook_secret_sealed').notNull(),
  problem: text('problem'),
  changedAt: instant('changed_at').notNull(),
  /** The one node that asks Telegram for this bot, and until when nobody else may. */
  polledBy: text('polled_by'),
  polledUntil: instant('polled_until'),
})

/** Who speaks in which chat, and what they speak about. In a private chat, the chat has the number of its person. */
export const telegramChats = pgTable(
  'telegram_chats',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    chatId: text('chat_id').notNull(),
    personId: text('person_id').notNull(),
    tokenId: text('token_id').$type<TelegramTokenId>().notNull(),
    conversationId: text('conversation_id').$type<ConversationId>(),
    sourceId: text('source_id').$type<SourceId>(),
    analyst: text('analyst').$type<AnalystName>(),
    linkedAt: instant('linked_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.chatId, table.personId] })],
)
