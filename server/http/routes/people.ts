import type { Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { endpoints } from '../../../contract/endpoints.ts'
import { KnownError } from '../../../contract/error.ts'
import { SESSION_DAYS } from '../../tenancy/tenancy.ts'
import type { DoorDependencies } from '../door-dependencies.ts'
import { addressOf, type DoorContext, type DoorEnvironment, originOf, SESSION_COOKIE } from '../request-context.ts'
import { serveEndpoint } from '../serve-endpoint.ts'

/** First visit, signing in and out, who I am. */
export function servePeople(app: Hono<DoorEnvironment>, { tenancy, settings, setupCode, demo }: DoorDependencies): void {
  const keepSession = (context: DoorContext, token: string) =>
    setCookie(context, SESSION_COOKIE, token, {
      httpOnly: true,
      sameSite: 'Lax',
      secure: originOf(context, settings).startsWith('https:'),
      path: '/',
      maxAge: SESSION_DAYS * 86_400,
    })

  serveEndpoint(app, tenancy, endpoints.readSetup, async () => ({
    isNeeded: await tenancy.needsSetup(),
    needsCode: setupCode !== undefined,
    demo: await demo(),
  }))

  serveEndpoint(app, tenancy, endpoints.enterDemo, async ({ context }) => {
    if (!(await demo())) throw new KnownError('not-found', 'There is no demo on this server.')
    const { actor, sessionToken } = await tenancy.enterDemo()
    keepSession(context, sessionToken)
    return tenancy.me(actor)
  })

  serveEndpoint(app, tenancy, endpoints.setUp, async ({ body, context }) => {
    if (setupCode !== undefined && body.code !== setupCode) {
      throw new KnownError('forbidden', 'The setup code is not right. The terminal that started the server shows it.')
    }
    const { actor, sessionToken } = await tenancy.setUp(body)
    keepSession(context, sessionToken)
    return tenancy.me(actor)
  })

  serveEndpoint(app, tenancy, endpoints.signIn, async ({ body, context }) => {
    const { actor, sessionToken } = await tenancy.signIn(body.email, body.password, addressOf(context, settings))
    keepSession(context, sessionToken)
    return tenancy.me(actor)
  })

  serveEndpoint(app, tenancy, endpoints.signOut, async ({ context }) => {
    const token = getCookie(context, SESSION_COOKIE)
    if (token) await tenancy.signOut(token)
    deleteCookie(context, SESSION_COOKIE, { path: '/' })
    return { ok: true as const }
  })

  serveEndpoint(app, tenancy, endpoints.me, ({ actor }) => tenancy.me(actor))
}
