import { and, eq } from 'drizzle-orm'
import type { CatalogColumn } from '../../contract/catalog.ts'
import type { Digest, TenantId } from '../../contract/id.ts'
import type { DuckDb } from '../duckdb/duckdb.ts'
import type { Blobs } from '../storage/blobs.ts'
import type { Database } from '../storage/database.ts'
import { results } from './tables.ts'

export interface ProfilesDependencies {
  readonly database: Database
  readonly blobs: Blobs
  readonly duckdb: DuckDb
  /** Throws `not-found` unless there is one. */
  readonly rowOf: (tenantId: TenantId, digest: Digest, kind: 'table') => Promise<typeof results.$inferSelect>
}

const PROFILE_TIMEOUT_MS = 120_000

/** Looks into kept tables, once each, also when many ask at the same time; what was found is kept beside the result. */
export function createProfiles({ database, blobs, duckdb, rowOf }: ProfilesDependencies) {
  const running = new Map<string, Promise<CatalogColumn[]>>()

  const look = async (tenantId: TenantId, digest: Digest): Promise<CatalogColumn[]> => {
    const { columns, profile } = await rowOf(tenantId, digest, 'table')
    if (profile) return profile
    const path = await blobs.path(tenantId, digest)
    const made = await duckdb.run({ kind: 'profile', path, columns: columns ?? [] }, { timeoutMs: PROFILE_TIMEOUT_MS })
    await database
      .write({ tenantId })
      .update(results)
      .set({ profile: made })
      .where(and(eq(results.tenantId, tenantId), eq(results.digest, digest)))
    return made
  }

  return {
    of(tenantId: TenantId, digest: Digest): Promise<CatalogColumn[]> {
      const key = `${tenantId}/${digest}`
      const known = running.get(key) ?? look(tenantId, digest).finally(() => running.delete(key))
      running.set(key, known)
      return known
    },
    /** Waits for what runs. */
    close: () => Promise.allSettled(running.values()),
  }
}
