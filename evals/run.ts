import { existsSync } from 'node:fs'
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { AnalystName } from '../contract/turn.ts'
import { recordCassette, replayCassette } from '../server/analysts/cassette.ts'
import { askAll, askCharts, askOpen, type Run } from './ask-all.ts'
import { noiseKinds } from './noise.ts'
import { startOracle } from './oracle.ts'
import { startProduct } from './product.ts'
import { readQuestionSet } from './question-set.ts'
import type { ChartLine, DialogueLine, Line, OpenLine } from './scored.ts'
import { chartLines, openLines, topicLines, totalLines, totalsOf } from './totals.ts'

/**
 * `npm run eval -- --analyst basic --set DIR [--limit N] [--every N] [--oracle exact|FAULT] [--notes|--no-notes] [--record FILE|--replay FILE] [--json FILE]`: asks the questions of a set over the product's own API and
 * scores the tables that come back. A first reading that waits is confirmed. What is done is kept beside FILE, so that a run that
 * was stopped goes on where it was. `--oracle` puts a scripted model in place of a real one: `exact` answers with the gold, a fault with
 * the gold made wrong in one way, and with the gold once the product notices. `--record` keeps what is exchanged with a model, whose key is in the
 * environment, and `--replay` plays that again without a key: say the same set and the same limits. A set that has notes is asked with them, unless `--no-notes`.
 */
const { values } = parseArgs({
  allowNegative: true,
  options: {
    analyst: { type: 'string' },
    set: { type: 'string' },
    limit: { type: 'string' },
    every: { type: 'string' },
    oracle: { type: 'string' },
    notes: { type: 'boolean', default: true },
    record: { type: 'string' },
    replay: { type: 'string' },
    json: { type: 'string' },
  },
})
const analyst = AnalystName.safeParse(values.analyst ?? (values.oracle || values.record || values.replay ? 'model' : 'basic'))
const noise = noiseKinds.find((kind) => kind === values.oracle)
const isWrong = (text: string | undefined): boolean => text !== undefined && !/^[1-9]\d*$/.test(text)
if (
  !values.set ||
  !analyst.success ||
  isWrong(values.limit) ||
  isWrong(values.every) ||
  (values.oracle && values.oracle !== 'exact' && !noise) ||
  [values.oracle, values.record, values.replay].filter((one) => one !== undefined).length > 1
) {
  console.error(
    `Usage: npm run eval -- --analyst basic|model --set DIR [--limit N] [--every N] [--oracle exact|${noiseKinds.join('|')}] [--no-notes] [--record FILE|--replay FILE] [--json FILE]`,
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
const replay = values.replay === undefined ? undefined : replayCassette(values.replay)
/** A replay asks no provider, but which models there are follows from the keys. */
const keyOfReplay = {
  anthropic: 'ANTHROPIC_API_KEY',
  openai: 'OPENAI_API_KEY',
  google: 'GOOGLE_GENERATIVE_AI_API_KEY',
  'openai-compatible': undefined,
}[replay?.model?.provider ?? 'openai-compatible']
if (replay && keyOfReplay === undefined) {
  console.error('Only what Anthropic, OpenAI or Google said can be played again.')
  process.exit(2)
}
const settings = oracle
  ? { OPENAI_BASE_URL: oracle.baseUrl }
  : keyOfReplay !== undefined && replay
    ? { [keyOfReplay]: 'played again' }
    : Object.fromEntries(keys)
const product = await startProduct({
  settings,
  cassette: replay ?? (values.record === undefined ? undefined : recordCassette(values.record)),
  isSource: analyst.data === 'model' || set.now !== undefined,
  now: set.now,
})
const run: Run = { product, set, analyst: analyst.data, hasNotes: values.notes, oracle, noise }
const open: (OpenLine | DialogueLine)[] = []
const charts: ChartLine[] = []
try {
  for (const db of set.databases) {
    const left = questions.filter((question) => question.db === db && !done.has(question.id))
    if (!values.oracle && values.limit === undefined) open.push(...(await askOpen(run, db)))
    const pictures = set.charts.filter((_, at) => at % every === 0).filter((one) => one.db === db)
    if (!values.oracle && values.limit === undefined && pictures.length > 0) charts.push(...(await askCharts(run, db, pictures)))
    if (left.length === 0) continue
    const lines = await askAll(run, db, left)
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
console.log([...totalLines(totals), ...topicLines(lines), ...openLines(open), ...chartLines(charts)].join('\n'))
const confirmed = lines.filter(({ isConfirmed }) => isConfirmed)
console.log(
  `${confirmed.length} first readings waited and were confirmed by the runner; ${confirmed.filter(({ strict }) => strict).length} of them were right.`,
)
if (values.json && progress) {
  await writeFile(values.json, JSON.stringify({ totals, questions: lines, open, charts }, undefined, 1))
  await rm(progress, { force: true })
}
process.exit(0)
