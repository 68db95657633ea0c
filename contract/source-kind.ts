import { z } from 'zod'

/** What a data source can be; each kind is a dialect of SQL. MariaDB is `mysql`; uploads are `duckdb`. */
export const SourceKind = z.enum([
  'postgres',
  'mysql',
  'sqlite',
  'duckdb',
  'clickhouse',
  'sqlserver',
  'snowflake',
  'bigquery',
  'databricks',
  'trino',
  'oracle',
])
export type SourceKind = z.infer<typeof SourceKind>

/** Kinds for which a test shows that no form of a query gets round a row policy. On the others none can be set. */
const WITH_POLICIES: ReadonlySet<SourceKind> = new Set(['postgres', 'mysql', 'sqlite', 'duckdb'])
export const hasRowPolicies = (kind: SourceKind): boolean => WITH_POLICIES.has(kind)
