import type { ChartSpec } from '../../contract/chart.ts'
import { chartRules } from '../../contract/chart-rules.ts'
import type { Row } from '../../contract/column.ts'
import { KnownError } from '../../contract/error.ts'
import type { ModelUse } from '../../contract/model.ts'
import type { Reading } from '../../contract/plan.ts'
import type { TableReference } from '../../contract/table.ts'
import type { StepError, StepKind, StepOutput, Turn } from '../../contract/turn.ts'
import type { Clock } from '../basics/clock.ts'
import type { OpenTurn } from '../conversations/open-turn.ts'
import type { Python } from '../python/python.ts'
import { drawChart } from '../results/draw-chart.ts'
import type { Results } from '../results/results.ts'
import type { Actor } from '../tenancy/actor.ts'
import type { ConversationData } from './conversation-data.ts'
import { type CellOutcome, runCell } from './python-tool.ts'

/** A failed query is data for the analyst, not the end of the turn. */
export type QueryOutcome = { ok: true; table: TableReference; rows: Row[] } | { ok: false; error: StepError }

/** What an analyst can do. Each call is a step in the turn log; nothing else reaches data. */
export interface Tools {
  say(markdown: string): Promise<void>
  read(reading: Reading): Promise<void>
  /** `isShown: false` keeps the table out of the answer until it is shown. */
  query(sql: string, title: string, options?: { readonly isShown?: boolean }): Promise<QueryOutcome>
  /** Puts a table into the answer that a query left out. */
  show(table: TableReference): Promise<void>
  /** Throws `invalid-input` where the specification names a column that the table does not have. */
  chart(spec: ChartSpec, title: string, table: TableReference): Promise<void>
  /** Runs a cell with the state that earlier cells of the conversation left. An error of the cell is part of the outcome. */
  python(code: string): Promise<CellOutcome>
  /** Notes what was looked up in the catalog. */
  look(title: string, input: string, found: string): Promise<void>
  /** Opens a step for what a model thinks. */
  think(): Promise<{ add(text: string): Promise<void>; end(): Promise<void> }>
  /** Offers answers to a question back, each a question that can be asked as it stands. */
  offer(choices: readonly string[]): Promise<void>
  /** Notes what a model took for this answer. */
  count(use: ModelUse): Promise<void>
  /** Notes a call that could not be read as a step that failed, and throws its error. */
  fail(kind: 'query' | 'chart' | 'python', title: string, input: string, error: KnownError): Promise<never>
}

export interface ToolsDependencies {
  readonly actor: Actor
  readonly turn: OpenTurn
  readonly results: Results
  readonly data: ConversationData
  readonly python: Python
  /** The turns before this one, oldest first. */
  readonly earlier: readonly Turn[]
  readonly clock: Clock
}

export function createTools({ actor, turn, results, data, python, earlier, clock }: ToolsDependencies): Tools {
  let steps = 0
  let tableCount = 0
  let chartCount = 0
  let figureCount = 0

  const step = async <Done>(
    kind: StepKind,
    title: string,
    input: string,
    work: (stepId: string) => Promise<{ done: Done; rowCount?: number; output?: StepOutput; error?: KnownError }>,
    source?: string,
  ): Promise<Done> => {
    turn.signal.throwIfAborted()
    const stepId = `s${++steps}`
    const startMs = clock().getTime()
    const durationMs = () => clock().getTime() - startMs
    await turn.add({ type: 'step-start', stepId, kind, title, input, ...(source ? { source } : {}) })
    try {
      const { done, rowCount, output = {}, error } = await work(stepId)
      const ended = { stepId, output: { ...output, ...(rowCount === undefined ? {} : { rowCount }) }, durationMs: durationMs() }
      await turn.add(
        error
          ? { type: 'step-error', ...ended, error: { code: error.code, message: error.message } }
          : { type: 'step-end', ...ended },
      )
      return done
    } catch (error) {
      const said: StepError =
        error instanceof KnownError
          ? { code: error.code, message: error.message }
          : { code: 'internal', message: 'Something went wrong on the server.' }
      await turn.add({ type: 'step-error', stepId, error: said, durationMs: durationMs() })
      throw error
    }
  }

  return {
    say: (text) => turn.add({ type: 'text-delta', text }),
    read: (reading) => turn.add({ type: 'reading-ready', reading }),

    async query(sql, title, { isShown = true } = {}) {
      try {
        const run = async (stepId: string) => {
          const kept = await data.query(sql, {
            ...data.limits,
            signal: turn.signal,
          })
          const { digest, columns, rowCount, truncated, rows, note } = kept
          const table: TableReference = { id: `t${++tableCount}`, digest, title, columns, rowCount, truncated, stepId }
          if (isShown) await turn.add({ type: 'table-ready', table })
          return { done: { ok: true as const, table, rows }, rowCount, ...(note ? { output: { text: note } } : {}) }
        }
        return await step('query', title, sql, run, data.placesOf(sql))
      } catch (error) {
        if (error instanceof KnownError && isForAnalyst(error))
          return { ok: false, error: { code: error.code, message: error.message } }
        throw error
      }
    },

    show: (table) => turn.add({ type: 'table-ready', table }),

    look: (title, input, found) => step('catalog', title, input, async () => ({ done: undefined, output: { text: found } })),

    async think() {
      const stepId = `s${++steps}`
      const startMs = clock().getTime()
      let text = ''
      await turn.add({ type: 'step-start', stepId, kind: 'thought', title: 'Thought', input: '' })
      return {
        async add(more) {
          text += more
          await turn.add({ type: 'step-output', stepId, text: more })
        },
        end: () => turn.add({ type: 'step-end', stepId, output: { text }, durationMs: clock().getTime() - startMs }),
      }
    },

    offer: (choices) => turn.add({ type: 'choices-ready', choices: [...choices] }),
    count: (use) => turn.add({ type: 'model-used', use }),

    async chart(spec, title, table) {
      await step('chart', `Drew ${chartRules[spec.kind].name}`, JSON.stringify(spec), async () => {
        const chart = await drawChart(results, actor, { id: `c${chartCount + 1}`, title, spec, table })
        chartCount++
        await turn.add({ type: 'chart-ready', chart })
        return { done: undefined }
      })
    },

    python: (code) =>
      step('python', 'Ran a Python cell', code, async (stepId) => {
        const nextTableId = () => `t${++tableCount}`
        const nextFigureId = () => `f${++figureCount}`
        const dependencies = { actor, turn, python, results, data, earlier, nextTableId, nextFigureId }
        const outcome = await runCell(dependencies, stepId, code)
        const { output, error } = outcome
        return { done: outcome, output, ...(error ? { error } : {}) }
      }),

    fail: (kind, title, input, error) => step<never>(kind, title, input, () => Promise.reject(error)),
  }
}

const isForAnalyst = ({ code }: KnownError): boolean =>
  code === 'query-failed' || code === 'not-read-only' || code === 'limit-exceeded' || code === 'source-unreachable'
