import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { ChartSpec } from '../../../contract/chart.ts'
import type { Row } from '../../../contract/column.ts'
import { KnownError } from '../../../contract/error.ts'
import type { TableReference } from '../../../contract/table.ts'
import { firstRows } from '../../sources/quote-path.ts'
import type { Question } from '../analyst.ts'
import type { Tools } from '../tools.ts'
import { asData } from './as-data.ts'
import { describeTable, listTables } from './describe-catalog.ts'
import { doubtsOf } from './doubts.ts'
import { findValues } from './link-schema.ts'
import type { ToolCall, ToolDescription } from './model-provider.ts'
import { hasPlans, PlanInput, planOf, readingOf, sqlOfPlan } from './plan-call.ts'
import { askRules, disagree, disagreement } from './second-opinion.ts'
import { wordCell, wordFailure, wordTable } from './word-outcome.ts'

const MOST_REPAIRS = 2

/** What a model may call in one turn. Nothing here writes, and nothing reaches beyond the conversation's data. */
export interface ModelTools {
  readonly descriptions: readonly ToolDescription[]
  /** Does what a call says and answers with what the model reads. Faults of the call are part of the answer; others are thrown. */
  run(call: ToolCall): Promise<string>
  /** The model asked back: the turn waits. */
  readonly isWaiting: boolean
  /** Shows what was held back for a doubt that nobody lifted, and says what is not sure. */
  finish(): Promise<void>
}

interface ModelTool<Input> {
  readonly input: z.ZodType<Input>
  run(input: Input): Promise<string>
}

const define = <Input>(tool: ModelTool<Input>): ModelTool<Input> => tool

