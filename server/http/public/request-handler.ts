import type { IncomingMessage, ServerResponse } from 'node:http'
import { KnownError } from '../../../contract/error.ts'
import type { EncodedBody } from '../../sharing/encoded-body.ts'
import type { OpenShare, OpenShares } from '../../sharing/open-share.ts'
import { type AnswersDependencies, createAnswers } from './answers.ts'
import { type LockDoor, unlockKeyOf } from './lock-door.ts'
import { MissLimit } from './miss-limit.ts'
import { createResponder, type Exchange } from './responder.ts'
import { isPublicUrl, type PublicRoute, previewRouteOf, routeOf, unlockTokenOf } from './route.ts'

export interface RequestHandlerDependencies extends Omit<AnswersDependencies, 'responder'> {
  readonly open: OpenShares
  readonly lockDoor: LockDoor
  /** A page that is not public yet, for who may see it: the one thing here that is asked by session, and never below a public path. */
  readonly previewOf?: (request: IncomingMessage, key: string) => Promise<OpenShare | undefined>
  /** The one answer for everything that is not there, encoded once at start. */
  readonly gonePage: EncodedBody
  readonly contentSecurityPolicy: string
  readonly trustProxy: boolean
  /** The tenant that a host name is bound to, where tenants have hosts of their own. */
  readonly slugOfHost?: (host: string | undefined) => string | undefined
  /** Milliseconds that never go back. */
  readonly monotonicMs: () => number
  /** Writes a bug to the log. Never gets a token. */
  readonly report: (error: unknown, context: Record<string, unknown>) => unknown
}

/** Takes a request below `/shared/`: `answered` where a page in memory answered it at once, `taken` where the answer is under way; false for every other. */
export type PublicDoor = (request: IncomingMessage, response: ServerResponse) => 'answered' | 'taken' | false

const READY_ROUTES = 10_000
const READY_URL = 100

/**
 * The strangers' door, straight on node:http. It reads no session, and no cookie but a link's own: everybody who holds the link gets the same bytes.
 * A ready page and its 304 are answered at once from memory; everything that does not open, for whatever reason, gets the same 404.
 */
