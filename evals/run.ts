import { existsSync } from 'node:fs'
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import type { Column, Row } from '../contract/column.ts'
import { AnalystName } from '../contract/turn.ts'
import { buildDatabase, type GoldRows, goldRows, type Mutation } from './gold-database.ts'
import { matchRows } from './match.ts'
import { addNoise, type NoiseKind, noiseKinds } from './noise.ts'
import { startOracle } from './oracle.ts'
import { type Product, startProduct } from './product.ts'
import { type Asked, type QuestionSet, readQuestionSet } from './question-set.ts'
import { type Scored, totalLines, totalsOf } from './totals.ts'

/**
 * `npm run eval -- --analyst basic --set DIR [--limit N] [--every N] [--oracle exact|FAULT] [--json FILE]`: asks the questions of a set over the product's own API and
 * scores the tables that come back. A first reading that waits is confirmed. What is done is kept beside FILE, so that a run that
 * was stopped goes on where it was. `--oracle` puts a scripted model in place of a real one: `exact` answers with the gold, a fault with
 * the gold made wrong in one way, and with the gold once the product notices.
 */
interface Line extends Scored {
  readonly id: string
  readonly db: string
  readonly isConfirmed: boolean
  readonly sql: string | null
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  readonly durationMs: number
}

const { values } = parseArgs({
  options: {
    analyst: { type: 'string' },
    set: { type: 'string' },
    limit: { type: 'string' },
    every: { type: 'string' },
    oracle: { type: 'string' },
    json: { type: 'string' },
  },
})
const analyst = AnalystName.safeParse(values.analyst ?? (values.oracle ? 'model' : 'basic'))
const noise = noiseKinds.find((kind) => kind === values.oracle)
const isWrong = (text: string | undefined): boolean => text !== undefined && !/^[1-9]\d*$/.test(text)
if (
  !values.set ||
  !analyst.success ||
  isWrong(values.limit) ||
  isWrong(values.every) ||
  (values.oracle && values.oracle !== 'exact' && !noise)
) {
  console.error(
    `Usage: npm run eval -- --analyst basic|model --set DIR [--limit N] [--every N] [--oracle exact|${noiseKinds.join('|')}] [--json FILE]`,
  )
  process.exit(2)
}
const set = await readQuestionSet(values.set)
const every = Number(values.every ?? 1)
const questions = set.questions
  .filter((_, at) => at % every === 0)
  .slice(0, values.limit === undefined ? undefined : Number(values.limit))
const progress = values.json === undefined ? undefined : `${values.json}.part`
const done = new Map<string, Line>()
if (progress && existsSync(progress))
  for (const text of (await readFile(progress, 'utf8')).split('\n').filter((line) => line !== '')) {
    const line = JSON.parse(text) as Line
    done.set(line.id, line)
  }
if (done.size > 0) console.log(`${done.size} questions were asked in an earlier run.`)

const oracle = values.oracle ? await startOracle() : undefined
const modelKeys = ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY', 'OPENAI_BASE_URL']
const keys = modelKeys.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]))
const product = await startProduct({
  settings: oracle ? { OPENAI_BASE_URL: oracle.baseUrl } : Object.fromEntries(keys),
  isSource: analyst.data === 'model',
})
try {
  for (const db of set.databases) {
    const open = questions.filter((question) => question.db === db && !done.has(question.id))
    if (open.length === 0) continue
    const lines = await askAll(product, set, db, open)
    for (const line of lines) done.set(line.id, line)
    if (progress) await appendFile(progress, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    console.log(`${db}: ${lines.filter(({ strict }) => strict).length} of ${lines.length}`)
  }
} finally {
  await product.close()
  await oracle?.close()
}
const lines = questions.flatMap(({ id }) => done.get(id) ?? [])
const totals = totalsOf(lines)
console.log(totalLines(totals).join('\n'))
const confirmed = lines.filter(({ isConfirmed }) => isConfirmed)
console.log(
  `${confirmed.length} first readings waited and were confirmed by the runner; ${confirmed.filter(({ strict }) => strict).length} of them were right.`,
)
if (values.json && progress) {
  await writeFile(values.json, JSON.stringify({ totals, questions: lines }, undefined, 1))
  await rm(progress, { force: true })
}
process.exit(0)

async function askAll(product: Product, set: QuestionSet, db: string, questions: readonly Asked[]): Promise<Line[]> {
  const folder = await mkdtemp(join(tmpdir(), 'qry-eval-gold-'))
  const bring = async (mutation: Mutation, at: number) => {
    const path = join(folder, `${db}_${at}.sqlite`)
    const gold = await buildDatabase(set, db, mutation, path)
    return { gold, conversation: await product.converse(path) }
  }
  try {
    const original = await bring('none', 0)
    const copies = await Promise.all(
      (oracle ? [] : (['rows dropped', 'columns shuffled'] as const)).map((mutation, at) => bring(mutation, at + 1)),
    )
    const lines: Line[] = []
    for (const question of questions) {
      const { id, sql: goldSql, isOrdered } = question
      const gold = tryGold(() => goldRows(original.gold, goldSql))
      if (oracle) {
        const first = noise ? noiseOf(goldSql, noise, original.gold) : goldSql
        if (!gold || first === undefined) continue
        oracle.expect({ gold: goldSql, first })
      }
      const { isAuto, isConfirmed, sql, columns, rows, durationMs } = await product.ask(
        original.conversation,
        question.question,
        analyst.data ?? 'basic',
      )
      const match = gold && sql ? matchRows(columns, rows, gold, isOrdered) : { strict: false, relaxed: false }
      let suite = match.strict
      for (const copy of copies) {
        if (!suite || !sql) break
        const wanted = tryGold(() => goldRows(copy.gold, goldSql))
        const again = await product.run(copy.conversation, sql)
        suite = wanted !== undefined && again !== undefined && matchRows(again.columns, again.rows, wanted, isOrdered).strict
      }
      lines.push({ id, db, auto: isAuto, isConfirmed, ...match, suite, sql: sql ?? null, columns, rows, durationMs })
    }
    for (const { gold } of [original, ...copies]) gold.close()
    return lines
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The gold with a fault in it, where that gives another answer. */
function noiseOf(sql: string, kind: NoiseKind, database: DatabaseSync): string | undefined {
  const changed = addNoise(sql, kind, database)
  if (changed === undefined) return undefined
  const rows = (statement: string): string | undefined => {
    const found = tryGold(() => goldRows(database, statement))
    return found && JSON.stringify(found.rows)
  }
  return rows(changed) === rows(sql) ? undefined : changed
}

/** Some gold statements name what their database does not have; nothing answers those. */
function tryGold(read: () => GoldRows): GoldRows | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
