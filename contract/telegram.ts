import { z } from 'zod'
import { TelegramTokenId } from './id.ts'

/** How a bot hears: it asks Telegram again and again, or Telegram calls the server at its public address. */
export const BotMode = z.enum(['polling', 'webhook'])
export type BotMode = z.infer<typeof BotMode>

/** The tenant's bot. Its token never comes back. */
export const TelegramBot = z.object({
  username: z.string(),
  mode: BotMode,
  /** Why it does not hear, in a sentence; null while all is well. */
  problem: z.string().nullable(),
})
export type TelegramBot = z.infer<typeof TelegramBot>

/** As BotFather gives it: the bot's number, a colon, its secret. */
const BotToken = z
  .string()
  .trim()
  .regex(/^\d{3,20}:[\w-]{10,100}$/, 'This is not a bot token. BotFather gives one like 123456789:AAF…')

export const TelegramBotInput = z.object({
  /** Absent keeps the one that is there. */
  token: BotToken.optional(),
  mode: BotMode.default('polling'),
})
export type TelegramBotInput = z.infer<typeof TelegramBotInput>

/** What lets one person speak to the bot as themselves. */
export const TelegramToken = z.object({
  id: TelegramTokenId,
  /** Its last four characters. */
  ending: z.string(),
  createdAt: z.string(),
  usedAt: z.string().nullable(),
  expiresAt: z.string(),
})
export type TelegramToken = z.infer<typeof TelegramToken>
export const TelegramTokenInput = z.object({ days: z.number().int().min(1).max(365).default(90) })
export type TelegramTokenInput = z.infer<typeof TelegramTokenInput>
/** The token itself, `qry_msg_…`, is shown this once. */
export const NewTelegramToken = TelegramToken.extend({ token: z.string() })
export type NewTelegramToken = z.infer<typeof NewTelegramToken>
