import { and, desc, eq, inArray } from 'drizzle-orm'
import { type Api, GrammyError, InputFile } from 'grammy'
import { KnownError } from '../../contract/error.ts'
import type { TenantId } from '../../contract/id.ts'
import type { Database } from '../storage/database.ts'
import type { Actor } from '../tenancy/actor.ts'
import type { Tenancy } from '../tenancy/tenancy.ts'
import { cutLine, messagesOf } from './message-text.ts'
import { telegramChats } from './tables.ts'

/** What the bot can say by itself. */
export type OwnMessage =
  | { readonly kind: 'text'; readonly markdown: string }
  | { readonly kind: 'picture'; readonly png: Buffer; readonly caption: string }
  | { readonly kind: 'file'; readonly bytes: Buffer; readonly name: string; readonly caption: string }

/** Writes to people without being asked: in the private chat that they linked, never in a group. */
export interface WriteToPerson {
  isLinked(actor: Actor): Promise<boolean>
  /** Throws `conflict` when no chat of theirs is linked, `unavailable` when Telegram does not take it. */
  send(actor: Actor, messages: readonly OwnMessage[]): Promise<void>
}

interface WriteDependencies {
  readonly database: Database
  readonly tenancy: Tenancy
  /** The line to Telegram of the tenant's bot; undefined where there is none. */
  readonly lineOf: (tenantId: TenantId) => Promise<Api | undefined>
}

export function createWriteToPerson({ database, tenancy, lineOf }: WriteDependencies): WriteToPerson {
  const chatOf = async (actor: Actor): Promise<string | undefined> => {
    const tokens = (await tenancy.telegramTokens.list(actor)).map(({ id }) => id)
    if (tokens.length === 0) return undefined
    const [chat] = await database
      .read(actor)
      .select({ chatId: telegramChats.chatId })
      .from(telegramChats)
      .where(
        and(
          eq(telegramChats.tenantId, actor.tenantId),
          inArray(telegramChats.tokenId, tokens),
          eq(telegramChats.chatId, telegramChats.personId),
        ),
      )
      .orderBy(desc(telegramChats.linkedAt))
      .limit(1)
    return chat?.chatId
  }

  return {
    isLinked: async (actor) => (await lineOf(actor.tenantId)) !== undefined && (await chatOf(actor)) !== undefined,

    async send(actor, messages) {
      const [line, chat] = [await lineOf(actor.tenantId), await chatOf(actor)]
      if (!line || !chat)
        throw new KnownError('conflict', 'No Telegram chat of yours is linked any more. Settings, Telegram says how to link one.')
      try {
        for (const message of messages) await say(line, chat, message)
      } catch (cause) {
        const reason = cause instanceof GrammyError ? cause.description : 'it could not be reached'
        throw new KnownError('unavailable', `Telegram did not take the message: ${reason}.`, { cause })
      }
    },
  }
}

async function say(line: Api, chat: string, message: OwnMessage): Promise<void> {
  switch (message.kind) {
    case 'text':
      for (const html of messagesOf(message.markdown))
        await line.sendMessage(chat, html, { parse_mode: 'HTML', link_preview_options: { is_disabled: true } })
      return
    case 'picture':
      await line.sendPhoto(chat, new InputFile(message.png, 'chart.png'), { caption: cutLine(message.caption) })
      return
    case 'file':
      await line.sendDocument(chat, new InputFile(message.bytes, message.name), { caption: cutLine(message.caption) })
  }
}
