import { KnownError } from '../../contract/error.ts'
import type { ConversationId, ModelId, SourceId, TurnId, UploadId } from '../../contract/id.ts'
import type { AnalystName, Turn, TurnEvent } from '../../contract/turn.ts'
import type { TurnLog, Where } from './turn-log.ts'

/** What a turn is opened with. */
export interface TurnToOpen {
  readonly question: string
  readonly analyst: AnalystName
  readonly modelId?: ModelId | undefined
  readonly uploadIds: readonly UploadId[]
  /** The turn whose place this one takes. */
  readonly replacesTurnId?: TurnId | undefined
}

/** What was asked of whom. */
export const askedOf = ({ question, analyst, modelId }: Pick<TurnToOpen, 'question' | 'analyst' | 'modelId'>) => ({
  question,
  analyst,
  ...(modelId ? { modelId } : {}),
})

/** An open turn: the only way to append to its log. */
export interface OpenTurn {
  readonly conversationId: ConversationId
  /** What the conversation was about when the turn was opened; null asks its files. */
  readonly sourceId: SourceId | null
  readonly turnId: TurnId
  readonly question: string
  readonly analyst: AnalystName
  readonly modelId?: ModelId
  /** The turns that stand before it, oldest first. */
  readonly before: readonly Turn[]
  /** Fires when somebody stops the turn or the server closes. */
  readonly signal: AbortSignal
  /** Durable, then streamed. Refused after `turn-end`. */
  append(event: TurnEvent): Promise<void>
  /** Appends behind the work that goes on: in order, and durable when `written` resolves. Throws where an earlier event could not be written. */
  add(event: TurnEvent): Promise<void>
  /** Resolves when all that was added is durable; throws where something could not be written. */
  written(): Promise<void>
}

/** Whoever adds faster than the disk takes it waits. */
const MOST_WAITING = 64

/** Writes the events of one turn in their order; what comes in the same breath, or while a commit is on its way, goes together. */
class EventQueue {
  readonly #waiting: { event: TurnEvent; done: PromiseWithResolvers<void> }[] = []
  #isWriting = false
  #planned: NodeJS.Immediate | undefined
  #nextSeq: number
  readonly #log: TurnLog
  readonly #where: Where
  readonly #turnId: TurnId

  constructor(log: TurnLog, where: Where, turnId: TurnId, firstSeq: number) {
    this.#log = log
    this.#where = where
    this.#turnId = turnId
    this.#nextSeq = firstSeq
  }

  get isFull(): boolean {
    return this.#waiting.length >= MOST_WAITING
  }

  /** Resolves when the event is durable and told. */
  push(event: TurnEvent): Promise<void> {
    const done = Promise.withResolvers<void>()
    this.#waiting.push({ event, done })
    this.#planned ??= setImmediate(() => this.flush())
    return done.promise
  }

  /** Writes what waits, without waiting for more. */
  flush(): void {
    clearImmediate(this.#planned)
    this.#planned = undefined
    if (!this.#isWriting) void this.#write()
  }

  async #write(): Promise<void> {
    this.#isWriting = true
    while (this.#waiting.length > 0) {
      // NOTE: a turn's end goes by itself: what cannot be written before it must not take it along.
      const end = this.#waiting.findIndex(({ event }) => event.type === 'turn-end')
      const group = this.#waiting.splice(0, end > 0 ? end : this.#waiting.length)
      const seq = this.#nextSeq
      this.#nextSeq += group.length
      try {
        await this.#log.append(
          this.#where,
          this.#turnId,
          seq,
          group.map(({ event }) => event),
        )
        for (const { done } of group) done.resolve()
      } catch (error) {
        for (const { done } of group) done.reject(error)
      }
    }
    this.#isWriting = false
  }
}

/** The turns that run on this node, until their `turn-end` is in the log. */
export class OpenTurns {
  readonly #running = new Map<TurnId, { abort: AbortController; ended: Promise<void> }>()
  readonly #log: TurnLog

  constructor(log: TurnLog) {
    this.#log = log
  }

  open(
    where: Where,
    turn: Pick<OpenTurn, 'sourceId' | 'turnId' | 'question' | 'analyst' | 'modelId' | 'before'>,
    firstSeq: number,
  ): OpenTurn {
    const { turnId } = turn
    const abort = new AbortController()
    const { promise: ended, resolve: end } = Promise.withResolvers<void>()
    const events = new EventQueue(this.#log, where, turnId, firstSeq)
    let isEnded = false
    let last: Promise<void> = Promise.resolve()
    let failure: { readonly error: unknown } | undefined
    const push = (event: TurnEvent): Promise<void> => {
      if (isEnded) throw new Error(`turn ${turnId} has ended; ${event.type} came too late`)
      if (event.type === 'turn-end') isEnded = true
      return events.push(event)
    }
    this.#running.set(turnId, { abort, ended })
    return {
      ...turn,
      conversationId: where.conversationId,
      signal: abort.signal,
      append: async (event) => {
        try {
          const written = push(event)
          events.flush()
          await written
        } finally {
          if (event.type === 'turn-end') {
            this.#running.delete(turnId)
            end()
          }
        }
      },
      add: async (event) => {
        if (failure) throw failure.error
        last = push(event).catch((error: unknown) => {
          failure ??= { error }
        })
        if (events.isFull) await last
      },
      written: async () => {
        events.flush()
        await last
        if (failure) throw failure.error
      },
    }
  }

  /** Whether the turn runs on this node. */
  has = (turnId: TurnId): boolean => this.#running.has(turnId)

  /** Stops a turn and waits for its end; nothing when it does not run here. */
  async cancel(turnId: TurnId): Promise<void> {
    const turn = this.#running.get(turnId)
    turn?.abort.abort(new KnownError('cancelled'))
    await turn?.ended
  }

  async close(): Promise<void> {
    const turns = [...this.#running.values()]
    for (const turn of turns) turn.abort.abort(new KnownError('unavailable', 'The server is stopping.'))
    await Promise.all(turns.map((turn) => turn.ended))
  }
}
