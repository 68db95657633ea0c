import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { PythonEngine, PythonSession, Variable } from './engine.ts'
import type { StatesOf } from './kept-states.ts'
import type { CellRequest, RoomEvent } from './python.ts'

/** A cell that ran and left its mark on the state. */
export interface PastCell {
  readonly id: string
  readonly code: string
  readonly name: string
}

const START = 'start'

/** The session of a conversation: one that is started when it is first needed, knows which cell its state is that of, and is brought to another when asked. */
export class LiveSession {
  readonly #engine: PythonEngine
  readonly #states: StatesOf
  #session: Promise<PythonSession> | undefined
  #state = START
  #isBusy = false
  #isStopped = false
  #saves = 0
  #saving: Promise<void> = Promise.resolve()
  #lastRun: Promise<unknown> = Promise.resolve()
  usedAtMs = performance.now()

  constructor(engine: PythonEngine, states: StatesOf) {
    this.#engine = engine
    this.#states = states
  }

  get isStopped(): boolean {
    return this.#isStopped
  }

  isIdleFor(ms: number): boolean {
    return !this.#isBusy && performance.now() - this.usedAtMs >= ms
  }

  async *run(request: CellRequest): AsyncGenerator<RoomEvent> {
    const before = this.#lastRun
    let end = (): void => undefined
    this.#lastRun = new Promise<void>((resolve) => {
      end = resolve
    })
    await before
    this.#isBusy = true
    try {
      const session = await this.#ready()
      const notice = await this.#bringTo(session, request)
      if (notice) yield { type: 'notice', text: notice }
      for await (const event of session.run(request.cell, (call) => request.answer(call, session.dataDir), request.signal)) {
        if (event.type === 'done' && event.stateKept) this.#state = request.cell.id
        yield { ...event, outDir: session.outDir }
      }
      if (this.#state === request.cell.id) this.#save(session, request.cell.id)
    } finally {
      this.#isBusy = false
      this.usedAtMs = performance.now()
      end()
    }
  }

  async variables(): Promise<Variable[]> {
    const session = await this.#session
    return session && !session.isStopped ? session.variables() : []
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#saving
    const session = await this.#session?.catch(() => undefined)
    await session?.stop()
  }

  /** A session that lives; one that died is replaced by one that has nothing in it. */
  async #ready(): Promise<PythonSession> {
    const known = await this.#session?.catch(() => undefined)
    if (known && !known.isStopped) return known
    await known?.stop()
    this.#state = START
    this.#session = this.#engine.start()
    return this.#session
  }

  /** Makes the state what it was after the last of the past cells. Answers a sentence where something could not be brought back. */
  async #bringTo(session: PythonSession, request: CellRequest): Promise<string | undefined> {
    const past = await this.#states.sinceRestart(request.past)
    const wanted = past.at(-1)?.id ?? START
    if (this.#state === wanted) return undefined
    if (await session.restore(wanted)) {
      this.#state = wanted
      return undefined
    }
    await session.restore(START)
    this.#state = START
    const { from, missing } = await this.#load(session, past)
    const again = past.slice(from)
    for (const cell of again) {
      const replay = session.run({ ...cell, id: cell.id }, (call) => request.answer(call, session.dataDir), request.signal)
      for await (const event of replay) if (event.type === 'done' && !event.stateKept) break
      this.#state = cell.id
      if (request.signal?.aborted) return undefined
    }
    this.#state = wanted
    return noticeOf(again.length, missing)
  }

  /** Reads the newest saved state among the past cells. `from`: the place of the first cell that it does not have. */
  async #load(session: PythonSession, past: readonly PastCell[]): Promise<{ from: number; missing: string[] }> {
    await this.#saving
    for (let place = past.length - 1; place >= 0; place--) {
      const file = `state-${++this.#saves}`
      const path = join(session.dataDir, file)
      const laid = await this.#states.lay(past[place]?.id ?? '', path)
      const loaded = laid && (await session.load(file))
      await rm(path, { force: true })
      if (laid && loaded) return { from: place + 1, missing: [...laid.notSaved, ...loaded.lost] }
    }
    return { from: 0, missing: [] }
  }

  /** In the background: a cell may run meanwhile, since it is a frozen copy that writes. */
  #save(session: PythonSession, id: string): void {
    const file = `state-${++this.#saves}.state`
    this.#saving = this.#saving
      .then(async () => {
        const saved = await session.save(id, file)
        if (saved) await this.#states.keep(id, join(session.outDir, file), saved.notSaved)
      })
      .catch(() => undefined)
      .finally(() => rm(join(session.outDir, file), { force: true }).catch(() => undefined))
  }
}

function noticeOf(again: number, missing: readonly string[]): string | undefined {
  const parts = [
    again > 0 ? `${again === 1 ? 'One earlier cell was' : `${again} earlier cells were`} run again to bring the state back.` : '',
    missing.length > 0 ? `Could not be saved and ${missing.length === 1 ? 'is' : 'are'} gone: ${missing.join(', ')}.` : '',
  ].filter((part) => part !== '')
  return parts.length > 0 ? parts.join(' ') : undefined
}
