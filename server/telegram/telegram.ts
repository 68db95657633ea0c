import type { IncomingMessage, ServerResponse } from 'node:http'
import { autoRetry } from '@grammyjs/auto-retry'
import { Bot, GrammyError, webhookCallback } from 'grammy'
import { KnownError } from '../../contract/error.ts'
import type { TenantId } from '../../contract/id.ts'
import type { TelegramBot, TelegramBotInput } from '../../contract/telegram.ts'
import { sleep } from '../basics/sleep.ts'
import type { Secret } from '../storage/secret.ts'
import type { Actor } from '../tenancy/actor.ts'
import { audit } from '../tenancy/audit.ts'
import { requirePermission } from '../tenancy/permissions.ts'
import { commands } from './commands.ts'
import { createHearing } from './hear.ts'
import { createKeptBots, type KeptBot, presentBot } from './kept-bots.ts'
import { createLinkedChats } from './linked-chats.ts'
import type { TalkRooms } from './talk.ts'
import { createWriteToPerson, type WriteToPerson } from './write-to-person.ts'

/**
 * The door that people come through with Telegram. Owns the bots of tenants and the chats that people linked; asks the rooms what the web asks them, under
 * the rights that the person has at that moment. One node at a time asks Telegram for a bot; what Telegram brings by itself may land on any.
 */
export interface Telegram {
  read(actor: Actor): Promise<TelegramBot | null>
  /** Asks Telegram before it keeps anything. `forbidden`, `conflict`, `unavailable` with Telegram's words. */
  change(actor: Actor, input: TelegramBotInput): Promise<TelegramBot>
  /** Who the bot of a token is; of the kept one without. */
  test(actor: Actor, token: string | undefined): Promise<{ username: string }>
  remove(actor: Actor): Promise<void>
  /** Answers what Telegram brings; false when the request is not Telegram's. */
  receive(request: IncomingMessage, response: ServerResponse): boolean
  /** What is said to people unasked. */
  readonly toPerson: WriteToPerson
  /** Begins to listen. */
  start(): void
  close(): Promise<void>
}

interface TelegramDependencies extends Omit<TalkRooms, 'chats' | 'inBackground'> {
  readonly secret: Secret
  readonly nodeId: string
  /** The bot of the first tenant, while it has none. */
  readonly firstToken: string | undefined
}

/** How often a node looks which bots there are and renews its leases. */
const LOOK_MS = 4_000
/** After Telegram refused a bot. */
const REFUSED_MS = 30_000
const PATH = '/telegram/'
const MAX_UPDATE_BYTES = 1_000_000
const CLOSE_MS = 5_000

interface RunningBot {
  readonly kept: KeptBot
  readonly bot: Bot
  /** Of a bot that Telegram calls; such a one can't poll. */
  readonly receive: ((request: IncomingMessage, response: ServerResponse) => Promise<void>) | undefined
  isPolling: boolean
  /** Since when it may be tried again. */
  restMs: number
}

