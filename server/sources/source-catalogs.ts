import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { and, eq, getTableColumns, inArray, sql } from 'drizzle-orm'
import type { CatalogTable } from '../../contract/catalog.ts'
import { KnownError } from '../../contract/error.ts'
import type { SourceId } from '../../contract/id.ts'
import type { Clock } from '../basics/clock.ts'
import type { Results } from '../results/results.ts'
import type { Database } from '../storage/database.ts'
import type { Actor } from '../tenancy/actor.ts'
import type { Destination } from './job.ts'
import { firstRows } from './quote-path.ts'
import type { SourceProcesses } from './source-processes.ts'
import { catalogs } from './tables.ts'

/** What was last read of a source. The same object as long as it is the same version: what is worked out about a table is kept with it, so nobody changes one. */
export interface KnownCatalog {
  readonly tables: CatalogTable[]
  readonly readAt: Date
  readonly isProfiled: boolean
  readonly version: number
}

/** What is read of sources, and what is worked out about their tables behind the scenes. */
export interface SourceCatalogs {
  find(actor: Actor, id: SourceId): Promise<KnownCatalog | undefined>
  /** How many tables each source has, of those that were read. */
  tableCounts(actor: Actor, ids: readonly SourceId[]): Promise<Map<SourceId, number>>
  /** Reads the catalog from the source and begins to look into its tables. Many who ask at once wait for one reading. */
  refresh(actor: Actor, id: SourceId, destination: Destination): Promise<KnownCatalog>
  /** Begins to read one anew that is older than a day, and answers at once: what is known holds until then. A source that failed is left alone for a while. */
  refreshOld(actor: Actor, id: SourceId, known: KnownCatalog, destination: () => Destination): void
  close(): Promise<void>
}

export interface SourceCatalogsDependencies {
  readonly database: Database
  readonly results: Results
  readonly processes: SourceProcesses
  readonly clock: Clock
  readonly tempDir: string
}

const CATALOG_TIMEOUT_MS = 120_000
const OLD_MS = 24 * 3_600_000
const LEFT_ALONE_MS = 15 * 60_000
/** Tables that are looked into, and rows of each. A few thousand rows tell what a column holds; they are never kept. */
const PROFILED_TABLES = 60
const SAMPLE_ROWS = 10_000
const SAMPLE_BYTES = 20_000_000
const SAMPLE_TIMEOUT_MS = 15_000
/** Profiles are kept after this many tables, so that early questions profit; a large catalog is megabytes each time. */
const KEEP_EVERY = { small: 10, large: 30 }
const LARGE_TABLES = 500
/** Tables of all catalogs together that are held in memory. */
const HELD_TABLES = 30_000

