import { writeFile } from 'node:fs/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Cell, Column } from '../../../contract/column.ts'
import { type EncodedColumn, encodeColumn, joinColumnar } from '../../../render/encode-columnar.ts'
import { cellOf } from './kept-type.ts'
import { quoteName, quoteText } from './quote.ts'

interface Source {
  readonly path: string
  readonly columns: readonly Column[]
  readonly output: string
}

/** Writes the columnar encoding, column after column, so that one column at most is held as cells. */
export async function writeColumnar(connection: DuckDBConnection, { path, columns, output }: Source): Promise<null> {
  const encoded: EncodedColumn[] = []
  let rowCount = 0
  for (const column of columns) {
    const cells: Cell[] = []
    const result = await connection.stream(`SELECT ${quoteName(column.name)} FROM read_parquet(${quoteText(path)})`)
    for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      chunk.visitColumnValues(0, (value) => cells.push(cellOf(value)))
    }
    rowCount = cells.length
    encoded.push(encodeColumn(column, cells))
  }
  await writeFile(output, joinColumnar(encoded, rowCount))
  return null
}

const RUNS_AS_FORMULA = '[=+\\-@\\t\\r].*'

/** Writes CSV. Text that a spreadsheet would run gets a `'` before it, unless it is a plain number (P4). */
export async function writeCsv(connection: DuckDBConnection, source: Source & { escapeFormulas: boolean }): Promise<null> {
  const { path, columns, output, escapeFormulas } = source
  const projection = columns.map(({ name, type }) => {
    const cell = quoteName(name)
    if (!escapeFormulas) return cell
    const heading = quoteName(isFormula(name) ? `'${name}` : name)
    if (type !== 'text' && type !== 'json') return `${cell} AS ${heading}`
    const text = `CAST(${cell} AS VARCHAR)`
    const runs = `regexp_full_match(${text}, ${quoteText(RUNS_AS_FORMULA)}, 's') AND NOT regexp_full_match(${text}, '[+-]?[0-9]+([.,][0-9]+)?')`
    return `CASE WHEN ${runs} THEN '''' || ${text} ELSE ${text} END AS ${heading}`
  })
  await connection.run(
    `COPY (SELECT ${projection.join(', ')} FROM read_parquet(${quoteText(path)})) TO ${quoteText(output)} (FORMAT csv, HEADER true, USE_TMP_FILE false)`,
  )
  return null
}

const isFormula = (text: string): boolean => /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+([.,]\d+)?$/.test(text)
