import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { CellValue } from 'hucre'
import { writeXlsxStream } from 'hucre/xlsx'
import type { Cell, Column } from '../../../contract/column.ts'
import { cellOf } from './kept-type.ts'
import { quoteName, quoteText } from './quote.ts'

interface Source {
  readonly path: string
  readonly columns: readonly Column[]
  readonly output: string
}

/** What a cell of Excel holds at most, in characters. */
const MOST_CHARACTERS = 32_767
/** Digits that a number of Excel keeps; more stay text. */
const MOST_DIGITS = 15

/** Writes an Excel file of one sheet, row by row, whatever their number. Text stays text: nothing in it is run as a formula (P4). */
export async function writeWorkbook(connection: DuckDBConnection, { path, columns, output }: Source): Promise<null> {
  const names = columns.map(({ name }) => quoteName(name)).join(', ')
  const result = await connection.stream(`SELECT ${names} FROM read_parquet(${quoteText(path)})`)
  async function* rows(): AsyncGenerator<CellValue[]> {
    for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      for (const row of chunk.getRows()) {
        yield columns.map((column, at) => excelCell(column, cellOf(row[at] ?? null)))
      }
    }
  }
  const workbook = writeXlsxStream(rows(), {
    name: 'Table',
    columns: columns.map(({ name, type }) => ({
      header: name.slice(0, MOST_CHARACTERS),
      ...(type === 'date' ? { numFmt: 'yyyy-mm-dd' } : type === 'timestamp' ? { numFmt: 'yyyy-mm-dd hh:mm:ss' } : {}),
    })),
    freezePane: { rows: 1 },
  })
  await pipeline(Readable.fromWeb(workbook as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(output))
  return null
}

function excelCell({ type }: Column, cell: Cell): CellValue {
  if (typeof cell !== 'string') return cell
  if (type === 'integer' || type === 'decimal' || type === 'number') {
    const isKept = cell.replace(/\D/g, '').length <= MOST_DIGITS && Number.isFinite(Number(cell))
    return isKept ? Number(cell) : cell
  }
  if (type === 'date' || type === 'timestamp') {
    const at = Date.parse(type === 'date' ? `${cell}T00:00:00Z` : cell.endsWith('Z') ? cell : `${cell}Z`)
    // NOTE: days before March 1900 differ between spreadsheets, which count a day that never was.
    return Number.isNaN(at) || at < Date.UTC(1900, 2, 1) || at > Date.UTC(9999, 11, 31) ? cell : new Date(at)
  }
  return cell.slice(0, MOST_CHARACTERS)
}
