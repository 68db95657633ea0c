import { z } from 'zod'
import { Chart } from './chart.ts'
import { ErrorCode } from './error.ts'
import { TurnId, UploadId } from './id.ts'
import { Reading } from './plan.ts'
import { Table, TableReference } from './table.ts'

export const TurnStatus = z.enum(['running', 'answered', 'failed', 'cancelled', 'interrupted', 'needs-confirmation'])
export type TurnStatus = z.infer<typeof TurnStatus>

/** Who answers: `basic` by rules, `hand` for `/sql` and `/chart`. */
export const AnalystName = z.enum(['basic', 'hand'])
export type AnalystName = z.infer<typeof AnalystName>

export const StepKind = z.enum(['catalog', 'query', 'chart', 'python'])
export type StepKind = z.infer<typeof StepKind>

/** A cleaned error: never a driver's raw message, a path or a host. */
export const StepError = z.object({ code: ErrorCode, message: z.string() })
export type StepError = z.infer<typeof StepError>

export const Step = z.object({
  id: z.string(),
  kind: StepKind,
  /** One line for people: "Ran SQL on orders". */
  title: z.string(),
  /** SQL, code or arguments as text. */
  input: z.string(),
  /** Where the data came from, by the name that people know. */
  source: z.string().optional(),
  output: z.object({ rowCount: z.number().int().optional(), text: z.string().optional() }).optional(),
  error: StepError.optional(),
  durationMs: z.number().optional(),
})
export type Step = z.infer<typeof Step>

/**
 * The turn log: what is appended, streamed and replayed. Every event belongs to one turn.
 * `turn-end` is the last of its turn, unless `needs-confirmation`, which a `turn-confirm` may follow.
 */
export const TurnEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('turn-start'), question: z.string(), analyst: AnalystName, uploadIds: z.array(UploadId) }),
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
    output: z.object({ rowCount: z.number().int().optional(), text: z.string().optional() }),
    durationMs: z.number(),
  }),
  z.object({ type: z.literal('step-error'), stepId: z.string(), error: StepError, durationMs: z.number() }),
  z.object({ type: z.literal('table-ready'), table: TableReference }),
  z.object({ type: z.literal('chart-ready'), chart: Chart }),
  z.object({ type: z.literal('text-delta'), text: z.string() }),
  z.object({ type: z.literal('turn-confirm'), reading: Reading }),
  z.object({ type: z.literal('turn-end'), status: TurnStatus.exclude(['running']), error: StepError.optional() }),
])
export type TurnEvent = z.infer<typeof TurnEvent>

/** An event as appended. `seq` counts up within the conversation, without gaps; it is the event stream's id. */
export const LoggedEvent = z.object({ seq: z.number().int().positive(), turnId: TurnId, at: z.string(), event: TurnEvent })
export type LoggedEvent = z.infer<typeof LoggedEvent>

export const Turn = z.object({
  id: TurnId,
  seq: z.number().int().positive(),
  question: z.string(),
  status: TurnStatus,
  analyst: AnalystName,
  /** Markdown. */
  answer: z.string(),
  reading: Reading.optional(),
  steps: z.array(Step),
  tables: z.array(TableReference),
  charts: z.array(Chart),
  files: z.array(UploadId),
  error: StepError.optional(),
  startedAt: z.string(),
  endedAt: z.string().optional(),
})
export type Turn = z.infer<typeof Turn>

/** A turn as it travels: its tables carry their first rows. */
export const TurnWithRows = Turn.extend({ tables: z.array(Table) })
export type TurnWithRows = z.infer<typeof TurnWithRows>

/** Folds one more event of the log into the turns of a conversation. Live and replay are this one function. Never changes its input. */
export function foldEvent(turns: readonly Turn[], logged: LoggedEvent): Turn[] {
  const { event, turnId, at } = logged
  if (event.type === 'turn-start') {
    if (turns.some((turn) => turn.id === turnId)) return [...turns]
    const { question, analyst, uploadIds } = event
    return [
      ...turns,
      {
        id: turnId,
        seq: turns.length + 1,
        question,
        status: 'running',
        analyst,
        answer: '',
        steps: [],
        tables: [],
        charts: [],
        files: uploadIds,
        startedAt: at,
      },
    ]
  }
  return turns.map((turn) => (turn.id === turnId ? foldIntoTurn(turn, event, at) : turn))
}

function foldIntoTurn(turn: Turn, event: Exclude<TurnEvent, { type: 'turn-start' }>, at: string): Turn {
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
          step.id === event.stepId ? { ...step, error: event.error, durationMs: event.durationMs } : step,
        ),
      }
    case 'table-ready':
      return { ...turn, tables: [...turn.tables, event.table] }
    case 'chart-ready':
      return { ...turn, charts: [...turn.charts, event.chart] }
    case 'text-delta':
      return { ...turn, answer: turn.answer + event.text }
    case 'turn-confirm': {
      const { endedAt: _, ...open } = turn
      return { ...open, status: 'running', reading: event.reading }
    }
    case 'turn-end':
      return { ...turn, status: event.status, endedAt: at, ...(event.error ? { error: event.error } : {}) }
  }
}
