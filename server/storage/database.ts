import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import type { TenantId } from '../../contract/id.ts'

/**
 * The application's database, always PostgreSQL: a server named by DATABASE_URL, the embedded server, or PGlite as the announced fallback.
 * Rooms reach their tables through `read` and `write`, whose types differ, so that a reader can't write.
 * Every statement must name the tenant in its WHERE; the two-tenant sweep proves it.
 */
export type Tables = PgDatabase<PgQueryResultHKT, Record<string, never>>
export type Reader = Pick<Tables, 'select' | 'selectDistinct' | 'selectDistinctOn' | '$count'>
export type Writer = Pick<
  Tables,
  'select' | 'selectDistinct' | 'selectDistinctOn' | '$count' | 'insert' | 'update' | 'delete' | 'execute'
>

export interface TenantScope {
  readonly tenantId: TenantId
}

export interface Database {
  readonly kind: 'postgres' | 'embedded' | 'pglite'
  /** An acknowledged commit is on the disk, as the engine understands it. PGlite never syncs. */
  readonly syncs: boolean
  read(scope: TenantScope): Reader
  /** Each statement commits by itself and is durable when its promise resolves. */
  write(scope: TenantScope): Writer
  /** All or nothing. The work must only use the writer it is given. Rolled back when it throws. */
  transaction<Result>(scope: TenantScope, work: (writer: Writer) => Promise<Result>): Promise<Result>
  /** For rows that are found before a tenant is known: sign-in, API keys, tokens, start-up. */
  beyondTenants(): Writer
  beyondTenantsTransaction<Result>(work: (writer: Writer) => Promise<Result>): Promise<Result>
  /** Resolves when a statement comes back; throws `unavailable` otherwise. */
  ping(): Promise<void>
  close(): Promise<void>
}
