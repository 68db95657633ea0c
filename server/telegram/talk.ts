import type { Context } from 'grammy'
import { KnownError } from '../../contract/error.ts'
import type { ConversationId } from '../../contract/id.ts'
import { escapeText } from '../../render/html.ts'
import type { TurnLoop } from '../analysts/turn-loop.ts'
import type { Clock } from '../basics/clock.ts'
import type { Conversations } from '../conversations/conversations.ts'
import type { Pictures } from '../pictures/pictures.ts'
import type { Results } from '../results/results.ts'
import type { Sharing } from '../sharing/sharing.ts'
import type { Sources } from '../sources/sources.ts'
import type { Database } from '../storage/database.ts'
import type { Actor } from '../tenancy/actor.ts'
import type { Tenancy } from '../tenancy/tenancy.ts'
import type { ChatChange, ChatRow, LinkedChats, Place } from './linked-chats.ts'

/** The rooms that a talk reaches, and the world around it. */
export interface TalkRooms {
  readonly database: Database
  readonly tenancy: Tenancy
  readonly conversations: Conversations
  readonly turnLoop: TurnLoop
  readonly results: Results
  readonly sources: Sources
  readonly sharing: Sharing
  readonly clock: Clock
  readonly chats: LinkedChats
  readonly pictures: Pictures
  /** The server's public origin, where it is known. */
  readonly origin: string | undefined
  readonly tempDir: string
  readonly uploadMaxBytes: number
  readonly apiRoot: string
  readonly report: (error: unknown, context: Record<string, unknown>) => string
  /** Takes over work that goes on after the update is done with. */
  readonly inBackground: (work: Promise<void>) => void
}

/** One message of somebody who is linked, and the way to answer. */
export interface Talk {
  readonly rooms: TalkRooms
  readonly context: Context
  readonly place: Place
  readonly chat: ChatRow
  readonly actor: Actor
  readonly isGroup: boolean
}

/** Answers with HTML as Telegram knows it; what comes from elsewhere must be escaped. */
export async function reply(talk: Pick<Talk, 'context'>, html: string): Promise<void> {
  await talk.context.reply(html, { parse_mode: 'HTML', link_preview_options: { is_disabled: true } })
}

/** What went wrong, as a sentence for people. */
export function sentenceOf(error: unknown, report: TalkRooms['report']): string {
  if (error instanceof KnownError && error.code !== 'internal') return escapeText(error.message)
  return `Something went wrong on the server. Number ${report(error, { during: 'a Telegram message' })} helps to find it in the log.`
}

export const changeChat = (talk: Talk, change: ChatChange): Promise<void> => talk.rooms.chats.change(talk.place, change)

/** The conversation that this chat is about, while the person may still see it. */
export async function currentConversation({ chat, actor, rooms }: Talk): Promise<ConversationId | undefined> {
  if (!chat.conversationId) return undefined
  try {
    return (await rooms.conversations.summary(actor, chat.conversationId)).id
  } catch (error) {
    if (error instanceof KnownError && error.code === 'not-found') return undefined
    throw error
  }
}

/** The current conversation; throws `conflict` with what to do where there is none. */
export async function requireConversation(talk: Talk): Promise<ConversationId> {
  const id = await currentConversation(talk)
  if (!id) throw new KnownError('conflict', 'There is no conversation here yet. Ask something, or choose one: /list')
  return id
}

/** The current conversation, or a new one on the chosen source; on the only source where there is one. */
export async function ensureConversation(talk: Talk): Promise<ConversationId> {
  const current = await currentConversation(talk)
  return current ?? newConversation(talk)
}

export async function newConversation(talk: Talk): Promise<ConversationId> {
  const { actor, rooms, chat } = talk
  const sources = await rooms.sources.list(actor)
  const chosen = sources.find((source) => source.id === chat.sourceId) ?? (sources.length === 1 ? sources[0] : undefined)
  const id = await rooms.conversations.create(actor, { sourceId: chosen?.id, uploadIds: [] })
  await changeChat(talk, { conversationId: id })
  return id
}

/** The page of a conversation in the web, where the server's address is known. */
export async function pageOf({ actor, rooms }: Talk, id: ConversationId): Promise<string | undefined> {
  return rooms.origin && `${await rooms.tenancy.tenants.originOf(actor, rooms.origin)}/c/${id}`
}