const descriptions = new Map(
  readFileSync(new URL('prompts/tools.md', import.meta.url), 'utf8')
    .split(/^## /m)
    .filter((section) => section.trim() !== '')
    .map((section) => {
      const [name = '', ...lines] = section.split('\n')
      return [name.trim(), lines.join('\n').trim()] as const
    }),
)

export function createModelTools(question: Question, tools: Tools): ModelTools {
  const { catalog } = question
  const seen = new Map<string, { table: TableReference; rows: readonly Row[]; isShown: boolean }>()
  let repairsLeft = MOST_REPAIRS
  let isWaiting = false
  /** The last answer, as long as something about it is doubted. */
  let doubted: { id: string; doubts: string[] } | undefined
  const opinion = { asked: false, given: undefined as Awaited<ReturnType<typeof askRules>> }

  const show = async (id: string): Promise<void> => {
    const known = seen.get(id)
    if (!known || known.isShown) return
    seen.set(id, { ...known, isShown: true })
    await tools.show(known.table)
  }

  const secondOpinion = async () => {
    if (!opinion.asked) {
      opinion.asked = true
      opinion.given = await askRules(question, tools)
    }
    return opinion.given
  }

  const failed = (message: string): string => {
    const said = wordFailure(message, repairsLeft)
    repairsLeft = Math.max(0, repairsLeft - 1)
    return said
  }

  async function answerWith(sql: string, title: string, isOwnSql: boolean): Promise<string> {
    const outcome = await tools.query(sql, title, { isShown: false })
    if (!outcome.ok) return failed(outcome.error.message)
    const { table, rows } = outcome
    seen.set(table.id, { table, rows, isShown: false })
    const doubts = doubtsOf({ sql, columns: table.columns, rows, rowCount: table.rowCount }, catalog)
    const other = isOwnSql ? await secondOpinion() : undefined
    if (other && disagree(rows, other.rows)) doubts.push(disagreement(other))
    doubted = doubts.length > 0 ? { id: table.id, doubts } : undefined
    const said = wordTable(table, rows, doubts, repairsLeft)
    if (doubts.length > 0) repairsLeft = Math.max(0, repairsLeft - 1)
    else await show(table.id)
    return said
  }

  const tableNamed = (name: string) =>
    catalog.tables.find((table) =>
      [table.name, table.label, table.path?.join('.')].some((one) => one?.toLowerCase() === name.toLowerCase()),
    )

  const toolbox = {
    look_at_table: define({
      input: z.object({ table: z.string() }),
      async run({ table: name }) {
        const table = tableNamed(name)
        if (!table) return `There is no such table. There are: ${asData(listTables(catalog))}`
        await tools.look('Looked at a table', table.label, describeTable(table, 20))
        const sql = firstRows(catalog.dialect ?? 'duckdb', table.path ?? [table.name], 5)
        const first = await tools.query(sql, `First rows of ${table.label}`, { isShown: false })
        return `${asData(describeTable(table, 20))}\n${first.ok ? wordTable(first.table, first.rows) : ''}`
      },
    }),
    find_values: define({
      input: z.object({ word: z.string() }),
      async run({ word }) {
        const found = findValues(word, catalog)
        const text = found.map(({ table, column, value }) => `${table}.${column}: ${JSON.stringify(value)}`).join('\n')
        await tools.look('Looked for a value', word, text)
        return found.length > 0
          ? asData(text)
          : 'Nothing like it among the known values. Not every value is known: a probe can tell.'
      },
    }),
    run_sql: define({
      input: z.object({
        shape: z.string().describe('The columns of the answer, and what one row stands for'),
        purpose: z.enum(['probe', 'answer']),
        title: z.string().describe('A short title for people'),
        sql: z.string(),
      }),
      async run({ sql, title, purpose }) {
        if (purpose === 'answer') return answerWith(sql, title, true)
        const outcome = await tools.query(sql, title, { isShown: false })
        return outcome.ok ? wordTable(outcome.table, outcome.rows) : failed(outcome.error.message)
      },
    }),
    fill_plan: define({
      input: PlanInput,
      async run(input) {
        const plan = planOf(input)
        const sql = sqlOfPlan(plan, catalog)
        await tools.read(readingOf(plan, catalog))
        return answerWith(sql, input.title, false)
      },
    }),
    make_chart: define({
      input: z.object({ table: z.string().describe('The id of a table, like t1'), title: z.string(), ...chartFields }),
      async run({ table: id, title, ...fields }) {
        const known = seen.get(id)
        if (!known) return `There is no table ${id} to draw. Run the SQL first.`
        await show(id)
        await tools.chart(ChartSpec.parse({ version: 1, ...fields }), title, known.table)
        return 'The chart is drawn; the person sees it.'
      },
    }),
    run_python: define({
      input: z.object({ code: z.string() }),
      async run({ code }) {
        const outcome = await tools.python(code)
        for (const table of outcome.tables) seen.set(table.id, { table, rows: table.rows, isShown: true })
        const said = wordCell(outcome, repairsLeft)
        if (outcome.error) repairsLeft = Math.max(0, repairsLeft - 1)
        return said
      },
    }),
    ask_back: define({
      input: z.object({ question: z.string().min(1).max(500), choices: z.array(z.string().min(1).max(200)).min(2).max(4) }),
      async run({ question: asked, choices }) {
        await tools.say(asked)
        await tools.offer(choices)
        isWaiting = true
        return 'The person was asked.'
      },
    }),
  }

  const offered = Object.entries(toolbox).filter(([name]) => name !== 'fill_plan' || hasPlans(catalog))

  return {
    descriptions: offered.map(([name, { input }]) => ({
      name,
      description: descriptions.get(name) ?? '',
      schema: z.toJSONSchema(input, { io: 'input', target: 'draft-7' }),
    })),
    get isWaiting() {
      return isWaiting
    },
    async run({ name, input }) {
      const tool = offered.find(([own]) => own === name)?.[1] as ModelTool<unknown> | undefined
      if (!tool) return failed(`There is no tool “${name}”. There are: ${offered.map(([own]) => own).join(', ')}.`)
      const read = tool.input.safeParse(jsonOf(input))
      if (!read.success) return failed(`The arguments of ${name} are not as they should be: ${z.prettifyError(read.error)}`)
      try {
        return await tool.run(read.data)
      } catch (error) {
        if (error instanceof KnownError && isForModel(error)) return failed(error.message)
        if (error instanceof z.ZodError) return failed(z.prettifyError(error))
        throw error
      }
    },
    async finish() {
      if (!doubted) return
      await show(doubted.id)
      await tools.say(`\n\n**Not sure.** ${doubted.doubts.map((doubt) => doubt.replaceAll(/[\\`*_[\]<>]/g, '\\$&')).join(' ')}`)
    },
  }
}

const { version: _, ...chartFields } = ChartSpec.shape

const isForModel = ({ code }: KnownError): boolean => code === 'invalid-input' || code === 'cell-failed' || code === 'unavailable'

/** Broken JSON is told to the model like any other wrong argument. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.trim() === '' ? '{}' : text)
  } catch {
    return 'This is not JSON.'
  }
}
