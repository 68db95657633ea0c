import { boolean, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import type { Chart, ChartSpec } from '../../contract/chart.ts'
import type { DashboardFilter, DashboardVisibility, Tile, TilePlace } from '../../contract/dashboard.ts'
import type { ConversationId, DashboardId, Digest, SourceId, TenantId, TileId, UserId } from '../../contract/id.ts'
import type { ParameterInput } from '../../contract/parameter.ts'
import type { TableReference } from '../../contract/table.ts'
import { instant } from '../storage/tables.ts'

export const dashboards = pgTable(
  'dashboards',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    id: text('id').$type<DashboardId>().notNull(),
    ownerId: text('owner_id').$type<UserId>().notNull(),
    name: text('name').notNull(),
    visibility: text('visibility').$type<DashboardVisibility>().notNull().default('me'),
    filters: jsonb('filters').$type<DashboardFilter[]>().notNull(),
    /** As they were given: the oldest have a name and a value. */
    parameters: jsonb('parameters').$type<ParameterInput[]>().notNull(),
    refreshOnOpen: boolean('refresh_on_open').notNull().default(false),
    revision: integer('revision').notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    refreshedAt: instant('refreshed_at'),
    deletedAt: instant('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index('dashboards_by_owner').on(table.tenantId, table.ownerId, table.updatedAt),
  ],
)

export const tiles = pgTable(
  'tiles',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    id: text('id').$type<TileId>().notNull(),
    dashboardId: text('dashboard_id').$type<DashboardId>().notNull(),
    title: text('title').notNull(),
    place: jsonb('place').$type<TilePlace>().notNull(),
    markdown: text('markdown'),
    sql: text('sql'),
    sourceId: text('source_id').$type<SourceId>(),
    conversationId: text('conversation_id').$type<ConversationId>(),
    spec: jsonb('spec').$type<ChartSpec>(),
    /** The last good answer of the data, before filters. */
    answer: jsonb('answer').$type<TableReference>(),
    /** What is shown of it: filtered, with its chart. */
    shown: jsonb('shown').$type<{ readonly table: TableReference; readonly chart?: Chart }>(),
    /** Where the data came from, by the name that people know. */
    sourceName: text('source_name'),
    asOf: instant('as_of'),
    durationMs: integer('duration_ms'),
    /** What the parameters were when the answer was asked for. */
    values: jsonb('values').$type<Readonly<Record<string, string>>>(),
    problem: jsonb('problem').$type<Tile['problem']>(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index('tiles_by_dashboard').on(table.tenantId, table.dashboardId),
  ],
)

/** Which dashboards hold, or held, a result: who may see one of them may read it. */
export const dashboardResults = pgTable(
  'dashboard_results',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    digest: text('digest').$type<Digest>().notNull(),
    dashboardId: text('dashboard_id').$type<DashboardId>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.digest, table.dashboardId] })],
)

/** What a person alone was answered who chose other values than the owner: nobody else may read it. */
export const dashboardAnswers = pgTable(
  'dashboard_answers',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    digest: text('digest').$type<Digest>().notNull(),
    userId: text('user_id').$type<UserId>().notNull(),
    dashboardId: text('dashboard_id').$type<DashboardId>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.digest, table.userId, table.dashboardId] })],
)
