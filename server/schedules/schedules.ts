import { and, count, desc, eq, isNotNull, isNull, lte } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { ScheduleId, ScheduleRunId } from '../../contract/id.ts'
import type {
  DeliveryWays,
  Schedule,
  ScheduleChange,
  ScheduleDelivery,
  ScheduleInput,
  ScheduleRun,
  ScheduleSubject,
  ScheduleTime,
} from '../../contract/schedule.ts'
import { randomId } from '../basics/random-id.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Writer } from '../storage/database.ts'
import type { Actor } from '../tenancy/actor.ts'
import { audit } from '../tenancy/audit.ts'
import { requirePermission } from '../tenancy/permissions.ts'
import { nextTime, nextTimes } from './next-times.ts'
import { createRun, type RunRooms, type RunRow, type ScheduleRow } from './run-schedule.ts'
import { scheduleRuns, schedules } from './tables.ts'

/**
 * What people asked to be done later. A schedule belongs to one person, is seen by nobody else, and runs under the rights that they have when it runs.
 * What is due is queued once, whichever node sees it first; times that were missed while no server ran are made up for by one run.
 */
export interface Schedules {
  list(actor: Actor): Promise<Schedule[]>
  ways(actor: Actor): Promise<DeliveryWays>
  read(actor: Actor, id: ScheduleId): Promise<{ schedule: Schedule; runs: ScheduleRun[] }>
  /** Throws `forbidden`, `not-found` for a subject that the actor does not see, `invalid-input` for a time that never comes or a way that is closed. */
  create(actor: Actor, input: ScheduleInput): Promise<Schedule>
  change(actor: Actor, id: ScheduleId, change: ScheduleChange): Promise<Schedule>
  remove(actor: Actor, id: ScheduleId): Promise<void>
  restore(actor: Actor, id: ScheduleId): Promise<void>
  /** Queues a run. `conflict` while one waits or runs. */
  runNow(actor: Actor, id: ScheduleId): Promise<ScheduleRun>
  preview(time: ScheduleTime): Date[]
}

export interface SchedulesDependencies extends RunRooms {
  readonly jobs: Jobs
}

const TASK = 'schedule'
const MOST_SCHEDULES = 100
const DUE_AT_ONCE = 50
const SHOWN_RUNS = 50
const PREVIEWED_TIMES = 5

