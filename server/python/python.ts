import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { KnownError } from '../../contract/error.ts'
import type { ConversationId } from '../../contract/id.ts'
import type { PythonVariable } from '../../contract/python.ts'
import type { Actor } from '../tenancy/actor.ts'
import type { CellRequest, PastCell, RoomEvent } from './cell-request.ts'
import { chooseEngine, type EngineChoice } from './choose-engine.ts'
import { checkLimits, defaultLimits, type PythonEngine, type PythonLimits } from './engine.ts'
import { KeptStates } from './kept-states.ts'
import { LiveSession } from './live-session.ts'

/** What is known of Python here, for the health page and for people. */
export interface PythonStatus {
  readonly engine: 'native' | 'pyodide' | 'off' | 'starting'
  readonly sandbox?: string
  readonly version?: string
  readonly packages?: Readonly<Record<string, string>>
  /** Why an engine was passed over. */
  readonly reasons: readonly string[]
}

/**
 * Python for conversations: a session each, in a sandbox, with state kept between cells. The conversation's log says what the state is that of; whatever
 * the session holds (another branch after a rewind, nothing after a restart), it is brought to that state before a cell runs: by a frozen copy, else
 * by the state saved on disk, else by running the cells again. Owns no tables; never runs code outside a sandbox that has passed its self-test.
 */
export interface Python {
  status(): PythonStatus
  /** Runs a cell. Throws `unavailable` where there is no engine, and says why. */
  run(actor: Pick<Actor, 'tenantId'>, id: ConversationId, request: CellRequest): AsyncIterable<RoomEvent>
  /** Names in the state after `past`, as the last cell left them. Empty where no session lives. */
  variables(actor: Pick<Actor, 'tenantId'>, id: ConversationId): Promise<PythonVariable[]>
  /** Ends the session and forgets what was saved of it; what comes after the last of the `past` cells begins with nothing. */
  restart(actor: Pick<Actor, 'tenantId'>, id: ConversationId, past: readonly PastCell[]): Promise<void>
  close(): Promise<void>
}

export interface PythonOptions {
  readonly choice: EngineChoice
  /** Where states are saved between runs of the server. */
  readonly dataDir: string
  /** Where packages for Pyodide are fetched from when its first cell runs; nothing is fetched without it. */
  readonly wheelUrl?: string | undefined
  readonly limits?: Partial<PythonLimits>
  readonly maxSessions?: number
  readonly idleMs?: number
  readonly log: { info(fields: object, message: string): void; warn(fields: object, message: string): void }
}

const IDLE_MS = 15 * 60_000
const MAX_WAITING = 50

export function createPython(options: PythonOptions): Python {
  const limits = checkLimits({ ...defaultLimits, ...options.limits })
  const maxSessions = options.maxSessions ?? availableParallelism() * 4
  const kept = new KeptStates(options.dataDir)
  const live = new Map<string, LiveSession>()
  const waiting: (() => void)[] = []
  let status: PythonStatus = { engine: options.choice === 'off' ? 'off' : 'starting', reasons: [] }
  let isClosed = false

  const wheels = { wheelFolder: join(options.dataDir, 'wheels'), wheelUrl: options.wheelUrl }
  const choosing = chooseEngine(options.choice, limits, wheels).then((chosen): PythonEngine | undefined => {
    if (!('engine' in chosen)) {
      status = { engine: 'off', reasons: chosen.reasons }
      if (options.choice !== 'off') options.log.warn({ reasons: chosen.reasons }, 'there is no Python for cells')
      return undefined
    }
    const { kind, probe } = chosen.engine
    status = { engine: kind, ...probe, reasons: chosen.reasons }
    options.log.info({ engine: kind, sandbox: probe.sandbox, python: probe.version }, 'Python cells are ready')
    return chosen.engine
  })
  choosing.catch(() => undefined)

  const keyOf = ({ tenantId }: Pick<Actor, 'tenantId'>, id: ConversationId): string => `${tenantId}/${id}`

  const engineOrSay = async (): Promise<PythonEngine> => {
    const engine = await choosing
    if (engine && !isClosed) return engine
    throw new KnownError(
      'unavailable',
      `Python cells are not available on this server: ${status.reasons.join('; ')}. On Debian: apt-get install bubblewrap python3-pandas python3-matplotlib.`,
    )
  }

  const idle = setInterval(() => {
    for (const [key, session] of live)
      if (session.isIdleFor(options.idleMs ?? IDLE_MS)) {
        live.delete(key)
        void session.stop().then(free)
      }
  }, 30_000)
  idle.unref()

  const free = (): void => waiting.shift()?.()

  /** The session of a conversation. Where all are taken, the one that has been idle longest makes room, else this waits. */
  const sessionOf = async (engine: PythonEngine, key: string): Promise<LiveSession> => {
    for (;;) {
      const known = live.get(key)
      if (known && !known.isStopped) return known
      if (known) live.delete(key)
      if (live.size < maxSessions) break
      const [oldest] = [...live].filter(([, session]) => session.isIdleFor(0)).sort(([, a], [, b]) => a.usedAtMs - b.usedAtMs)
      if (oldest) {
        live.delete(oldest[0])
        await oldest[1].stop()
      } else if (waiting.length >= MAX_WAITING)
        throw new KnownError('too-many-requests', 'All Python sessions are busy. Try again in a moment.')
      else await new Promise<void>((resolve) => waiting.push(resolve))
    }
    const made = new LiveSession(engine, kept.of(key))
    live.set(key, made)
    return made
  }

  return {
    status: () => status,
    async *run(actor, id, request) {
      if (status.engine === 'starting') yield { type: 'progress', text: 'Preparing Python, the first time only …' }
      const engine = await engineOrSay()
      const preparing = engine.prepare?.()
      if (preparing) {
        yield { type: 'progress', text: 'Preparing Python, the first time only …' }
        await preparing
      }
      const session = await sessionOf(engine, keyOf(actor, id))
      yield* session.run(request)
      free()
    },
    async variables(actor, id) {
      return (await live.get(keyOf(actor, id))?.variables()) ?? []
    },
    async restart(actor, id, past) {
      const key = keyOf(actor, id)
      const session = live.get(key)
      live.delete(key)
      await session?.stop()
      await kept.of(key).restartAfter(past.at(-1)?.id)
      free()
    },
    async close() {
      isClosed = true
      clearInterval(idle)
      const engine = await choosing.catch(() => undefined)
      await Promise.all([...live.values()].map((session) => session.stop()))
      await engine?.close()
    },
  }
}
