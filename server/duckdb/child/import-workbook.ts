import { readFile } from 'node:fs/promises'
import { type CellValue, EncryptedFileError } from 'hucre'
import { readXlsx } from 'hucre/xlsx'
import { KnownError } from '../../../contract/error.ts'
import { writeCells } from './write-cells.ts'
import type { ZipEntry } from './zip-entries.ts'

const MOST_UNPACKED_BYTES = 1_000_000_000

export const isWorkbook = (entries: readonly ZipEntry[]): boolean => entries.some(({ name }) => name === 'xl/workbook.xml')

/** Reads the sheets of an Excel file one after another: each that holds cells is written as CSV to `csv` and given to `take`. */
export async function readWorkbook(
  path: string,
  entries: readonly ZipEntry[],
  csv: string,
  take: (sheetName: string) => Promise<void>,
): Promise<void> {
  const unpacked = entries.reduce((sum, entry) => sum + entry.unpackedBytes, 0)
  if (unpacked > MOST_UNPACKED_BYTES)
    throw new KnownError(
      'unreadable-file',
      `Unpacked, this Excel file would be ${Math.round(unpacked / 1_000_000)} MB; at most ${MOST_UNPACKED_BYTES / 1_000_000} MB are read. Save the sheet as CSV and upload that.`,
    )
  const sheets = await sheetsOf(path)
  let count = 0
  for (const sheet of sheets) {
    const rows = cropped(sheet.rows)
    if (rows.length === 0) continue
    count++
    writeCells(csv, textRows(rows))
    await take(sheet.name)
  }
  if (count === 0) throw new KnownError('unreadable-file', 'The Excel file is empty: no sheet of it holds a cell.')
}

async function sheetsOf(path: string): Promise<{ name: string; rows: CellValue[][] }[]> {
  try {
    return (await readXlsx(await readFile(path), { sheets: ({ hidden, veryHidden }) => !hidden && !veryHidden })).sheets
  } catch (cause) {
    const reason =
      cause instanceof EncryptedFileError
        ? 'The Excel file is locked with a password. Save it without one and upload it again.'
        : 'The Excel file is damaged or too large to be read. Open it in Excel, save it again, or save the sheet as CSV.'
    throw new KnownError('unreadable-file', reason, { cause })
  }
}

const isFilled = (cell: CellValue | undefined): boolean => cell !== null && cell !== undefined && cell !== ''

/** The rows without blank ones, and without blank columns at the left and the right. */
function cropped(rows: readonly CellValue[][]): CellValue[][] {
  const filled = rows.filter((row) => row.some(isFilled))
  let left = Number.POSITIVE_INFINITY
  let right = 0
  for (const row of filled) {
    left = Math.min(left, row.findIndex(isFilled))
    right = Math.max(right, row.findLastIndex(isFilled) + 1)
  }
  return filled.map((row) => Array.from({ length: right - left }, (_, index) => row[left + index] ?? null))
}

const DAY_MS = 86_400_000
/** Excel keeps a time of day as a moment of its day zero. */
const FIRST_DAY_MS = Date.UTC(1900, 0, 1)

function* textRows(rows: readonly CellValue[][]): Generator<(string | number | boolean | null)[]> {
  const haveTimes = (rows[0] ?? []).map((_, index) =>
    rows.some((row) => {
      const cell = row[index]
      return cell instanceof Date && cell.getTime() % DAY_MS !== 0
    }),
  )
  for (const row of rows)
    yield row.map((cell, index) => {
      if (cell instanceof Date) return dateText(cell, haveTimes[index] === true)
      // NOTE: Excel itself shows 15 digits; what is behind them is the noise of floats.
      return typeof cell === 'number' ? Number(cell.toPrecision(15)) : cell
    })
}

function dateText(date: Date, hasTime: boolean): string | null {
  if (Number.isNaN(date.getTime())) return null
  const text = new Date(Math.round(date.getTime() / 1000) * 1000).toISOString()
  if (hasTime && date.getTime() < FIRST_DAY_MS) return text.slice(11, 19)
  return hasTime ? text.slice(0, 19).replace('T', ' ') : text.slice(0, 10)
}
