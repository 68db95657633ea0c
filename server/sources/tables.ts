import { boolean, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import type { CatalogTable } from '../../contract/catalog.ts'
import type { SourceId, TenantId, UserId } from '../../contract/id.ts'
import type { Notes } from '../../contract/notes.ts'
import type { SourceState } from '../../contract/source.ts'
import type { SourceKind } from '../../contract/source-kind.ts'
import { instant } from '../storage/tables.ts'
import type { OpenConfig } from './connection.ts'

export const sources = pgTable(
  'sources',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    id: text('id').$type<SourceId>().notNull(),
    kind: text('kind').$type<SourceKind>().notNull(),
    name: text('name').notNull(),
    /** What is no secret. */
    config: jsonb('config').$type<OpenConfig>().notNull(),
    /** What is: sealed JSON. */
    sealedSecrets: text('sealed_secrets').notNull(),
    state: jsonb('state').$type<SourceState>(),
    createdAt: instant('created_at').notNull(),
    deletedAt: instant('deleted_at'),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] }), index('sources_by_name').on(table.tenantId, table.name)],
)

/** What was last read of a source. */
export const catalogs = pgTable(
  'catalogs',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    sourceId: text('source_id').$type<SourceId>().notNull(),
    tables: jsonb('tables').$type<CatalogTable[]>().notNull(),
    readAt: instant('read_at').notNull(),
    isProfiled: boolean('is_profiled').notNull().default(false),
    tableCount: integer('table_count').notNull().default(0),
    /** Grows with each change, so that who holds the tables can tell whether they still are these. */
    version: integer('version').notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.sourceId] })],
)

/** Who may ask a source; nobody named means everyone. */
export const sourceGrants = pgTable(
  'source_grants',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    sourceId: text('source_id').$type<SourceId>().notNull(),
    subjectKind: text('subject_kind').$type<'role' | 'group' | 'person'>().notNull(),
    subjectId: text('subject_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.sourceId, table.subjectKind, table.subjectId] })],
)

/** Which rows of a table people see. */
export const rowPolicies = pgTable(
  'row_policies',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    sourceId: text('source_id').$type<SourceId>().notNull(),
    /** Its name in the catalog. */
    table: text('table_name').notNull(),
    filter: text('filter').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.sourceId, table.table] })],
)

/** What people know of a source; `version` grows with each change. */
export const sourceNotes = pgTable(
  'source_notes',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    sourceId: text('source_id').$type<SourceId>().notNull(),
    version: integer('version').notNull(),
    notes: jsonb('notes').$type<Notes>().notNull(),
    changedBy: text('changed_by').$type<UserId>().notNull(),
    changedAt: instant('changed_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.sourceId] })],
)
