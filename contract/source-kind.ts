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
