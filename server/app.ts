import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { type Logger, pino } from 'pino'
import type { DashboardId, SubjectId, TileId } from '../contract/id.ts'
import { type Demo, type DemoRooms, findDemo, seedDemo, uploadShop } from '../demo/seed.ts'
import { createBasicAnalyst } from './analysts/basic-analyst.ts'
import { createModels, type ModelsDependencies } from './analysts/create-models.ts'
import { firstModels } from './analysts/first-models.ts'
import { createHandAnalyst } from './analysts/hand-analyst.ts'
import { createModelAnalyst } from './analysts/model-analyst.ts'
import { createRerun } from './analysts/rerun-statement.ts'
import { createTurnLoop, type TurnLoop, type TurnLoopDependencies } from './analysts/turn-loop.ts'
import { type Clock, systemClock } from './basics/clock.ts'
import { randomToken } from './basics/random-id.ts'
import { sleep } from './basics/sleep.ts'
import type { Config } from './config.ts'
import { handOverConversations } from './conversations/belongings.ts'
import { type Conversations, createConversations } from './conversations/conversations.ts'
import { eraseDeleted } from './conversations/erase-deleted.ts'
import { handOverDashboards } from './dashboards/belongings.ts'
import { createDashboards } from './dashboards/dashboards.ts'
import { createDuckDb } from './duckdb/duckdb.ts'
import { createDoor } from './http/door.ts'
import { openPreviews } from './http/previews.ts'
import { createPublicDoor } from './http/public/door.ts'
import { readStaticFiles } from './http/static-files.ts'
import { createJobs } from './jobs/jobs.ts'
import { type Mail, openMail } from './mail/mail.ts'
import { createMetrics, type Door } from './metrics/metrics.ts'
import { createPictures } from './pictures/pictures.ts'
import { createPython, type Python } from './python/python.ts'
import { createResults } from './results/create-results.ts'
import type { Results } from './results/results.ts'
import { handOverSchedules } from './schedules/belongings.ts'
import { createSchedules } from './schedules/schedules.ts'
import { sealedColumns } from './sealed-columns.ts'
import type { Rerun } from './sharing/drift.ts'
import { createSharing, type Sharing } from './sharing/sharing.ts'
import { createSources } from './sources/create-sources.ts'
import type { Sources } from './sources/sources.ts'
import { type BackupCounts, writeBackup } from './storage/backup.ts'
import type { Blobs } from './storage/blobs.ts'
import { changeKey, type KeyChange } from './storage/change-key.ts'
import type { Database } from './storage/database.ts'
import { openSecret } from './storage/file-secret.ts'
import { keyFileOf } from './storage/key-file.ts'
import { migrate } from './storage/migrate.ts'
import { joinNodes } from './storage/nodes.ts'
import { openBlobs } from './storage/open-blobs.ts'
import { openDatabase } from './storage/open-database.ts'
import { createTelegram } from './telegram/telegram.ts'
import { createTenancy, type Tenancy } from './tenancy/tenancy.ts'

/** Structured log lines; pino's shape. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

/** What a program may bring instead of the real world. */
export interface World {
  readonly clock?: Clock
  readonly database?: Database
  readonly log?: Log
  readonly openProvider?: ModelsDependencies['openProvider']
  readonly mail?: Mail
}

export interface App {
  readonly database: Database
  readonly blobs: Blobs
  readonly tenancy: Tenancy
  readonly conversations: Conversations
  readonly turnLoop: TurnLoop
  readonly results: Results
  readonly python: Python
  readonly sources: Sources
  readonly sharing: Sharing
  /** Writes all that is kept into one file. */
  backup(file: string): Promise<BackupCounts>
  /** Seals all that is encrypted with a new key. */
  changeKey(): Promise<KeyChange>
  /** Makes the demo where it is not there yet. */
  seedDemo(): Promise<Demo>
  /** Asked for on the first visit, when the server listens beyond loopback. */
  readonly setupCode: string | undefined
  /** What the members' router answers, as it was registered: tests sweep over it. */
  readonly routes: readonly { readonly method: string; readonly path: string }[]
  /** Opens the doors; the URL is where they are. */
  listen(): Promise<{ url: string; port: number }>
  /** Ends turns, lets requests finish, closes children and the database. */
  close(): Promise<void>
}

