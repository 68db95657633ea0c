import type { DuckDBConnection } from '@duckdb/node-api'
import type { JobResults, PageJob } from '../job.ts'
import { cellOf } from './kept-type.ts'
import { quoteName, quoteText } from './quote.ts'

/** One page. Rows of equal rank stay in the order of the table; nulls come last both ways. */
export async function readPage(connection: DuckDBConnection, job: PageJob): Promise<JobResults['page']> {
  const file = `read_parquet(${quoteText(job.path)}, file_row_number = true)`
  const filtered = job.filter !== ''
  const where = filtered
    ? `WHERE ${job.columns.map(({ name }) => `contains(lower(CAST(${quoteName(name)} AS VARCHAR)), lower($1::VARCHAR))`).join(' OR ')}`
    : ''
  const values = filtered ? [job.filter] : []
  const ranks = job.sort.map(({ column, descending }) => `${quoteName(column)} ${descending ? 'DESC' : 'ASC'} NULLS LAST`)
  const rows = await connection.runAndReadAll(
    `SELECT ${job.columns.map(({ name }) => quoteName(name)).join(', ')} FROM ${file} ${where} ORDER BY ${[...ranks, 'file_row_number'].join(', ')} LIMIT ${Math.trunc(job.limit)} OFFSET ${Math.trunc(job.offset)}`,
    values,
  )
  const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${file} ${where}`, values)
  return { rows: rows.getRows().map((row) => row.map(cellOf)), matchCount: Number(counted.value(0, 0)) }
}
