import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { sha256 } from '../basics/sha256.ts'
import type { CellRequest, PastCell, RoomEvent } from './cell-request.ts'
import type { PythonEngine, PythonSession, Variable } from './engine.ts'
import { copyPlainFile, type StatesOf } from './kept-states.ts'
import { tableFile } from './mime-table.ts'

const START = 'start'
const MOST_TABLE_BYTES = 512 * 2 ** 20

/** A state is what all cells before it made: after another cell in the middle it is another state. */
const stateAfter = (cells: readonly { readonly id: string }[]): string =>
  cells.length === 0 ? START : sha256(cells.map(({ id }) => id).join('\n')).slice(0, 40)

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
      const past = await this.#states.sinceRestart(request.past)
      const notice = await this.#bringTo(session, past, request)
      if (notice) yield { type: 'notice', text: notice }
      const id = stateAfter([...past, request.cell])
      const cell = { ...request.cell, id }
      for await (const event of session.run(cell, (call) => request.answer(call, session.dataDir), request.signal)) {
        if (event.type === 'done' && event.stateKept) this.#state = id
        const table = event.type === 'display' || event.type === 'result' ? tableFile(event.data) : undefined
        if (table) yield* this.#table(session, table)
        else yield event
      }
      if (this.#state === id) this.#save(session, id)
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
  async #bringTo(session: PythonSession, past: readonly PastCell[], request: CellRequest): Promise<string | undefined> {
    const wanted = stateAfter(past)
    if (this.#state === wanted) return undefined
    const hot = await this.#restore(session, past)
    if (hot === past.length) return undefined
    const { from, missing } = await this.#load(session, past, hot)
    this.#state = stateAfter(past.slice(0, from))
    for (let place = from; place < past.length; place++) {
      const cell = past[place]
      if (!cell) break
      const id = stateAfter(past.slice(0, place + 1))
      const replay = session.run({ ...cell, id }, (call) => request.answer(call, session.dataDir), request.signal)
      for await (const _ of replay);
      if (request.signal?.aborted) return undefined
      this.#state = id
    }
    return noticeOf(past.length - from, missing)
  }

  /** Goes to the newest frozen copy among the states of the past cells: after how many of them that is. */
  async #restore(session: PythonSession, past: readonly PastCell[]): Promise<number> {
    for (let count = past.length; count > 0; count--) {
      const id = stateAfter(past.slice(0, count))
      if (this.#state === id || (await session.restore(id))) {
        this.#state = id
        return count
      }
    }
    await session.restore(START)
    this.#state = START
    return 0
  }

  /** Reads the newest saved state that is newer than the one at hand. `from`: the place of the first cell that the state then lacks. */
  async #load(session: PythonSession, past: readonly PastCell[], hot: number): Promise<{ from: number; missing: string[] }> {
    await this.#saving
    for (let count = past.length; count > hot; count--) {
      const file = `state-${++this.#saves}`
      const path = join(session.dataDir, file)
      const laid = await this.#states.lay(stateAfter(past.slice(0, count)), path)
      if (!laid) continue
      await session.restore(START)
      const loaded = await session.load(file)
      await rm(path, { force: true })
      if (loaded) return { from: count, missing: [...laid.notSaved, ...loaded.lost] }
      return { from: await this.#restore(session, past), missing: [] }
    }
    return { from: hot, missing: [] }
  }

  /** Takes a table out of the folder where cells write, to where they don't; it is gone when the next event is asked for. */
  async *#table(session: PythonSession, { file, truncated }: { file: string; truncated: boolean }): AsyncGenerator<RoomEvent> {
    const path = join(dirname(session.outDir), `${++this.#saves}.parquet`)
    try {
      await copyPlainFile(join(session.outDir, file), path, MOST_TABLE_BYTES)
      yield { type: 'table', path, truncated }
    } finally {
      await rm(path, { force: true })
      await rm(join(session.outDir, file), { force: true }).catch(() => undefined)
    }
  }

  /** In the background: a cell may run meanwhile, since it is a frozen copy that writes. */
  #save(session: PythonSession, id: string): void {
    const file = `state-${++this.#saves}.state`
    const before = this.#saving
    const save = async (): Promise<void> => {
      await before
      try {
        const saved = await session.save(id, file)
        if (saved) await this.#states.keep(id, join(session.outDir, file), saved.notSaved)
      } catch {
        // NOTE: without it the cells are run again when the state is wanted.
      }
      await rm(join(session.outDir, file), { force: true }).catch(() => undefined)
    }
    this.#saving = save()
  }
}

function noticeOf(again: number, missing: readonly string[]): string | undefined {
  const parts = [
    again > 0 ? `${again === 1 ? 'One earlier cell was' : `${again} earlier cells were`} run again to bring the state back.` : '',
    missing.length > 0 ? `Could not be saved and ${missing.length === 1 ? 'is' : 'are'} gone: ${missing.join(', ')}.` : '',
  ].filter((part) => part !== '')
  return parts.length > 0 ? parts.join(' ') : undefined
}
