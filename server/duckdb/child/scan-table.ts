import { createReadStream } from 'node:fs'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Column } from '../../../contract/column.ts'
import type { FindingKind } from '../../../contract/share.ts'
import { NUMBER_SHAPE, NUMBER_WORD, PERSONAL_SHAPE, PLAIN_EMAIL, PLAIN_PHONE, SECRET_SHAPE } from '../../findings/could-hold.ts'
import { type Candidate, findInCandidates, findInText } from '../../findings/find-in-text.ts'
import { hintsOf } from '../../findings/find-personal.ts'
import { createMask } from '../../findings/mask.ts'
import { type ColumnFinding, isSearched, Tally } from '../../findings/tally.ts'
import type { FoundJob, ScanFileJob, ScanJob } from '../job.ts'
import { quoteName, quoteText } from './quote.ts'

const BATCH_TEXTS = 4_096
/** A column with so few different texts among its first rows is looked at text by text instead of cell by cell. */
const FEW_TEXTS = 2_000
const SAMPLE_ROWS = 20_000

/** Notes the texts of a column that may hold something; false when the column is not searched. */
async function prepare(connection: DuckDBConnection, path: string, column: Column): Promise<boolean> {
  if (!isSearched(column, column.type === 'integer' ? await longNumbers(connection, path, column) : [])) return false
  await connection.run(`CREATE OR REPLACE TEMP TABLE candidates AS ${await candidatesSql(connection, path, column)}`)
  return true
}

/** Every distinct text that has to be looked at, with its matches, batch after batch. */
async function* matchesIn(connection: DuckDBConnection, column: Column) {
  const hints = hintsOf(column.name)
  const result = await connection.stream('SELECT text, cells, secret, personal FROM candidates WHERE plain IS NULL')
  const search = async function* (batch: readonly Counted[]) {
    const found = await findInCandidates(batch, hints)
    for (const [place, { text: cell, cells }] of batch.entries()) yield { cell, cells, matches: found[place] ?? [] }
  }
  let batch: Counted[] = []
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    for (const [text, cells, mayBeSecret, mayBePersonal] of chunk.getRows()) {
      const candidate = { text: String(text), mayBeSecret: mayBeSecret === true, mayBePersonal: mayBePersonal === true }
      batch.push({ ...candidate, cells: Number(cells) })
      if (batch.length < BATCH_TEXTS) continue
      yield* search(batch)
      batch = []
    }
  }
  yield* search(batch)
}

interface Counted extends Candidate {
  readonly cells: number
}

/**
 * Distinct texts that may hold something: how many cells hold each, what they may hold, and `plain` where the whole text is known to be one thing.
 * The rules proper look at what is not plain, and at nothing else.
 */
async function candidatesSql(connection: DuckDBConnection, path: string, column: Column): Promise<string> {
  const cell = `CAST(${quoteName(column.name)} AS VARCHAR)`
  const file = `read_parquet(${quoteText(path)})`
  const isText = column.type === 'text' || column.type === 'json'
  const { phone, nationalId } = hintsOf(column.name)
  const has = (shape: string) => `regexp_matches(text, ${quoteText(shape)})`
  const number = phone || nationalId ? has(NUMBER_SHAPE) : `(${has(NUMBER_SHAPE)} AND ${has(NUMBER_WORD)})`
  const judged = (from: string) =>
    `SELECT *, ${isText ? has(SECRET_SHAPE) : 'false'} AS secret, ${isText ? `${has(PERSONAL_SHAPE)} OR ${number}` : 'true'} AS personal FROM ${from}`
  const cells = `(SELECT ${cell} AS text FROM ${file} WHERE ${quoteName(column.name)} IS NOT NULL)`
  const few = `SELECT * FROM (${judged(`(SELECT text, count(*) AS cells FROM ${cells} GROUP BY text)`)}) WHERE secret OR personal`
  const many = `SELECT text, count(*) AS cells, any_value(secret) AS secret, any_value(personal) AS personal FROM (${judged(cells)}) WHERE secret OR personal GROUP BY text`
  const isPlain = (shape: string) => `NOT secret AND length(text) < 64 AND regexp_full_match(text, ${quoteText(shape)})`
  // NOTE: six digits and five with a space between may be an id, and in a column of ids anything may.
  const isPhone = `${isPlain(PLAIN_PHONE)} AND length(replace(text, ' ', '')) BETWEEN 11 AND 13 AND NOT ${has('[0-9]{6} [0-9]{5}')}`
  const plain = `CASE WHEN ${isPlain(PLAIN_EMAIL)} THEN 'email' WHEN ${nationalId ? 'false' : isPhone} THEN 'phone' END`
  return `SELECT text, CAST(cells AS INTEGER) AS cells, secret, personal, ${plain} AS plain FROM (${(await hasFewTexts(connection, cells)) ? few : many})`
}

