import type { Context } from 'grammy'
import { KnownError } from '../../contract/error.ts'
import { type ConversationId, TurnId } from '../../contract/id.ts'
import { escapeText } from '../../render/html.ts'
import { audit } from '../tenancy/audit.ts'
import { Throttle } from '../tenancy/throttle.ts'
import { answerTurn, chosenReading } from './answer-turn.ts'
import { commands } from './commands.ts'
import type { KeptBot } from './kept-bots.ts'
import type { Place } from './linked-chats.ts'
import { receiveFile } from './receive-file.ts'
import { ensureConversation, reply, requireConversation, sentenceOf, type Talk, type TalkRooms } from './talk.ts'

const MINUTE_MS = 60_000
const MESSAGES_A_MINUTE = 30
const LOGINS = 10
const LOGIN_WINDOW_MS = 10 * MINUTE_MS

/** Calls by hand look like commands and are questions. */
const isByHand = (text: string): boolean => /^\/(sql|chart|python)\b/i.test(text)

const stranger = 'I only speak to people of this QRY. In QRY, open Telegram, make a token, and write me: /login qry_msg_…'

/**
 * What the bot does with an update: finds who speaks, obeys commands, takes files, and asks everything else as a question.
 * Strangers learn nothing but how to link themselves, and in groups they get no answer at all. Never rejects.
 */
export function createHearing(rooms: TalkRooms): (bot: KeptBot, context: Context) => Promise<void> {
  const messages = new Throttle(rooms.clock, MESSAGES_A_MINUTE, MINUTE_MS)
  const logins = new Throttle(rooms.clock, LOGINS, LOGIN_WINDOW_MS)
  const warnings = new Throttle(rooms.clock, 1, MINUTE_MS)

  const isTooMuch = async (context: Context, key: string): Promise<boolean> => {
    try {
      messages.begin(key)
      return false
    } catch (error) {
      // NOTE: one warning a minute; answering a flood would be one.
      const isWarned = isRefused(() => warnings.begin(key))
      if (!isWarned && context.chat?.type === 'private') await reply({ context }, sentenceOf(error, rooms.report))
      return true
    }
  }

  const logIn = async (context: Context, place: Place, isGroup: boolean, token: string): Promise<void> => {
    const isDeleted = await context.deleteMessage().catch(() => false)
    if (isGroup) {
      if (token) await reply({ context }, 'Others may have read that token: revoke it in QRY. Write me /login in private only.')
      return
    }
    logins.begin(place.personId)
    const entered = token ? await rooms.tenancy.telegramTokens.enter(place.tenantId, token) : undefined
    if (!entered) throw new KnownError('wrong-credentials', 'This token is not known, is over, or was revoked. Make one in QRY.')
    logins.giveBack(place.personId)
    await rooms.chats.link(place, entered.tokenId)
    await audit(rooms.database.write(entered.actor), entered.actor, 'telegram-login', place.personId, {}, rooms.clock)
    const { user } = await rooms.tenancy.me(entered.actor)
    const kept = isDeleted ? '' : '\nI could not delete your message with the token. Delete it yourself.'
    await reply({ context }, `Hello ${escapeText(user.name)}. Ask a question, or see /help.${kept}`)
  }

  const ask = async (talk: Talk, question: string, into?: ConversationId): Promise<void> => {
    const id = into ?? (await ensureConversation(talk))
    const analyst = talk.chat.analyst ?? undefined
    const turn = await rooms.turnLoop.ask(talk.actor, id, { question, analyst, uploadIds: [] })
    rooms.inBackground(answerTurn(talk, id, turn))
  }

  const confirm = async (talk: Talk, data: string): Promise<void> => {
    const [, turn, place] = /^run:([^:]+):(\d+)$/.exec(data) ?? []
    const turnId = TurnId.safeParse(turn)
    if (!turnId.success) return
    const id = await requireConversation(talk)
    const reading = chosenReading(await rooms.conversations.turn(talk.actor, id, turnId.data), Number(place))
    const running = await rooms.turnLoop.confirm(talk.actor, id, turnId.data, reading)
    await talk.context.editMessageReplyMarkup().catch(() => undefined)
    rooms.inBackground(answerTurn(talk, id, running))
  }

  const obey = async (talk: Talk, bot: KeptBot, said: Said): Promise<void> => {
    const data = talk.context.callbackQuery?.data
    if (data !== undefined) return confirm(talk, data)
    if (talk.context.message?.document) {
      const id = await receiveFile(talk, bot.token)
      if (said.text) await ask(talk, said.text, id)
      return
    }
    if (said.command === undefined || isByHand(said.text)) return ask(talk, said.text)
    const command = commands[said.command === 'start' ? 'help' : said.command]
    if (!command) throw new KnownError('invalid-input', `I don't know /${said.command}. See /help`)
    if (command.isPrivate && talk.isGroup) throw new KnownError('forbidden', 'I answer that in private only.')
    await command.run(talk, said.words)
  }

  return async (bot, context) => {
    const place = placeOf(bot, context)
    if (!place || context.from?.is_bot) return
    const isGroup = context.chat?.type !== 'private'
    const said = whatIsSaid(context, bot.username)
    if (isGroup && !said.isForMe && !context.callbackQuery) return
    try {
      if (context.callbackQuery) await context.answerCallbackQuery().catch(() => undefined)
      if (await isTooMuch(context, `${place.tenantId} ${place.personId}`)) return
      if (said.command === 'login') return await logIn(context, place, isGroup, said.words)
      const linked = await rooms.chats.find(place)
      if (!linked) return isGroup ? undefined : await reply({ context }, stranger)
      if (!said.text && !context.message?.document && !context.callbackQuery)
        throw new KnownError('invalid-input', 'I read text and files (CSV, Excel, JSON, Parquet, SQLite), sent as files.')
      await obey({ rooms, context, place, isGroup, ...linked }, bot, said)
    } catch (error) {
      const sentence = sentenceOf(error, rooms.report)
      await reply({ context }, sentence).catch((cause: unknown) => rooms.report(cause, { during: 'answering in Telegram' }))
    }
  }
}

function isRefused(begin: () => void): boolean {
  try {
    begin()
    return false
  } catch {
    return true
  }
}

function placeOf({ tenantId }: KeptBot, context: Context): Place | undefined {
  const { chat, from } = context
  return chat && from && { tenantId, chatId: String(chat.id), personId: String(from.id) }
}

interface Said {
  readonly text: string
  /** Without its slash, in lower case. */
  readonly command?: string
  readonly words: string
  /** In a group: a command, the bot's name, or an answer to what it wrote. */
  readonly isForMe: boolean
}

function whatIsSaid(context: Context, username: string): Said {
  const message = context.message
  const given = (message?.text ?? message?.caption ?? '').trim()
  const [, command, addressee, words = ''] = /^\/(\w+)(?:@(\w+))?(?:\s+([\s\S]*))?$/.exec(given) ?? []
  const isOthers = addressee !== undefined && addressee.toLowerCase() !== username.toLowerCase()
  const mention = new RegExp(`(^|\\s)@${username}\\b`, 'i')
  const isForMe =
    !isOthers && (command !== undefined || mention.test(given) || message?.reply_to_message?.from?.id === context.me.id)
  const text = given.replace(mention, ' ').trim()
  return { text, words: words.trim(), isForMe, ...(command && !isOthers ? { command: command.toLowerCase() } : {}) }
}
