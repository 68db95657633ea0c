import type { Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { KnownError } from '../../../contract/error.ts'
import { IdentityProviderId } from '../../../contract/id.ts'
import { Refused } from '../../tenancy/provider-sign-in.ts'
import type { DoorDependencies } from '../door-dependencies.ts'
import { type DoorEnvironment, originOf, visitorOf } from '../request-context.ts'
import { keepSession } from './people.ts'

const STATE_COOKIE = 'qry_sign_in'
const FOLDER = '/api/sign-in'

export const redirectUriOf = (origin: string): string => `${origin}${FOLDER}/return`

/** Signing in through another server: away to it, and back. Both are visited by the browser itself. */
export function serveProviderSignIn(app: Hono<DoorEnvironment>, { tenancy, settings, report }: DoorDependencies): void {
  app.get(`${FOLDER}/through/:id`, async (context) => {
    const id = IdentityProviderId.safeParse(context.req.param('id'))
    if (!id.success) throw new KnownError('not-found')
    const origin = originOf(context, settings)
    const { url, state } = await tenancy.providerSignIn.start(id.data, redirectUriOf(origin), context.get('originSlug'))
    setCookie(context, STATE_COOKIE, state, {
      httpOnly: true,
      sameSite: 'Lax',
      secure: origin.startsWith('https:'),
      path: FOLDER,
      maxAge: 600,
    })
    return context.redirect(url)
  })

  app.get(`${FOLDER}/return`, async (context) => {
    const state = getCookie(context, STATE_COOKIE)
    deleteCookie(context, STATE_COOKIE, { path: FOLDER })
    try {
      const { search } = new URL(context.req.url)
      keepSession(context, settings, await tenancy.providerSignIn.finish(search, state, visitorOf(context, settings)))
      return context.redirect('/')
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      if (error.reason === 'failed' && error.cause) report(error.cause, { during: 'sign-in through a provider' })
      return context.redirect(`/?refused=${error.reason}`)
    }
  })
}
