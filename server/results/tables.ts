import { bigint, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import type { CatalogColumn } from '../../contract/catalog.ts'
import type { Column, Row } from '../../contract/column.ts'
import type { Digest, TenantId } from '../../contract/id.ts'
import type { ColumnFinding } from '../findings/tally.ts'
import { instant } from '../storage/tables.ts'

export const results = pgTable(
  'results',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    digest: text('digest').$type<Digest>().notNull(),
    kind: text('kind').$type<'table' | 'picture' | 'figure' | 'file'>().notNull(),
    bytes: bigint('bytes', { mode: 'number' }).notNull(),
    /** Tables only, from here on. */
    columns: jsonb('columns').$type<Column[]>(),
    rowCount: bigint('row_count', { mode: 'number' }),
    firstRows: jsonb('first_rows').$type<Row[]>(),
    profile: jsonb('profile').$type<CatalogColumn[]>(),
    columnarDigest: text('columnar_digest').$type<Digest>(),
    /** What the rules of a version found in a table or a file. */
    findings: jsonb('findings').$type<{ version: number; found: ColumnFinding[] }>(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.digest] })],
)
