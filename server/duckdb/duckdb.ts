import { type ChildProcess, fork } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { KnownError } from '../../contract/error.ts'
import { must } from '../basics/must.ts'
import { sleep } from '../basics/sleep.ts'
import {
  type ChildSettings,
  type FromChild,
  type Job,
  type JobResult,
  keptTablesOf,
  MEMORY_EXIT_CODE,
  type ToChild,
} from './job.ts'
import { MEMORY_SENTENCE } from './sentences.ts'

/**
 * DuckDB in child processes: what strangers write (SQL, files) never runs in the server's own process. Every job gets a locked engine: a fresh one,
 * or, for a query, that of the last query over the very same kept tables.
 * A child that does not stop when told is killed and replaced; children end with the server.
 */
export interface DuckDb {
  /**
   * Runs one job. Throws KnownErrors: `too-many-requests` when the queue is full, `limit-exceeded` past the deadline or the memory, `cancelled`
   * when the signal fires, and what the job itself answers (`not-read-only`, `query-failed`, `unreadable-file`). The deadline begins with the run, not in the queue.
   */
  run<OneJob extends Job>(
    job: OneJob,
    options: { timeoutMs: number; signal?: AbortSignal | undefined },
  ): Promise<JobResult<OneJob['kind']>>
  /** Resolves when nothing has run for a moment, or after a few seconds: who brings a file asks about it at once, or later. Rejects when the signal fires. */
  rest(signal?: AbortSignal): Promise<void>
  /** Ends all children; what still runs is `cancelled`. */
  close(): Promise<void>
}

export interface DuckDbOptions {
  /** How many jobs run at once. */
  readonly size: number
  readonly memoryLimitMb: number
  /** Threads of one job. */
  readonly threads: number
  /** A folder of this pool's own, for what does not fit in memory, on the disk that queries write to. */
  readonly tempDir: string
  /** Jobs that may wait; one more is refused. */
  readonly maxQueue: number
  /** What runs here gives way to all other work of the machine. */
  readonly isBehind?: boolean
  readonly log: { warn(fields: object, message: string): void }
}

/** A child that is told to stop and does not is killed after this. */
const GRACE_MS = 600
/** A pool that ran nothing for this long is at rest. */
const REST_MS = 300
const LONGEST_WAIT_FOR_REST_MS = 10_000
const LOOK_MS = 50

interface Waiting {
  readonly job: Job
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
  settle(outcome: { result: unknown } | { error: KnownError }): void
}

interface Child {
  readonly process: ChildProcess
  readonly tempDir: string
  current: (Waiting & { id: number; stopReason?: KnownError }) | undefined
  /** Of the last query here. */
  tables: string | undefined
  timers: NodeJS.Timeout[]
  /** Takes the listener off the signal of the job. */
  forget: () => void
}

const childProgram = fileURLToPath(new URL('./child/main.ts', import.meta.url))

