import { createReadStream } from 'node:fs'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Column } from '../../../contract/column.ts'
import { findInText, findInTexts } from '../../findings/find-in-text.ts'
import { hintsOf } from '../../findings/find-personal.ts'
import { createMask } from '../../findings/mask.ts'
import { type ColumnFinding, isSearched, Tally } from '../../findings/tally.ts'
import type { FoundJob, ScanFileJob, ScanJob } from '../job.ts'
import { quoteName, quoteText } from './quote.ts'

/** What a cell must have to hold a secret or a personal text; the rules proper then see these cells only. */
const COULD_HOLD =
  '@|([0-9][^0-9A-Za-z]{0,3}){7}|[A-Za-z0-9_+/=.-]{16}|[A-Z]{2}[ ]?[0-9]{2}[ ]?[0-9]{2}[ ]?[0-9]{2}[ ]?[A-D]|[0-9]{6}[A-FU-Y][0-9]{3}|://|(?i:passw|pwd|secret|api.?key|token)'
const BATCH_TEXTS = 4_096
interface Candidate {
  readonly text: string
  readonly cells: number
}

/** Every distinct candidate of a column with its matches, batch after batch. */
async function* matchesIn(connection: DuckDBConnection, path: string, column: Column) {
  const hints = hintsOf(column.name)
  const name = quoteName(column.name)
  const isText = column.type === 'text' || column.type === 'json'
  if (!isSearched(column, column.type === 'integer' ? await longNumbers(connection, path, column) : [])) return
  const text = `CAST(${name} AS VARCHAR)`
  const where = isText ? `regexp_matches(${text}, ${quoteText(COULD_HOLD)})` : `${name} IS NOT NULL`
  const result = await connection.stream(
    `SELECT ${text}, CAST(count(*) AS INTEGER) FROM read_parquet(${quoteText(path)}) WHERE ${where} GROUP BY 1`,
  )
  const search = async function* (batch: readonly Candidate[]) {
    const found = await findInTexts(
      batch.map((one) => one.text),
      hints,
    )
    for (const [place, { text: cell, cells }] of batch.entries()) yield { cell, cells, matches: found[place] ?? [] }
  }
  let batch: Candidate[] = []
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    for (const [cell, cells] of chunk.getRows()) {
      batch.push({ text: String(cell), cells: Number(cells) })
      if (batch.length < BATCH_TEXTS) continue
      yield* search(batch)
      batch = []
    }
  }
  yield* search(batch)
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
    const tally = new Tally()
    for await (const { cell, cells, matches } of matchesIn(connection, path, column)) tally.add(cell, cells, matches)
    found.push(...tally.found(column.name))
  }
  return found
}

export async function findInColumn(connection: DuckDBConnection, { path, column, finding }: FoundJob): Promise<string[]> {
  const texts = new Set<string>()
  for await (const { cell, matches } of matchesIn(connection, path, column))
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
