import type { DuckDBConnection } from '@duckdb/node-api'
import type { CatalogColumn } from '../../../contract/catalog.ts'
import type { ColumnType } from '../../../contract/column.ts'
import type { OpenedCsv } from '../job.ts'
import { detectDialect } from './csv-dialect.ts'
import { type CsvReading, cleanHeadings, readStart, takeSample, textsOf, typedRows, USUAL_LINE_BYTES } from './csv-rows.ts'
import { cellOf, keptType } from './kept-type.ts'
import { looksPlain } from './read-text-file.ts'
import { guessTypes, strictColumns } from './sniff-types.ts'

type CsvShape = Pick<OpenedCsv, 'delimiter' | 'hasHeader' | 'skip'>

/** More rows tell little more, and take longer than the question that waits for them. */
const PROFILED_ROWS = 500
/** More different values than these are not listed. */
const LISTED_VALUES = 50

/**
 * Looks at the first rows of a delimited text file, so that its rows can be asked for before all of it was read. Null where they do not tell
 * enough: another encoding, a column without a type.
 */
export async function openCsv(connection: DuckDBConnection, path: string): Promise<OpenedCsv | null> {
  if (!(await looksPlain(path))) return null
  const dialect = detectDialect(await readStart(path))
  const names = cleanHeadings(dialect, [])
  const reading = readingOf(dialect, names.length)
  await takeSample(connection, path, reading)
  const strict = strictColumns(await guessTypes(connection, 'sample', names))
  if (!strict) return null
  const columns = strict.map(({ expression, plainType }, index) => ({
    name: names[index] ?? '',
    expression,
    ...(plainType === undefined ? {} : { plainType }),
  }))
  const { delimiter, hasHeader, skip } = dialect
  return { delimiter, hasHeader, skip, columns, ...(await profileSample(connection, typedRows(strict, names, 'sample'))) }
}

/** SQL of the typed rows of an opened file. It fails at a line or a cell that is not as the first rows told. */
export function rowsOfCsv(path: string, csv: OpenedCsv): string {
  const reading = readingOf(csv, csv.columns.length)
  const typed = csv.columns.map(({ expression, plainType }, index) => ({ source: `c${index}`, expression, plainType }))
  return typedRows(
    typed,
    csv.columns.map(({ name }) => name),
    textsOf(path, reading),
  )
}

const readingOf = ({ delimiter, hasHeader, skip }: CsvShape, columnCount: number): CsvReading => ({
  delimiter,
  hasHeader,
  skip,
  sources: Array.from({ length: columnCount }, (_, index) => `c${index}`),
  lineBytes: USUAL_LINE_BYTES,
  badLines: 'refused',
})

/** What the first rows tell of each column. */
async function profileSample(connection: DuckDBConnection, rows: string): Promise<Pick<OpenedCsv, 'profile' | 'sampledRows'>> {
  const sampled = await connection.runAndReadAll(`${rows} LIMIT ${PROFILED_ROWS}`)
  const cells = sampled.getRows().map((row) => row.map(cellOf))
  const names = sampled.columnNames()
  const profile = sampled.columnTypes().map((type, index): CatalogColumn => {
    const column = { name: names[index] ?? '', type: keptType(type).type }
    const present = cells.flatMap((row) => (row[index] == null ? [] : [row[index]]))
    const counts = new Map<string | number | boolean, number>()
    for (const cell of present) counts.set(cell, (counts.get(cell) ?? 0) + 1)
    const values = [...counts].map(([value, count]) => ({ value, count })).sort((one, two) => two.count - one.count)
    const sorted = [...counts.keys()].sort(isNumeric(column.type) ? (one, two) => Number(one) - Number(two) : inOrder)
    return {
      ...column,
      distinctCount: counts.size,
      nullCount: cells.length - present.length,
      min: sorted[0] ?? null,
      max: sorted.at(-1) ?? null,
      values: values.slice(0, LISTED_VALUES),
    }
  })
  return { profile, sampledRows: cells.length }
}

const isNumeric = (type: ColumnType): boolean => type === 'integer' || type === 'decimal' || type === 'number'
const inOrder = (one: string | number | boolean, two: string | number | boolean): number => (one < two ? -1 : one > two ? 1 : 0)
