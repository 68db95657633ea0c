import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/** A question with the SQL (SQLite's) whose rows are the right answer. `ordered` says whether their order counts. */
const Asked = z.object({
  id: z.string(),
  db: z.string(),
  question: z.string(),
  sql: z.string(),
  ordered: z.boolean().optional(),
})
export type Asked = z.infer<typeof Asked> & { readonly isOrdered: boolean }

/** A folder with `questions.jsonl`, `databases/<db>/schema.sql` and `databases/<db>/data/<table>.csv`. */
export interface QuestionSet {
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
  return {
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
