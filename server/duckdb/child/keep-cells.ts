import type { DuckDBConnection } from '@duckdb/node-api'
import { type CellColumn, type CellsJob, NULL_CELL, type WrittenTable } from '../job.ts'
import { distinctNames } from './distinct-names.ts'
import { quoteName, quoteText } from './quote.ts'
import { LINE_BYTES } from './read-text-file.ts'
import { readRows, writeTable } from './written-table.ts'

/** What a text cell may become: `fits` is true of every cell that loses nothing by it. */
interface Candidate {
  fits(cell: string): string
  cast(cell: string): string
}

const matches = (pattern: string) => (cell: string) => `regexp_full_match(${cell}, ${quoteText(pattern)})`
const castTo = (sqlType: string) => (cell: string) => `CAST(${cell} AS ${sqlType})`
const tryTo = (sqlType: string, alsoNeeds = 'true'): Candidate => ({
  fits: (cell) => `TRY_CAST(${cell} AS ${sqlType}) IS NOT NULL AND ${alsoNeeds.replaceAll('$cell', cell)}`,
  cast: castTo(sqlType),
})
/** NOTE: the engine rounds 1.5 to 2 as an integer and drops the time of a date without a word, so the form is looked at as well. */
const WHOLE = "regexp_full_match($cell, '[+-]?[0-9]+')"
const DIGITS = '[+-]?[0-9]*(\\.[0-9]+)?'

const candidates: Record<Exclude<CellColumn['type'], 'text' | 'decimal'>, readonly Candidate[]> = {
  integer: [tryTo('BIGINT', WHOLE), tryTo('DECIMAL(38,0)', WHOLE)],
  number: [tryTo('DOUBLE')],
  boolean: [tryTo('BOOLEAN')],
  date: [tryTo('DATE', "NOT contains($cell, ':')")],
  timestamp: [tryTo('TIMESTAMP', "NOT regexp_matches($cell, '(Z|[+]|:[0-9.]+-)')")],
  time: [tryTo('TIME')],
  json: [tryTo('JSON')],
  binary: [{ fits: matches('([0-9A-Fa-f]{2})*'), cast: (cell) => `unhex(${cell})` }],
}

/** Writes a file of text cells as Parquet: each column in its type where every cell fits without loss, else as the text it came as. */
export async function keepCells(connection: DuckDBConnection, job: CellsJob): Promise<WrittenTable> {
  const names = distinctNames(job.columns.map(({ name }) => name))
  const sources = names.map((_, index) => `c${index}`)
  await connection.run(
    `CREATE TEMP TABLE cells AS SELECT * FROM read_csv(${quoteText(job.path)}, auto_detect = false,
      columns = {${sources.map((source) => `${quoteText(source)}: 'VARCHAR'`).join(', ')}},
      delim = ',', quote = '"', escape = '"', header = false, nullstr = ${quoteText(NULL_CELL)}, allow_quoted_nulls = false,
      max_line_size = ${LINE_BYTES}, buffer_size = ${LINE_BYTES * 2}, strict_mode = true)`,
  )
  const offers: (readonly Candidate[])[] = []
  for (const [index, column] of job.columns.entries()) offers.push(await offersFor(connection, column, `c${index}`))
  const checks = offers.flatMap((offer, index) =>
    offer.map(({ fits }) => `coalesce(bool_and(${fits(`c${index}`)}) FILTER (c${index} IS NOT NULL), true)`),
  )
  const [answers = []] = checks.length > 0 ? await readRows(connection, `SELECT ${checks.join(', ')} FROM cells`) : [[]]
  let at = 0
  const projection = offers.map((offer, index) => {
    const chosen = offer.find((_, place) => answers[at + place] === true)
    at += offer.length
    return `${chosen ? chosen.cast(`c${index}`) : `c${index}`} AS ${quoteName(names[index] ?? '')}`
  })
  return writeTable(connection, `SELECT ${projection.join(', ')} FROM cells`, job.output)
}

async function offersFor(connection: DuckDBConnection, column: CellColumn, cell: string): Promise<readonly Candidate[]> {
  if (column.type === 'text') return []
  if (column.type === 'timestamp' && column.isZoned) return [tryTo('TIMESTAMPTZ')]
  if (column.type !== 'decimal') return candidates[column.type]
  const scale = column.scale ?? (await measureScale(connection, cell))
  return scale > 38
    ? []
    : [tryTo(`DECIMAL(38,${scale})`, `${matches(DIGITS)(cell)} AND length(rtrim(split_part(${cell}, '.', 2), '0')) <= ${scale}`)]
}

/** As many digits behind the point as the cells have, closing noughts aside. */
async function measureScale(connection: DuckDBConnection, cell: string): Promise<number> {
  const [[scale] = []] = await readRows(
    connection,
    `SELECT coalesce(max(length(rtrim(split_part(${cell}, '.', 2), '0'))), 0) FROM cells WHERE ${cell} IS NOT NULL`,
  )
  return Number(scale)
}
