import type { ChildProcess } from 'node:child_process'
import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import type { Cell, CellErrorKind, CellEvent, DataAnswer, DataCall, PythonLimits, PythonSession, Variable } from './engine.ts'
import { type KernelEvent, KernelLines } from './session-events.ts'

export interface KernelSessionOptions {
  /** Started, with pipes for standard input and output. Killing it ends everything that it started. */
  readonly process: ChildProcess
  readonly limits: PythonLimits
  readonly dataDir: string
  readonly outDir: string
  /** Where the kernel sees them. */
  readonly seenOutDir: string
  readonly seenDataDir: string
  /** Removed at the end. */
  readonly folder: string
  /** Folders on the disk that cells can write, whose bytes are counted together. */
  readonly writableDirs: readonly string[]
  /** The kernel must clean up itself before it is killed: nothing else ends what it started. */
  readonly endsItself?: boolean
}

interface Running {
  readonly cell: Cell
  readonly answer: (call: DataCall) => Promise<DataAnswer>
  readonly emit: (event: CellEvent) => void
  readonly timers: Set<NodeJS.Timeout>
  stopReason?: 'timeout' | 'interrupted' | 'limit'
}

const START_TIMEOUT_MS = 60_000
const STEP_TIMEOUT_MS = 120_000

/**
 * The server's side of a kernel that speaks lines of JSON: one cell at a time, a deadline for each, an interrupt that becomes a kill. What the kernel
 * says is a stranger's word: a line that is no event, or an event of a cell that does not run, ends the session.
 */
