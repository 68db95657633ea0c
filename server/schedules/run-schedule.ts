import { and, desc, eq, inArray } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import { ScheduleRunId } from '../../contract/id.ts'
import type { RunState } from '../../contract/schedule.ts'
import type { TurnLoop } from '../analysts/turn-loop.ts'
import type { Clock } from '../basics/clock.ts'
import type { Conversations } from '../conversations/conversations.ts'
import type { Dashboards } from '../dashboards/dashboards.ts'
import type { Job } from '../jobs/jobs.ts'
import type { Mail } from '../mail/mail.ts'
import type { Pictures } from '../pictures/pictures.ts'
import type { Results } from '../results/results.ts'
import type { Database } from '../storage/database.ts'
import type { Actor } from '../tenancy/actor.ts'
import { audit } from '../tenancy/audit.ts'
import { requirePermission } from '../tenancy/permissions.ts'
import type { Tenancy } from '../tenancy/tenancy.ts'
import { alertReason, digestsOf } from './alert.ts'
import type { ScheduleAnswer } from './answer.ts'
import { askQuestion } from './ask-question.ts'
import { letterOf } from './letter.ts'
import { messagesOf, type OwnerChat } from './owner-chat.ts'
import { refreshDashboard } from './refresh-dashboard.ts'
import { makeReport, type Report } from './report.ts'
import { scheduleRuns, schedules } from './tables.ts'

export interface RunRooms {
  readonly database: Database
  readonly tenancy: Pick<Tenancy, 'actorOfMember' | 'me' | 'tenants'>
  readonly conversations: Conversations
  readonly turnLoop: TurnLoop
  readonly dashboards: Dashboards
  readonly results: Results
  readonly pictures: Pictures
  /** Undefined where no mail server is named. */
  readonly mail: Mail | undefined
  readonly chat: OwnerChat
  /** The server's public origin, where it is known. */
  readonly origin: string | undefined
  readonly clock: Clock
  /** Told of bugs; answers the number that people see. */
  readonly report: (error: unknown, context: Record<string, unknown>) => string
}

export type ScheduleRow = typeof schedules.$inferSelect
export type RunRow = typeof scheduleRuns.$inferSelect
type Way = 'email' | 'telegram'
type Ending = { readonly state: RunState; readonly message: string; readonly answer: ScheduleAnswer }

/** After so many failures in a row a schedule is stopped. */
const MOST_FAILURES = 3
const KEPT_RUNS = 100
const wayNames: Readonly<Record<Way, string>> = { email: 'by e-mail', telegram: 'in Telegram' }

/**
 * The job of one run: asks or refreshes under the rights that the owner has at this moment, looks at the alert, delivers, and tells what came of it.
 * A node that takes over a dead one's run goes on where that stood: an answer is not asked twice, a way that took it is not used twice.
 */
