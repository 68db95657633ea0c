import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SourceId, TenantId, UserId } from '../../contract/id.ts'
import { Permission } from '../../contract/permission.ts'
import type { SourceConfig } from '../../contract/source.ts'
import { ROW_LIMIT } from '../../contract/table.ts'
import type { Clock } from '../../server/basics/clock.ts'
import { randomId } from '../../server/basics/random-id.ts'
import { sleep } from '../../server/basics/sleep.ts'
import { createDuckDb } from '../../server/duckdb/duckdb.ts'
import { createResults } from '../../server/results/create-results.ts'
import type { Results } from '../../server/results/results.ts'
import { createSources } from '../../server/sources/create-sources.ts'
import type { Destination } from '../../server/sources/job.ts'
import type { Sources } from '../../server/sources/sources.ts'
import { openDiskBlobs } from '../../server/storage/disk-blobs.ts'
import { openSecret } from '../../server/storage/file-secret.ts'
import { openMemoryDatabase } from '../../server/storage/pglite-database.ts'
import type { Actor } from '../../server/tenancy/actor.ts'
import { tenants } from '../../server/tenancy/tables.ts'

/** The room of sources with real rooms beneath it. */
export interface SourcesRoom {
  readonly sources: Sources
  readonly results: Results
  readonly admin: Actor
  /** Somebody of the same tenant without rights over sources. */
  member(attributes?: Record<string, string>): Actor
  add(destination: Destination): Promise<SourceId>
  /** Resolves when the tables of a source have been looked into. */
  untilProfiled(id: SourceId): Promise<void>
  close(): Promise<void>
}

const usualLimits = { rowLimit: ROW_LIMIT, timeoutMs: 60_000, byteLimit: 2_000_000_000 }

export async function makeSourcesRoom(
  clock: Clock = () => new Date(),
  limits: typeof usualLimits = usualLimits,
): Promise<SourcesRoom> {
  const folder = await mkdtemp(join(tmpdir(), 'qry-sources-'))
  const log = { warn: () => undefined }
  const database = await openMemoryDatabase()
  const tenantId = randomId<TenantId>('ten', new Date())
  await database.beyondTenants().insert(tenants).values({ id: tenantId, slug: 'ridge', name: 'Ridge', createdAt: new Date() })
  const pool = { size: 1, threads: 2, memoryLimitMb: 1024, maxQueue: 50, log }
  const duckdb = createDuckDb({ ...pool, tempDir: join(folder, 'duckdb') })
  const blobs = await openDiskBlobs(join(folder, 'blobs'))
  const results = createResults({
    database,
    blobs,
    duckdb,
    strangers: duckdb,
    behind: duckdb,
    clock,
    tempDir: join(folder, 'results'),
  })
  const secret = await openSecret({ dataDir: join(folder, 'data') })
  const sources = createSources({
    database,
    results,
    secret,
    clock,
    tempDir: join(folder, 'sources'),
    fileFolder: 'any',
    limits,
    dataDir: join(folder, 'data'),
    log,
  })
  const actor = (role: Actor['role'], permissions: readonly Permission[], attributes: Record<string, string> = {}): Actor => ({
    tenantId,
    userId: randomId<UserId>('usr', new Date()),
    role,
    permissions: new Set(permissions),
    groups: [],
    attributes,
    via: 'api',
  })
  const admin = actor('owner', Permission.options)
  let count = 0
  return {
    sources,
    results,
    admin,
    member: (attributes) => actor('analyst', ['conversations:create'], attributes),
    async add({ kind, connection }) {
      const config = connection as SourceConfig
      return (await sources.create(admin, { kind, name: `Source ${++count}`, config })).id
    },
    async untilProfiled(id) {
      while (!(await sources.catalog(admin, id)).isProfiled) await sleep(50)
    },
    async close() {
      await sources.close()
      await results.close()
      await duckdb.close()
      await database.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
