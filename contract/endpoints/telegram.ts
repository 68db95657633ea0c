import { z } from 'zod'
import { Done, define } from '../endpoint.ts'
import { TelegramTokenId } from '../id.ts'
import { NewTelegramToken, TelegramBot, TelegramBotInput, TelegramToken, TelegramTokenInput } from '../telegram.ts'

export const telegramEndpoints = {
  readTelegramBot: define({
    method: 'GET',
    path: '/api/telegram',
    summary: 'The tenant’s Telegram bot, if there is one',
    output: z.object({ bot: TelegramBot.nullable() }),
    errors: [],
  }),
  changeTelegramBot: define({
    method: 'PUT',
    path: '/api/telegram',
    summary: 'Connect a bot, or change how it hears; Telegram is asked before anything is kept',
    body: TelegramBotInput,
    output: z.object({ bot: TelegramBot.nullable() }),
    errors: ['forbidden', 'conflict', 'unavailable'],
  }),
  testTelegramBot: define({
    method: 'POST',
    path: '/api/telegram/test',
    summary: 'Ask Telegram who the bot of a token is; without one, of the token that is kept',
    body: TelegramBotInput.pick({ token: true }),
    output: z.object({ username: z.string() }),
    errors: ['forbidden', 'not-found', 'unavailable'],
  }),
  removeTelegramBot: define({
    method: 'DELETE',
    path: '/api/telegram',
    summary: 'Disconnect the bot; nobody is linked to it any more',
    output: Done,
    errors: ['forbidden', 'not-found'],
  }),
  listTelegramTokens: define({
    method: 'GET',
    path: '/api/me/telegram-tokens',
    summary: 'My tokens for the bot',
    output: z.object({ items: z.array(TelegramToken), nextCursor: z.null() }),
    errors: [],
  }),
  createTelegramToken: define({
    method: 'POST',
    path: '/api/me/telegram-tokens',
    summary: 'Make a token for /login; it is answered this once',
    body: TelegramTokenInput,
    output: NewTelegramToken,
    status: 201,
    errors: ['forbidden'],
  }),
  revokeTelegramToken: define({
    method: 'DELETE',
    path: '/api/me/telegram-tokens/:id',
    summary: 'Revoke a token; chats that it linked are strangers from now on',
    params: z.object({ id: TelegramTokenId }),
    output: Done,
    errors: ['not-found'],
  }),
}
