import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Cell } from '../contract/column.ts'

/** A question with the SQL (SQLite's) whose rows are the right answer. `ordered` says whether their order counts. */
const Asked = z.object({
  id: z.string(),
  db: z.string(),
  question: z.string(),
  sql: z.string(),
  ordered: z.boolean().optional(),
  /** What sort of question it is, to score apart. */
  topic: z.string().optional(),
  /** SQL whose rows are as right. */
  accepted: z.array(z.string()).default([]),
  /** The kinds of chart that show the answer well. */
  charts: z.array(z.string()).optional(),
})
export type Asked = z.infer<typeof Asked> & { readonly isOrdered: boolean }

/** A question that nothing in the database answers, or that has to be asked back about. */
const Open = z.object({ id: z.string(), db: z.string(), question: z.string() })
export type Open = z.infer<typeof Open>

const Point = z.object({ x_data: Cell, y_data: Cell, classify: Cell.optional() })
/** A question for a picture, in several phrasings, with the points that it has to show. */
const ChartAsked = z.object({
  id: z.string(),
  db: z.string(),
  chart: z.string(),
  questions: z.array(z.string()).min(1),
  values: z.array(Point).min(1),
  /** The gold in nvBench's own language. */
  vql: z.string().optional(),
})
export type ChartAsked = z.infer<typeof ChartAsked>

const Dialogue = z.object({
  id: z.string(),
  db: z.string(),
  turns: z.array(Asked.pick({ question: true, sql: true, charts: true })).min(1),
})
export type Dialogue = z.infer<typeof Dialogue>

/**
 * A folder with `questions.jsonl`, `databases/<db>/schema.sql` and `databases/<db>/data/<table>.csv`. It may also hold `unanswerable.jsonl`,
 * `ask-back.jsonl`, `dialogues.jsonl`, `nvbench-charts.jsonl`, `databases/<db>/notes.yaml`, and a `set.json` that says when the questions are asked.
 */
export interface QuestionSet {
  readonly now: Date | undefined
  readonly unanswerable: readonly Open[]
  readonly askBack: readonly Open[]
  readonly dialogues: readonly Dialogue[]
  readonly charts: readonly ChartAsked[]
  /** The notes of a database, as YAML. */
  notes(db: string): Promise<string | undefined>
  readonly questions: readonly Asked[]
  /** The questions' databases, in the order in which they are first asked. */
  readonly databases: readonly string[]
  schema(db: string): Promise<string>
  tables(db: string): Promise<{ readonly name: string; readonly csv: string }[]>
}

/** Throws a ZodError that names the field where a line is not a question. */
export async function readQuestionSet(folder: string): Promise<QuestionSet> {
  const questions = (await readLines(join(folder, 'questions.jsonl'))).map((line) => {
    const asked = Asked.parse(line)
    return { ...asked, isOrdered: asked.ordered ?? hasOuterOrder(asked.sql) }
  })
  const place = (db: string, ...names: string[]): string => join(folder, 'databases', db, ...names)
  const optional = async <Line>(name: string, schema: z.ZodType<Line>): Promise<Line[]> =>
    existsSync(join(folder, name)) ? (await readLines(join(folder, name))).map((line) => schema.parse(line)) : []
  const about = existsSync(join(folder, 'set.json'))
    ? z.object({ now: z.iso.datetime() }).parse(JSON.parse(await readFile(join(folder, 'set.json'), 'utf8')))
    : undefined
  return {
    now: about && new Date(about.now),
    unanswerable: await optional('unanswerable.jsonl', Open),
    askBack: await optional('ask-back.jsonl', Open),
    dialogues: await optional('dialogues.jsonl', Dialogue),
    charts: await optional('nvbench-charts.jsonl', ChartAsked),
    notes: async (db) => (existsSync(place(db, 'notes.yaml')) ? readFile(place(db, 'notes.yaml'), 'utf8') : undefined),
    questions,
    databases: [...new Set(questions.map(({ db }) => db))],
    schema: (db) => readFile(place(db, 'schema.sql'), 'utf8'),
    async tables(db) {
      const names = (await readdir(place(db, 'data'))).filter((name) => name.endsWith('.csv')).sort()
      return Promise.all(
        names.map(async (name) => ({ name: name.slice(0, -4), csv: await readFile(place(db, 'data', name), 'utf8') })),
      )
    },
  }
}

async function readLines(path: string): Promise<unknown[]> {
  const text = await readFile(path, 'utf8')
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): unknown => JSON.parse(line))
}

/** Whether an ORDER BY stands outside of all brackets. */
function hasOuterOrder(sql: string): boolean {
  let outer = sql.replace(/'[^']*'|"[^"]*"/g, '')
  for (let before = ''; before !== outer; ) {
    before = outer
    outer = outer.replace(/\([^()]*\)/g, '')
  }
  return /\border\s+by\b/i.test(outer)
}
