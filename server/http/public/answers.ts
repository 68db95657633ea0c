import { KnownError } from '../../../contract/error.ts'
import { figureContentTypes } from '../../../contract/figure.ts'
import { PageRequest } from '../../../contract/table.ts'
import type { EncodedBody } from '../../sharing/encoded-body.ts'
import type { OpenShare, RenderOffline, RenderPage } from '../../sharing/open-share.ts'
import { attachment, contentTypeOf } from './download.ts'
import { rangeOf } from './negotiate.ts'
import { type Exchange, encodingOf, type Responder } from './responder.ts'
import type { PublicRoute, PublicRouteKind } from './route.ts'

/** Answers one kind of route for a link that has passed the gate. False when this snapshot does not hold what was asked for: nothing was sent. */
export type Answer = (exchange: Exchange, share: OpenShare, route: PublicRoute) => Promise<boolean>

export interface AnswersDependencies {
  readonly responder: Responder
  readonly renderPage: RenderPage
  readonly renderOffline: RenderOffline
}

const JSON_TYPE = 'application/json; charset=utf-8'

/** One answer for each public route. Whether the link is still open is asked again before anything is sent that took time to make. */
export function createAnswers({ responder, renderPage, renderOffline }: AnswersDependencies): Record<PublicRouteKind, Answer> {
  const body =
    (make: (share: OpenShare) => Promise<EncodedBody | undefined>): Answer =>
    async (exchange, share) => {
      const made = await make(share)
      if (!made || !(await share.isStillOpen())) return false
      responder.sendBody(exchange, made)
      return true
    }

  const columns: Answer = async (exchange, share, { id }) => {
    const digest = share.tableDigest(id)
    if (digest === undefined) return false
    const encoding = encodingOf(exchange)
    const etag = `"${digest.slice(0, 32)}-columns-${encoding}"`
    if (responder.isKept(exchange, etag)) return true
    const bytes = await share.columns(id, encoding)
    if (!bytes || !(await share.isStillOpen())) return false
    const coded = encoding === 'identity' ? [] : ['Content-Encoding', encoding]
    responder.sendBytes(exchange, bytes, ['Content-Type', 'application/octet-stream', ...coded, 'ETag', etag])
    return true
  }

  const rows: Answer = async (exchange, share, { id, query }) => {
    const digest = share.tableDigest(id)
    if (digest === undefined) return false
    const etag = `"${digest.slice(0, 32)}-rows"`
    if (responder.isKept(exchange, etag)) return true
    const asked = PageRequest.safeParse(Object.fromEntries(query))
    if (!asked.success) throw new KnownError('invalid-input', 'sort, desc, filter, offset or limit is not as it should be.')
    const page = await share.rows(id, asked.data)
    if (!page || !(await share.isStillOpen())) return false
    responder.sendBytes(exchange, Buffer.from(JSON.stringify(page)), ['Content-Type', JSON_TYPE, 'ETag', etag])
    return true
  }

  const exported =
    (kind: 'csv' | 'parquet'): Answer =>
    async (exchange, share, { id, query }) => {
      const digest = share.tableDigest(id)
      if (digest === undefined || !share.snapshot.downloads) return false
      const isRaw = query.get('raw') === '1'
      const etag = `"${digest.slice(0, 32)}-${kind}${isRaw ? '-raw' : ''}"`
      if (responder.isKept(exchange, etag)) return true
      const name = `${share.tableTitle(id) || id}.${kind}`
      const contentType = kind === 'csv' ? 'text/csv; charset=utf-8' : contentTypeOf(name)
      const head = ['Content-Type', contentType, 'Content-Disposition', attachment(name), 'ETag', etag]
      await responder.sendStream(exchange, 200, head, async () => {
        const readable = kind === 'csv' ? await share.csv(id, { escapeFormulas: !isRaw }) : await share.parquet(id)
        if (!readable) throw new KnownError('not-found')
        if (await share.isStillOpen()) return readable
        readable.destroy()
        throw new KnownError('not-found')
      })
      return true
    }

  const picture =
    (width: 'wide' | 'narrow'): Answer =>
    async (exchange, share, { id }) => {
      const svg = await share.picture(id, width)
      if (!svg || !(await share.isStillOpen())) return false
      const etag = `"${svg.digest.slice(0, 32)}"`
      if (responder.isKept(exchange, etag)) return true
      responder.sendBytes(exchange, Buffer.from(svg.text), ['Content-Type', 'image/svg+xml; charset=utf-8', 'ETag', etag])
      return true
    }

  const figure: Answer = async (exchange, share, { id }) => {
    const found = await share.figure(id)
    if (!found || !(await share.isStillOpen())) return false
    const etag = `"${found.digest.slice(0, 32)}-${found.kind}"`
    if (responder.isKept(exchange, etag)) return true
    // NOTE: in the page an image or data; opened by itself it is saved, as it is a stranger's document.
    const name = attachment(`${found.title}.${found.kind === 'svg' || found.kind === 'png' ? found.kind : 'json'}`)
    const head = ['Content-Type', figureContentTypes[found.kind], 'Content-Disposition', name, 'ETag', etag]
    responder.sendBytes(exchange, found.bytes, head)
    return true
  }

  const file: Answer = async (exchange, share, { id }) => {
    const found = await share.file(id)
    if (!found || !(await share.isStillOpen())) return false
    const { name, bytes, digest } = found
    const etag = `"${digest.slice(0, 32)}"`
    if (responder.isKept(exchange, etag)) return true
    const named = ['Content-Type', contentTypeOf(name), 'Content-Disposition', attachment(name)]
    const head = [...named, 'Accept-Ranges', 'bytes', 'ETag', etag]
    const { range: asked, 'if-range': condition } = exchange.request.headers
    const range = condition === undefined || condition === etag ? rangeOf(asked, bytes) : undefined
    if (range === 'unsatisfiable') responder.sendStatus(exchange, 416, ['Content-Range', `bytes */${bytes}`])
    else if (range) {
      const length = String(range.end - range.start + 1)
      const part = ['Content-Range', `bytes ${range.start}-${range.end}/${bytes}`, 'Content-Length', length]
      await responder.sendStream(exchange, 206, [...head, ...part], () => found.open(range))
    } else await responder.sendStream(exchange, 200, [...head, 'Content-Length', String(bytes)], () => found.open())
    return true
  }

  const offline: Answer = async (exchange, share) => {
    const found = await share.offline(renderOffline)
    if (!found || !(await share.isStillOpen())) return false
    const etag = `"${found.digest.slice(0, 32)}-offline"`
    if (responder.isKept(exchange, etag)) return true
    const named = ['Content-Type', 'text/html; charset=utf-8', 'Content-Disposition', attachment(found.name)]
    responder.sendBytes(exchange, found.bytes, [...named, 'ETag', etag])
    return true
  }

  return {
    page: body((share) => share.page(renderPage)),
    'json-twin': body((share) => share.jsonTwin()),
    'markdown-twin': body((share) => share.markdownTwin()),
    snapshot: body((share) => share.document()),
    offline,
    columns,
    rows,
    csv: exported('csv'),
    parquet: exported('parquet'),
    picture: picture('wide'),
    'narrow-picture': picture('narrow'),
    figure,
    file,
  }
}