/** Starts `size` children at once, so that the first job need not wait for one. */
export function createDuckDb(options: DuckDbOptions): DuckDb {
  const children = new Set<Child>()
  const queue: Waiting[] = []
  let isClosed = false
  let lastId = 0
  let lastAt = performance.now()

  function start(): void {
    if (isClosed) return
    const tempDir = join(options.tempDir, `child-${process.pid}-${++lastId}`)
    const { memoryLimitMb, threads, isBehind = false } = options
    const settings: ChildSettings = { memoryLimitMb, threads, tempDir, isBehind }
    const started = fork(childProgram, [JSON.stringify(settings)], {
      env: {},
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    const child: Child = { process: started, tempDir, current: undefined, tables: undefined, timers: [], forget: () => undefined }
    children.add(child)
    started.on('message', (message) => answer(child, message as FromChild))
    started.on('error', (error) => options.log.warn({ error: error.message }, 'a DuckDB child could not be reached'))
    started.on('exit', (code, signal) => ended(child, code, signal))
  }

  function answer(child: Child, message: FromChild): void {
    if (message.type === 'ready' || child.current?.id !== message.id) return
    const { settle, stopReason, job } = child.current
    child.tables = keptTablesOf(job) ?? child.tables
    release(child)
    if (message.type === 'done') settle({ result: message.result })
    else settle({ error: stopReason ?? new KnownError(message.code, message.message) })
    next()
  }

  function release(child: Child): void {
    for (const timer of child.timers) clearTimeout(timer)
    lastAt = performance.now()
    child.timers = []
    child.forget()
    child.current = undefined
  }

  function ended(child: Child, code: number | null, signal: NodeJS.Signals | null): void {
    children.delete(child)
    const current = child.current
    release(child)
    rm(child.tempDir, { recursive: true, force: true }).catch(() => undefined)
    if (current) {
      const reason = current.stopReason ?? (code === MEMORY_EXIT_CODE ? outOfMemory() : crashed())
      if (!current.stopReason)
        options.log.warn({ code, signal, job: current.job.kind }, 'a DuckDB child ended in the middle of a job')
      current.settle({ error: reason })
    }
    if (isClosed) return
    const isEarly = !current && code !== 0
    setTimeout(
      () => {
        start()
        next()
      },
      isEarly ? 500 : 0,
    ).unref()
  }

  function stop(child: Child, reason: KnownError): void {
    if (!child.current || child.current.stopReason) return
    child.current.stopReason = reason
    send(child, { type: 'interrupt' })
    child.timers.push(setTimeout(() => child.process.kill('SIGKILL'), GRACE_MS))
  }

  function send(child: Child, message: ToChild): void {
    if (child.process.connected) child.process.send(message, (error) => error && child.process.kill('SIGKILL'))
    else child.process.kill('SIGKILL')
  }

  function next(): void {
    const free = [...children].filter(
      ({ current, process: { connected, exitCode } }) => !current && connected && exitCode === null,
    )
    while (free.length > 0) {
      const waiting = queue.shift()
      if (!waiting) return
      const child = takeBest(free, keptTablesOf(waiting.job))
      const id = ++lastId
      child.current = { ...waiting, id }
      const { timeoutMs, signal } = waiting
      child.timers.push(setTimeout(() => stop(child, outOfTime(timeoutMs)), timeoutMs))
      const onAbort = (): void => {
        if (child.current?.id === id) stop(child, new KnownError('cancelled'))
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      child.forget = () => signal?.removeEventListener('abort', onAbort)
      send(child, { type: 'job', id, job: waiting.job })
    }
  }

  for (let i = 0; i < options.size; i++) start()

  return {
    async run<OneJob extends Job>(job: OneJob, { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal | undefined }) {
      await mkdir(options.tempDir, { recursive: true })
      if (isClosed) throw new KnownError('unavailable')
      // NOTE: nothing may be awaited between this look at the signal and listening to it.
      if (signal?.aborted) throw new KnownError('cancelled')
      const isFree = [...children].some((child) => !child.current)
      if (queue.length >= options.maxQueue + (isFree ? 1 : 0)) throw new KnownError('too-many-requests')
      return new Promise<JobResult<OneJob['kind']>>((resolve, reject) => {
        const leaveQueue = (): void => {
          const place = queue.indexOf(waiting)
          if (place < 0) return
          queue.splice(place, 1)
          reject(new KnownError('cancelled'))
        }
        const waiting: Waiting = {
          job,
          timeoutMs,
          signal,
          settle(outcome) {
            signal?.removeEventListener('abort', leaveQueue)
            if ('error' in outcome) reject(outcome.error)
            else resolve(outcome.result as JobResult<OneJob['kind']>)
          },
        }
        signal?.addEventListener('abort', leaveQueue, { once: true })
        queue.push(waiting)
        next()
      })
    },
    async rest(signal) {
      const isAtRest = () => performance.now() - lastAt > REST_MS && [...children].every(({ current }) => !current)
      const untilMs = performance.now() + LONGEST_WAIT_FOR_REST_MS
      while (!isAtRest() && !isClosed && performance.now() < untilMs) await sleep(LOOK_MS, signal)
    },
    async close() {
      isClosed = true
      for (const waiting of queue.splice(0)) waiting.settle({ error: new KnownError('cancelled') })
      const ends = [...children].map((child) => {
        if (child.current) child.current.stopReason ??= new KnownError('cancelled')
        const gone = new Promise<void>((resolve) => child.process.once('exit', () => resolve()))
        child.process.kill('SIGKILL')
        return gone
      })
      await Promise.all(ends)
      await rm(options.tempDir, { recursive: true, force: true })
    },
  }
}

/** The child whose engine has the tables already, else one whose engine nobody comes back to. */
function takeBest(free: Child[], tables: string | undefined): Child {
  const known = tables === undefined ? -1 : free.findIndex((child) => child.tables === tables)
  const place = known >= 0 ? known : free.findIndex((child) => child.tables === undefined)
  return must(free.splice(Math.max(place, 0), 1)[0])
}

const outOfTime = (timeoutMs: number): KnownError =>
  new KnownError(
    'limit-exceeded',
    `The query was stopped after ${Math.max(1, Math.round(timeoutMs / 1000))} s. Ask for less: fewer rows, a shorter period, fewer joins.`,
  )
const outOfMemory = (): KnownError => new KnownError('limit-exceeded', MEMORY_SENTENCE)
const crashed = (): KnownError =>
  new KnownError('query-failed', 'The database engine stopped in the middle of this query. Try it another way.')
