import type { Catalog } from '../../contract/catalog.ts'
import { KnownError } from '../../contract/error.ts'
import type { ConversationId, ModelId, TurnId, UploadId } from '../../contract/id.ts'
import type { Chip, ChipEdits, Reading } from '../../contract/plan.ts'
import type { AnalystName, StepError, Turn } from '../../contract/turn.ts'
import type { Clock } from '../basics/clock.ts'
import type { Conversations } from '../conversations/conversations.ts'
import type { OpenTurn } from '../conversations/open-turn.ts'
import type { Python } from '../python/python.ts'
import type { Results } from '../results/results.ts'
import type { Sources } from '../sources/sources.ts'
import type { Actor } from '../tenancy/actor.ts'
import type { Analyst } from './analyst.ts'
import { chipEdits } from './basic/chip-edits.ts'
import { createConversationData } from './conversation-data.ts'
import { createTools } from './tools.ts'

/** A turn that runs. `finished` resolves when its last event is in the log; it never rejects. */
export interface RunningTurn {
  readonly turnId: TurnId
  readonly finished: Promise<void>
}

/** Asks: opens a turn, lets an analyst work on it, and ends it, whatever happens. */
export interface TurnLoop {
  ask(
    actor: Actor,
    id: ConversationId,
    input: {
      question: string
      analyst?: AnalystName | undefined
      modelId?: ModelId | undefined
      uploadIds: readonly UploadId[]
      /** Edits: the last question, or a call by hand. `conflict` for another. */
      replacesTurnId?: TurnId | undefined
      isAlone?: boolean
      /** The replaced question itself once more, which may stand anywhere. */
      isAgain?: boolean
    },
  ): Promise<RunningTurn>
  /** Asks the question of an ended turn again; the new turn takes its place. */
  retry(actor: Actor, id: ConversationId, turnId: TurnId): Promise<RunningTurn>
  /** Runs a reading that waits; without one, the reading that was shown. An edited reading of an ended turn runs as a new turn. */
  confirm(actor: Actor, id: ConversationId, turnId: TurnId, reading?: Reading): Promise<RunningTurn>
  /** What the parts of a turn's reading could be instead. Empty where nothing was understood. */
  readings(actor: Actor, id: ConversationId, turnId: TurnId): Promise<ChipEdits>
  /** What an analyst may know of the conversation's data. */
  catalog(actor: Actor, id: ConversationId): Promise<Catalog>
}

export interface TurnLoopDependencies {
  readonly conversations: Conversations
  readonly results: Results
  readonly python: Python
  readonly sources: Sources
  readonly analysts: Record<AnalystName, Analyst>
  readonly clock: Clock
  /** Told of bugs, with the number that the turn shows. */
  readonly report: (error: unknown, context: Record<string, unknown>) => string
  /** Told of every turn that ended here. */
  readonly ended?: (analyst: AnalystName, status: End['status'], durationMs: number) => void
}

