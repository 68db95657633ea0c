import { createReadStream } from 'node:fs'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { UploadProblem } from '../../../contract/upload.ts'
import type { Dialect } from './csv-dialect.ts'
import { distinctNames } from './distinct-names.ts'
import { quoteName, quoteText } from './quote.ts'
import { plainCasts } from './sniff-types.ts'

const HEAD_BYTES = 256 * 1024
const SAMPLE_ROWS = 2000
/** Longer rows are no sample: a buffer for them would be filled with rows that nobody looks at. */
const SAMPLED_LINE_BYTES = 512 * 1024
/** Rows up to this are read in small pieces, which is quicker: each thread has its own, and little memory is touched. */
export const USUAL_LINE_BYTES = 4 * 1024 * 1024

/** The beginning of the file, as far as the dialect and the headings are told from it. */
export async function readStart(path: string): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of createReadStream(path, { end: HEAD_BYTES - 1 })) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** Headings as people wrote them, trimmed; empty ones become `column_3`, repeated ones `name_2`, both said. */
export function cleanHeadings(dialect: Dialect, problems: UploadProblem[]): string[] {
  if (!dialect.hasHeader) {
    problems.push({ message: 'The first line looks like data, so the columns are named column_1, column_2 and so on.' })
    return Array.from({ length: dialect.columnCount }, (_, index) => `column_${index + 1}`)
  }
  const written = dialect.headings.map((heading) => heading.replaceAll(/\s+/g, ' ').trim())
  const names = distinctNames(written)
  names.forEach((name, index) => {
    const heading = written[index] ?? ''
    if (heading === '')
      problems.push({ line: 1, column: name, message: `Column ${index + 1} has no heading; it is named ${name}.` })
    else if (heading !== name)
      problems.push({
        line: 1,
        column: name,
        message: `The heading ${heading} is there more than once; this one is named ${name}.`,
      })
  })
  return names
}

/** How the rows of a file are read: its columns get the names of `sources`. */
export interface CsvReading extends Pick<Dialect, 'delimiter' | 'hasHeader' | 'skip'> {
  readonly sources: readonly string[]
  readonly lineBytes: number
  /** What becomes of lines that cannot be read: kept aside in `reject_errors`, left out, or an error of the statement. */
  readonly badLines?: 'kept-aside' | 'left-out' | 'refused'
}

const BAD_LINES = {
  'kept-aside': 'store_rejects = true, rejects_limit = 0, ',
  'left-out': 'ignore_errors = true, ',
  refused: '',
} as const

/** SQL of the rows of the file, every cell as text. */
export function textsOf(path: string, reading: CsvReading): string {
  const { delimiter, hasHeader, skip, sources, lineBytes, badLines = 'kept-aside' } = reading
  const columns = sources.map((source) => `${quoteText(source)}: 'VARCHAR'`).join(', ')
  return `read_csv(${quoteText(path)}, auto_detect = false, columns = {${columns}}, delim = ${quoteText(delimiter)},
    quote = '"', escape = '"', header = ${hasHeader}, skip = ${skip}, allow_quoted_nulls = false, ${BAD_LINES[badLines]}
    max_line_size = ${lineBytes}, buffer_size = ${lineBytes * 2}, null_padding = false, strict_mode = true)`
}

/** The first rows as the table `sample`. */
export async function takeSample(connection: DuckDBConnection, path: string, reading: CsvReading): Promise<void> {
  const texts = textsOf(path, { ...reading, lineBytes: SAMPLED_LINE_BYTES, badLines: 'left-out' })
  await connection.run(`CREATE TEMP TABLE sample AS SELECT * FROM ${texts} LIMIT ${SAMPLE_ROWS}`)
}

/** A SELECT of the typed values of the text columns of `from`. */
export function typedRows(
  columns: readonly { readonly source: string; readonly expression: string; readonly plainType?: string | undefined }[],
  names: readonly string[],
  from: string,
): string {
  const typed = columns.map(({ expression }, index) => `${expression} AS ${quoteName(names[index] ?? '')}`).join(', ')
  return `SELECT ${typed} FROM (SELECT *${plainCasts(columns)} FROM ${from})`
}
