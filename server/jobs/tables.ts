import { index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import type { TenantId } from '../../contract/id.ts'
import { instant } from '../storage/tables.ts'

/** What is still to be done. A job that is done is deleted. */
export const jobs = pgTable(
  'jobs',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    id: text('id').notNull(),
    task: text('task').notNull(),
    /** The same thing is not queued twice. */
    key: text('key').notNull(),
    payload: jsonb('payload').$type<unknown>().notNull(),
    runAt: instant('run_at').notNull(),
    attempts: integer('attempts').notNull().default(0),
    /** The node that works on it. Dead nodes lose it. */
    nodeId: text('node_id'),
    /** Given up: it is kept for a while, so that somebody may look. */
    failedAt: instant('failed_at'),
    problem: text('problem'),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex('jobs_once').on(table.tenantId, table.task, table.key),
    index('jobs_due').on(table.runAt),
  ],
)