export function createRequestHandler(dependencies: RequestHandlerDependencies): PublicDoor {
  const { open, lockDoor, previewOf, gonePage, contentSecurityPolicy, trustProxy, slugOfHost, monotonicMs, report } = dependencies
  /** Of pages that were answered from memory, by URL. */
  const readyRoutes = new Map<string, PublicRoute>()
  const misses = new MissLimit(monotonicMs)
  const responder = createResponder(contentSecurityPolicy, gonePage)
  const answers = createAnswers({ ...dependencies, responder })

  const addressOf = (request: IncomingMessage): string => {
    const forwarded = trustProxy
      ? String(request.headers['x-forwarded-for'] ?? '')
          .split(',')
          .at(-1)
          ?.trim()
      : undefined
    return forwarded || request.socket.remoteAddress || 'unknown'
  }

  const originSlugOf = ({ headers }: IncomingMessage): string | undefined => {
    if (!slugOfHost) return undefined
    const forwarded = trustProxy
      ? String(headers['x-forwarded-host'] ?? '')
          .split(',')[0]
          ?.trim()
      : undefined
    return slugOfHost(forwarded || headers.host)
  }

  /** The one thing that strangers may send: the password of a link. */
  const takePassword = async (exchange: Exchange, token: string): Promise<void> => {
    const { request, response } = exchange
    try {
      if (await lockDoor.takePassword(request, response, token, addressOf(request), originSlugOf(request))) return
      if (misses.allows(addressOf(request), token)) responder.sendGone(exchange)
      else responder.sendError(exchange, new KnownError('too-many-requests'))
    } catch (error) {
      if (!(error instanceof KnownError)) report(error, { route: 'unlock' })
      if (response.headersSent) response.destroy()
      else responder.sendError(exchange, new KnownError('unavailable'))
    }
  }

  const serve = async (exchange: Exchange, route: PublicRoute): Promise<void> => {
    try {
      const { publicPath, version } = route
      const visit = { key: unlockKeyOf(exchange.request), publicPath, version, originSlug: originSlugOf(exchange.request) }
      const share = await open.open(route.token, visit)
      if (!share) {
        if (await lockDoor.answerLocked(exchange.request, exchange.response, route.token, visit)) return
        if (misses.allows(addressOf(exchange.request), route.token)) return responder.sendGone(exchange)
        return responder.sendError(exchange, new KnownError('too-many-requests'))
      }
      const passed = { ...exchange, embedOrigins: share.embedOrigins, isApart: share.hasPassword }
      if (!(await answers[route.kind](passed, share, route))) responder.sendGone(exchange)
      else if (route.kind === 'page') open.viewed(route.token, addressOf(exchange.request))
    } catch (error) {
      sendFailure(exchange, route, error)
    }
  }

  const sendFailure = (exchange: Exchange, route: PublicRoute, error: unknown): void => {
    if (exchange.response.headersSent) {
      exchange.response.destroy()
      return
    }
    const known = error instanceof KnownError ? error : undefined
    if (known && ['not-found', 'not-signed-in', 'forbidden'].includes(known.code)) return responder.sendGone(exchange)
    if (!known || known.code === 'internal') report(error, { route: route.kind })
    const isForReader = known && ['too-many-requests', 'invalid-input', 'limit-exceeded'].includes(known.code)
    responder.sendError(exchange, isForReader ? known : new KnownError('unavailable'))
  }

  const servePreview = async (exchange: Exchange, key: string, route: PublicRoute): Promise<void> => {
    try {
      const share = await previewOf?.(exchange.request, key)
      if (!share || !(await answers[route.kind]({ ...exchange, isApart: true }, share, route))) responder.sendGone(exchange)
    } catch (error) {
      sendFailure(exchange, route, error)
    }
  }

  /** A page that is ready in memory, at once. */
  const answerReady = ({ request, response }: Pick<Exchange, 'request' | 'response'>, route: PublicRoute): boolean => {
    const visit = { key: unlockKeyOf(request), publicPath: route.publicPath, originSlug: originSlugOf(request) }
    const ready = open.readyPage(route.token, visit)
    if (!ready) return false
    responder.sendBody({ request, response, embedOrigins: ready.embedOrigins, isApart: ready.hasPassword }, ready.body)
    ready.viewed(addressOf(request))
    return true
  }

  return (request, response) => {
    const url = request.url ?? ''
    const busy = isRead(request) ? readyRoutes.get(url) : undefined
    if (busy && answerReady({ request, response }, busy)) return 'answered'
    const exchange: Exchange = { request, response, embedOrigins: [], isApart: false }
    const preview = previewOf && request.method === 'GET' ? previewRouteOf(url) : undefined
    if (preview) {
      void servePreview(exchange, preview.key, preview.route)
      return 'taken'
    }
    if (!isPublicUrl(url)) return false
    const unlocking = request.method === 'POST' ? unlockTokenOf(url) : undefined
    if (unlocking !== undefined) {
      void takePassword(exchange, unlocking)
      return 'taken'
    }
    if (!isRead(request)) {
      responder.sendStatus(exchange, 405, ['Allow', 'GET, HEAD'])
      return 'taken'
    }
    const route = routeOf(url)
    if (!route) responder.sendGone(exchange)
    else if (route.kind === 'page' && route.version === undefined && answerReady(exchange, route)) {
      if (readyRoutes.size >= READY_ROUTES) readyRoutes.clear()
      if (url.length < READY_URL) readyRoutes.set(url, route)
      return 'answered'
    } else serve(exchange, route).catch((error: unknown) => report(error, { route: route.kind }))
    return 'taken'
  }
}

const isRead = ({ method }: IncomingMessage): boolean => method === 'GET' || method === 'HEAD'
