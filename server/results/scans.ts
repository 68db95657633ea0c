import { and, eq } from 'drizzle-orm'
import type { Digest, TenantId } from '../../contract/id.ts'
import type { FindingKind } from '../../contract/share.ts'
import type { DuckDb } from '../duckdb/duckdb.ts'
import { RULES_VERSION } from '../findings/find-in-text.ts'
import type { HiddenValue } from '../findings/mask.ts'
import { type ColumnFinding, scanRows } from '../findings/tally.ts'
import type { Blobs } from '../storage/blobs.ts'
import type { Database } from '../storage/database.ts'
import { results } from './tables.ts'

export interface ScansDependencies {
  readonly database: Database
  readonly blobs: Blobs
  readonly duckdb: DuckDb
  /** For what nobody waits for. */
  readonly behind: DuckDb
  /** Throws `not-found` unless there is one of this kind; undefined takes a table or a file. */
  readonly rowOf: (tenantId: TenantId, digest: Digest, kind?: 'table' | 'file') => Promise<typeof results.$inferSelect>
}

const SCAN_TIMEOUT_MS = 300_000
/** By then the answer that a result belongs to is mostly said. */
const BEHIND_MS = 300

/**
 * Looks for secrets and personal texts in what is kept: behind the answer, one result at a time, so that nobody waits for it. Whoever asks
 * earlier gets it searched at once. What a version of the rules found is kept beside the result.
 */
export function createScans({ database, blobs, duckdb, behind, rowOf }: ScansDependencies) {
  const running = new Map<string, Promise<ColumnFinding[]>>()
  let queue: Promise<unknown> = Promise.resolve()
  let isClosed = false

  const scan = async (tenantId: TenantId, digest: Digest, pool: DuckDb): Promise<ColumnFinding[]> => {
    const { kind, columns, rowCount, firstRows, findings } = await rowOf(tenantId, digest)
    if (findings?.version === RULES_VERSION) return findings.found
    const path = await blobs.path(tenantId, digest)
    const isWhole = columns && firstRows && firstRows.length === rowCount
    const found = isWhole
      ? await scanRows(columns, firstRows)
      : await pool.run(kind === 'file' ? { kind: 'scan-file', path } : { kind: 'scan', path, columns: columns ?? [] }, {
          timeoutMs: SCAN_TIMEOUT_MS,
        })
    await database
      .write({ tenantId })
      .update(results)
      .set({ findings: { version: RULES_VERSION, found } })
      .where(and(eq(results.tenantId, tenantId), eq(results.digest, digest)))
    return found
  }

  const once = (tenantId: TenantId, digest: Digest, pool: DuckDb): Promise<ColumnFinding[]> => {
    const key = `${tenantId}/${digest}`
    const known = running.get(key)
    if (known) return known
    const started = scan(tenantId, digest, pool).finally(() => running.delete(key))
    running.set(key, started)
    return started
  }

  return {
    begin(tenantId: TenantId, digest: Digest): void {
      const enqueue = (): void => {
        queue = queue.then(() => (isClosed ? undefined : once(tenantId, digest, behind))).catch(() => undefined)
      }
      setTimeout(enqueue, BEHIND_MS).unref()
    },
    findings: (tenantId: TenantId, digest: Digest): Promise<ColumnFinding[]> => once(tenantId, digest, duckdb),
    async foundTexts(tenantId: TenantId, digest: Digest, column: string, kind: FindingKind): Promise<string[]> {
      const { columns } = await rowOf(tenantId, digest, 'table')
      const found = columns?.find(({ name }) => name === column)
      if (!found) return []
      const path = await blobs.path(tenantId, digest)
      return duckdb.run({ kind: 'found', path, column: found, finding: kind }, { timeoutMs: SCAN_TIMEOUT_MS })
    },
    async fileHolds(tenantId: TenantId, digest: Digest, values: readonly HiddenValue[]): Promise<boolean> {
      // NOTE: a table that was taken over stands for its file too; its cells are looked through as a table.
      if ((await rowOf(tenantId, digest)).kind === 'table') return false
      const path = await blobs.path(tenantId, digest)
      return (await duckdb.run({ kind: 'scan-file', path, values }, { timeoutMs: SCAN_TIMEOUT_MS })).length > 0
    },
    /** Waits for what runs; what waits is left for the next start. */
    async close(): Promise<void> {
      isClosed = true
      await Promise.allSettled(running.values())
    },
  }
}
