import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Row } from '../../contract/column.ts'
import { KnownError } from '../../contract/error.ts'
import type { Figure, FigureKind } from '../../contract/figure.ts'
import type { ConversationId, Digest } from '../../contract/id.ts'
import type { TableReference } from '../../contract/table.ts'
import type { StepOutput, Turn } from '../../contract/turn.ts'
import { randomToken } from '../basics/random-id.ts'
import type { OpenTurn } from '../conversations/open-turn.ts'
import type { PastCell } from '../python/cell-request.ts'
import type { CellEvent, DataAnswer, DataCall, MimeBundle } from '../python/engine.ts'
import type { Python } from '../python/python.ts'
import type { Results } from '../results/results.ts'
import { quotePath } from '../sources/quote-path.ts'
import type { Actor } from '../tenancy/actor.ts'
import type { ConversationData } from './conversation-data.ts'

/** What came of a cell. A failed one is data for the analyst. */
export interface CellOutcome {
  readonly printed: string
  readonly tables: readonly (TableReference & { rows: Row[] })[]
  readonly figures: readonly Figure[]
  readonly error?: KnownError
  readonly output: StepOutput
}

export interface PythonToolDependencies {
  readonly actor: Actor
  readonly turn: OpenTurn
  readonly python: Python
  readonly results: Results
  readonly data: ConversationData
  /** The turns before this one, oldest first. */
  readonly earlier: readonly Turn[]
  readonly nextTableId: () => string
  readonly nextFigureId: () => string
}

const SHOWN_TEXT = 20_000
/** What is printed travels at most this often while a cell runs. */
const PRINT_EVERY_MS = 250

/** The cells that made the Python state, oldest first: every one that ended well, and those that failed but left something behind. */
export function pastCells(turns: readonly Turn[]): PastCell[] {
  const cells: PastCell[] = []
  for (const turn of turns)
    for (const step of turn.steps) {
      const hasEnded = step.durationMs !== undefined
      if (step.kind !== 'python' || !hasEnded || (step.error && !step.output?.isStateKept)) continue
      cells.push({ id: `${turn.id}-${step.id}`, code: step.input, name: `cell ${cells.length + 1}` })
    }
  return cells
}

/**
 * Runs a cell in the conversation's Python and keeps what it shows: what is printed becomes the step's text, tables and figures become results.
 * What a cell asks for is answered under the asker's rights.
 */
export async function runCell(dependencies: PythonToolDependencies, stepId: string, code: string): Promise<CellOutcome> {
  const { actor, turn, python, results } = dependencies
  const earlierCells = pastCells(dependencies.earlier)
  const shown: { printed: string; tables: (TableReference & { rows: Row[] })[]; figures: Figure[] } = {
    printed: '',
    tables: [],
    figures: [],
  }
  let failure: (CellEvent & { type: 'error' }) | undefined
  let isStateKept = true
  let told = 0
  let toldAtMs = 0

  const print = async (text: string, isLast = false): Promise<void> => {
    shown.printed = (shown.printed + text).slice(0, SHOWN_TEXT + 1)
    const more = shown.printed.slice(told, SHOWN_TEXT)
    if (more === '' || (!isLast && performance.now() - toldAtMs < PRINT_EVERY_MS)) return
    told += more.length
    toldAtMs = performance.now()
    await turn.append({ type: 'step-output', stepId, text: more })
  }

  const keepTable = async (path: string, truncated: boolean): Promise<void> => {
    const kept = await results.importFile(actor, { path, name: 'table.parquet' }, { signal: turn.signal })
    for (const { table: found } of kept.tables) {
      const { digest, columns, rowCount, rows } = found
      const title = `Table ${dependencies.earlier.flatMap((one) => one.tables).length + shown.tables.length + 1}`
      const table: TableReference = { id: dependencies.nextTableId(), digest, title, columns, rowCount, truncated, stepId }
      shown.tables.push({ ...table, rows })
      await turn.append({ type: 'table-ready', table })
    }
  }

  const show = async (bundle: MimeBundle): Promise<void> => {
    const drawn = figureOf(bundle)
    const plain = typeof bundle['text/plain'] === 'string' ? bundle['text/plain'] : ''
    if (!drawn) return print(`${typeof bundle['text/markdown'] === 'string' ? bundle['text/markdown'] : plain}\n`)
    const digest: Digest = await results.keepFigure(actor, drawn.bytes)
    const figure: Figure = {
      id: dependencies.nextFigureId(),
      kind: drawn.kind,
      title: plain.slice(0, 200) || 'Figure',
      digest,
      stepId,
    }
    shown.figures.push(figure)
    await turn.append({ type: 'figure-ready', figure })
  }

  const cell = { id: `${turn.turnId}-${stepId}`, code, name: `cell ${earlierCells.length + 1}` }
  const answer = (call: DataCall, dataDir: string) => answerCell(dependencies, call, dataDir)
  const id: ConversationId = turn.conversationId
  for await (const event of python.run(actor, id, { cell, past: earlierCells, answer, signal: turn.signal })) {
    switch (event.type) {
      case 'progress':
        await turn.append({ type: 'step-output', stepId, text: `${event.text}\n` })
        break
      case 'notice':
        await print(`${event.text}\n`, true)
        break
      case 'stream':
        await print(event.text + (event.truncated ? '\n(more was printed than is kept)\n' : ''))
        break
      case 'display':
      case 'result':
        await show(event.data)
        break
      case 'table':
        await keepTable(event.path, event.truncated)
        break
      case 'error':
        failure = event
        break
      case 'done':
        isStateKept = event.stateKept
    }
  }
  const cut = shown.printed.length > SHOWN_TEXT
  const text = cut ? `${shown.printed.slice(0, SHOWN_TEXT)}\n…` : shown.printed.trimEnd()
  const output: StepOutput = {
    ...(text === '' ? {} : { text }),
    ...(failure?.traceback ? { traceback: failure.traceback } : {}),
    ...(failure && isStateKept ? { isStateKept } : {}),
  }
  turn.signal.throwIfAborted()
  return { ...shown, output, ...(failure ? { error: new KnownError('cell-failed', sentenceOf(failure)) } : {}) }
}

