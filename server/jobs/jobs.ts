import { and, asc, eq, isNotNull, isNull, lt, lte, notInArray, or, sql } from 'drizzle-orm'
import type { TenantId } from '../../contract/id.ts'
import type { Clock } from '../basics/clock.ts'
import { randomToken } from '../basics/random-id.ts'
import { sleep } from '../basics/sleep.ts'
import type { Database, Writer } from '../storage/database.ts'
import type { Node } from '../storage/nodes.ts'
import { jobs } from './tables.ts'

/**
 * The queue of what is to be done once, whichever node does it. A job whose node died is done again by another, so work must bear to be
 * begun twice and ask `isStillMine` before anything that can't be taken back. Work that throws is tried again, at most `ATTEMPTS` times.
 */
export interface Jobs {
  /** Says how a task is done. Before `start`. */
  handle(task: string, work: (job: Job, signal: AbortSignal) => Promise<void>): void
  /** Queues within the writer's transaction. False when the key is queued already; one that was given up begins anew. */
  add(writer: Writer, job: NewJob): Promise<boolean>
  /** Called about once a second on every node, to queue what is due. Before `start`. */
  onLook(look: () => Promise<void>): void
  /** How many wait, are worked on and were given up, on all nodes. */
  counts(): Promise<{ waiting: number; running: number; failed: number }>
  start(): void
  /** Hands unfinished jobs to the other nodes. */
  close(): Promise<void>
}

export interface NewJob {
  readonly tenantId: TenantId
  readonly task: string
  readonly key: string
  readonly payload: unknown
  readonly runAt: Date
}

export interface Job extends NewJob {
  readonly id: string
  /** Counts from 1. */
  readonly attempt: number
  /** False once this node was taken for dead and the job went to another. */
  isStillMine(): Promise<boolean>
}

export interface JobsDependencies {
  readonly database: Database
  readonly node: Pick<Node, 'id' | 'aliveIds'>
  readonly clock: Clock
  /** Told of work that threw. */
  readonly report: (error: unknown, context: Record<string, unknown>) => string
}

const LOOK_MS = 1_000
const AT_ONCE = 4
const ATTEMPTS = 3
const AGAIN_MS = 30_000
const KEPT_FAILED_MS = 7 * 86_400_000
const CLOSE_MS = 5_000

type Row = typeof jobs.$inferSelect
type Work = Parameters<Jobs['handle']>[1]

export function createJobs({ database, node, clock, report }: JobsDependencies): Jobs {
  const tasks = new Map<string, Work>()
  const looks: (() => Promise<void>)[] = []
  const running = new Set<Promise<void>>()
  const closing = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> | undefined
  let isLost = false

  const everywhere = () => database.beyondTenants()
  const itself = ({ tenantId, id }: Pick<Row, 'tenantId' | 'id'>) => and(eq(jobs.tenantId, tenantId), eq(jobs.id, id))
  const mine = (row: Row) => and(itself(row), eq(jobs.nodeId, node.id), eq(jobs.attempts, row.attempts))

  const claim = async (): Promise<Row | undefined> => {
    const alive = await node.aliveIds()
    const free = everywhere()
      .select({ id: jobs.id })
      .from(jobs)
      .where(and(isNull(jobs.failedAt), lte(jobs.runAt, clock()), or(isNull(jobs.nodeId), notInArray(jobs.nodeId, alive))))
      .orderBy(asc(jobs.runAt))
      .limit(1)
      .for('update', { skipLocked: true })
    const [row] = await everywhere()
      .update(jobs)
      .set({ nodeId: node.id, attempts: sql`${jobs.attempts} + 1` })
      .where(eq(jobs.id, sql`(${free})`))
      .returning()
    return row
  }

  const work = async (row: Row): Promise<void> => {
    const { tenantId, task, attempts } = row
    try {
      const isStillMine = async () => (await database.read({ tenantId }).$count(jobs, mine(row))) === 1
      await taskOf(task)({ ...row, attempt: attempts, isStillMine }, closing.signal)
      await database.write({ tenantId }).delete(jobs).where(mine(row))
    } catch (error) {
      await putBack(row, error)
    }
  }

  const taskOf = (task: string): Work => {
    const found = tasks.get(task)
    if (!found) throw new Error(`nobody does the task ${task}`)
    return found
  }

  const putBack = async (row: Row, error: unknown): Promise<void> => {
    const writer = database.write({ tenantId: row.tenantId })
    if (closing.signal.aborted)
      return void (await writer
        .update(jobs)
        .set({ nodeId: null, attempts: row.attempts - 1 })
        .where(mine(row)))
    const problem = report(error, { during: `the job ${row.task}`, key: row.key, attempt: row.attempts })
    const isOver = row.attempts >= ATTEMPTS
    const next = isOver ? { failedAt: clock() } : { runAt: new Date(clock().getTime() + AGAIN_MS * row.attempts) }
    await writer
      .update(jobs)
      .set({ ...next, nodeId: null, problem })
      .where(mine(row))
  }

  const look = async (): Promise<void> => {
    for (const one of looks) await one()
    while (!closing.signal.aborted && running.size < AT_ONCE) {
      const row = await claim()
      if (!row) break
      const done = work(row).catch((error: unknown) => {
        report(error, { during: 'putting back a job' })
      })
      running.add(done)
      void done.finally(() => running.delete(done))
    }
    await everywhere()
      .delete(jobs)
      .where(lt(jobs.failedAt, new Date(clock().getTime() - KEPT_FAILED_MS)))
  }

  return {
    handle(task, how) {
      tasks.set(task, how)
    },

    async add(writer, job) {
      const added = await writer
        .insert(jobs)
        .values({ ...job, id: randomToken(12) })
        .onConflictDoUpdate({
          target: [jobs.tenantId, jobs.task, jobs.key],
          set: { ...job, attempts: 0, failedAt: null, problem: null },
          setWhere: isNotNull(jobs.failedAt),
        })
        .returning({ id: jobs.id })
      return added.length > 0
    },

    onLook(one) {
      looks.push(one)
    },

    async counts() {
      const reader = everywhere()
      const [waiting, working, failed] = await Promise.all([
        reader.$count(jobs, and(isNull(jobs.failedAt), isNull(jobs.nodeId))),
        reader.$count(jobs, and(isNull(jobs.failedAt), isNotNull(jobs.nodeId))),
        reader.$count(jobs, isNotNull(jobs.failedAt)),
      ])
      return { waiting, running: working, failed }
    },

    start() {
      timer = setInterval(() => {
        looking ??= look()
          .then(() => {
            isLost = false
          })
          .catch((error: unknown) => {
            // NOTE: a database that is away is told once, not every second.
            if (!isLost) report(error, { during: 'looking for jobs' })
            isLost = true
          })
          .finally(() => {
            looking = undefined
          })
      }, LOOK_MS).unref()
    },

    async close() {
      clearInterval(timer)
      closing.abort()
      await looking
      const late = new AbortController()
      await Promise.race([Promise.all(running), sleep(CLOSE_MS, late.signal).catch(() => undefined)])
      late.abort()
    },
  }
}
