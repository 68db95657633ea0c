import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { KnownError } from '../../contract/error.ts'
import type { Destination, FromSourceProcess, SourceJob, SourceJobResults, ToSourceProcess } from './job.ts'

/**
 * Processes for data sources: each does one job at a time, and a source has at most a few, so that a slow one keeps only its own questions waiting.
 * One that was told to stop and does not is killed.
 */
export interface SourceProcesses {
  /** `key` names the source. Throws what the job answers, `cancelled` when the signal fires, `limit-exceeded` past the time, which begins with the run. */
  run<OneJob extends SourceJob>(
    key: string,
    destination: Destination,
    job: OneJob,
    options: { timeoutMs: number; signal?: AbortSignal | undefined },
  ): Promise<SourceJobResults[OneJob['kind']]>
  close(): Promise<void>
}

export interface SourceProcessOptions {
  /** Jobs of one source that run at once; more wait. */
  readonly perSource: number
  /** An idle process ends after this. */
  readonly idleMs: number
  readonly log: { warn(fields: object, message: string): void }
}

const QUEUE_LENGTH = 100
/** NOTE: optimizing the parsers' WebAssembly in the background takes half a gigabyte for a while and gains nothing that is felt. */
const PROCESS_FLAGS = ['--max-old-space-size=256', '--liftoff-only']
/** How long a process may take to tell the database to stop. A file's engine stops at once or not at all. */
const GRACE_MS = { server: 5_000, file: 400 }

interface Waiting {
  readonly destination: Destination
  readonly job: SourceJob
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
  settle(outcome: { result: unknown } | { error: KnownError }): void
}

interface Worker {
  readonly process: ChildProcess
  readonly key: string
  current: (Waiting & { id: number; stopReason?: KnownError }) | undefined
  timers: NodeJS.Timeout[]
  forget: () => void
}

const program = fileURLToPath(new URL('./child/main.ts', import.meta.url))

export function createSourceProcesses(options: SourceProcessOptions): SourceProcesses {
  const workers = new Set<Worker>()
  const queues = new Map<string, Waiting[]>()
  let isClosed = false
  let lastId = 0

  const workersOf = (key: string): Worker[] => [...workers].filter((worker) => worker.key === key)

  function start(key: string): Worker {
    const started = fork(program, [], {
      env: {},
      execArgv: PROCESS_FLAGS,
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    const worker: Worker = { process: started, key, current: undefined, timers: [], forget: () => undefined }
    workers.add(worker)
    started.on('message', (message) => answered(worker, message as FromSourceProcess))
    started.on('error', (error) => options.log.warn({ error: error.message }, 'the process of a source could not be reached'))
    started.on('exit', () => ended(worker))
    return worker
  }

  function release(worker: Worker): void {
    for (const timer of worker.timers) clearTimeout(timer)
    worker.timers = []
    worker.forget()
    worker.current = undefined
  }

  function answered(worker: Worker, message: FromSourceProcess): void {
    const { current } = worker
    if (current?.id !== message.id) return
    release(worker)
    if (message.type === 'done') current.settle({ result: message.result })
    else current.settle({ error: current.stopReason ?? new KnownError(message.code, message.message) })
    worker.timers.push(setTimeout(() => worker.process.kill('SIGKILL'), options.idleMs).unref())
    next(worker.key)
  }

  function ended(worker: Worker): void {
    workers.delete(worker)
    const { current, key } = worker
    release(worker)
    if (current) {
      if (!current.stopReason)
        options.log.warn({ kind: current.destination.kind }, 'the process of a source ended in the middle of a job')
      current.settle({
        error:
          current.stopReason ??
          new KnownError('query-failed', 'The source’s process stopped in the middle of this query. Try it another way.'),
      })
    }
    if (!isClosed) next(key)
  }

  function stop(worker: Worker, reason: KnownError): void {
    const { current } = worker
    if (!current || current.stopReason) return
    current.stopReason = reason
    send(worker, { type: 'stop' })
    const isFile = current.destination.connection.path !== undefined
    worker.timers.push(setTimeout(() => worker.process.kill('SIGKILL'), isFile ? GRACE_MS.file : GRACE_MS.server))
  }

  function send(worker: Worker, message: ToSourceProcess): void {
    if (worker.process.connected) worker.process.send(message, (error) => error && worker.process.kill('SIGKILL'))
    else worker.process.kill('SIGKILL')
  }

  function next(key: string): void {
    const queue = queues.get(key)
    while (queue && queue.length > 0) {
      const own = workersOf(key)
      const free = own.find((worker) => !worker.current && worker.process.connected)
      const worker = free ?? (own.length < options.perSource ? start(key) : undefined)
      const waiting = worker && queue.shift()
      if (!waiting) return
      begin(worker, waiting)
    }
    queues.delete(key)
  }

  function begin(worker: Worker, waiting: Waiting): void {
    release(worker)
    const id = ++lastId
    worker.current = { ...waiting, id }
    const { timeoutMs, signal, job, destination } = waiting
    worker.timers.push(setTimeout(() => stop(worker, outOfTime(timeoutMs)), timeoutMs))
    const onAbort = (): void => {
      if (worker.current?.id === id) stop(worker, new KnownError('cancelled'))
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    worker.forget = () => signal?.removeEventListener('abort', onAbort)
    send(worker, { type: 'job', id, job, destination })
  }

  return {
    async run<OneJob extends SourceJob>(
      key: string,
      destination: Destination,
      job: OneJob,
      { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal | undefined },
    ) {
      if (isClosed) throw new KnownError('unavailable')
      if (signal?.aborted) throw new KnownError('cancelled')
      const queue = queues.get(key) ?? []
      queues.set(key, queue)
      if (queue.length >= QUEUE_LENGTH) throw new KnownError('too-many-requests')
      return new Promise<SourceJobResults[OneJob['kind']]>((resolve, reject) => {
        const leaveQueue = (): void => {
          const place = queue.indexOf(waiting)
          if (place < 0) return
          queue.splice(place, 1)
          reject(new KnownError('cancelled'))
        }
        const waiting: Waiting = {
          destination,
          job,
          timeoutMs,
          signal,
          settle(outcome) {
            signal?.removeEventListener('abort', leaveQueue)
            if ('error' in outcome) reject(outcome.error)
            else resolve(outcome.result as SourceJobResults[OneJob['kind']])
          },
        }
        signal?.addEventListener('abort', leaveQueue, { once: true })
        queue.push(waiting)
        next(key)
      })
    },

    async close() {
      isClosed = true
      for (const queue of queues.values())
        for (const waiting of queue.splice(0)) waiting.settle({ error: new KnownError('cancelled') })
      await Promise.all(
        [...workers].map((worker) => {
          if (worker.current) worker.current.stopReason ??= new KnownError('cancelled')
          const gone = new Promise<void>((resolve) => worker.process.once('exit', () => resolve()))
          worker.process.kill('SIGKILL')
          return gone
        }),
      )
    },
  }
}

const outOfTime = (timeoutMs: number): KnownError =>
  new KnownError(
    'limit-exceeded',
    `The source did not answer within ${Math.max(1, Math.round(timeoutMs / 1000))} s and was stopped. Ask for less: fewer rows, a shorter period, fewer joins.`,
  )