export function createRun(rooms: RunRooms): (job: Job, signal: AbortSignal) => Promise<void> {
  const { database, tenancy, clock, mail, chat, origin } = rooms

  const inTenant = (job: Job) => ({
    run: and(eq(scheduleRuns.tenantId, job.tenantId), eq(scheduleRuns.id, ScheduleRunId.parse(job.payload))),
    schedule: (row: RunRow) => and(eq(schedules.tenantId, job.tenantId), eq(schedules.id, row.scheduleId)),
  })

  const answerOf = (actor: Actor, schedule: ScheduleRow, run: RunRow, job: Job, signal: AbortSignal): Promise<ScheduleAnswer> => {
    const { subject } = schedule
    if (subject.kind === 'dashboard') return refreshDashboard(rooms.dashboards, actor, subject.dashboardId)
    const before = {
      lastTurnId: schedule.lastTurnId,
      begunTurnId: run.turnId,
      begun: async (turnId: NonNullable<RunRow['turnId']>) => {
        await database.write(actor).update(scheduleRuns).set({ turnId }).where(inTenant(job).run)
      },
    }
    return askQuestion(rooms, actor, subject, before, signal)
  }

  const pageOf = async (actor: Actor, schedule: ScheduleRow) => {
    const own = origin && (await tenancy.tenants.originOf(actor, origin))
    return { own, page: own && `${own}/schedules/${schedule.id}` }
  }

  const sendBy = async (way: Way, actor: Actor, schedule: ScheduleRow, report: Report): Promise<void> => {
    if (way === 'telegram') return chat.send(actor, messagesOf(report, schedule.name))
    if (!mail) throw new KnownError('unavailable', 'This server sends no mail: SMTP_URL is not set.')
    const { user } = await tenancy.me(actor)
    const { page } = await pageOf(actor, schedule)
    await mail.send(letterOf(report, { to: user.email, name: schedule.name, page }))
  }

  const deliver = async (actor: Actor, schedule: ScheduleRow, run: RunRow, job: Job, report: () => Promise<Report>) => {
    const ways = (['email', 'telegram'] as const).filter((way) => schedule.delivery[way])
    const delivered = [...run.delivered]
    const made = ways.some((way) => !delivered.includes(way)) ? await report() : undefined
    for (const way of ways) {
      if (!made || delivered.includes(way)) continue
      if (!(await job.isStillMine())) throw new LostRun()
      await sendBy(way, actor, schedule, made)
      delivered.push(way)
      await database.write(actor).update(scheduleRuns).set({ delivered }).where(inTenant(job).run)
    }
    return ways.map((way) => wayNames[way])
  }

  const work = async (actor: Actor, schedule: ScheduleRow, run: RunRow, job: Job, signal: AbortSignal): Promise<Ending> => {
    const answer = await answerOf(actor, schedule, run, job, signal)
    const { alert } = schedule
    const { holds, reason } = alert
      ? await alertReason(rooms.results, actor, alert, answer, schedule.lastDigests)
      : { holds: true, reason: '' }
    if (!holds) return { state: 'quiet', message: `Nothing was sent. ${reason}`, answer }
    if (!run.isByHand && isCool(schedule, clock()))
      return { state: 'held', message: `${reason} Nothing was sent, as a message went out not long ago.`, answer }
    const { own } = await pageOf(actor, schedule)
    const sent = await deliver(actor, schedule, run, job, () => makeReport(rooms, actor, answer, { reason, origin: own }))
    const where = sent.length > 0 ? ` and sent ${sent.join(' and ')}` : ''
    const done = schedule.subject.kind === 'dashboard' ? 'Refreshed' : 'Answered'
    return { state: 'sent', message: [`${done}${where}.`, reason, ...answer.problems].filter(Boolean).join(' '), answer }
  }

  const succeed = (job: Job, schedule: ScheduleRow, run: RunRow, { state, message, answer }: Ending) =>
    database.transaction(job, async (writer) => {
      const at = inTenant(job)
      await writer.update(scheduleRuns).set({ state, message, endedAt: clock(), turnId: answer.turnId }).where(at.run)
      await writer
        .update(schedules)
        .set({
          failures: 0,
          lastDigests: digestsOf(answer.tables),
          lastTurnId: answer.turnId,
          ...(state === 'sent' ? { alertedAt: clock() } : {}),
        })
        .where(at.schedule(run))
      const old = writer
        .select({ id: scheduleRuns.id })
        .from(scheduleRuns)
        .where(and(eq(scheduleRuns.tenantId, job.tenantId), eq(scheduleRuns.scheduleId, schedule.id)))
        .orderBy(desc(scheduleRuns.dueAt))
        .offset(KEPT_RUNS)
      await writer.delete(scheduleRuns).where(and(eq(scheduleRuns.tenantId, job.tenantId), inArray(scheduleRuns.id, old)))
    })

  const fail = async (job: Job, actor: Actor | undefined, schedule: ScheduleRow, run: RunRow, message: string): Promise<void> => {
    const failures = run.isByHand ? schedule.failures : schedule.failures + 1
    const isOver = !run.isByHand && failures >= MOST_FAILURES
    const said = `Stopped after ${MOST_FAILURES} failures in a row. The last one: ${message}`
    await database.transaction(job, async (writer) => {
      const at = inTenant(job)
      await writer.update(scheduleRuns).set({ state: 'failed', message, endedAt: clock() }).where(at.run)
      const stopped = isOver ? { stopped: { message: said, at: clock().toISOString() }, nextRunAt: null } : {}
      await writer
        .update(schedules)
        .set({ failures, ...stopped })
        .where(at.schedule(run))
      const who = { tenantId: job.tenantId, userId: schedule.ownerId, via: 'schedule' as const }
      if (isOver) await audit(writer, who, 'schedule-stop', schedule.id, { name: schedule.name, message }, clock)
    })
    if (isOver && actor) await tellStopped(actor, schedule, said)
  }

  /** The notice goes wherever it can; that it can't is no further failure. */
  const tellStopped = async (actor: Actor, schedule: ScheduleRow, said: string): Promise<void> => {
    const { page } = await pageOf(actor, schedule)
    const resume = page ? `Look at it and resume it here: ${page}` : 'Look at it and resume it in QRY, under Schedules.'
    const text = `Your schedule “${schedule.name}” does not run any more.\n\n${said}\n\n${resume}\n`
    const attempts: Promise<unknown>[] = []
    if (mail) {
      const { user } = await tenancy.me(actor)
      attempts.push(mail.send({ to: user.email, subject: `Stopped: ${schedule.name}`, text }))
    }
    if (schedule.delivery.telegram) attempts.push(chat.send(actor, [{ kind: 'text', markdown: text }]))
    for (const attempt of await Promise.allSettled(attempts))
      if (attempt.status === 'rejected') rooms.report(attempt.reason, { during: 'telling that a schedule stopped' })
  }

  return async (job, signal) => {
    const at = inTenant(job)
    const [run] = await database.read(job).select().from(scheduleRuns).where(at.run)
    if (!run || run.endedAt) return
    const [schedule] = await database.read(job).select().from(schedules).where(at.schedule(run))
    if (!schedule) return
    await database
      .write(job)
      .update(scheduleRuns)
      .set({ state: 'running', startedAt: run.startedAt ?? clock() })
      .where(at.run)
    const actor = await tenancy.actorOfMember(job.tenantId, schedule.ownerId)
    try {
      if (schedule.deletedAt) throw new KnownError('not-found', 'The schedule was deleted before it ran.')
      if (!actor) throw new KnownError('forbidden', 'Its owner is not a member of this organisation any more.')
      requirePermission(actor, 'schedules:create')
      await succeed(job, schedule, run, await work(actor, schedule, run, job, signal))
    } catch (error) {
      if (error instanceof LostRun) return
      if (signal.aborted) throw error
      await fail(job, actor, schedule, run, sentenceOf(error, rooms, run))
    }
  }
}

/** Another node goes on with the run. */
class LostRun extends Error {}

function isCool({ alert, alertedAt }: ScheduleRow, now: Date): boolean {
  if (!alert || !alertedAt) return false
  return now.getTime() < alertedAt.getTime() + alert.cooldownMinutes * 60_000
}

function sentenceOf(error: unknown, { report }: RunRooms, { id }: RunRow): string {
  if (error instanceof KnownError && error.code !== 'internal') return error.message
  return `Something went wrong on the server. Number ${report(error, { during: 'a schedule', run: id })} helps to find it in the log.`
}
