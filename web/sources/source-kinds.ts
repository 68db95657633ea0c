import type { SourceKind } from '../../contract/source-kind.ts'

/** A kind as the form offers it. */
export interface OfferedKind {
  readonly kind: SourceKind
  readonly name: string
  readonly hint: string
  readonly isFile: boolean
  readonly port?: string
  /** What the form of a service of the open net asks for, beside the place. */
  readonly service?: 'snowflake' | 'bigquery'
}

export const offeredKinds: readonly OfferedKind[] = [
  { kind: 'postgres', name: 'PostgreSQL', hint: 'and what speaks its protocol', isFile: false, port: '5432' },
  { kind: 'mysql', name: 'MySQL, MariaDB', hint: 'either of them', isFile: false, port: '3306' },
  { kind: 'sqlite', name: 'SQLite file', hint: 'on the server’s machine', isFile: true },
  { kind: 'duckdb', name: 'DuckDB file', hint: 'on the server’s machine', isFile: true },
  { kind: 'sqlserver', name: 'SQL Server', hint: 'and Azure SQL; not tried on a real server', isFile: false, port: '1433' },
  { kind: 'clickhouse', name: 'ClickHouse', hint: 'by HTTP; not tried on a real server', isFile: false, port: '8123' },
  { kind: 'trino', name: 'Trino', hint: 'not tried on a real server', isFile: false, port: '8080' },
  { kind: 'snowflake', name: 'Snowflake', hint: 'not tried on a real account', isFile: false, service: 'snowflake' },
  { kind: 'bigquery', name: 'BigQuery', hint: 'not tried on a real project', isFile: false, service: 'bigquery' },
]

export const kindName = (kind: SourceKind): string => offeredKinds.find((offered) => offered.kind === kind)?.name ?? kind
