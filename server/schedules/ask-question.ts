import { KnownError } from '../../contract/error.ts'
import type { TurnId } from '../../contract/id.ts'
import type { Chip } from '../../contract/plan.ts'
import type { ScheduleSubject } from '../../contract/schedule.ts'
import type { Turn, TurnWithRows } from '../../contract/turn.ts'
import type { RunningTurn, TurnLoop } from '../analysts/turn-loop.ts'
import { sleep } from '../basics/sleep.ts'
import type { Conversations } from '../conversations/conversations.ts'
import type { Actor } from '../tenancy/actor.ts'
import type { AnswerPart, ScheduleAnswer } from './answer.ts'

export interface AskRooms {
  readonly conversations: Pick<Conversations, 'turn' | 'turns'>
  readonly turnLoop: Pick<TurnLoop, 'ask' | 'confirm'>
}

type Question = Extract<ScheduleSubject, { kind: 'question' }>

/** What was there before this run: the answer that `latest` replaces, and the turn that a node began which died since. */
interface Before {
  readonly lastTurnId: TurnId | null
  readonly begunTurnId: TurnId | null
  /** Called as soon as the turn has its id. */
  readonly begun: (turnId: TurnId) => Promise<void>
}

const BUSY_MS = 180_000
const BUSY_LOOK_MS = 1_000

/**
 * Asks the question in its conversation and waits for the answer. Another question that runs there is waited for.
 * A reading that needs a person runs when somebody confirmed the same one in this conversation before.
 * Throws in a sentence for people where there is no answer, and the signal's reason once it fires.
 */
export async function askQuestion(
  { conversations, turnLoop }: AskRooms,
  actor: Actor,
  { conversationId: id, question, analyst, modelId, answers }: Question,
  before: Before,
  signal: AbortSignal,
): Promise<ScheduleAnswer> {
  const standing = async (turnId: TurnId | null): Promise<Turn | undefined> =>
    turnId === null ? undefined : (await conversations.turns(actor, id)).find((turn) => turn.id === turnId)

  const ended = async (running: RunningTurn): Promise<TurnWithRows> => {
    const stopped = Promise.withResolvers<never>()
    const stop = () => stopped.reject(signal.reason)
    signal.addEventListener('abort', stop)
    try {
      signal.throwIfAborted()
      await Promise.race([running.finished, stopped.promise])
    } finally {
      signal.removeEventListener('abort', stop)
    }
    signal.throwIfAborted()
    return conversations.turn(actor, id, running.turnId)
  }

  const ask = async (replacesTurnId: TurnId | undefined): Promise<TurnWithRows> => {
    const input = { question, analyst, modelId, uploadIds: [], isAlone: true, replacesTurnId, isAgain: true }
    const running = await whileBusy(() => turnLoop.ask(actor, id, input), signal)
    await before.begun(running.turnId)
    return ended(running)
  }

  /** The turn that a dead node began, once it is told as ended. */
  const takenOver = async (): Promise<Turn | undefined> => {
    for (let waitedMs = 0; waitedMs < BUSY_MS; waitedMs += BUSY_LOOK_MS) {
      const turn = await standing(before.begunTurnId)
      if (turn?.status !== 'running') return turn
      await sleep(BUSY_LOOK_MS, signal)
    }
    throw new KnownError('unavailable', 'The answer was begun on a server that does not answer any more.')
  }

  const begun = await takenOver()
  const replaced = begun ?? (answers === 'latest' ? await standing(before.lastTurnId) : undefined)
  let turn =
    begun && (begun.status === 'answered' || begun.status === 'needs-confirmation')
      ? await conversations.turn(actor, id, begun.id)
      : await ask(replaced?.id)
  if (turn.status === 'needs-confirmation' && isConfirmed(turn, await conversations.turns(actor, id)))
    turn = await ended(await turnLoop.confirm(actor, id, turn.id))
  if (turn.status !== 'answered') throw problemOf(turn)
  return {
    title: question.startsWith('/') ? 'Result' : question,
    path: `/c/${id}`,
    parts: partsOf(turn),
    tables: turn.tables.map((table) => ({ ...table, tileId: undefined })),
    problems: [],
    turnId: turn.id,
  }
}

async function whileBusy<Result>(act: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  for (let waitedMs = 0; ; waitedMs += BUSY_LOOK_MS) {
    try {
      return await act()
    } catch (error) {
      const isBusy = error instanceof KnownError && error.code === 'conflict'
      if (!isBusy || waitedMs >= BUSY_MS) throw error
      await sleep(BUSY_LOOK_MS, signal)
    }
  }
}

/** NOTE: a period moves with the calendar, so the words of its chip may be others today. */
const readingKey = (chips: readonly Chip[]): string =>
  chips
    .filter(({ part }) => part !== 'period')
    .map(({ part, value }) => `${part} ${value}`)
    .sort()
    .join('\n')

/** Whether somebody ran the same reading of the same question in this conversation. */
function isConfirmed({ id, question, reading }: Turn, standing: readonly Turn[]): boolean {
  if (reading?.state !== 'my-reading') return false
  const key = readingKey(reading.chips)
  return standing.some(
    (other) =>
      other.id !== id &&
      other.status === 'answered' &&
      other.question === question &&
      other.reading !== undefined &&
      other.reading.state !== 'not-understood' &&
      readingKey(other.reading.chips) === key,
  )
}

function problemOf({ status, reading, choices, error, steps }: Turn): KnownError {
  if (status === 'cancelled') return new KnownError('cancelled', 'Somebody stopped it.')
  if (status === 'interrupted') return new KnownError('unavailable', 'The server was stopped in the middle of it.')
  if (choices) return new KnownError('conflict', 'The model asked back. Write the question so that it needs no choice.')
  if (reading?.state === 'not-understood')
    return new KnownError('conflict', `The question was not understood. ${reading.message}`)
  if (status === 'needs-confirmation')
    return new KnownError(
      'conflict',
      'The question can be read in several ways. Ask it in the conversation and run the reading that you mean: from then on it runs by itself.',
    )
  const failed = error ?? steps.findLast((step) => step.error)?.error
  return new KnownError(failed?.code ?? 'query-failed', failed?.message)
}

function partsOf({ answer, charts, tables, figures = [] }: TurnWithRows): AnswerPart[] {
  return [
    ...(answer.trim() === '' ? [] : [{ kind: 'text' as const, title: '', markdown: answer }]),
    ...charts.flatMap(({ title, label, pictures }) =>
      pictures ? [{ kind: 'chart' as const, title, label, picture: pictures.wide }] : [],
    ),
    ...figures.flatMap(({ kind, title, digest }) =>
      kind === 'png' || kind === 'svg' ? [{ kind: 'figure' as const, title, digest, isSvg: kind === 'svg' }] : [],
    ),
    ...tables.map((table) => ({ kind: 'table' as const, title: table.title, table })),
  ]
}