async function hasFewTexts(connection: DuckDBConnection, cells: string): Promise<boolean> {
  const reader = await connection.runAndReadAll(
    `SELECT count(DISTINCT text) FROM (SELECT text FROM ${cells} LIMIT ${SAMPLE_ROWS})`,
  )
  return Number(reader.value(0, 0)) <= FEW_TEXTS
}

/** What the plain texts are, with how many cells hold them and one of them. */
async function plainOf(connection: DuckDBConnection): Promise<{ kind: FindingKind; cells: number; text: string }[]> {
  const reader = await connection.runAndReadAll(
    'SELECT plain, CAST(sum(cells) AS INTEGER), min(text) FROM candidates WHERE plain IS NOT NULL GROUP BY plain',
  )
  return reader.getRows().map(([kind, cells, text]) => ({ kind: kind as FindingKind, cells: Number(cells), text: String(text) }))
}

async function longNumbers(connection: DuckDBConnection, path: string, { name }: Column): Promise<string[]> {
  const reader = await connection.runAndReadAll(
    `SELECT DISTINCT CAST(${quoteName(name)} AS VARCHAR) FROM read_parquet(${quoteText(path)}) WHERE length(CAST(${quoteName(name)} AS VARCHAR)) BETWEEN 13 AND 19 LIMIT 2000`,
  )
  return reader.getRows().map(([number]) => String(number))
}

/** What each column holds, by kind, with the cells counted. */
export async function scanTable(connection: DuckDBConnection, { path, columns }: ScanJob): Promise<ColumnFinding[]> {
  const found: ColumnFinding[] = []
  for (const column of columns) {
    if (!(await prepare(connection, path, column))) continue
    const tally = new Tally()
    for (const { kind, cells, text } of await plainOf(connection)) tally.add(text, cells, [{ kind, start: 0, end: text.length }])
    for await (const { cell, cells, matches } of matchesIn(connection, column)) tally.add(cell, cells, matches)
    found.push(...tally.found(column.name))
  }
  return found
}

export async function findInColumn(connection: DuckDBConnection, { path, column, finding }: FoundJob): Promise<string[]> {
  if (!(await prepare(connection, path, column))) return []
  const plain = await connection.runAndReadAll(`SELECT text FROM candidates WHERE plain = ${quoteText(finding)}`)
  const texts = new Set(plain.getRows().map(([text]) => String(text)))
  for await (const { cell, matches } of matchesIn(connection, column))
    for (const { kind, start, end } of matches) if (kind === finding) texts.add(cell.slice(start, end))
  return [...texts]
}

/** Reads text line by line; a file that is not text has nothing to find. Asked for values, it says whether there is any of them. */
export async function scanFile({ path, values }: ScanFileJob): Promise<ColumnFinding[]> {
  const tally = new Tally()
  const mask = values && createMask(values)
  for await (const lines of linesOf(path)) {
    if (!mask) tally.add(lines, 1, await findInText(lines))
    else if (mask(lines) !== lines) return [{ column: '', kind: 'secret', count: 1, sample: '' }]
  }
  return tally.found('')
}

/** Whole lines, about 64 kB at a time. */
async function* linesOf(path: string): AsyncIterable<string> {
  let rest = ''
  for await (const chunk of createReadStream(path, { encoding: 'utf8' })) {
    const text = rest + (chunk as string)
    if (text.includes('\u0000')) return
    const end = text.lastIndexOf('\n') + 1
    if (end > 0) yield text.slice(0, end)
    rest = text.slice(end)
  }
  if (rest !== '') yield rest
}
