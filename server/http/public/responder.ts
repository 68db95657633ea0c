import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { errors, type KnownError } from '../../../contract/error.ts'
import type { EncodedBody, Encoding } from '../../sharing/encoded-body.ts'
import { framingHeaders } from './assets.ts'
import { encodingFor, matchesTag } from './negotiate.ts'

/** One request and its answer. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** The origins that may show it in a frame. */
  readonly embedOrigins: readonly string[]
  /**
   * It shows what not everybody with the address may see, so that it keeps apart from who opened it. NOTE: a browser starts another process for
   * such a page, which takes a third of the time to its first paint.
   */
  readonly isApart: boolean
}

/** Headers as node:http takes them: name, value, name, value. */
export type Head = readonly string[]

export interface Responder {
  /** A ready body in the best encoding, or 304. */
  sendBody(exchange: Exchange, body: EncodedBody): void
  /** Answers 304 when the reader holds this entity already. */
  isKept(exchange: Exchange, etag: string): boolean
  sendBytes(exchange: Exchange, bytes: Uint8Array, head: Head): void
  /** Opens the bytes only when they are wanted. */
  sendStream(exchange: Exchange, status: number, head: Head, open: () => Promise<Readable>): Promise<void>
  sendStatus(exchange: Exchange, status: number, head: Head): void
  /** The one answer for everything that is not there. */
  sendGone(exchange: Exchange): void
  sendError(exchange: Exchange, error: KnownError): void
}

const robots = ['X-Robots-Tag', 'noindex, nofollow, noarchive']
const fresh = ['Cache-Control', 'no-cache', 'Vary', 'Accept-Encoding']

export const encodingOf = ({ request }: Exchange): Encoding =>
  encodingFor(request.headers['accept-encoding'] as string | undefined)

/** Writes answers with the headers that keep them safe, private and fresh (P2), each put together once. */
export function createResponder(contentSecurityPolicy: string, gonePage: EncodedBody): Responder {
  const safeties = new Map<string, Head>()
  const heads = new WeakMap<EncodedBody, { safety: Head; of: Record<Encoding, Head> }>()
  const keptHeads = new WeakMap<EncodedBody, Record<Encoding, string[]>>()

  const safetyFor = ({ embedOrigins, isApart }: Pick<Exchange, 'embedOrigins' | 'isApart'>): Head => {
    const origins = embedOrigins.length === 0 ? '' : embedOrigins.join(' ')
    const key = isApart ? `apart ${origins}` : origins
    const known = safeties.get(key)
    if (known) return known
    const made = [
      ...framingHeaders(contentSecurityPolicy, embedOrigins),
      ...robots,
      'Referrer-Policy',
      'no-referrer',
      'X-Content-Type-Options',
      'nosniff',
      ...(isApart ? ['Cross-Origin-Opener-Policy', 'same-origin'] : []),
      'Cross-Origin-Resource-Policy',
      'same-origin',
      ...fresh,
    ]
    if (safeties.size < 1_000) safeties.set(key, made)
    return made
  }

  const headOf = (body: EncodedBody, encoding: Encoding, safety: Head): Head => {
    const known = heads.get(body)
    if (known?.safety === safety) return known.of[encoding]
    const head = (one: Encoding): Head => {
      const length = String(body.encodings[one].byteLength)
      const coded = one === 'identity' ? [] : ['Content-Encoding', one]
      return [...safety, 'Content-Type', body.contentType, 'Content-Length', length, ...coded]
    }
    const of = { br: head('br'), gzip: head('gzip'), identity: head('identity') }
    heads.set(body, { safety, of })
    return of[encoding]
  }

  /** Of a 304, given to node:http as it is: it reads it only. What is not said again stays as the kept answer said it. */
  const keptHeadOf = (body: EncodedBody, encoding: Encoding): string[] => {
    const known = keptHeads.get(body)
    if (known) return known[encoding]
    const head = (one: Encoding) => ['ETag', body.etags[one], ...fresh, ...robots]
    const made = { br: head('br'), gzip: head('gzip'), identity: head('identity') }
    keptHeads.set(body, made)
    return made[encoding]
  }

  const send = (exchange: Exchange, status: number, head: Head, bytes?: Uint8Array): void => {
    exchange.response.writeHead(status, [...safetyFor(exchange), ...head])
    exchange.response.end(bytes)
  }

  return {
    sendBody(exchange, body) {
      const { request, response } = exchange
      const encoding = encodingOf(exchange)
      const etag = body.etags[encoding]
      if (matchesTag(request.headers['if-none-match'], etag)) {
        response.writeHead(304, keptHeadOf(body, encoding))
        response.end()
        return
      }
      response.writeHead(200, [...headOf(body, encoding, safetyFor(exchange)), 'ETag', etag])
      response.end(body.encodings[encoding])
    },

    isKept(exchange, etag) {
      if (!matchesTag(exchange.request.headers['if-none-match'], etag)) return false
      send(exchange, 304, ['ETag', etag])
      return true
    },

    sendBytes: (exchange, bytes, head) => send(exchange, 200, [...head, 'Content-Length', String(bytes.byteLength)], bytes),

    async sendStream(exchange, status, head, open) {
      const { request, response } = exchange
      if (request.method === 'HEAD') return send(exchange, status, head)
      const readable = await open()
      if (response.destroyed) {
        readable.destroy()
        return
      }
      response.writeHead(status, [...safetyFor(exchange), ...head])
      await pipeline(readable, response)
    },

    sendStatus: (exchange, status, head) => send(exchange, status, [...head, 'Content-Length', '0']),

    sendGone(exchange) {
      const encoding = encodingOf(exchange)
      exchange.response.writeHead(404, [...headOf(gonePage, encoding, safetyFor({ embedOrigins: [], isApart: false }))])
      exchange.response.end(gonePage.encodings[encoding])
    },

    sendError(exchange, error) {
      const { status, sentence } = errors[error.code]
      const message = error.code === 'invalid-input' ? error.message : sentence
      const body = Buffer.from(JSON.stringify({ error: { code: error.code, message } }))
      const retry = status === 429 || status === 503 ? ['Retry-After', status === 429 ? '5' : '2'] : []
      const head = ['Content-Type', 'application/json; charset=utf-8', 'Content-Length', String(body.byteLength), ...retry]
      send({ ...exchange, embedOrigins: [] }, status, head, body)
    },
  }
}