export async function openKernelSession(options: KernelSessionOptions): Promise<PythonSession> {
  const { process: child, limits, folder } = options
  const stdin = child.stdin as Writable
  const stdout = child.stdout as Readable
  const lines = new KernelLines()
  const waiting = new Map<KernelEvent['t'], { settle(event: KernelEvent): void; fail(error: Error): void }>()
  let running: Running | undefined
  let lastCells: Promise<unknown> = Promise.resolve()
  let lastSave: Promise<unknown> = Promise.resolve()
  let ended: Error | undefined
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
    child.once('error', () => resolve())
  })

  const say = (command: object): void => {
    if (!ended) stdin.write(`${JSON.stringify(command)}\n`)
  }
  stdin.on('error', () => undefined)

  const next = (kind: KernelEvent['t'], timeoutMs = STEP_TIMEOUT_MS): Promise<KernelEvent> =>
    new Promise((resolve, reject) => {
      if (ended) return reject(ended)
      const timer = setTimeout(() => end(new Error(`The kernel did not answer (${kind}).`)), timeoutMs)
      const settled = <Outcome>(finish: (outcome: Outcome) => void) => {
        return (outcome: Outcome): void => {
          clearTimeout(timer)
          waiting.delete(kind)
          finish(outcome)
        }
      }
      waiting.set(kind, { settle: settled(resolve), fail: settled(reject) })
    })

  const end = (reason: Error): void => {
    if (ended) return
    if (options.endsItself) say({ do: 'stop' })
    ended = reason
    if (options.endsItself) setTimeout(() => child.kill('SIGKILL'), limits.interruptGraceMs).unref()
    else child.kill('SIGKILL')
    for (const one of [...waiting.values()]) one.fail(reason)
    if (running) {
      const { emit, stopReason } = running
      emit(errorEvent(stopReason ?? 'crashed', 'The Python session ended and begins anew.'))
      finish({ type: 'done', ok: false, stateKept: false, ms: 0 })
    }
  }

  const finish = (done: CellEvent): void => {
    const one = running
    running = undefined
    if (!one) return
    for (const timer of one.timers) clearTimeout(timer)
    one.emit(done)
  }

  const stopCell = (one: Running, reason: NonNullable<Running['stopReason']>): void => {
    if (running !== one || one.stopReason) return
    one.stopReason = reason
    say({ do: reason === 'limit' ? 'kill' : 'interrupt', reason })
    const later = (ms: number, act: () => void): void => {
      one.timers.add(setTimeout(() => running === one && act(), ms))
    }
    later(limits.interruptGraceMs, () => say({ do: 'kill', reason }))
    later(limits.interruptGraceMs + 10_000, () => end(new Error('The kernel did not stop.')))
  }

  const tellError = (one: Running, event: KernelEvent & { t: 'error' }): void => {
    const { kind, ename, evalue, traceback, line } = event
    const isStop = kind === 'interrupted' && one.stopReason
    one.emit({
      type: 'error',
      kind: isStop ? (one.stopReason as CellErrorKind) : kind,
      name: ename,
      message: isStop ? stopSentence(one, limits) : evalue,
      traceback,
      ...(line === undefined ? {} : { line }),
    })
  }

  const hear = (event: KernelEvent): void => {
    if (event.t === 'lost') return end(new Error('The kernel lost its state.'))
    if ('id' in event && ['stream', 'display', 'result', 'error', 'died', 'done', 'call'].includes(event.t)) {
      if (!running || event.id !== running.cell.id) return end(new Error('The kernel spoke of a cell that does not run.'))
      return hearCell(running, event)
    }
    if (event.t === 'frozen') return
    waiting.get(event.t)?.settle(event)
  }

  const hearCell = (one: Running, event: KernelEvent): void => {
    switch (event.t) {
      case 'stream':
        return one.emit({
          type: 'stream',
          name: event.name,
          text: event.text,
          ...(event.truncated ? { truncated: true as const } : {}),
        })
      case 'display':
      case 'result':
        return one.emit({ type: event.t, data: event.data })
      case 'error':
        return tellError(one, event)
      case 'died':
        one.emit(diedEvent(one, event, limits))
        if (event.restoredTo !== '') return
        finish({ type: 'done', ok: false, stateKept: false, ms: 0 })
        return end(new Error('The kernel died and has no copy of its state.'))
      case 'call': {
        const { call, name, text } = event
        one.answer({ name, text }).then(
          (answer) => say({ do: 'answer', call, ...answer }),
          () => say({ do: 'answer', call, error: 'The server could not answer.' }),
        )
        return
      }
      case 'done': {
        const { ok, stateKept, ms, peakMb } = event
        return finish({ type: 'done', ok, stateKept, ms, ...(peakMb === undefined ? {} : { peakMb }) })
      }
      default:
    }
  }

  const watchOutFolder = async (one: Running): Promise<void> => {
    const sizes = await Promise.all(options.writableDirs.map((folder) => folderBytes(folder).catch(() => 0)))
    if (sizes.reduce((sum, bytes) => sum + bytes, 0) > limits.outFolderBytes) stopCell(one, 'limit')
    else if (running === one) one.timers.add(setTimeout(() => void watchOutFolder(one), 1_000))
  }

  const begin = (cell: Cell, answer: Running['answer'], signal: AbortSignal | undefined, emit: Running['emit']): void => {
    const one: Running = { cell, answer, timers: new Set(), emit }
    running = one
    if (ended) {
      emit(errorEvent('crashed', 'The Python session has ended.'))
      return finish({ type: 'done', ok: false, stateKept: false, ms: 0 })
    }
    one.timers.add(setTimeout(() => stopCell(one, 'timeout'), cell.timeoutMs ?? limits.cellTimeoutMs))
    one.timers.add(setTimeout(() => void watchOutFolder(one), 1_000))
    if (signal?.aborted) stopCell(one, 'interrupted')
    signal?.addEventListener('abort', () => stopCell(one, 'interrupted'), { once: true })
    say({ do: 'run', id: cell.id, code: cell.code, name: cell.name })
  }

  stdout.on('data', (chunk: Buffer) => {
    try {
      for (const event of lines.take(chunk)) hear(event)
    } catch (error) {
      end(error instanceof Error ? error : new Error(String(error)))
    }
  })
  void gone.then(() => end(new Error('The kernel ended.')))

  await next('ready', START_TIMEOUT_MS)

  /** One thing at a time: cells, and what looks at the state between them. */
  const inTurn = <Outcome>(work: () => Promise<Outcome>): Promise<Outcome> => {
    const done = lastCells.then(work, work)
    lastCells = done.catch(() => undefined)
    return done
  }
  const asked = (command: object, kind: KernelEvent['t']) =>
    inTurn(async () => {
      const heard = next(kind)
      say(command)
      return heard
    })

  return {
    dataDir: options.dataDir,
    outDir: options.outDir,
    get isStopped() {
      return ended !== undefined
    },
    async *run(cell, answer, signal) {
      const events: CellEvent[] = []
      let wake = (): void => undefined
      const ran = inTurn(
        () =>
          new Promise<void>((resolve) =>
            begin(cell, answer, signal, (event) => {
              events.push(event)
              wake()
              if (event.type === 'done') resolve()
            }),
          ),
      )
      for (let isDone = false; !isDone; ) {
        const event = events.shift()
        if (event) {
          isDone = event.type === 'done'
          yield event
        } else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
      await ran
    },
    async restore(id) {
      const event = await asked({ do: 'restore', id }, 'restored')
      return event.t === 'restored' && event.ok
    },
    async save(id, file) {
      const before = lastSave
      let end = (): void => undefined
      lastSave = new Promise<void>((resolve) => {
        end = resolve
      })
      await before
      try {
        const heard = next('saved')
        say({ do: 'save', id, path: `${options.seenOutDir}/${file}` })
        const event = await heard
        return event.t === 'saved' && event.id === id && event.ok ? { notSaved: event.notSaved } : undefined
      } finally {
        end()
      }
    },
    async load(file) {
      const event = await asked({ do: 'load', path: `${options.seenDataDir}/${file}` }, 'loaded')
      return event.t === 'loaded' && event.ok ? { lost: event.lost } : undefined
    },
    async variables(): Promise<Variable[]> {
      const event = await asked({ do: 'variables' }, 'variables')
      return event.t === 'variables' ? event.variables : []
    },
    async stop() {
      end(new Error('The session was stopped.'))
      await gone
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const errorEvent = (kind: CellErrorKind, message: string): CellEvent => ({
  type: 'error',
  kind,
  name: 'Stopped',
  message,
  traceback: '',
})

const seconds = (ms: number): string => `${Math.max(1, Math.round(ms / 1000))} s`
const megabytes = (bytes: number): string =>
  bytes >= 2 ** 30 ? `${+(bytes / 2 ** 30).toFixed(1)} GiB` : `${bytes / 2 ** 20} MiB`

function stopSentence({ stopReason, cell }: Running, limits: PythonLimits): string {
  if (stopReason === 'timeout')
    return `The cell was stopped after ${seconds(cell.timeoutMs ?? limits.cellTimeoutMs)}, its limit of time.`
  if (stopReason === 'limit') return `The cell wrote more than ${megabytes(limits.outFolderBytes)} of files.`
  return 'The cell was interrupted.'
}

function diedEvent(one: Running, event: KernelEvent & { t: 'died' }, limits: PythonLimits): CellEvent {
  const undone = 'The state is as before this cell.'
  if (event.reason === 'memory')
    return errorEvent('memory', `The limit of ${megabytes(limits.memoryBytes)} memory was reached. ${undone}`)
  if (one.stopReason) return errorEvent(one.stopReason, `${stopSentence(one, limits)} ${undone}`)
  return errorEvent(
    'crashed',
    `Python itself ended${event.signal === '' ? '' : ` (${event.signal})`} while the cell ran. ${undone}`,
  )
}

/** Bytes of the files in a folder of cells: plain files at its top and below, links not followed. */
async function folderBytes(folder: string): Promise<number> {
  let sum = 0
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const found = await lstat(join(entry.parentPath, entry.name)).catch(() => undefined)
    sum += found?.isFile() ? found.blocks * 512 : 0
  }
  return sum
}
