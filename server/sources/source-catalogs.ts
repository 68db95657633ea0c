import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { and, eq, inArray, sql } from 'drizzle-orm'
import type { CatalogTable } from '../../contract/catalog.ts'
import { KnownError } from '../../contract/error.ts'
import type { SourceId } from '../../contract/id.ts'
import type { Clock } from '../basics/clock.ts'
import type { Results } from '../results/results.ts'
import type { Database } from '../storage/database.ts'
import type { Actor } from '../tenancy/actor.ts'
import type { Destination } from './job.ts'
import { quotePath } from './quote-path.ts'
import type { SourceProcesses } from './source-processes.ts'
import { catalogs } from './tables.ts'

/** What is read of sources, and what is worked out about their tables behind the scenes. */
export interface SourceCatalogs {
  find(actor: Actor, id: SourceId): Promise<typeof catalogs.$inferSelect | undefined>
  /** How many tables each source has, of those that were read. */
  tableCounts(actor: Actor, ids: readonly SourceId[]): Promise<Map<SourceId, number>>
  /** Reads the catalog from the source and begins to look into its tables. Many who ask at once wait for one reading. */
  refresh(actor: Actor, id: SourceId, destination: Destination): Promise<typeof catalogs.$inferSelect>
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
/** Tables that are looked into, and rows of each. A few thousand rows tell what a column holds; they are never kept. */
const PROFILED_TABLES = 60
const SAMPLE_ROWS = 10_000
const SAMPLE_BYTES = 20_000_000
const SAMPLE_TIMEOUT_MS = 15_000
/** Profiles are kept after this many tables, so that early questions profit. */
const KEEP_EVERY = 10

export function createSourceCatalogs({
  database,
  results,
  processes,
  clock,
  tempDir,
}: SourceCatalogsDependencies): SourceCatalogs {
  const reading = new Map<string, Promise<typeof catalogs.$inferSelect>>()
  const profiling = new Set<Promise<void>>()
  const closing = new AbortController()
  const where = (actor: Actor, id: SourceId) => and(eq(catalogs.tenantId, actor.tenantId), eq(catalogs.sourceId, id))

  async function read(actor: Actor, id: SourceId, destination: Destination): Promise<typeof catalogs.$inferSelect> {
    const key = keyOf(actor, id)
    const tables = await processes.run(
      key,
      destination,
      { kind: 'catalog' },
      { timeoutMs: CATALOG_TIMEOUT_MS, signal: closing.signal },
    )
    const row = { tenantId: actor.tenantId, sourceId: id, tables, readAt: clock(), isProfiled: false }
    await database
      .write(actor)
      .insert(catalogs)
      .values(row)
      .onConflictDoUpdate({
        target: [catalogs.tenantId, catalogs.sourceId],
        set: { tables, readAt: row.readAt, isProfiled: false },
      })
    const work = profileAll(actor, id, destination, tables, row.readAt)
      .catch(() => undefined)
      .finally(() => profiling.delete(work))
    profiling.add(work)
    return row
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
    for (const [index, table] of known.slice(0, last).entries()) {
      if (closing.signal.aborted) return
      known[index] = await profile(actor, id, destination, table).catch(() => table)
      const isLast = index === last - 1
      if (isLast || (index + 1) % KEEP_EVERY === 0) await keep(actor, id, known, readAt, isLast)
    }
    if (last === 0) await keep(actor, id, known, readAt, true)
  }

  /** NOTE: a newer reading of the same source wins. */
  async function keep(actor: Actor, id: SourceId, tables: CatalogTable[], readAt: Date, isProfiled: boolean): Promise<void> {
    await database
      .write(actor)
      .update(catalogs)
      .set({ tables, isProfiled })
      .where(and(where(actor, id), eq(catalogs.readAt, readAt)))
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
          sql: `SELECT * FROM ${quotePath(destination.kind, table.path ?? [table.name])} LIMIT ${SAMPLE_ROWS}`,
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
      const [row] = await database.read(actor).select().from(catalogs).where(where(actor, id))
      return row
    },

    async tableCounts(actor, ids) {
      if (ids.length === 0) return new Map()
      const rows = await database
        .read(actor)
        .select({ id: catalogs.sourceId, count: sql<number>`jsonb_array_length(${catalogs.tables})` })
        .from(catalogs)
        .where(and(eq(catalogs.tenantId, actor.tenantId), inArray(catalogs.sourceId, [...ids])))
      return new Map(rows.map(({ id, count }) => [id, Number(count)]))
    },

    async refresh(actor, id, destination) {
      if (closing.signal.aborted) throw new KnownError('unavailable')
      const key = keyOf(actor, id)
      const running = reading.get(key) ?? read(actor, id, destination).finally(() => reading.delete(key))
      reading.set(key, running)
      return running
    },

    async close() {
      closing.abort()
      await Promise.allSettled([...reading.values(), ...profiling])
    },
  }
}

/** Names a source among the processes of all tenants. */
export const keyOf = (actor: Pick<Actor, 'tenantId'>, id: SourceId): string => `${actor.tenantId} ${id}`
