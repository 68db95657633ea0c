import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import type { Database, Tables } from './database.ts'
import { createDrizzleDatabase } from './drizzle-database.ts'

/**
 * A pool on a PostgreSQL server. Lost connections are replaced by the next statement; until then statements throw `unavailable`.
 * `whenClosed` runs after the pool has ended.
 */
export function openPostgresDatabase(
  connection: pg.PoolConfig,
  options: { kind: 'postgres' | 'embedded'; log: (sentence: string) => void; whenClosed?: () => Promise<void> },
): Database {
  const pool = new pg.Pool({ max: 20, connectionTimeoutMillis: 10_000, application_name: 'qry', keepAlive: true, ...connection })
  let isClosing = false
  pool.on('error', (error) => {
    if (!isClosing) options.log(`A database connection was lost: ${error.message}`)
  })
  return createDrizzleDatabase({
    kind: options.kind,
    syncs: true,
    tables: drizzle(pool) as unknown as Tables,
    close: async () => {
      isClosing = true
      await pool.end()
      await options.whenClosed?.()
    },
  })
}
