import { Readable } from 'node:stream'
import type { Hono } from 'hono'
import { KnownError } from '../../../contract/error.ts'
import { FIGURE_POLICY, FigureKind, figureContentTypes } from '../../../contract/figure.ts'
import { Digest } from '../../../contract/id.ts'
import { PageRequest } from '../../../contract/table.ts'
import type { DoorDependencies } from '../door-dependencies.ts'
import { actorOf, type DoorEnvironment } from '../request-context.ts'
import { parse } from '../serve-endpoint.ts'

const IMMUTABLE = 'private, max-age=31536000, immutable'
const PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'"

/** Kept results for members: a table's page as JSON, all of it as CSV, Excel, Parquet or columns; a chart's picture as SVG. They never change, so they may be kept by the browser. */
export function serveTables(app: Hono<DoorEnvironment>, { tenancy, conversations, dashboards, results }: DoorDependencies): void {
  app.get('/api/results/:file', async (context) => {
    const actor = await actorOf(context, tenancy)
    const [name, ending] = context.req.param('file').split('.', 2)
    const digest = Digest.safeParse(name)
    if (!digest.success) throw new KnownError('not-found')
    const maySee = (await conversations.maySeeResult(actor, digest.data)) || (await dashboards.maySeeResult(actor, digest.data))
    if (!maySee) throw new KnownError('not-found')
    context.header('cache-control', IMMUTABLE)
    switch (ending) {
      case undefined:
        return context.json(await results.page(actor, digest.data, parse(PageRequest, context.req.query())))
      case 'columns':
        context.header('content-type', 'application/octet-stream')
        return context.body(new Uint8Array(await results.columnar(actor, digest.data)))
      case 'csv':
        context.header('content-type', 'text/csv; charset=utf-8')
        context.header('content-disposition', `attachment; filename="table-${digest.data.slice(0, 8)}.csv"`)
        return context.body(
          webStream(await results.csv(actor, digest.data, { escapeFormulas: context.req.query('raw') !== '1' })),
        )
      case 'xlsx':
        context.header('content-type', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
        context.header('content-disposition', `attachment; filename="table-${digest.data.slice(0, 8)}.xlsx"`)
        return context.body(webStream(await results.workbook(actor, digest.data)))
      case 'parquet':
        context.header('content-type', 'application/vnd.apache.parquet')
        context.header('content-disposition', `attachment; filename="table-${digest.data.slice(0, 8)}.parquet"`)
        return context.body(webStream(await results.parquet(actor, digest.data)))
      case 'svg':
        context.header('content-type', 'image/svg+xml')
        context.header('content-security-policy', PICTURE_POLICY)
        context.header('x-content-type-options', 'nosniff')
        return context.body(await results.picture(actor, digest.data))
      case 'figure': {
        const kind = FigureKind.safeParse(context.req.query('kind'))
        if (!kind.success) throw new KnownError('not-found')
        context.header('content-type', figureContentTypes[kind.data])
        context.header('content-security-policy', FIGURE_POLICY)
        return context.body(new Uint8Array(await results.figure(actor, digest.data)))
      }
      default:
        throw new KnownError('not-found')
    }
  })
}

const webStream = (stream: Readable): ReadableStream => Readable.toWeb(stream) as ReadableStream