export function createTelegram(dependencies: TelegramDependencies): Telegram {
  const { database, tenancy, apiRoot, report, nodeId, clock, origin } = dependencies
  const bots = createKeptBots(dependencies)
  const chats = createLinkedChats(dependencies)
  const background = new Set<Promise<void>>()
  const hear = createHearing({
    ...dependencies,
    chats,
    inBackground: (work) => {
      background.add(work)
      void work.finally(() => background.delete(work))
    },
  })
  const running = new Map<TenantId, RunningBot>()
  let looking: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let isFirstKept = dependencies.firstToken === undefined

  const open = (token: string): Bot => {
    const bot = new Bot(token, { client: { apiRoot } })
    bot.api.config.use(autoRetry({ maxRetryAttempts: 5, maxDelaySeconds: 300, rethrowHttpErrors: true }))
    return bot
  }

  const toPerson = createWriteToPerson({
    database,
    tenancy,
    lineOf: async (tenantId) => {
      const kept = await bots.find(tenantId)
      return kept && open(kept.token).api
    },
  })

  /** The bot's name, or `unavailable` with what is wrong. */
  const ask = async (token: string): Promise<string> => {
    try {
      return (await open(token).api.getMe()).username
    } catch (error) {
      throw new KnownError('unavailable', refusalOf(error), { cause: error })
    }
  }

  const begin = (kept: KeptBot): RunningBot => {
    const bot = open(kept.token)
    bot.use((context) => hear(kept, context))
    bot.catch((error) => {
      report(error.error, { during: 'a Telegram update' })
    })
    const receive =
      kept.mode === 'webhook' ? webhookCallback(bot, 'http', { secretToken: kept.hookSecret, onTimeout: 'return' }) : undefined
    const made = { kept, bot, receive, isPolling: false, restMs: 0 }
    running.set(kept.tenantId, made)
    return made
  }

  const poll = (current: RunningBot): void => {
    current.isPolling = true
    const { tenantId, problem } = current.kept
    current.bot
      .start({ onStart: () => (problem ? bots.setProblem(tenantId, null) : undefined) })
      .catch(async (error: unknown) => {
        current.restMs = clock().getTime() + REFUSED_MS
        await bots.setProblem(tenantId, refusalOf(error))
      })
      .catch((error: unknown) => report(error, { during: 'listening to Telegram' }))
      .finally(() => {
        current.isPolling = false
      })
  }

  const end = async (current: RunningBot): Promise<void> => {
    running.delete(current.kept.tenantId)
    // NOTE: it tells Telegram what it has seen; without a line to Telegram, that comes again.
    if (current.isPolling) await Promise.race([current.bot.stop().catch(() => undefined), sleep(CLOSE_MS)])
  }

  const keepFirst = async (): Promise<void> => {
    const { firstToken } = dependencies
    const tenant = firstToken === undefined ? undefined : await tenancy.tenants.first()
    if (!tenant || firstToken === undefined) return
    isFirstKept = true
    if (await bots.find(tenant.id)) return
    const username = await ask(firstToken)
    await database.transaction({ tenantId: tenant.id }, (writer) =>
      bots.save(writer, { tenantId: tenant.id, token: firstToken, username, mode: 'polling' }),
    )
  }

  const look = async (): Promise<void> => {
    if (!isFirstKept) await keepFirst().catch((error: unknown) => report(error, { during: 'connecting TELEGRAM_BOT_TOKEN' }))
    const kept = await bots.all()
    const byTenant = new Map(kept.map((bot) => [bot.tenantId, bot]))
    for (const current of running.values())
      if (byTenant.get(current.kept.tenantId)?.changedAtMs !== current.kept.changedAtMs) await end(current)
    for (const bot of kept) {
      if (bot.mode !== 'polling') continue
      const current = running.get(bot.tenantId)
      if (await bots.claim(bot.tenantId, nodeId)) {
        const one = current ?? begin(bot)
        if (!one.isPolling && one.restMs <= clock().getTime()) poll(one)
      } else if (current?.isPolling) await end(current)
    }
  }

  /** Looks now; looks that come together are one after another. */
  const lookSoon = (): Promise<void> => {
    const before = looking ?? Promise.resolve()
    const next = before
      .then(look)
      .catch((error: unknown) => {
        report(error, { during: 'looking after Telegram bots' })
      })
      .finally(() => {
        if (looking === next) looking = undefined
      })
    looking = next
    return next
  }

  /** Telegram knows where to call, or that nobody is to be called, and what to show in its menu. */
  const tell = async (actor: Actor, kept: KeptBot): Promise<void> => {
    const { api } = open(kept.token)
    try {
      await api.setMyCommands(Object.entries(commands).map(([command, { does }]) => ({ command, description: does })))
      if (kept.mode === 'polling') return
      if (!origin)
        throw new KnownError('conflict', 'The server does not know its own address: set QRY_ORIGIN, or let the bot poll.')
      const own = await tenancy.tenants.originOf(actor, origin)
      await api.setWebhook(`${own}${PATH}${kept.hookId}`, {
        secret_token: kept.hookSecret,
        allowed_updates: ['message', 'callback_query'],
      })
    } catch (error) {
      if (error instanceof KnownError) throw error
      throw new KnownError('unavailable', refusalOf(error), { cause: error })
    }
  }

  const present = async (actor: Actor): Promise<TelegramBot | null> => {
    const kept = await bots.find(actor.tenantId)
    return kept ? presentBot(kept) : null
  }

  const bring = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const kept = await bots.byHook((request.url ?? '').slice(PATH.length))
    if (!kept || kept.mode !== 'webhook') return void response.writeHead(404).end()
    if (Number(request.headers['content-length'] ?? Number.POSITIVE_INFINITY) > MAX_UPDATE_BYTES)
      return void response.writeHead(413).end()
    const known = running.get(kept.tenantId)
    if (known && known.kept.changedAtMs !== kept.changedAtMs) await end(known)
    await (running.get(kept.tenantId) ?? begin(kept)).receive?.(request, response)
  }

  return {
    toPerson,
    read: present,

    async change(actor, { token: given, mode }) {
      requirePermission(actor, 'tenant:manage')
      const before = await bots.find(actor.tenantId)
      const token = given ?? before?.token
      if (!token) throw new KnownError('conflict', 'There is no bot yet. Give the token that BotFather gave you.')
      if (mode === 'webhook' && !origin)
        throw new KnownError('conflict', 'The server does not know its own address: set QRY_ORIGIN, or let the bot poll.')
      const username = await ask(token)
      await database.transaction(actor, async (writer) => {
        await bots.save(writer, { tenantId: actor.tenantId, token, username, mode })
        await audit(writer, actor, 'telegram-bot-change', username, { mode }, clock)
      })
      const kept = await bots.find(actor.tenantId)
      if (kept) await tell(actor, kept)
      if (before && before.username !== username) await chats.removeAll(actor.tenantId)
      await lookSoon()
      return { username, mode, problem: null }
    },

    async test(actor, given) {
      requirePermission(actor, 'tenant:manage')
      const token = given ?? (await bots.find(actor.tenantId))?.token
      if (!token) throw new KnownError('not-found', 'There is no bot yet.')
      return { username: await ask(token) }
    },

    async remove(actor) {
      requirePermission(actor, 'tenant:manage')
      const kept = await bots.find(actor.tenantId)
      if (!kept) throw new KnownError('not-found', 'There is no bot.')
      await open(kept.token)
        .api.deleteWebhook()
        .catch(() => undefined)
      await chats.removeAll(actor.tenantId)
      await database.transaction(actor, async (writer) => {
        await bots.remove(writer, actor.tenantId)
        await audit(writer, actor, 'telegram-bot-remove', kept.username, {}, clock)
      })
      await lookSoon()
    },

    receive(request, response) {
      if (request.method !== 'POST' || !request.url?.startsWith(PATH)) return false
      bring(request, response).catch((error: unknown) => {
        report(error, { during: 'a Telegram webhook' })
        if (!response.headersSent) response.writeHead(500)
        response.end()
      })
      return true
    },

    start() {
      timer = setInterval(() => void lookSoon(), LOOK_MS).unref()
      void lookSoon()
    },

    async close() {
      clearInterval(timer)
      await looking
      await Promise.all([...running.values()].map(end))
      await bots.release(nodeId)
      await Promise.race([Promise.all(background), sleep(CLOSE_MS)])
    },
  }
}

/** What Telegram said no with, without the token. */
function refusalOf(error: unknown): string {
  if (!(error instanceof GrammyError)) return 'Telegram could not be reached. The server needs a way out to its Bot API.'
  if (error.error_code === 401 || error.error_code === 404)
    return 'Telegram does not know this token. Ask BotFather for the present one.'
  if (error.error_code === 409) return 'Another program listens to this bot. Stop it, or make a bot of your own.'
  return `Telegram refused: ${error.description}`
}
