import { z } from 'zod'
import { ConversationId, DashboardId, ModelId, ScheduleId, ScheduleRunId, TileId, TurnId, UserId } from './id.ts'
import { TimeZone } from './person.ts'
import { AnalystName } from './turn.ts'

/** When: once, or by a cron pattern of five parts (minute, hour, day of month, month, day of week; `L`, `#` and names like `MON` are known). Both in the zone's own clock. */
export const ScheduleTime = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('once'),
    at: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, 'Write a day and a time like 2027-01-31T09:00.'),
    zone: TimeZone,
  }),
  z.object({ kind: z.literal('cron'), pattern: z.string().trim().min(9).max(100), zone: TimeZone }),
])
export type ScheduleTime = z.infer<typeof ScheduleTime>

/**
 * What is done: a question is asked in its conversation, without what was asked before it, or a dashboard is refreshed.
 * `latest` puts each answer in the place of the one before, so that the conversation does not grow.
 */
export const ScheduleSubject = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('question'),
    conversationId: ConversationId,
    question: z.string().trim().min(1, 'Write a question.').max(10_000),
    analyst: AnalystName.exclude(['hand']).optional(),
    modelId: ModelId.optional(),
    answers: z.enum(['each', 'latest']).default('each'),
  }),
  z.object({ kind: z.literal('dashboard'), dashboardId: DashboardId }),
])
export type ScheduleSubject = z.infer<typeof ScheduleSubject>

/**
 * Sends only when the result says so: it has rows or none, a number in `column` (else the last column of numbers) is above or below `value`,
 * or it is another than the last time. Of a dashboard, `tileId` names the tile; `changed` without one looks at all.
 */
export const ScheduleAlert = z
  .object({
    when: z.enum(['rows', 'no-rows', 'above', 'below', 'changed']),
    column: z.string().trim().min(1).max(200).optional(),
    value: z.number().optional(),
    tileId: TileId.optional(),
    /** After a message, nothing is sent for so long. */
    cooldownMinutes: z.number().int().min(0).max(525_600).default(0),
  })
  .refine(({ when, value }) => (when !== 'above' && when !== 'below') || value !== undefined, {
    message: 'Write the number to compare with.',
    path: ['value'],
  })
export type ScheduleAlert = z.infer<typeof ScheduleAlert>

/** Where it goes beside the conversation or the dashboard itself: to the owner, by letter, to their chat with the bot. */
export const ScheduleDelivery = z.object({ email: z.boolean(), telegram: z.boolean() })
export type ScheduleDelivery = z.infer<typeof ScheduleDelivery>

export const ScheduleInput = z.object({
  name: z.string().trim().min(1, 'A schedule has a name.').max(200),
  subject: ScheduleSubject,
  time: ScheduleTime,
  alert: ScheduleAlert.nullable().default(null),
  delivery: ScheduleDelivery,
})
export type ScheduleInput = z.infer<typeof ScheduleInput>

/** What is not named stays. Resuming also forgets the failures. */
export const ScheduleChange = z
  .object({
    name: ScheduleInput.shape.name,
    subject: ScheduleSubject,
    time: ScheduleTime,
    alert: ScheduleAlert.nullable(),
    delivery: ScheduleDelivery,
    isPaused: z.boolean(),
  })
  .partial()
  .strict()
export type ScheduleChange = z.infer<typeof ScheduleChange>

/** `sent`: done, and delivered where it was to go. `quiet`: the alert had no reason. `held`: it had one, within its cooldown. */
export const RunState = z.enum(['waiting', 'running', 'sent', 'quiet', 'held', 'failed'])
export type RunState = z.infer<typeof RunState>

export const ScheduleRun = z.object({
  id: ScheduleRunId,
  state: RunState,
  /** Asked for by hand, not by the clock. */
  isByHand: z.boolean(),
  dueAt: z.string(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  /** What came of it, in a sentence. */
  message: z.string(),
  /** The answer in the conversation. */
  turnId: TurnId.nullable(),
})
export type ScheduleRun = z.infer<typeof ScheduleRun>

export const Schedule = ScheduleInput.extend({
  id: ScheduleId,
  ownerId: UserId,
  /** Of the conversation or dashboard; empty when it is gone. */
  subjectTitle: z.string(),
  isPaused: z.boolean(),
  /** Why it was stopped: three failures in a row, or its owner left. */
  stopped: z.object({ message: z.string(), at: z.string() }).nullable(),
  failures: z.number().int(),
  /** Null while it is paused, and once it is over. */
  nextRunAt: z.string().nullable(),
  lastRun: ScheduleRun.nullable(),
  createdAt: z.string(),
})
export type Schedule = z.infer<typeof Schedule>

/** Which ways out are open to me, with what to do where one is not. */
export const DeliveryWays = z.object({
  email: z.object({ isOpen: z.boolean(), hint: z.string() }),
  telegram: z.object({ isOpen: z.boolean(), hint: z.string() }),
})
export type DeliveryWays = z.infer<typeof DeliveryWays>
