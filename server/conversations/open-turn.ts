import { KnownError } from '../../contract/error.ts'
import type { ConversationId, ModelId, TurnId, UploadId } from '../../contract/id.ts'
import type { AnalystName, TurnEvent } from '../../contract/turn.ts'
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
  readonly turnId: TurnId
  readonly question: string
  readonly analyst: AnalystName
  readonly modelId?: ModelId
  /** Fires when somebody stops the turn or the server closes. */
  readonly signal: AbortSignal
  /** Durable, then streamed. Refused after `turn-end`. */
  append(event: TurnEvent): Promise<void>
}

/** The turns that run on this node, until their `turn-end` is in the log. */
export class OpenTurns {
  readonly #running = new Map<TurnId, { abort: AbortController; ended: Promise<void> }>()
  readonly #log: TurnLog

  constructor(log: TurnLog) {
    this.#log = log
  }

  open(where: Where, turn: Pick<OpenTurn, 'turnId' | 'question' | 'analyst' | 'modelId'>, firstSeq: number): OpenTurn {
    const { turnId } = turn
    const abort = new AbortController()
    const { promise: ended, resolve: end } = Promise.withResolvers<void>()
    let nextSeq = firstSeq
    let isEnded = false
    this.#running.set(turnId, { abort, ended })
    return {
      ...turn,
      conversationId: where.conversationId,
      signal: abort.signal,
      append: async (event) => {
        if (isEnded) throw new Error(`turn ${turnId} has ended; ${event.type} came too late`)
        if (event.type === 'turn-end') isEnded = true
        const seq = nextSeq++
        try {
          await this.#log.append(where, turnId, seq, event)
        } finally {
          if (isEnded) {
            this.#running.delete(turnId)
            end()
          }
        }
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