/** Joins the parts. Nothing listens yet; what a killed server left running is marked interrupted. */
export async function createApp(config: Config, world: World = {}): Promise<App> {
  const clock = world.clock ?? systemClock
  const log = world.log ?? pino({ level: config.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime })
  const report = (error: unknown, context: Record<string, unknown>): string => {
    const number = randomToken(6)
    log.error({ err: error, number, ...context }, 'a bug showed itself')
    return number
  }

  const tempDir = await openTempDir(join(config.dataDir, 'temp'), clock())
  const database =
    world.database ??
    (await openDatabase({ dataDir: config.dataDir, databaseUrl: config.databaseUrl, log: (sentence) => log.warn(sentence) }))
  await migrate(database)
  const node = await joinNodes({ database, id: randomToken(12) })
  const jobs = createJobs({ database, node, clock, report })
  const metrics = createMetrics({ jobs: async () => ({ ...(await jobs.counts()) }) })
  const secret = await openSecret(config)
  const blobs = await openBlobs(config.blobs, join(tempDir, 'blobs'))
  const duckdb = createDuckDb({ size: 2, threads: 2, memoryLimitMb: 2048, maxQueue: 200, tempDir: join(tempDir, 'members'), log })
  const strangers = createDuckDb({
    size: 1,
    threads: 1,
    memoryLimitMb: 1024,
    maxQueue: 50,
    tempDir: join(tempDir, 'strangers'),
    log,
  })
  // NOTE: two, as what is kept is searched one at a time, for long: the other one imports.
  const behind = createDuckDb({
    size: 2,
    threads: 2,
    memoryLimitMb: 2048,
    maxQueue: 1_000,
    isBehind: true,
    tempDir: join(tempDir, 'behind'),
    log,
  })
  const results = createResults({ database, blobs, duckdb, strangers, behind, clock, tempDir: join(tempDir, 'results') })
  const ownSources = createSources({
    database,
    results,
    secret,
    clock,
    tempDir: join(tempDir, 'sources'),
    fileFolder: config.sourceFiles,
    limits: config.queryLimits,
    dataDir: config.dataDir,
    log,
  })
  const sources: Sources = { ...ownSources, query: (...given) => metrics.source(() => ownSources.query(...given)) }
  const afterwards: { sharing?: Sharing } = {}
  const mail = world.mail ?? (config.smtpUrl ? openMail(config.smtpUrl) : undefined)
  const tenancy = createTenancy({
    database,
    clock,
    secret,
    mail,
    domain: config.domain,
    allowsInsecureIssuers: config.isLoopback,
    links: {
      changed: async (tenantId) => {
        await afterwards.sharing?.tenantChanged(tenantId)
      },
      closeAll: async (actor) => {
        await afterwards.sharing?.closeAllLinks(actor)
      },
    },
    giveBelongings: async (actor, from, to, links) => {
      await handOverConversations(database, actor, from, to)
      await handOverDashboards(database, actor, from, to)
      await handOverSchedules({ database, clock }, actor, from, to)
      await afterwards.sharing?.handOverLinks(actor, from, to, links)
    },
  })

  const conversations = createConversations({
    database,
    results,
    clock,
    node,
    closeLink: async (actor, id) => {
      await afterwards.sharing?.closeLink(actor, id)
    },
    nameOf: async (actor) => (await tenancy.namesOf(actor, [actor.userId])).get(actor.userId) ?? '',
    report,
  })
  const dashboards = createDashboards({
    database,
    results,
    sources,
    conversations,
    clock,
    closeLink: async (actor, id) => {
      await afterwards.sharing?.closeLink(actor, id)
    },
    refreshed: async (actor, id) => {
      await afterwards.sharing?.follow(actor, id)
    },
  })
  const rerunStatement = createRerun({ conversations, results, sources })
  const rerun: Rerun = (actor, { subjectId, partId, sql, source, values }, limits) =>
    isDashboard(subjectId)
      ? dashboards.askTile(actor, subjectId, { id: partId as TileId, sql, values })
      : rerunStatement(actor, { conversationId: subjectId, sql, source }, limits)
  const sharing = createSharing({ database, blobs, secret, results, conversations, dashboards, tenancy, rerun, node, clock })
  afterwards.sharing = sharing
  const python = createPython({
    choice: config.pythonEngine,
    dataDir: join(config.dataDir, 'python'),
    wheelUrl: config.wheelUrl,
    log,
  })
  const models = createModels({
    database,
    secret,
    clock,
    firstModels: () => firstModels(config.models),
    ...(world.openProvider ? { openProvider: world.openProvider } : {}),
  })
  const analysts = { basic: createBasicAnalyst(), hand: createHandAnalyst(), model: createModelAnalyst(models, sleep) }
  const ended: TurnLoopDependencies['ended'] = (analyst, status, durationMs) => metrics.turn(analyst, status, durationMs / 1000)
  const turnLoop = createTurnLoop({ conversations, results, sources, python, analysts, clock, report, ended })
  await conversations.recover()
  const recovering = setInterval(() => {
    conversations.recover().catch((error: unknown) => report(error, { during: 'ending abandoned turns' }))
  }, RECOVER_MS).unref()
  const eraseOld = async (): Promise<void> => {
    await conversations.eraseRewound(clock())
    await eraseDeleted(database, await tenancy.tenants.retentions(), clock())
  }
  const erasing = setInterval(() => {
    eraseOld().catch((error: unknown) => report(error, { during: 'erasing what is over' }))
  }, HOUR_MS).unref()

  const rooms: DemoRooms = { tenancy, conversations, turnLoop, dashboards, sharing }
  const demoDir = join(tempDir, 'demo')
  const staticFiles = await readStaticFiles(config.webDir)
  const setupCode = !config.isLoopback && (await tenancy.needsSetup()) ? randomBytes(4).toString('hex') : undefined
  const settings = { origin: config.origin, trustProxy: config.trustProxy, tempDir, uploadMaxBytes: config.uploadMaxBytes }
  const pictures = createPictures(join(tempDir, 'fonts'))
  const telegram = createTelegram({
    database,
    tenancy,
    conversations,
    turnLoop,
    results,
    pictures,
    sources,
    sharing,
    secret,
    nodeId: node.id,
    clock,
    report,
    tempDir: join(tempDir, 'telegram'),
    uploadMaxBytes: config.uploadMaxBytes,
    origin: config.origin,
    apiRoot: config.telegram.apiRoot,
    firstToken: config.telegram.token,
  })
  const schedules = createSchedules({
    database,
    tenancy,
    conversations,
    turnLoop,
    dashboards,
    results,
    pictures,
    mail,
    jobs,
    chat: telegram.toPerson,
    origin: config.origin,
    clock,
    report,
  })
  const door = createDoor({
    database,
    tenancy,
    conversations,
    turnLoop,
    results,
    python,
    sources,
    models,
    sharing,
    dashboards,
    schedules,
    telegramBot: telegram,
    metrics: { ...metrics, isOpen: config.isLoopback && isLocal(config.origin) },
    staticFiles,
    settings,
    setupCode,
    report,
    clock,
    uploadDemo: (actor) => uploadShop(rooms, actor, clock(), demoDir),
    demo: async () => (config.demo ? findDemo(rooms) : null),
  })
  const publicDoor = await createPublicDoor({
    sharing,
    webDir: config.webDir,
    pictures,
    origin: config.origin,
    trustProxy: config.trustProxy,
    report,
    ...(config.domain ? { slugOfHost: tenancy.slugOfHost } : {}),
    previewOf: openPreviews({ tenancy, sharing, trustProxy: config.trustProxy }),
  })
  const members = getRequestListener(door.fetch)
  // NOTE: a request that announces no body has none: without this node:http takes it through the life of a stream all the same, an eighth of what a 304 costs.
  const server = createServer({ optimizeEmptyRequests: true }, (request, response) => {
    const taken = publicDoor(request, response)
    if (taken === 'answered') return metrics.readyAnswer(response.statusCode)
    const beganMs = performance.now()
    const door: Door = taken ? 'public' : telegram.receive(request, response) ? 'telegram' : 'members'
    response.once('close', () => metrics.request(door, response.statusCode, (performance.now() - beganMs) / 1000))
    if (door === 'members') void members(request, response)
  })

  // NOTE: proxies keep a line for a minute and send on one that was just closed.
  server.keepAliveTimeout = 75_000

  return {
    database,
    blobs,
    tenancy,
    conversations,
    turnLoop,
    results,
    python,
    sources,
    sharing,
    setupCode,
    seedDemo: () => seedDemo(rooms, clock(), demoDir),
    backup: (file) => writeBackup({ database, blobs, now: clock() }, keyFileOf(config.dataDir), file),
    changeKey: () => changeKey(database, secret, sealedColumns, config),
    routes: door.routes,
    async listen() {
      const place = await listen(server, config)
      telegram.start()
      jobs.start()
      return place
    },
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
      clearInterval(erasing)
      clearInterval(recovering)
      const handedOver = jobs.close()
      await conversations.close()
      await handedOver
      await telegram.close()
      server.closeIdleConnections()
      setTimeout(() => server.closeAllConnections(), 2_000).unref()
      if (server.listening) await closed
      await python.close()
      await sharing.close()
      metrics.close()
      await node.close()
      await sources.close()
      await results.close()
      await Promise.all([duckdb.close(), strangers.close(), behind.close()])
      await rm(tempDir, { recursive: true, force: true })
      await database.close()
    },
  }
}

