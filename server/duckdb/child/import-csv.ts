import { rename } from 'node:fs/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import { KnownError } from '../../../contract/error.ts'
import type { UploadProblem } from '../../../contract/upload.ts'
import type { WrittenTable } from '../job.ts'
import { cleanError } from './clean-error.ts'
import { type Dialect, detectDialect } from './csv-dialect.ts'
import { type CsvReading, cleanHeadings, readStart, takeSample, textsOf, typedRows, USUAL_LINE_BYTES } from './csv-rows.ts'
import { quoteText } from './quote.ts'
import { LINE_BYTES, readTextFile } from './read-text-file.ts'
import { type Guess, guessTypes, MISFIT, sniffTypes, strictColumns } from './sniff-types.ts'
import { readRows, writeTable } from './written-table.ts'

const LISTED_PROBLEMS = 50
const TOO_LONG = 'LINE SIZE OVER MAXIMUM'

/** Reads a delimited text file into a Parquet file: each column in the type that all of its cells fit. `isOwn` is CSV that we wrote ourselves; `headings` are its first line where that is known. */
export async function importCsv(
  connection: DuckDBConnection,
  path: string,
  output: string,
  { isOwn = false, headings }: { isOwn?: boolean; headings?: readonly string[] | undefined } = {},
): Promise<{ written: WrittenTable; problems: UploadProblem[]; problemCount: number }> {
  const text = await readTextFile(path, `${output}.csv`)
  if (text.isEmpty)
    throw new KnownError('unreadable-file', 'The file is empty. Upload a file with a line of headings and rows below it.')
  const start = await readStart(text.path)
  const dialect: Dialect = headings
    ? { delimiter: ',', hasHeader: true, columnCount: headings.length, headings, skip: 0 }
    : detectDialect(start, isOwn ? [','] : undefined)
  const problems: UploadProblem[] = []
  if (text.nulCount > 0) problems.push({ message: `${text.nulCount} NUL characters were left out.` })
  const names = cleanHeadings(dialect, problems)
  const sources = names.map((_, index) => `c${index}`)
  const write = (lineBytes: number, file = output) =>
    fromFile(text.path, () => writeTyped(connection, text.path, { ...dialect, sources, lineBytes }, names, file))
  const isUsual = text.longestLine > 0 && text.longestLine < USUAL_LINE_BYTES
  let { written, doubts } = await write(isUsual ? USUAL_LINE_BYTES : LINE_BYTES)
  if (isUsual && (await hasTooLong(connection))) {
    ;({ written, doubts } = await write(LINE_BYTES, `${output}.long`))
    await rename(`${output}.long`, output)
  }
  problems.push(...doubts)
  const rejectedCount = await reportRejected(connection, problems, dialect.columnCount)
  const listed = problems.filter((problem) => problem.line !== undefined).length
  return { written, problems, problemCount: problems.length - listed + rejectedCount }
}

/** Types the columns of the text and writes them, in one pass where the first rows tell enough. `doubts` is what stays open. */
async function writeTyped(
  connection: DuckDBConnection,
  path: string,
  reading: CsvReading,
  names: readonly string[],
  output: string,
): Promise<{ written: WrittenTable; doubts: UploadProblem[] }> {
  await connection.run(
    ['sample', 'loaded', 'reject_errors', 'reject_scans'].map((name) => `DROP TABLE IF EXISTS ${name}`).join('; '),
  )
  const asText = textsOf(path, reading)
  await takeSample(connection, path, reading)
  const guesses = await guessTypes(connection, 'sample', names)
  const guessed = await writeAsGuessed(connection, asText, guesses, names, output)
  if (guessed) return { written: guessed, doubts: [] }
  await connection.run(`CREATE TEMP TABLE loaded AS SELECT * FROM ${asText}`)
  const types = await sniffTypes(connection, 'loaded', guesses)
  const written = await writeTable(connection, typedRows(types, names, 'loaded'), output)
  const doubts = types.flatMap(({ doubt }, index) => (doubt ? [{ column: names[index] ?? '', message: doubt }] : []))
  return { written, doubts }
}

/** Whether a row was left out for its length: a quoted cell with line ends can be longer than any line. */
async function hasTooLong(connection: DuckDBConnection): Promise<boolean> {
  const [row = []] = await readRows(
    connection,
    `SELECT count(*) > 0 FROM reject_errors WHERE CAST(error_type AS VARCHAR) = ${quoteText(TOO_LONG)}`,
  )
  return row[0] === true
}

/** Reads, types and writes in one pass, trusting the first rows. Undefined when a later cell proves them wrong. */
async function writeAsGuessed(
  connection: DuckDBConnection,
  asText: string,
  guesses: readonly Guess[],
  names: readonly string[],
  output: string,
): Promise<WrittenTable | undefined> {
  const strict = strictColumns(guesses)
  if (!strict) return undefined
  try {
    return await writeTable(connection, typedRows(strict, names, asText), output)
  } catch (error) {
    if (error instanceof Error && error.message.includes(MISFIT)) return undefined
    throw error
  }
}

/** Says what the engine holds against the file in a sentence. */
async function fromFile<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const { code, message } = cleanError(error, [path], 'unreadable-file')
    if (code !== 'unreadable-file') throw error
    const reason = message.split('\n').find((line) => line.trim() !== '') ?? ''
    throw new KnownError('unreadable-file', `The file could not be read as a table: ${reason}`, { cause: error })
  }
}

/** Lists the lines that were left out; answers with how many problems there are, listed or not. */
async function reportRejected(connection: DuckDBConnection, problems: UploadProblem[], columnCount: number): Promise<number> {
  const before = problems.filter((problem) => problem.line !== undefined).length
  const rows = await readRows(
    connection,
    `SELECT line, any_value(CAST(error_type AS VARCHAR)), any_value(error_message) FROM reject_errors GROUP BY line ORDER BY line LIMIT ${LISTED_PROBLEMS}`,
  )
  for (const [line, kind, message] of rows)
    problems.push({ line: Number(line), message: rejection(String(kind), String(message), columnCount) })
  const [[count] = []] = await readRows(connection, 'SELECT count(DISTINCT line) FROM reject_errors')
  return before + Number(count)
}

function rejection(kind: string, message: string, columnCount: number): string {
  const found = /Found: (\d+)/.exec(message)?.[1]
  const expected = `where ${columnCount} ${columnCount === 1 ? 'is' : 'are'} expected`
  if (kind === 'MISSING COLUMNS')
    return `The line was left out: it has ${found ? `${found} cells` : 'too few cells'} ${expected}.`
  if (kind === 'TOO MANY COLUMNS')
    return `The line was left out: it has ${found ? `${found} cells` : 'too many cells'} ${expected}.`
  if (kind === 'UNQUOTED VALUE') return 'The line was left out: a quote is opened and not closed, or has text behind it.'
  if (kind === TOO_LONG) return 'The line was left out: it is too long.'
  if (kind === 'INVALID ENCODING') return 'The line was left out: it holds bytes that are no text.'
  return 'The line was left out: it could not be read.'
}