export function createTurnLoop({
  conversations,
  results,
  sources,
  python,
  analysts,
  clock,
  report,
  ended: tellEnded = () => {},
}: TurnLoopDependencies): TurnLoop {
  const dataOf = createConversationData({ conversations, results, sources })

  const run = async (actor: Actor, turn: OpenTurn, given: Given): Promise<void> => {
    const beganMs = performance.now()
    const ended = await work(actor, turn, given).catch((error: unknown): End => endOf(error, turn))
    tellEnded(turn.analyst, ended.status, performance.now() - beganMs)
    try {
      await turn.append({ type: 'turn-end', status: ended.status, ...(ended.error ? { error: ended.error } : {}) })
    } catch (error) {
      report(error, { turnId: turn.turnId, during: 'turn-end' })
    }
  }

  const work = async (actor: Actor, turn: OpenTurn, { confirmed, isAlone }: Given): Promise<End> => {
    const data = await dataOf(actor, turn)
    const earlier = isAlone ? [] : turn.before
    const { whole } = data
    const tools = createTools({ actor, turn, results, data, python, earlier: turn.before, clock })
    const status = await analysts[turn.analyst].answer(
      {
        actor,
        text: turn.question,
        catalog: data.catalog,
        ...(whole ? { wholeCatalog: async () => (await whole()).catalog } : {}),
        earlier,
        now: clock(),
        signal: turn.signal,
        ...(confirmed ? { confirmed } : {}),
        ...(turn.modelId ? { modelId: turn.modelId } : {}),
      },
      tools,
    )
    turn.signal.throwIfAborted()
    await turn.written()
    return { status }
  }

  const endOf = (error: unknown, turn: OpenTurn): End => {
    if (turn.signal.aborted) {
      const reason: unknown = turn.signal.reason
      return { status: reason instanceof KnownError && reason.code === 'unavailable' ? 'interrupted' : 'cancelled' }
    }
    if (error instanceof KnownError) return { status: 'failed', error: { code: error.code, message: error.message } }
    const number = report(error, { turnId: turn.turnId })
    return {
      status: 'failed',
      error: { code: 'internal', message: `Something went wrong on the server. Number ${number} helps to find it in the log.` },
    }
  }

  const catalog = async (actor: Actor, conversationId: ConversationId): Promise<Catalog> => {
    const { sourceId = null } = await conversations.summary(actor, conversationId)
    return (await dataOf(actor, { conversationId, sourceId })).catalog
  }

  const started = (actor: Actor, turn: OpenTurn, given: Given = {}): RunningTurn => ({
    turnId: turn.turnId,
    finished: run(actor, turn, given),
  })

  return {
    catalog,
    async readings(actor, id, turnId) {
      const { reading } = await conversations.turn(actor, id, turnId)
      if (!reading || reading.state === 'not-understood') return { chips: [], add: [] }
      return chipEdits(reading.plan, await catalog(actor, id), clock())
    },
    async ask(actor, id, { question, analyst, modelId, uploadIds, replacesTurnId, isAlone = false, isAgain = false }) {
      const chosen = question.trimStart().startsWith('/') ? 'hand' : (analyst ?? 'basic')
      if (replacesTurnId && !isAgain) requireEditable(await conversations.turns(actor, id), replacesTurnId, chosen)
      const opened = await conversations.openTurn(actor, id, {
        question,
        analyst: chosen,
        modelId: chosen === 'model' ? modelId : undefined,
        uploadIds,
        replacesTurnId,
      })
      return started(actor, opened, { isAlone })
    },
    async retry(actor, id, turnId) {
      const turn = await conversations.turn(actor, id, turnId)
      if (turn.status === 'running') throw new KnownError('conflict', 'This question is still running.')
      return started(
        actor,
        await conversations.openTurn(actor, id, {
          question: turn.question,
          analyst: turn.analyst,
          modelId: turn.modelId,
          uploadIds: [],
          replacesTurnId: turnId,
        }),
      )
    },
    async confirm(actor, id, turnId, reading) {
      const waiting = await conversations.turn(actor, id, turnId)
      const confirmed = reading ?? waiting.reading
      if (!confirmed || confirmed.state === 'not-understood')
        throw new KnownError('conflict', 'There is no reading to run. Ask in other words.')
      const isNew = reading !== undefined && waiting.status === 'answered'
      const turn = isNew
        ? await conversations.openTurn(actor, id, { question: questionOf(confirmed.chips), analyst: 'basic', uploadIds: [] })
        : await conversations.reopenTurn(actor, id, turnId)
      await turn.append({ type: 'turn-confirm', reading: confirmed })
      return started(actor, turn, { confirmed })
    },
  }
}

/** What later turns build on stays: only the last question is edited, or a call by hand into another. */
function requireEditable(turns: readonly Turn[], id: TurnId, analyst: AnalystName): void {
  const turn = turns.find((candidate) => candidate.id === id)
  if (!turn) throw new KnownError('not-found', 'The question to edit is not there any more.')
  if (turn === turns.at(-1) || (turn.analyst === 'hand' && analyst === 'hand')) return
  throw new KnownError(
    'conflict',
    'Only the last question and calls by hand can be edited. To change an earlier one, rewind to it.',
  )
}

/** A reading as a question: "total revenue, by region, where country is Germany". */
function questionOf(chips: readonly Chip[]): string {
  const said = chips
    .filter(({ part }) => part !== 'from')
    .map(({ part, value }) => (part === 'measure' || part === 'period' ? value : `${part} ${value}`))
  const question = said.join(', ')
  return question.charAt(0).toUpperCase() + question.slice(1)
}

interface Given {
  readonly confirmed?: Reading
  /** The earlier turns are not looked at. */
  readonly isAlone?: boolean
}

interface End {
  readonly status: 'answered' | 'failed' | 'cancelled' | 'interrupted' | 'needs-confirmation'
  readonly error?: StepError
}