/** Whether people reach the server at this machine alone, as far as its settings say. */
const isLocal = (origin: string | undefined): boolean =>
  origin === undefined || ['localhost', '127.0.0.1', '[::1]'].includes(new URL(origin).hostname)
const isDashboard = (id: SubjectId): id is DashboardId => id.startsWith('dsh_')

function listen(server: Server, config: Config): Promise<{ url: string; port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(config.port, config.host, () => {
      server.off('error', reject)
      const { port } = server.address() as AddressInfo
      const host = config.host.includes(':') ? `[${config.host}]` : config.isLoopback ? 'localhost' : config.host
      resolve({ url: config.origin ?? `http://${host}:${port}`, port })
    })
  })
}

const HOUR_MS = 3_600_000
/** A node is taken for dead after some 15 s; its turns are ended soon after. */
const RECOVER_MS = 5_000
const DAY_MS = 24 * HOUR_MS

/** A folder for this run alone; what a killed run left is removed after a day. */
async function openTempDir(parent: string, now: Date): Promise<string> {
  await mkdir(parent, { recursive: true })
  for (const name of await readdir(parent)) {
    const left = join(parent, name)
    if (now.getTime() - (await stat(left)).mtimeMs > DAY_MS) await rm(left, { recursive: true, force: true })
  }
  return mkdtemp(join(parent, 'run-'))
}
