import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { errors, KnownError } from '../../contract/error.ts'
import { requirePermission } from '../tenancy/permissions.ts'
import type { DoorDependencies } from './door-dependencies.ts'
import { openApiDocument } from './openapi.ts'
import { actorOf, type DoorContext, type DoorEnvironment, hostOf } from './request-context.ts'
import { serveCheckpoints } from './routes/checkpoints.ts'
import { serveContinuations } from './routes/continuations.ts'
import { serveConversations } from './routes/conversations.ts'
import { serveDashboards } from './routes/dashboards.ts'
import { serveEvents } from './routes/events.ts'
import { serveExports } from './routes/exports.ts'
import { serveLedger } from './routes/ledger.ts'
import { serveMembers } from './routes/members.ts'
import { serveModels } from './routes/models.ts'
import { servePeople } from './routes/people.ts'
import { serveProviderSignIn } from './routes/provider-sign-in.ts'
import { servePython } from './routes/python.ts'
import { serveSchedules } from './routes/schedules.ts'
import { serveShares } from './routes/shares.ts'
import { serveSources } from './routes/sources.ts'
import { serveTables } from './routes/tables.ts'
import { serveTelegram } from './routes/telegram.ts'
import { serveTenant } from './routes/tenant.ts'
import { serveUploads } from './routes/uploads.ts'
import type { StaticFile } from './static-files.ts'

/** The app's policy: own scripts only. Radix places what floats by style attributes. */
const appPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; frame-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

/** The frame of a figure: our own script and nothing else, without an origin. It may stand in any page, as it holds nothing. */
const framePolicy = (origin: string): string =>
  `sandbox allow-scripts; default-src 'none'; script-src 'self' ${origin}; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'`
const FRAME = 'figure/frame.html'

/** The members' door: JSON API, event stream, uploads, exports, and the app itself. Catches what is thrown below and says it as JSON. */
export function createDoor(dependencies: DoorDependencies): Hono<DoorEnvironment> {
  const { report, staticFiles, database, tenancy, settings, python, metrics } = dependencies
  const app = new Hono<DoorEnvironment>()

  app.use(async (context, next) => {
    context.set('requestId', randomUUID())
    context.set('originSlug', tenancy.slugOfHost(hostOf(context, settings)))
    await next()
    context.header('x-content-type-options', 'nosniff')
    context.header('referrer-policy', 'no-referrer')
    if (context.req.path !== `/${FRAME}`) context.header('x-frame-options', 'DENY')
    context.header('x-request-id', context.get('requestId'))
    if (context.req.path.startsWith('/api/') && !context.res.headers.has('cache-control'))
      context.header('cache-control', 'no-store')
  })

  app.get('/health/live', (context) => context.json({ status: 'live' }))
  app.get('/health/ready', async (context) => {
    await database.ping()
    const { engine, sandbox, version } = python.status()
    return context.json({
      status: 'ready',
      database: { kind: database.kind, syncs: database.syncs },
      python: { engine, sandbox, version },
    })
  })
  app.get('/metrics', async (context) => {
    if (!metrics.isOpen) requirePermission(await actorOf(context, tenancy), 'tenant:manage')
    return context.text(await metrics.text(), 200, { 'content-type': metrics.contentType })
  })
  app.get('/robots.txt', (context) => context.text('User-agent: *\nDisallow: /api/\n'))
  app.get('/api/openapi.json', (context) => context.json(openApiDocument()))

  servePeople(app, dependencies)
  serveMembers(app, dependencies)
  serveTenant(app, dependencies)
  serveProviderSignIn(app, dependencies)
  serveUploads(app, dependencies)
  serveEvents(app, dependencies)
  serveExports(app, dependencies)
  serveConversations(app, dependencies)
  serveCheckpoints(app, dependencies)
  serveShares(app, dependencies)
  serveContinuations(app, dependencies)
  serveDashboards(app, dependencies)
  serveLedger(app, dependencies)
  servePython(app, dependencies)
  serveModels(app, dependencies)
  serveTables(app, dependencies)
  serveSources(app, dependencies)
  serveTelegram(app, dependencies)
  serveSchedules(app, dependencies)

  app.all('/api/*', () => {
    throw new KnownError('not-found', 'There is no such route.')
  })
  app.get('*', (context) => serveFile(context, staticFiles))

  app.onError((error, context) => {
    const requestId = context.get('requestId')
    const known = error instanceof KnownError ? error : new KnownError('internal', undefined, { cause: error })
    if (known.code === 'internal') report(error, { requestId, path: context.req.path })
    const details = known.details === undefined ? {} : { details: known.details }
    const status = errors[known.code].status as ContentfulStatusCode
    return context.json({ error: { code: known.code, message: known.message, ...details, requestId } }, status)
  })
  return app
}

async function serveFile(context: DoorContext, files: ReadonlyMap<string, StaticFile>): Promise<Response> {
  const path = context.req.path.slice(1)
  const asked = files.get(path)
  if (!asked && path.startsWith('assets/')) return context.text('Not found', 404)
  const file = asked ?? files.get('index.html')
  if (!file) throw new KnownError('unavailable', 'The browser files are not built. Run: npm start')
  const { encoding, bytes } = await file.encoded(context.req.header('accept-encoding') ?? '')
  context.header('content-type', file.contentType)
  context.header('vary', 'accept-encoding')
  context.header('cache-control', file.isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
  if (encoding) context.header('content-encoding', encoding)
  // NOTE: the frame of a figure has no origin, so to it our own scripts are from elsewhere.
  if (file.isHashed) context.header('access-control-allow-origin', '*')
  if (path === FRAME) context.header('content-security-policy', framePolicy(new URL(context.req.url).origin))
  else if (file.contentType.startsWith('text/html')) {
    context.header('content-security-policy', appPolicy)
    context.header('cross-origin-opener-policy', 'same-origin')
  }
  return context.body(new Uint8Array(bytes))
}
