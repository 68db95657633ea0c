import type { Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { endpoints } from '../../../contract/endpoints.ts'
import { KnownError } from '../../../contract/error.ts'
import { SESSION_DAYS } from '../../tenancy/sessions.ts'
import type { Entered } from '../../tenancy/sign-in.ts'
import type { DoorDependencies } from '../door-dependencies.ts'
import {
  addressOf,
  type DoorContext,
  type DoorEnvironment,
  type OriginSettings,
  originOf,
  SESSION_COOKIE,
  visitorOf,
} from '../request-context.ts'
import { serveEndpoint } from '../serve-endpoint.ts'

/** Puts the session into the cookie of this host. */
export const keepSession = (
  context: DoorContext,
  settings: OriginSettings,
  { sessionToken }: Pick<Entered, 'sessionToken'>,
): void =>
  setCookie(context, SESSION_COOKIE, sessionToken, {
    httpOnly: true,
    sameSite: 'Lax',
    secure: originOf(context, settings).startsWith('https:'),
    path: '/',
    maxAge: SESSION_DAYS * 86_400,
  })

/** First visit, signing in and out, who I am and what I say of myself. */
export function servePeople(app: Hono<DoorEnvironment>, { tenancy, settings, setupCode, demo }: DoorDependencies): void {
  const { profile, sessions, apiKeys, passwordReset, ownTenants } = tenancy
  const done = { ok: true as const }

  serveEndpoint(app, tenancy, endpoints.readSetup, async () => ({
    isNeeded: await tenancy.needsSetup(),
    needsCode: setupCode !== undefined,
    demo: await demo(),
  }))

  serveEndpoint(app, tenancy, endpoints.enterDemo, async ({ context }) => {
    if (!(await demo())) throw new KnownError('not-found', 'There is no demo on this server.')
    const entered = await tenancy.enterDemo(visitorOf(context, settings))
    keepSession(context, settings, entered)
    return tenancy.me(entered.actor)
  })

  serveEndpoint(app, tenancy, endpoints.setUp, async ({ body, context }) => {
    if (setupCode !== undefined && body.code !== setupCode) {
      throw new KnownError('forbidden', 'The setup code is not right. The terminal that started the server shows it.')
    }
    const entered = await tenancy.setUp(body, visitorOf(context, settings))
    keepSession(context, settings, entered)
    return tenancy.me(entered.actor)
  })

  serveEndpoint(app, tenancy, endpoints.readSignInOptions, ({ context }) => tenancy.signInOptions(context.get('originSlug')))

  serveEndpoint(app, tenancy, endpoints.signIn, async ({ body, context }) => {
    const entered = await tenancy.signIn(body, visitorOf(context, settings))
    keepSession(context, settings, entered)
    return tenancy.me(entered.actor)
  })

  serveEndpoint(app, tenancy, endpoints.signOut, async ({ context }) => {
    const token = getCookie(context, SESSION_COOKIE)
    if (token) await tenancy.signOut(token)
    deleteCookie(context, SESSION_COOKIE, { path: '/' })
    return done
  })

  serveEndpoint(app, tenancy, endpoints.askPasswordReset, async ({ body, context }) => {
    await passwordReset.ask(body.email, addressOf(context, settings), originOf(context, settings))
    return done
  })

  serveEndpoint(app, tenancy, endpoints.resetPassword, async ({ body }) => {
    await passwordReset.finish(body.token, body.password)
    return done
  })

  serveEndpoint(app, tenancy, endpoints.me, ({ actor }) => tenancy.me(actor))

  serveEndpoint(app, tenancy, endpoints.changeMe, ({ actor, body }) => profile.change(actor, body))

  serveEndpoint(app, tenancy, endpoints.listOwnTenants, async ({ actor, context }) => ({
    items: await ownTenants.list(actor, originOf(context, settings)),
    nextCursor: null,
  }))

  serveEndpoint(app, tenancy, endpoints.enterTenant, async ({ actor, params, context }) => {
    const token = getCookie(context, SESSION_COOKIE)
    const entered = await ownTenants.enter(actor, params.id, visitorOf(context, settings), token)
    keepSession(context, settings, entered)
    return tenancy.me(entered.actor)
  })

  serveEndpoint(app, tenancy, endpoints.changePassword, async ({ actor, body, context }) => {
    await profile.changePassword(actor, body, getCookie(context, SESSION_COOKIE))
    return done
  })

  serveEndpoint(app, tenancy, endpoints.offerSecondFactor, ({ actor }) => profile.offerSecondFactor(actor))

  serveEndpoint(app, tenancy, endpoints.switchSecondFactorOn, async ({ actor, body }) => ({
    recoveryCodes: await profile.switchSecondFactorOn(actor, body),
  }))

  serveEndpoint(app, tenancy, endpoints.switchSecondFactorOff, async ({ actor, body }) => {
    await profile.switchSecondFactorOff(actor, body.password)
    return done
  })

  serveEndpoint(app, tenancy, endpoints.listSessions, async ({ actor, context }) => ({
    items: await sessions.list(actor, getCookie(context, SESSION_COOKIE)),
    nextCursor: null,
  }))

  serveEndpoint(app, tenancy, endpoints.endSession, async ({ actor, params }) => {
    await sessions.end(actor, params.id)
    return done
  })

  serveEndpoint(app, tenancy, endpoints.listApiKeys, async ({ actor }) => ({
    items: await apiKeys.list(actor),
    nextCursor: null,
  }))

  serveEndpoint(app, tenancy, endpoints.createApiKey, ({ actor, body }) => apiKeys.create(actor, body))

  serveEndpoint(app, tenancy, endpoints.revokeApiKey, async ({ actor, params }) => {
    await apiKeys.revoke(actor, params.id)
    return done
  })
}
