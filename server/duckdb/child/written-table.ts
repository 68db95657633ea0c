import type { DuckDBConnection } from '@duckdb/node-api'
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

/** What is known of a Parquet file just written: its columns, how many rows, the first of them. */
export async function describeWritten(connection: DuckDBConnection, path: string): Promise<WrittenTable> {
  const file = `read_parquet(${quoteText(path)})`
  const reader = await connection.runAndReadAll(`SELECT * FROM ${file} LIMIT ${PREVIEW_ROWS}`)
  const types = reader.columnTypes()
  const columns: Column[] = reader
    .columnNames()
    .map((name, index) => ({ name, type: types[index] ? keptType(types[index]).type : 'text' }))
  const [[rowCount] = []] = await readRows(connection, `SELECT count(*) FROM ${file}`)
  return { columns, rowCount: Number(rowCount), rows: firstRows(reader.getRows().map((row) => row.map(cellOf))) }
}

function firstRows(rows: Row[]): Row[] {
  let bytes = 0
  const end = rows.findIndex((row) => {
    bytes += Buffer.byteLength(JSON.stringify(row))
    return bytes > PREVIEW_BYTES
  })
  return end < 0 ? rows : rows.slice(0, end)
}
