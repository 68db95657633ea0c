import type { DuckDBConnection, DuckDBType, DuckDBValue } from '@duckdb/node-api'
import type { Column, Row } from '../../../contract/column.ts'
import { PREVIEW_ROWS } from '../../../contract/table.ts'
import type { WrittenTable } from '../job.ts'
import { cellOf, keptType } from './kept-type.ts'
import { quoteText } from './quote.ts'

const PREVIEW_BYTES = 256_000

/** The rows a statement answers with, as they travel. */
export async function readRows(connection: DuckDBConnection, sql: string): Promise<Row[]> {
  const reader = await connection.runAndReadAll(sql)
  return reader.getRows().map((row) => row.map(cellOf))
}

/**
 * Writes the rows of a SELECT to the Parquet file `output`, whose path no engine may have read before: it holds what it read, and takes a file that was
 * written again within a second for the same. NOTE: the encodings of Parquet's second version are read in half the time, and take less room.
 */
export async function writeTable(
  connection: DuckDBConnection,
  rows: string,
  output: string,
  values?: Record<string, DuckDBValue>,
  types?: Record<string, DuckDBType>,
): Promise<WrittenTable> {
  const file = quoteText(output)
  const copied = await connection.runAndReadAll(
    `COPY (${rows}) TO ${file} (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, USE_TMP_FILE false)`,
    values,
    types,
  )
  const rowCount = Number(copied.value(0, 0))
  // NOTE: a LIMIT makes the engine look for the rows first and read them afterwards, which takes three times as long.
  const first = rowCount > PREVIEW_ROWS ? ` LIMIT ${PREVIEW_ROWS}` : ''
  const reader = await connection.runAndReadAll(`SELECT * FROM read_parquet(${file})${first}`)
  const found = reader.columnTypes()
  const columns: Column[] = reader
    .columnNames()
    .map((name, index) => ({ name, type: found[index] ? keptType(found[index]).type : 'text' }))
  return { columns, rowCount, rows: firstRows(reader.getRows().map((row) => row.map(cellOf))) }
}

function firstRows(rows: Row[]): Row[] {
  let bytes = 0
  const end = rows.findIndex((row) => {
    bytes += Buffer.byteLength(JSON.stringify(row))
    return bytes > PREVIEW_BYTES
  })
  return end < 0 ? rows : rows.slice(0, end)
}
