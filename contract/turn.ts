import { z } from 'zod'
import { Chart } from './chart.ts'
import { ErrorCode } from './error.ts'
import { Figure } from './figure.ts'
import { CheckpointId, ModelId, TurnId, UploadId, UserId } from './id.ts'
import { ModelUse } from './model.ts'
import { Reading } from './plan.ts'
import { Table, TableReference } from './table.ts'

export const TurnStatus = z.enum(['running', 'answered', 'failed', 'cancelled', 'interrupted', 'needs-confirmation'])
export type TurnStatus = z.infer<typeof TurnStatus>

/** Who answers: `basic` by rules, `model` with a language model, `hand` for `/sql`, `/chart` and `/python`. */
export const AnalystName = z.enum(['basic', 'model', 'hand'])
export type AnalystName = z.infer<typeof AnalystName>

/** `thought` is what a model thinks before it acts; it is never public. */
export const StepKind = z.enum(['catalog', 'query', 'chart', 'python', 'thought'])
export type StepKind = z.infer<typeof StepKind>

/** A cleaned error: never a driver's raw message, a path or a host. */
export const StepError = z.object({ code: ErrorCode, message: z.string() })
export type StepError = z.infer<typeof StepError>

export const StepOutput = z.object({
  rowCount: z.number().int().optional(),
  /** What was printed. */
  text: z.string().optional(),
  /** For who works in the conversation, never for strangers: it quotes code and values. */
  traceback: z.string().optional(),
  /** A cell that failed and left what it had done before in the Python state. */
  isStateKept: z.boolean().optional(),
})
export type StepOutput = z.infer<typeof StepOutput>

export const Step = z.object({
  id: z.string(),
  kind: StepKind,
  /** One line for people: "Ran SQL on orders". */
  title: z.string(),
  /** SQL, code or arguments as text. */
  input: z.string(),
  /** Where the data came from, by the name that people know. */
  source: z.string().optional(),
  output: StepOutput.optional(),
  error: StepError.optional(),
  durationMs: z.number().optional(),
})
export type Step = z.infer<typeof Step>

/** Who asked, under the name they had then. */
export const Asker = z.object({ id: UserId, name: z.string() })
export type Asker = z.infer<typeof Asker>

/**
 * The turn log: what is appended, streamed and replayed. Every event belongs to one turn.
 * `turn-end` is the last of its turn, unless `needs-confirmation`, which a `turn-confirm` may follow.
 * `rewind` and `undo-rewind` move turns out of sight and back; they are logged with the first turn they move.
 */
export const TurnEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('turn-start'),
    question: z.string(),
    analyst: AnalystName,
    /** The model that was asked for; absent for the default one. */
    modelId: ModelId.optional(),
    uploadIds: z.array(UploadId),
    askedBy: Asker.optional(),
    /** The turn whose place this one takes. */
    replaces: TurnId.optional(),
  }),
  z.object({ type: z.literal('reading-ready'), reading: Reading }),
  z.object({
    type: z.literal('step-start'),
    stepId: z.string(),
    kind: StepKind,
    title: z.string(),
    input: z.string(),
    source: z.string().optional(),
  }),
  z.object({
    type: z.literal('step-end'),
    stepId: z.string(),
    output: StepOutput,
    durationMs: z.number(),
  }),
  z.object({
    type: z.literal('step-error'),
    stepId: z.string(),
    error: StepError,
    durationMs: z.number(),
    output: StepOutput.optional(),
  }),
  /** More of what a step prints while it runs; `step-end` and `step-error` have all of it. */
  z.object({ type: z.literal('step-output'), stepId: z.string(), text: z.string() }),
  z.object({ type: z.literal('table-ready'), table: TableReference }),
  z.object({ type: z.literal('chart-ready'), chart: Chart }),
  z.object({ type: z.literal('figure-ready'), figure: Figure }),
  z.object({ type: z.literal('text-delta'), text: z.string() }),
  /** Answers to a question back; each can be asked as it stands. The turn ends in `needs-confirmation`. */
  z.object({ type: z.literal('choices-ready'), choices: z.array(z.string()) }),
  z.object({ type: z.literal('model-used'), use: ModelUse }),
  z.object({ type: z.literal('turn-confirm'), reading: Reading }),
  z.object({ type: z.literal('rewind'), checkpointId: CheckpointId, turnIds: z.array(TurnId) }),
  /** The turns go back to where they stood: after the first `position` turns. */
  z.object({ type: z.literal('undo-rewind'), position: z.number().int().nonnegative(), turnIds: z.array(TurnId) }),
  z.object({ type: z.literal('turn-end'), status: TurnStatus.exclude(['running']), error: StepError.optional() }),
])
export type TurnEvent = z.infer<typeof TurnEvent>

/** An event as appended. `seq` counts up within the conversation, without gaps; it is the event stream's id. */
export const LoggedEvent = z.object({ seq: z.number().int().positive(), turnId: TurnId, at: z.string(), event: TurnEvent })
export type LoggedEvent = z.infer<typeof LoggedEvent>

