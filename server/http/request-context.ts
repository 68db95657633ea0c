import type { IncomingMessage } from 'node:http'
import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import { KnownError } from '../../contract/error.ts'
import type { Actor } from '../tenancy/actor.ts'
import { deviceOf } from '../tenancy/device.ts'
import type { Visitor } from '../tenancy/sign-in.ts'
import type { Tenancy } from '../tenancy/tenancy.ts'

export const SESSION_COOKIE = 'qry_session'

/** What every route finds in Hono's context. */
export interface DoorEnvironment {
  Bindings: { incoming: IncomingMessage }
  Variables: {
    requestId: string
    /** The tenant that the origin is bound to; undefined where it is bound to none. */
    originSlug: string | undefined
  }
}
export type DoorContext = Context<DoorEnvironment>

export interface OriginSettings {
  /** The public origin, when it is set; else it is read off the request. */
  readonly origin?: string | undefined
  readonly trustProxy: boolean
}

/** `https://host[:port]`, as people see this server. */
export function originOf(context: DoorContext, settings: OriginSettings): string {
  if (settings.origin) {
    if (context.get('originSlug') === undefined) return settings.origin
    const own = new URL(settings.origin)
    own.hostname = new URL(`http://${hostOf(context, settings)}`).hostname
    return own.origin
  }
  const url = new URL(context.req.url)
  const scheme =
    (settings.trustProxy && context.req.header('x-forwarded-proto')?.split(',')[0]?.trim()) || url.protocol.replace(':', '')
  return `${scheme}://${hostOf(context, settings) ?? url.host}`
}

/** The host that people wrote; behind a trusted proxy the one that it was asked for. */
export function hostOf(context: DoorContext, settings: OriginSettings): string | undefined {
  const forwarded = settings.trustProxy ? context.req.header('x-forwarded-host')?.split(',')[0]?.trim() : undefined
  return forwarded || context.req.header('host')
}

/** Who stands at the door, before anybody knows who they are. */
export const visitorOf = (context: DoorContext, settings: OriginSettings): Visitor => ({
  address: addressOf(context, settings),
  device: deviceOf(context.req.header('user-agent')),
  slug: context.get('originSlug'),
})

/** The caller's address; behind a trusted proxy the last one that the proxy added. */
export function addressOf(context: DoorContext, settings: OriginSettings): string {
  const forwarded = settings.trustProxy ? context.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined
  return forwarded || context.env.incoming.socket.remoteAddress || 'unknown'
}

/**
 * Who asks: an API key in `Authorization: Bearer qry_…`, else the session cookie. A change through the cookie must come from our own pages.
 * Throws `not-signed-in`, `forbidden`.
 */
export async function actorOf(context: DoorContext, tenancy: Tenancy): Promise<Actor> {
  const key = /^Bearer\s+(\S+)$/i.exec(context.req.header('authorization') ?? '')?.[1]
  if (key) {
    const actor = await tenancy.actorOfKey(key, context.get('originSlug'))
    if (!actor) throw new KnownError('not-signed-in', 'This API key is not known, has expired or was revoked.')
    return actor
  }
  const token = getCookie(context, SESSION_COOKIE)
  const actor = token ? await tenancy.actorOfSession(token, context.get('originSlug')) : undefined
  if (!actor) throw new KnownError('not-signed-in')
  requireOwnPage(context)
  return actor
}

/** Refuses a change that another site's page sent with our cookie. */
export function requireOwnPage(context: DoorContext): void {
  if (context.req.method === 'GET' || context.req.method === 'HEAD') return
  const site = context.req.header('sec-fetch-site')
  const origin = context.req.header('origin')
  const isForeign = site
    ? site !== 'same-origin' && site !== 'none'
    : origin !== undefined && new URL(origin).host !== context.req.header('host')
  if (isForeign) throw new KnownError('forbidden', 'This request came from another site.')
}
