import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { errors, KnownError } from '../../../contract/error.ts'
import { PageRequest } from '../../../contract/table.ts'
import type { EncodedBody, Encoding } from '../../sharing/encoded-body.ts'
import type { OpenShare, OpenShares, RenderPage } from '../../sharing/open-share.ts'
import { attachment, contentTypeOf } from './download.ts'
import { type LockDoor, unlockKeyOf } from './lock-door.ts'
import { MissLimit } from './miss-limit.ts'
import { encodingFor, matchesTag, rangeOf } from './negotiate.ts'
import { isPublicUrl, type PublicRoute, routeOf } from './route.ts'

export interface RequestHandlerDependencies {
  readonly open: OpenShares
  readonly renderPage: RenderPage
  readonly lockDoor: LockDoor
  /** The one answer for everything that is not there, encoded once at start. */
  readonly gonePage: EncodedBody
  readonly contentSecurityPolicy: string
  readonly trustProxy: boolean
  /** Milliseconds that never go back. */
  readonly monotonicMs: () => number
  /** Writes a bug to the log. Never gets a token. */
  readonly report: (error: unknown, context: Record<string, unknown>) => unknown
}

/** Takes a request below `/shared/` and answers it; false for every other. */
export type PublicDoor = (request: IncomingMessage, response: ServerResponse) => boolean

/**
 * The strangers' door, straight on node:http. It knows no session and reads no cookie but a link's own: everybody who holds the link gets the same bytes.
 * A ready page and its 304 are answered at once from memory; everything that does not open, for whatever reason, gets the same 404.
 */