export const Turn = z.object({
  id: TurnId,
  /** Its number: the place among the turns that stand, from 1. */
  seq: z.number().int().positive(),
  question: z.string(),
  status: TurnStatus,
  analyst: AnalystName,
  modelId: ModelId.optional(),
  askedBy: Asker.optional(),
  /** Markdown. */
  answer: z.string(),
  reading: Reading.optional(),
  choices: z.array(z.string()).optional(),
  use: ModelUse.optional(),
  steps: z.array(Step),
  tables: z.array(TableReference),
  charts: z.array(Chart),
  figures: z.array(Figure).optional(),
  files: z.array(UploadId),
  error: StepError.optional(),
  startedAt: z.string(),
  endedAt: z.string().optional(),
})
export type Turn = z.infer<typeof Turn>

/** A turn as it travels: its tables carry their first rows. */
export const TurnWithRows = Turn.extend({ tables: z.array(Table) })
export type TurnWithRows = z.infer<typeof TurnWithRows>

/** The turns of a conversation as its log tells them: those that stand, and those that a rewind or a newer run took out of sight. */
export interface TurnHistory {
  readonly turns: readonly Turn[]
  readonly hidden: readonly Turn[]
}

export const noTurns: TurnHistory = { turns: [], hidden: [] }

/** Folds one more event of the log into the turns of a conversation. Live and replay are this one function. Never changes its input. */
export function foldEvent(history: TurnHistory, { event, turnId, at }: LoggedEvent): TurnHistory {
  const { turns, hidden } = history
  switch (event.type) {
    case 'turn-start': {
      if ([...turns, ...hidden].some((turn) => turn.id === turnId)) return history
      const place = turns.findIndex((turn) => turn.id === event.replaces)
      const started = startTurn(turnId, event, at)
      if (place < 0) return { turns: numbered([...turns, started]), hidden }
      return { turns: numbered(turns.with(place, started)), hidden: [...hidden, ...turns.slice(place, place + 1)] }
    }
    case 'rewind':
      return {
        turns: numbered(turns.filter((turn) => !event.turnIds.includes(turn.id))),
        hidden: [...hidden, ...turns.filter((turn) => event.turnIds.includes(turn.id))],
      }
    case 'undo-rewind':
      return {
        turns: numbered([
          ...turns.slice(0, event.position),
          ...hidden.filter((turn) => event.turnIds.includes(turn.id)),
          ...turns.slice(event.position),
        ]),
        hidden: hidden.filter((turn) => !event.turnIds.includes(turn.id)),
      }
    default:
      return { turns: turns.map((turn) => (turn.id === turnId ? foldIntoTurn(turn, event, at) : turn)), hidden }
  }
}

/** A turn's number is its place among those that stand. */
const numbered = (turns: readonly Turn[]): Turn[] =>
  turns.map((turn, index) => (turn.seq === index + 1 ? turn : { ...turn, seq: index + 1 }))

function startTurn(id: TurnId, event: Extract<TurnEvent, { type: 'turn-start' }>, startedAt: string): Turn {
  const { question, analyst, modelId, uploadIds, askedBy } = event
  return {
    id,
    seq: 0,
    question,
    status: 'running',
    analyst,
    ...(modelId ? { modelId } : {}),
    ...(askedBy ? { askedBy } : {}),
    answer: '',
    steps: [],
    tables: [],
    charts: [],
    files: uploadIds,
    startedAt,
  }
}

type EventInTurn = Exclude<TurnEvent, { type: 'turn-start' | 'rewind' | 'undo-rewind' }>

function foldIntoTurn(turn: Turn, event: EventInTurn, at: string): Turn {
  switch (event.type) {
    case 'reading-ready':
      return { ...turn, reading: event.reading }
    case 'step-start': {
      const { stepId: id, kind, title, input, source } = event
      return { ...turn, steps: [...turn.steps, { id, kind, title, input, ...(source === undefined ? {} : { source }) }] }
    }
    case 'step-end':
      return {
        ...turn,
        steps: turn.steps.map((step) =>
          step.id === event.stepId ? { ...step, output: event.output, durationMs: event.durationMs } : step,
        ),
      }
    case 'step-error':
      return {
        ...turn,
        steps: turn.steps.map((step) =>
          step.id === event.stepId
            ? { ...step, error: event.error, durationMs: event.durationMs, ...(event.output ? { output: event.output } : {}) }
            : step,
        ),
      }
    case 'step-output':
      return {
        ...turn,
        steps: turn.steps.map((step) =>
          step.id === event.stepId ? { ...step, output: { ...step.output, text: (step.output?.text ?? '') + event.text } } : step,
        ),
      }
    case 'table-ready':
      return { ...turn, tables: [...turn.tables, event.table] }
    case 'chart-ready':
      return { ...turn, charts: [...turn.charts, event.chart] }
    case 'figure-ready':
      return { ...turn, figures: [...(turn.figures ?? []), event.figure] }
    case 'text-delta':
      return { ...turn, answer: turn.answer + event.text }
    case 'choices-ready':
      return { ...turn, choices: event.choices }
    case 'model-used':
      return { ...turn, use: event.use }
    case 'turn-confirm': {
      const { endedAt: _, ...open } = turn
      return { ...open, status: 'running', reading: event.reading }
    }
    case 'turn-end':
      return { ...turn, status: event.status, endedAt: at, ...(event.error ? { error: event.error } : {}) }
  }
}