export function createSourceCatalogs({
  database,
  results,
  processes,
  clock,
  tempDir,
}: SourceCatalogsDependencies): SourceCatalogs {
  const reading = new Map<string, Promise<KnownCatalog>>()
  const held = new Map<string, KnownCatalog>()
  /** When one that is old was last tried. */
  const tried = new Map<string, number>()
  const profiling = new Set<Promise<void>>()
  const closing = new AbortController()
  const where = (actor: Actor, id: SourceId) => and(eq(catalogs.tenantId, actor.tenantId), eq(catalogs.sourceId, id))

  async function read(actor: Actor, id: SourceId, destination: Destination): Promise<KnownCatalog> {
    const key = keyOf(actor, id)
    const tables = await processes.run(
      key,
      destination,
      { kind: 'catalog' },
      { timeoutMs: CATALOG_TIMEOUT_MS, signal: closing.signal },
    )
    const fresh = { tables, readAt: clock(), isProfiled: false, tableCount: tables.length }
    const [kept] = await database
      .write(actor)
      .insert(catalogs)
      .values({ tenantId: actor.tenantId, sourceId: id, ...fresh })
      .onConflictDoUpdate({
        target: [catalogs.tenantId, catalogs.sourceId],
        set: { ...fresh, version: sql`${catalogs.version} + 1` },
      })
      .returning({ version: catalogs.version })
    const work = profileAll(actor, id, destination, tables, fresh.readAt)
      .catch(() => undefined)
      .finally(() => profiling.delete(work))
    profiling.add(work)
    return hold(key, { tables, readAt: fresh.readAt, isProfiled: false, version: kept?.version ?? 0 })
  }

  const readOnce = (actor: Actor, id: SourceId, destination: Destination): Promise<KnownCatalog> => {
    const key = keyOf(actor, id)
    const running = reading.get(key) ?? read(actor, id, destination).finally(() => reading.delete(key))
    reading.set(key, running)
    return running
  }

  /** The ones asked for last, as far as they fit. */
  function hold(key: string, catalog: KnownCatalog): KnownCatalog {
    held.delete(key)
    held.set(key, catalog)
    let count = 0
    for (const [other, { tables }] of [...held].reverse()) {
      count += tables.length
      if (count > HELD_TABLES && other !== key) held.delete(other)
    }
    return catalog
  }

  async function profileAll(
    actor: Actor,
    id: SourceId,
    destination: Destination,
    tables: CatalogTable[],
    readAt: Date,
  ): Promise<void> {
    const known = [...tables]
    const last = Math.min(known.length, PROFILED_TABLES)
    const every = known.length > LARGE_TABLES ? KEEP_EVERY.large : KEEP_EVERY.small
    for (const [index, table] of known.slice(0, last).entries()) {
      if (closing.signal.aborted) return
      known[index] = await profile(actor, id, destination, table).catch(() => table)
      const isLast = index === last - 1
      if (isLast || (index + 1) % every === 0) await keep(actor, id, known, readAt, isLast)
    }
    if (last === 0) await keep(actor, id, known, readAt, true)
  }

  /** NOTE: a newer reading of the same source wins. */
  async function keep(actor: Actor, id: SourceId, tables: CatalogTable[], readAt: Date, isProfiled: boolean): Promise<void> {
    const [kept] = await database
      .write(actor)
      .update(catalogs)
      .set({ tables, isProfiled, version: sql`${catalogs.version} + 1` })
      .where(and(where(actor, id), eq(catalogs.readAt, readAt)))
      .returning({ version: catalogs.version })
    if (kept) hold(keyOf(actor, id), { tables: [...tables], readAt, isProfiled, version: kept.version })
  }

  async function profile(actor: Actor, id: SourceId, destination: Destination, table: CatalogTable): Promise<CatalogTable> {
    await mkdir(tempDir, { recursive: true })
    const output = join(tempDir, `${randomUUID()}.cells`)
    try {
      const sampled = await processes.run(
        keyOf(actor, id),
        destination,
        {
          kind: 'query',
          sql: firstRows(destination.kind, table.path ?? [table.name], SAMPLE_ROWS),
          rowLimit: SAMPLE_ROWS,
          byteLimit: SAMPLE_BYTES,
          timeoutMs: SAMPLE_TIMEOUT_MS,
          output,
        },
        { timeoutMs: SAMPLE_TIMEOUT_MS, signal: closing.signal },
      )
      const facts = await results.profileCells({ path: output, columns: sampled.columns })
      const byName = new Map(facts.map((fact) => [fact.name, fact]))
      const isWhole = !sampled.truncated && sampled.rowCount < SAMPLE_ROWS
      return {
        ...table,
        rowCount: isWhole ? sampled.rowCount : Math.max(table.rowCount, sampled.rowCount),
        columns: table.columns.map((column) => ({
          ...byName.get(column.name),
          ...column,
          type: byName.get(column.name)?.type ?? column.type,
        })),
      }
    } finally {
      await rm(output, { force: true })
    }
  }

  return {
    async find(actor, id) {
      const key = keyOf(actor, id)
      const { tables: _, ...light } = getTableColumns(catalogs)
      const [now] = await database.read(actor).select(light).from(catalogs).where(where(actor, id))
      const known = held.get(key)
      if (now && known?.version === now.version && known.readAt.getTime() === now.readAt.getTime()) return hold(key, known)
      const [row] = now ? await database.read(actor).select().from(catalogs).where(where(actor, id)) : []
      return row && hold(key, row)
    },

    async tableCounts(actor, ids) {
      if (ids.length === 0) return new Map()
      const rows = await database
        .read(actor)
        .select({ id: catalogs.sourceId, count: catalogs.tableCount })
        .from(catalogs)
        .where(and(eq(catalogs.tenantId, actor.tenantId), inArray(catalogs.sourceId, [...ids])))
      return new Map(rows.map(({ id, count }) => [id, count]))
    },

    async refresh(actor, id, destination) {
      if (closing.signal.aborted) throw new KnownError('unavailable')
      return readOnce(actor, id, destination)
    },

    refreshOld(actor, id, { readAt }, destination) {
      const key = keyOf(actor, id)
      const now = clock().getTime()
      const isLeftAlone = now - (tried.get(key) ?? Number.NEGATIVE_INFINITY) < LEFT_ALONE_MS
      if (now - readAt.getTime() < OLD_MS || isLeftAlone || closing.signal.aborted) return
      tried.set(key, now)
      readOnce(actor, id, destination()).catch(() => undefined)
    },

    async close() {
      closing.abort()
      await Promise.allSettled([...reading.values(), ...profiling])
    },
  }
}

/** Names a source among the processes of all tenants. */
export const keyOf = (actor: Pick<Actor, 'tenantId'>, id: SourceId): string => `${actor.tenantId} ${id}`
