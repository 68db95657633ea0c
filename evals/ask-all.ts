import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { Column, Row } from '../contract/column.ts'
import type { AnalystName } from '../contract/turn.ts'
import { matchChart } from './chart-gold.ts'
import { buildDatabase, type GoldRows, goldRows, type Mutation } from './gold-database.ts'
import { type Match, matchRows } from './match.ts'
import { addNoise, type NoiseKind } from './noise.ts'
import type { Oracle } from './oracle.ts'
import type { Product } from './product.ts'
import type { Asked, ChartAsked, QuestionSet } from './question-set.ts'
import type { ChartLine, DialogueLine, Line, OpenLine } from './scored.ts'

export interface Run {
  readonly product: Product
  readonly set: QuestionSet
  readonly analyst: AnalystName
  readonly hasNotes: boolean
  readonly oracle?: Oracle | undefined
  readonly noise?: NoiseKind | undefined
}

/** Asks the open questions of one database, and their mutated copies for those that came out right. */
export async function askAll(run: Run, db: string, questions: readonly Asked[]): Promise<Line[]> {
  const { product, set, analyst, oracle, noise } = run
  const folder = await mkdtemp(join(tmpdir(), 'qry-eval-gold-'))
  const bring = async (mutation: Mutation, at: number) => {
    const path = join(folder, `${db}_${at}.sqlite`)
    const gold = await buildDatabase(set, db, mutation, path)
    const begin = await product.bring(path, run.hasNotes && at === 0 ? await set.notes(db) : undefined)
    return { gold, conversation: await begin() }
  }
  try {
    const original = await bring('none', 0)
    const copies = await Promise.all(
      (oracle ? [] : (['rows dropped', 'columns shuffled'] as const)).map((mutation, at) => bring(mutation, at + 1)),
    )
    const lines: Line[] = []
    for (const question of questions) {
      const { id, sql: goldSql, isOrdered, accepted } = question
      const golds = goldsOf(original.gold, [goldSql, ...accepted])
      if (oracle) {
        const first = noise ? noiseOf(goldSql, noise, original.gold) : goldSql
        if (golds.length === 0 || first === undefined) continue
        oracle.expect({ gold: goldSql, first })
      }
      const answer = await product.ask(original.conversation, question.question, analyst)
      const { isAuto, isConfirmed, sql, columns, rows, durationMs } = answer
      const match = sql ? bestMatch(columns, rows, golds, isOrdered) : { strict: false, relaxed: false }
      let suite = match.strict
      for (const copy of copies) {
        if (!suite || !sql) break
        const again = await product.run(copy.conversation, sql)
        const wanted = goldsOf(copy.gold, [goldSql, ...accepted])
        suite = again !== undefined && bestMatch(again.columns, again.rows, wanted, isOrdered).strict
      }
      const charts = answer.charts.map(({ spec }) => spec.kind)
      const isChartRight = question.charts && match.relaxed && charts.some((kind) => question.charts?.includes(kind))
      lines.push({
        ...{ id, db, topic: question.topic, auto: isAuto, isConfirmed, ...match, suite, sql: sql ?? null },
        ...{ columns, rows, charts, durationMs },
        ...(isChartRight === undefined ? {} : { isChartRight }),
      })
    }
    for (const { gold } of [original, ...copies]) gold.close()
    return lines
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Asks what nothing answers, what has to be asked back about, and the dialogues of one database. */
export async function askOpen(run: Run, db: string): Promise<(OpenLine | DialogueLine)[]> {
  const { product, set, analyst } = run
  const folder = await mkdtemp(join(tmpdir(), 'qry-eval-open-'))
  try {
    const path = join(folder, `${db}.sqlite`)
    const gold = await buildDatabase(set, db, 'none', path)
    const begin = await product.bring(path, run.hasNotes ? await set.notes(db) : undefined)
    const conversation = await begin()
    const lines: (OpenLine | DialogueLine)[] = []
    for (const [kind, questions] of [
      ['unanswerable', set.unanswerable],
      ['ask-back', set.askBack],
    ] as const)
      for (const { id, question } of questions.filter((one) => one.db === db))
        lines.push({ id, kind, met: (await product.ask(conversation, question, analyst)).met })
    for (const { id, turns } of set.dialogues.filter((one) => one.db === db)) {
      const talk = await begin()
      const right: boolean[] = []
      for (const turn of turns) {
        const { columns, rows, charts } = await product.ask(talk, turn.question, analyst, false)
        const isRight = bestMatch(columns, rows, goldsOf(gold, [turn.sql]), false).relaxed
        right.push(isRight && (!turn.charts || charts.some(({ spec }) => turn.charts?.includes(spec.kind))))
      }
      lines.push({ id, kind: 'dialogue', turns: right })
    }
    gold.close()
    return lines
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The kinds that show the points of one of nvBench's as well. */
const fittingKinds: Readonly<Record<string, readonly string[]>> = {
  Bar: ['bar'],
  'Stacked Bar': ['bar'],
  Pie: ['pie', 'donut'],
  Line: ['line', 'area', 'bar'],
  'Grouping Line': ['line', 'area'],
  Scatter: ['scatter', 'bubble'],
  'Grouping Scatter': ['scatter', 'bubble'],
}

/** Asks for the pictures of one database, each by its first phrasing. The order of the points is not looked at. */
export async function askCharts({ product, set, analyst }: Run, db: string, charts: readonly ChartAsked[]): Promise<ChartLine[]> {
  const folder = await mkdtemp(join(tmpdir(), 'qry-eval-charts-'))
  try {
    const path = join(folder, `${db}.sqlite`)
    const gold = await buildDatabase(set, db, 'none', path)
    const conversation = await (await product.bring(path))()
    const lines: ChartLine[] = []
    for (const asked of charts) {
      const answer = await product.ask(conversation, asked.questions[0] ?? '', analyst)
      const match = matchChart(answer.columns, answer.rows, asked, gold)
      const isFitting = answer.charts.some(({ spec }) => fittingKinds[asked.chart]?.includes(spec.kind))
      lines.push({ id: asked.id, kind: 'chart', auto: answer.isAuto, ...match, isRight: match.points && isFitting })
    }
    gold.close()
    return lines
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function bestMatch(columns: readonly Column[], rows: readonly Row[], golds: readonly GoldRows[], isOrdered: boolean): Match {
  const matches = golds.map((gold) => matchRows(columns, rows, gold, isOrdered))
  return { strict: matches.some(({ strict }) => strict), relaxed: matches.some(({ relaxed }) => relaxed) }
}

const goldsOf = (database: DatabaseSync, statements: readonly string[]): GoldRows[] =>
  statements.flatMap((sql) => tryGold(() => goldRows(database, sql)) ?? [])

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