export function createRequestHandler(dependencies: RequestHandlerDependencies): PublicDoor {
  const { open, renderPage, lockDoor, gonePage, contentSecurityPolicy, trustProxy, monotonicMs, report } = dependencies
  const misses = new MissLimit(monotonicMs)
  const robots = ['X-Robots-Tag', 'noindex, nofollow, noarchive']
  const safety = [
    'Content-Security-Policy',
    contentSecurityPolicy,
    ...robots,
    'Referrer-Policy',
    'no-referrer',
    'X-Content-Type-Options',
    'nosniff',
    'X-Frame-Options',
    'DENY',
    'Cross-Origin-Opener-Policy',
    'same-origin',
    'Cross-Origin-Resource-Policy',
    'same-origin',
    'Cache-Control',
    'no-cache',
    'Vary',
    'Accept-Encoding',
  ]
  const heads = new WeakMap<EncodedBody, Record<Encoding, { full: string[]; notModified: string[] }>>()

  const headsOf = (body: EncodedBody, encoding: Encoding): { full: string[]; notModified: string[] } => {
    const known = heads.get(body)
    if (known) return known[encoding]
    const head = (one: Encoding) => {
      const length = String(body.encodings[one].byteLength)
      const coded = one === 'identity' ? [] : ['Content-Encoding', one]
      return {
        full: [...safety, 'Content-Type', body.contentType, 'Content-Length', length, ...coded],
        // NOTE: what is not said again stays as the kept answer said it.
        notModified: ['ETag', body.etags[one], 'Cache-Control', 'no-cache', 'Vary', 'Accept-Encoding', ...robots],
      }
    }
    const made = { br: head('br'), gzip: head('gzip'), identity: head('identity') }
    heads.set(body, made)
    return made[encoding]
  }

  const sendBody = (request: IncomingMessage, response: ServerResponse, body: EncodedBody): void => {
    const encoding = encodingFor(request.headers['accept-encoding'] as string | undefined)
    const etag = body.etags[encoding]
    const head = headsOf(body, encoding)
    if (matchesTag(request.headers['if-none-match'], etag)) {
      response.writeHead(304, head.notModified)
      response.end()
      return
    }
    response.writeHead(200, [...head.full, 'ETag', etag])
    response.end(body.encodings[encoding])
  }

  const sendGone = (request: IncomingMessage, response: ServerResponse): void => {
    const encoding = encodingFor(request.headers['accept-encoding'] as string | undefined)
    response.writeHead(404, headsOf(gonePage, encoding).full)
    response.end(gonePage.encodings[encoding])
  }

  const sendError = (response: ServerResponse, error: KnownError): void => {
    const { status, sentence } = errors[error.code]
    const body = Buffer.from(
      JSON.stringify({ error: { code: error.code, message: error.code === 'invalid-input' ? error.message : sentence } }),
    )
    const retry = status === 429 || status === 503 ? ['Retry-After', status === 429 ? '5' : '2'] : []
    response.writeHead(status, [
      ...safety,
      'Content-Type',
      'application/json; charset=utf-8',
      'Content-Length',
      String(body.byteLength),
      ...retry,
    ])
    response.end(body)
  }

  const addressOf = (request: IncomingMessage): string => {
    const forwarded = trustProxy
      ? String(request.headers['x-forwarded-for'] ?? '')
          .split(',')
          .at(-1)
          ?.trim()
      : undefined
    return forwarded || request.socket.remoteAddress || 'unknown'
  }

  const stream = async (
    request: IncomingMessage,
    response: ServerResponse,
    status: number,
    head: string[],
    from: () => Promise<Readable>,
  ) => {
    if (request.method === 'HEAD') {
      response.writeHead(status, [...safety, ...head])
      response.end()
      return
    }
    const readable = await from()
    if (response.destroyed) {
      readable.destroy()
      return
    }
    response.writeHead(status, [...safety, ...head])
    await pipeline(readable, response)
  }

  const sendColumns = async (
    request: IncomingMessage,
    response: ServerResponse,
    share: OpenShare,
    tableId: string,
  ): Promise<boolean> => {
    const digest = share.tableDigest(tableId)
    if (digest === undefined) return false
    const encoding = encodingFor(request.headers['accept-encoding'] as string | undefined)
    const etag = `"${digest.slice(0, 32)}-columns-${encoding}"`
    if (matchesTag(request.headers['if-none-match'], etag)) {
      response.writeHead(304, [...safety, 'ETag', etag])
      response.end()
      return true
    }
    const bytes = await share.columns(tableId, encoding)
    if (!bytes || !(await share.isStillOpen())) return false
    const coded = encoding === 'identity' ? [] : ['Content-Encoding', encoding]
    const length = ['Content-Length', String(bytes.byteLength)]
    response.writeHead(200, [...safety, 'Content-Type', 'application/octet-stream', ...length, ...coded, 'ETag', etag])
    response.end(bytes)
    return true
  }

  const sendRows = async (
    request: IncomingMessage,
    response: ServerResponse,
    share: OpenShare,
    route: PublicRoute & { kind: 'rows' | 'columns' | 'csv' | 'parquet' },
  ) => {
    const digest = share.tableDigest(route.tableId)
    if (digest === undefined) return false
    const etag = `"${digest.slice(0, 32)}-rows"`
    if (matchesTag(request.headers['if-none-match'], etag)) {
      response.writeHead(304, [...safety, 'ETag', etag])
      response.end()
      return true
    }
    const asked = PageRequest.safeParse(Object.fromEntries(route.query))
    if (!asked.success) throw new KnownError('invalid-input', 'sort, desc, filter, offset or limit is not as it should be.')
    const page = await share.rows(route.tableId, asked.data)
    if (!page || !(await share.isStillOpen())) return false
    const body = Buffer.from(JSON.stringify(page))
    const length = ['Content-Length', String(body.byteLength)]
    response.writeHead(200, [...safety, 'Content-Type', 'application/json; charset=utf-8', ...length, 'ETag', etag])
    response.end(body)
    return true
  }

  const sendExport = async (
    request: IncomingMessage,
    response: ServerResponse,
    share: OpenShare,
    route: PublicRoute & { kind: 'rows' | 'columns' | 'csv' | 'parquet' },
  ) => {
    const digest = share.tableDigest(route.tableId)
    if (digest === undefined || !share.snapshot.downloads) return false
    const isRaw = route.query.get('raw') === '1'
    const etag = `"${digest.slice(0, 32)}-${route.kind}${isRaw ? '-raw' : ''}"`
    if (matchesTag(request.headers['if-none-match'], etag)) {
      response.writeHead(304, [...safety, 'ETag', etag])
      response.end()
      return true
    }
    const name = `${share.tableTitle(route.tableId) || route.tableId}.${route.kind}`
    const contentType = route.kind === 'csv' ? 'text/csv; charset=utf-8' : contentTypeOf(name)
    const head = ['Content-Type', contentType, 'Content-Disposition', attachment(name), 'ETag', etag]
    await stream(request, response, 200, head, async () => {
      const readable =
        route.kind === 'csv' ? await share.csv(route.tableId, { escapeFormulas: !isRaw }) : await share.parquet(route.tableId)
      if (!readable) throw new KnownError('not-found')
      if (await share.isStillOpen()) return readable
      readable.destroy()
      throw new KnownError('not-found')
    })
    return true
  }

  const sendFile = async (
    request: IncomingMessage,
    response: ServerResponse,
    share: OpenShare,
    name: string,
  ): Promise<boolean> => {
    const file = await share.file(name)
    if (!file || !(await share.isStillOpen())) return false
    const etag = `"${file.digest.slice(0, 32)}"`
    const head = [
      'Content-Type',
      contentTypeOf(file.name),
      'Content-Disposition',
      attachment(file.name),
      'Accept-Ranges',
      'bytes',
      'ETag',
      etag,
    ]
    if (matchesTag(request.headers['if-none-match'], etag)) {
      response.writeHead(304, [...safety, 'ETag', etag])
      response.end()
      return true
    }
    const condition = request.headers['if-range']
    const range = condition === undefined || condition === etag ? rangeOf(request.headers.range, file.bytes) : undefined
    if (range === 'unsatisfiable') {
      response.writeHead(416, [...safety, 'Content-Range', `bytes */${file.bytes}`, 'Content-Length', '0'])
      response.end()
    } else if (range) {
      const part = [
        'Content-Range',
        `bytes ${range.start}-${range.end}/${file.bytes}`,
        'Content-Length',
        String(range.end - range.start + 1),
      ]
      await stream(request, response, 206, [...head, ...part], () => file.open(range))
    } else {
      await stream(request, response, 200, [...head, 'Content-Length', String(file.bytes)], () => file.open())
    }
    return true
  }

  /** Whether something was sent. */
  const answer = async (
    request: IncomingMessage,
    response: ServerResponse,
    route: PublicRoute,
    share: OpenShare,
  ): Promise<boolean> => {
    switch (route.kind) {
      case 'file':
        return sendFile(request, response, share, route.name)
      case 'columns':
        return sendColumns(request, response, share, route.tableId)
      case 'rows':
        return sendRows(request, response, share, route)
      case 'card':
      case 'unlock':
        return false
      case 'csv':
      case 'parquet':
        return sendExport(request, response, share, route)
      default: {
        const body = await (route.kind === 'page'
          ? share.page(renderPage)
          : route.kind === 'json-twin'
            ? share.jsonTwin()
            : share.markdownTwin())
        if (!body || !(await share.isStillOpen())) return false
        sendBody(request, response, body)
        return true
      }
    }
  }

  const serve = async (request: IncomingMessage, response: ServerResponse, route: PublicRoute): Promise<void> => {
    try {
      const { publicPath, version } = route
      const visit = { key: unlockKeyOf(request), publicPath, version }
      const share = route.kind === 'unlock' ? undefined : await open.open(route.token, visit)
      if (!share && (await lockDoor.answerLocked(request, response, route.token, visit))) return
      if (!share && !misses.allows(addressOf(request), route.token))
        return sendError(response, new KnownError('too-many-requests'))
      if (!share || !(await answer(request, response, route, share))) sendGone(request, response)
    } catch (error) {
      if (response.headersSent) {
        response.destroy()
        return
      }
      const known = error instanceof KnownError ? error : undefined
      if (known?.code === 'not-found') return sendGone(request, response)
      if (!known || known.code === 'internal') report(error, { route: route.kind })
      sendError(
        response,
        known && ['too-many-requests', 'invalid-input', 'limit-exceeded'].includes(known.code)
          ? known
          : new KnownError('unavailable'),
      )
    }
  }

  /** The one thing that strangers may send: the password of a link. */
  const takePassword = async (request: IncomingMessage, response: ServerResponse, token: string): Promise<void> => {
    try {
      if (await lockDoor.takePassword(request, response, token, addressOf(request))) return
      if (misses.allows(addressOf(request), token)) sendGone(request, response)
      else sendError(response, new KnownError('too-many-requests'))
    } catch (error) {
      if (!(error instanceof KnownError)) report(error, { route: 'unlock' })
      if (response.headersSent) response.destroy()
      else sendError(response, new KnownError('unavailable'))
    }
  }

  return (request, response) => {
    const url = request.url ?? ''
    if (!isPublicUrl(url)) return false
    const asked = request.method === 'POST' ? routeOf(url) : undefined
    if (asked?.kind === 'unlock') {
      void takePassword(request, response, asked.token)
      return true
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, [...safety, 'Allow', 'GET, HEAD', 'Content-Length', '0'])
      response.end()
      return true
    }
    const route = routeOf(url)
    if (!route) {
      sendGone(request, response)
      return true
    }
    const ready =
      route.kind === 'page' && route.version === undefined
        ? open.readyPage(route.token, { key: unlockKeyOf(request), publicPath: route.publicPath })
        : undefined
    if (ready) sendBody(request, response, ready)
    else serve(request, response, route).catch((error: unknown) => report(error, { route: route.kind }))
    return true
  }
}
