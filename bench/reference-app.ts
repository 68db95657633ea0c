import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ChartSpec } from '../contract/chart.ts'
import type { ConversationId } from '../contract/id.ts'
import { createConversationData } from '../server/analysts/conversation-data.ts'
import { createTools } from '../server/analysts/tools.ts'
import { type App, createApp } from '../server/app.ts'
import { systemClock } from '../server/basics/clock.ts'
import { must } from '../server/basics/must.ts'
import { loadConfig } from '../server/config.ts'
import type { Actor } from '../server/tenancy/actor.ts'
import { buildReferenceContent, csvOf, orderLines, type ReferenceContent, type ReferenceTurn } from './reference-content.ts'

export interface ReferenceApp {
  readonly app: App
  readonly actor: Actor
  readonly url: string
  /** The browser build that it serves. */
  readonly webDir: string
  /** Asks by hand in a conversation of its own: a question, the table of one statement, an answer. Answers with the conversation. */
  converse(
    files: readonly { name: string; csv: string | Iterable<string> }[],
    turns: readonly ReferenceStep[],
  ): Promise<ConversationId>
  close(): Promise<void>
}

export interface ReferenceStep {
  readonly question: string
  readonly answer: string
  /** Each runs as a query whose table stays with the turn. */
  readonly statements: readonly string[]
  /** Drawn from the first statement's table. */
  readonly chart?: ChartSpec
}

/** The product itself on a folder and a port of its own. */
export async function startReferenceApp(): Promise<ReferenceApp> {
  const folder = await mkdtemp(join(tmpdir(), 'qry-bench-'))
  const settings = { PORT: '0', QRY_DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'error', QRY_UPLOAD_MAX_MB: '500' }
  const config = loadConfig(settings, process.cwd())
  const app = await createApp(config)
  const { actor } = await app.tenancy.setUp({
    email: 'bench@example.org',
    password: 'a long enough password',
    name: 'Bench',
    organisation: 'Bench',
  })
  const { url } = await app.listen()
  return {
    app,
    actor,
    url,
    webDir: config.webDir,
    async converse(files, steps) {
      const id = await app.conversations.create(actor, { uploadIds: [] })
      for (const { name, csv } of files) {
        const path = join(folder, name)
        await writeFile(path, csv)
        await app.conversations.addUpload(actor, { path, name, conversationId: id })
      }
      for (const step of steps) await run(app, actor, id, step)
      return id
    },
    async close() {
      await app.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function run(app: App, actor: Actor, id: ConversationId, step: ReferenceStep): Promise<void> {
  const turn = await app.conversations.openTurn(actor, id, { question: step.question, analyst: 'hand', uploadIds: [] })
  const data = await createConversationData(app)(actor, turn)
  const tools = createTools({ actor, turn, results: app.results, data, python: app.python, earlier: [], clock: systemClock })
  for (const [index, sql] of step.statements.entries()) {
    const outcome = await tools.query(sql, 'Ran SQL')
    if (!outcome.ok) throw new Error(`${sql}: ${outcome.error.message}`)
    if (index === 0 && step.chart) await tools.chart(step.chart, 'Chart', outcome.table)
  }
  await tools.say(step.answer)
  await turn.append({ type: 'turn-end', status: 'answered' })
}

const chart = (kind: ChartSpec['kind'], x: string, y: string, more: Partial<ChartSpec> = {}): ChartSpec => ({
  version: 1,
  kind,
  x,
  y: [y],
  stack: 'none',
  horizontal: false,
  ...more,
})

/** The heat map is drawn as stacked bars until there is a chart kind for it. */
const charts: Record<NonNullable<ReferenceTurn['chart']>, ChartSpec> = {
  line: chart('line', 'day', 'level'),
  bar: chart('bar', 'month', 'orders'),
  scatter: chart('scatter', 'price', 'score', { by: 'channel' }),
  area: chart('area', 'day', 'share', { by: 'channel', stack: 'stack' }),
  heat: chart('bar', 'hour', 'load', { by: 'weekday', stack: 'stack' }),
}

/** Puts the reference content in through the product's own rooms, with a last table of `hugeRows` where wanted, and makes it public. */
export async function shareReference(reference: ReferenceApp, content: ReferenceContent = buildReferenceContent(), hugeRows = 0) {
  const { app, actor, url } = reference
  const files: { name: string; csv: string | Iterable<string> }[] = content.tables.map((table) => ({
    name: `${table.name}.csv`,
    csv: csvOf(table),
  }))
  const steps: ReferenceStep[] = content.turns.map(({ question, answer, tables, chart: drawn }) => ({
    question,
    answer,
    statements: [...(drawn ? [drawn] : []), ...tables].map((name) => `select * from ${name}`),
    ...(drawn ? { chart: charts[drawn] } : {}),
  }))
  if (hugeRows > 0) {
    files.push({ name: 'huge.csv', csv: orderLines(hugeRows) })
    steps.push({ question: 'All orders', answer: 'Here they are.', statements: ['select * from huge'] })
  }
  const id = await reference.converse(files, steps)
  const state = await app.sharing.share(actor, id, url)
  if (state.visibility !== 'public') throw new Error('the reference is not public')
  return { id, path: `/shared/${state.token}`, url: must(state.url) }
}
