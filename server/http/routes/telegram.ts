import type { Hono } from 'hono'
import { endpoints } from '../../../contract/endpoints.ts'
import type { DoorDependencies } from '../door-dependencies.ts'
import type { DoorEnvironment } from '../request-context.ts'
import { serveEndpoint } from '../serve-endpoint.ts'

/** The tenant's bot, and my own tokens for it. */
export function serveTelegram(app: Hono<DoorEnvironment>, { tenancy, telegramBot }: DoorDependencies): void {
  const { telegramTokens } = tenancy

  serveEndpoint(app, tenancy, endpoints.readTelegramBot, async ({ actor }) => ({ bot: await telegramBot.read(actor) }))
  serveEndpoint(app, tenancy, endpoints.changeTelegramBot, async ({ actor, body }) => ({
    bot: await telegramBot.change(actor, body),
  }))
  serveEndpoint(app, tenancy, endpoints.testTelegramBot, ({ actor, body }) => telegramBot.test(actor, body.token))
  serveEndpoint(app, tenancy, endpoints.removeTelegramBot, async ({ actor }) => {
    await telegramBot.remove(actor)
    return { ok: true as const }
  })
  serveEndpoint(app, tenancy, endpoints.listTelegramTokens, async ({ actor }) => ({
    items: await telegramTokens.list(actor),
    nextCursor: null,
  }))
  serveEndpoint(app, tenancy, endpoints.createTelegramToken, ({ actor, body }) => telegramTokens.create(actor, body))
  serveEndpoint(app, tenancy, endpoints.revokeTelegramToken, async ({ actor, params }) => {
    await telegramTokens.revoke(actor, params.id)
    return { ok: true as const }
  })
}
