import { KnownError } from '../../../contract/error.ts'
import type { SourceKind } from '../../../contract/source-kind.ts'
import type { Driver } from '../driver.ts'

/** Each driver is loaded when its kind is first asked for. */
const drivers: Partial<Record<SourceKind, () => Promise<Driver>>> = {
  postgres: async () => (await import('../drivers/postgres.ts')).postgresDriver,
  mysql: async () => (await import('../drivers/mysql.ts')).mysqlDriver,
  sqlite: async () => (await import('../drivers/sqlite.ts')).sqliteDriver,
  sqlserver: async () => (await import('../drivers/sqlserver.ts')).sqlServerDriver,
  clickhouse: async () => (await import('../drivers/clickhouse.ts')).clickhouseDriver,
  trino: async () => (await import('../drivers/trino.ts')).trinoDriver,
  snowflake: async () => (await import('../drivers/snowflake.ts')).snowflakeDriver,
  bigquery: async () => (await import('../drivers/bigquery.ts')).bigQueryDriver,
  duckdb: async () => (await import('../drivers/duckdb.ts')).duckDbDriver,
}

/** Throws `unavailable` for a kind that has no driver in this version. */
export async function openDriver(kind: SourceKind): Promise<Driver> {
  const load = drivers[kind]
  if (!load) throw new KnownError('unavailable', `There is no driver for ${kind} in this version.`)
  return load()
}