function sentenceOf({ kind, name, message, line }: CellEvent & { type: 'error' }): string {
  if (kind !== 'python' && kind !== 'missing-package')
    return kind === 'memory' && message === '' ? 'The cell ran out of memory.' : message
  const where = line === undefined ? '' : `Line ${line}: `
  return `${where}${kind === 'missing-package' ? message : `${name}${message === '' ? '' : `: ${message.split('\n')[0] ?? ''}`}`}`
}

function figureOf(bundle: MimeBundle): { kind: FigureKind; bytes: Uint8Array } | undefined {
  const text = (mime: string): string | undefined => (typeof bundle[mime] === 'string' ? bundle[mime] : undefined)
  for (const [mime, item] of Object.entries(bundle)) {
    const kind = mime.startsWith('application/vnd.plotly')
      ? 'plotly'
      : mime.startsWith('application/vnd.vegalite')
        ? 'vega-lite'
        : undefined
    if (kind && item !== null && typeof item === 'object') return { kind, bytes: Buffer.from(JSON.stringify(item)) }
  }
  const svg = text('image/svg+xml')
  if (svg !== undefined) return { kind: 'svg', bytes: Buffer.from(svg) }
  const png = text('image/png')
  if (png !== undefined) return { kind: 'png', bytes: Buffer.from(png, 'base64') }
  const html = text('text/html')
  return html === undefined ? undefined : { kind: 'html', bytes: Buffer.from(html) }
}

/** Answers what a cell asks for: the rows of a SELECT, or a table by the name of an upload or the title of an earlier one. */
async function answerCell(
  { actor, results, data, earlier, turn }: PythonToolDependencies,
  { name, text }: DataCall,
  dataDir: string,
): Promise<DataAnswer> {
  try {
    const digest = name === 'sql' ? await query(text) : await find(text.trim())
    const file = `${randomToken(12)}.table`
    await writeFile(join(dataDir, file), await results.columnar(actor, digest))
    return { file }
  } catch (error) {
    if (error instanceof KnownError) return { error: error.message }
    throw error
  }

  async function query(sql: string): Promise<Digest> {
    return (await data.query(sql, { ...data.limits, signal: turn.signal })).digest
  }

  async function find(wanted: string): Promise<Digest> {
    const isWanted = (one: string): boolean => one.toLowerCase() === wanted.toLowerCase()
    const shown = earlier.flatMap((one) => one.tables).findLast((table) => isWanted(table.title))
    const found = (await data.resultOf(wanted)) ?? shown?.digest
    if (found) return found
    const { tables, dialect } = data.catalog
    const table = tables.find((one) => isWanted(one.name) || isWanted(one.label))
    if (table) return query(`SELECT * FROM ${quotePath(dialect ?? 'duckdb', table.path ?? [table.name])}`)
    const known = [...tables.map((one) => one.name), ...earlier.flatMap((one) => one.tables.map(({ title }) => title))]
    throw new KnownError(
      'not-found',
      `There is no table “${wanted}”. There ${known.length === 0 ? 'is none' : `are: ${known.join(', ')}`}.`,
    )
  }
}