export function createSchedules(rooms: SchedulesDependencies): Schedules {
  const { database, conversations, dashboards, jobs, chat, mail, clock } = rooms
  jobs.handle(TASK, createRun(rooms))
  jobs.onLook(() => queueDue())

  const own = (actor: Actor, id: ScheduleId) =>
    and(eq(schedules.tenantId, actor.tenantId), eq(schedules.ownerId, actor.userId), eq(schedules.id, id))

  const find = async (actor: Actor, id: ScheduleId): Promise<ScheduleRow> => {
    const [row] = await database
      .read(actor)
      .select()
      .from(schedules)
      .where(and(own(actor, id), isNull(schedules.deletedAt)))
    if (!row) throw new KnownError('not-found', 'There is no such schedule, or it is not yours.')
    return row
  }

  /** The name of what is scheduled; throws unless the actor may ask or refresh it. */
  const titleOf = async (actor: Actor, subject: ScheduleSubject): Promise<string> => {
    if (subject.kind === 'dashboard') {
      const { name, isMine } = await dashboards.read(actor, subject.dashboardId)
      if (!isMine) throw new KnownError('forbidden', 'Only its owner may refresh this dashboard, so only they may schedule it.')
      return name
    }
    const { title, access } = await conversations.summary(actor, subject.conversationId)
    if (access === 'view') throw new KnownError('forbidden', 'You may read this conversation, not ask in it.')
    return title
  }

  const knownTitle = async (actor: Actor, subject: ScheduleSubject): Promise<string> => {
    try {
      return await titleOf(actor, subject)
    } catch (error) {
      if (error instanceof KnownError) return ''
      throw error
    }
  }

  const present = async (actor: Actor, row: ScheduleRow, lastRun: RunRow | undefined): Promise<Schedule> => ({
    id: row.id,
    ownerId: row.ownerId,
    name: row.name,
    subject: row.subject,
    subjectTitle: await knownTitle(actor, row.subject),
    time: row.time,
    alert: row.alert,
    delivery: row.delivery,
    isPaused: row.isPaused,
    stopped: row.stopped,
    failures: row.failures,
    nextRunAt: row.nextRunAt?.toISOString() ?? null,
    lastRun: lastRun ? presentRun(lastRun) : null,
    createdAt: row.createdAt.toISOString(),
  })

  const runsOf = (actor: Actor, id: ScheduleId, limit: number) =>
    database
      .read(actor)
      .select()
      .from(scheduleRuns)
      .where(and(eq(scheduleRuns.tenantId, actor.tenantId), eq(scheduleRuns.scheduleId, id)))
      .orderBy(desc(scheduleRuns.dueAt), desc(scheduleRuns.id))
      .limit(limit)

  const read = async (actor: Actor, id: ScheduleId) => {
    const runs = await runsOf(actor, id, SHOWN_RUNS)
    return { schedule: await present(actor, await find(actor, id), runs[0]), runs: runs.map(presentRun) }
  }

  const ways = async (actor: Actor): Promise<DeliveryWays> => {
    const isLinked = await chat.isLinked(actor)
    return {
      email: { isOpen: mail !== undefined, hint: mail ? '' : 'This server sends no mail: SMTP_URL is not set.' },
      telegram: {
        isOpen: isLinked,
        hint: isLinked ? '' : 'No Telegram chat of yours is linked. Settings, Telegram says how to link one.',
      },
    }
  }

  const requireWays = async (actor: Actor, delivery: ScheduleDelivery): Promise<void> => {
    const { email, telegram } = await ways(actor)
    if (delivery.email && !email.isOpen) throw new KnownError('invalid-input', email.hint)
    if (delivery.telegram && !telegram.isOpen) throw new KnownError('invalid-input', telegram.hint)
  }

  const requireNext = (time: ScheduleTime): Date => {
    const next = nextTime(time, clock())
    if (!next) throw new KnownError('invalid-input', 'This time does not come any more. Choose one that is ahead.')
    return next
  }

  /** Queues a run with its row; undefined while another run of the schedule waits or is worked on. */
  const queue = async (writer: Writer, row: ScheduleRow, dueAt: Date, isByHand: boolean): Promise<RunRow | undefined> => {
    const { tenantId, id: scheduleId } = row
    const id = randomId<ScheduleRunId>('scr', clock())
    if (!(await jobs.add(writer, { tenantId, task: TASK, key: scheduleId, payload: id, runAt: clock() }))) return undefined
    const [run] = await writer
      .insert(scheduleRuns)
      .values({ tenantId, id, scheduleId, state: 'waiting', isByHand, dueAt })
      .returning()
    return run
  }

  /** What is due on any tenant. The rows are held until they say when they are due next, so that two nodes never queue one time twice. */
  const queueDue = (): Promise<void> =>
    database.beyondTenantsTransaction(async (writer) => {
      const now = clock()
      const due = await writer
        .select()
        .from(schedules)
        .where(and(isNotNull(schedules.nextRunAt), lte(schedules.nextRunAt, now), isNull(schedules.deletedAt)))
        .limit(DUE_AT_ONCE)
        .for('update', { skipLocked: true })
      for (const row of due) {
        await queue(writer, row, row.nextRunAt ?? now, false)
        const itself = and(eq(schedules.tenantId, row.tenantId), eq(schedules.id, row.id))
        await writer
          .update(schedules)
          .set({ nextRunAt: nextTime(row.time, now) })
          .where(itself)
      }
    })

  return {
    ways,
    read,
    preview: (time) => nextTimes(time, clock(), PREVIEWED_TIMES),

    async list(actor) {
      const rows = await database
        .read(actor)
        .select()
        .from(schedules)
        .where(and(eq(schedules.tenantId, actor.tenantId), eq(schedules.ownerId, actor.userId), isNull(schedules.deletedAt)))
        .orderBy(desc(schedules.createdAt))
      return Promise.all(rows.map(async (row) => present(actor, row, (await runsOf(actor, row.id, 1))[0])))
    },

    async create(actor, { name, subject, time, alert, delivery }) {
      requirePermission(actor, 'schedules:create')
      await titleOf(actor, subject)
      await requireWays(actor, delivery)
      const nextRunAt = requireNext(time)
      const id = randomId<ScheduleId>('sch', clock())
      await database.transaction(actor, async (writer) => {
        const mine = and(eq(schedules.tenantId, actor.tenantId), eq(schedules.ownerId, actor.userId), isNull(schedules.deletedAt))
        const [had] = await writer.select({ count: count() }).from(schedules).where(mine)
        if ((had?.count ?? 0) >= MOST_SCHEDULES)
          throw new KnownError('limit-exceeded', `A person has at most ${MOST_SCHEDULES} schedules. Delete one first.`)
        const { tenantId, userId: ownerId } = actor
        await writer
          .insert(schedules)
          .values({ tenantId, id, ownerId, name, subject, time, alert, delivery, nextRunAt, createdAt: clock() })
        await audit(writer, actor, 'schedule-create', id, { name, ...delivery }, clock)
      })
      return (await read(actor, id)).schedule
    },

    async change(actor, id, { isPaused, ...change }) {
      requirePermission(actor, 'schedules:create')
      const before = await find(actor, id)
      if (change.subject) await titleOf(actor, change.subject)
      if (change.delivery) await requireWays(actor, change.delivery)
      const isResumed = isPaused === false && (before.isPaused || before.stopped !== null)
      const rests = isPaused ?? (before.isPaused || before.stopped !== null)
      const time = change.time ?? before.time
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
      // NOTE: what the next answer is compared with, and put in the place of, is another one then.
      const another = change.subject || change.alert !== undefined ? { lastDigests: null, alertedAt: null } : {}
      await database.transaction(actor, async (writer) => {
        await writer
          .update(schedules)
          .set({
            ...given,
            ...another,
            ...(isPaused === undefined ? {} : { isPaused }),
            ...(isResumed ? { stopped: null, failures: 0 } : {}),
            ...(change.time || isPaused !== undefined ? { nextRunAt: rests ? null : requireNext(time) } : {}),
          })
          .where(own(actor, id))
        await audit(writer, actor, 'schedule-change', id, { ...(isPaused === undefined ? {} : { isPaused }) }, clock)
      })
      return (await read(actor, id)).schedule
    },

    async remove(actor, id) {
      const { name } = await find(actor, id)
      await database.transaction(actor, async (writer) => {
        await writer.update(schedules).set({ deletedAt: clock(), nextRunAt: null }).where(own(actor, id))
        await audit(writer, actor, 'schedule-delete', id, { name }, clock)
      })
    },

    async restore(actor, id) {
      const [row] = await database.read(actor).select().from(schedules).where(own(actor, id))
      if (!row) throw new KnownError('not-found')
      const rests = row.isPaused || row.stopped !== null
      await database
        .write(actor)
        .update(schedules)
        .set({ deletedAt: null, nextRunAt: rests ? null : nextTime(row.time, clock()) })
        .where(own(actor, id))
    },

    async runNow(actor, id) {
      requirePermission(actor, 'schedules:create')
      const row = await find(actor, id)
      const run = await database.transaction(actor, (writer) => queue(writer, row, clock(), true))
      if (!run) throw new KnownError('conflict', 'It is running already.')
      return presentRun(run)
    },
  }
}

const presentRun = ({ id, state, isByHand, dueAt, startedAt, endedAt, message, turnId }: RunRow): ScheduleRun => ({
  id,
  state,
  isByHand,
  dueAt: dueAt.toISOString(),
  startedAt: startedAt?.toISOString() ?? null,
  endedAt: endedAt?.toISOString() ?? null,
  message,
  turnId,
})
