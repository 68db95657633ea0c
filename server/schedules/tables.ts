import { boolean, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import type { Digest, ScheduleId, ScheduleRunId, TenantId, TurnId, UserId } from '../../contract/id.ts'
import type {
  RunState,
  Schedule,
  ScheduleAlert,
  ScheduleDelivery,
  ScheduleSubject,
  ScheduleTime,
} from '../../contract/schedule.ts'
import { instant } from '../storage/tables.ts'

export const schedules = pgTable(
  'schedules',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    id: text('id').$type<ScheduleId>().notNull(),
    ownerId: text('owner_id').$type<UserId>().notNull(),
    name: text('name').notNull(),
    subject: jsonb('subject').$type<ScheduleSubject>().notNull(),
    time: jsonb('time').$type<ScheduleTime>().notNull(),
    alert: jsonb('alert').$type<ScheduleAlert>(),
    delivery: jsonb('delivery').$type<ScheduleDelivery>().notNull(),
    /** Null while it is paused or stopped, and once it is over. */
    nextRunAt: instant('next_run_at'),
    isPaused: boolean('is_paused').notNull().default(false),
    /** In a row. */
    failures: integer('failures').notNull().default(0),
    stopped: jsonb('stopped').$type<NonNullable<Schedule['stopped']>>(),
    /** What the last good run showed, for alerts on a change. */
    lastDigests: jsonb('last_digests').$type<Digest[]>(),
    /** The answer that `latest` puts the next one in the place of. */
    lastTurnId: text('last_turn_id').$type<TurnId>(),
    alertedAt: instant('alerted_at'),
    createdAt: instant('created_at').notNull(),
    deletedAt: instant('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index('schedules_by_owner').on(table.tenantId, table.ownerId),
    index('schedules_due').on(table.nextRunAt),
  ],
)

export const scheduleRuns = pgTable(
  'schedule_runs',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    id: text('id').$type<ScheduleRunId>().notNull(),
    scheduleId: text('schedule_id').$type<ScheduleId>().notNull(),
    state: text('state').$type<RunState>().notNull(),
    isByHand: boolean('is_by_hand').notNull(),
    dueAt: instant('due_at').notNull(),
    startedAt: instant('started_at'),
    endedAt: instant('ended_at'),
    message: text('message').notNull().default(''),
    turnId: text('turn_id').$type<TurnId>(),
    /** The ways that have taken it already, for a node that takes over. */
    delivered: jsonb('delivered').$type<string[]>().notNull().default([]),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index('schedule_runs_in_order').on(table.tenantId, table.scheduleId, table.dueAt),
  ],
)
