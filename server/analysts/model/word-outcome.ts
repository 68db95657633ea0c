import type { Cell, Row } from '../../../contract/column.ts'
import type { TableReference } from '../../../contract/table.ts'
import type { CellOutcome } from '../python-tool.ts'
import { asData } from './as-data.ts'

const SHOWN_ROWS = 30
const LONGEST_CELL = 200
const LONGEST_PRINT = 4_000

/** A result as a model reads it: its id and shape, its first rows as tab-separated lines, and then the doubts. */
export function wordTable(table: TableReference, rows: readonly Row[], doubts: readonly string[] = [], repairsLeft = 0): string {
  const { id, columns, rowCount, truncated } = table
  const head = `Table ${id}: ${truncated ? 'the first ' : ''}${rowCount} ${rowCount === 1 ? 'row' : 'rows'}.`
  const lines = [columns.map(({ name }) => cellText(name)), ...rows.slice(0, SHOWN_ROWS).map((row) => row.map(cellText))].map(
    (cells) => cells.join('\t'),
  )
  const more = rowCount > SHOWN_ROWS ? [`… and ${rowCount - Math.min(SHOWN_ROWS, rows.length)} more rows`] : []
  return [head, asData([...lines, ...more].join('\n')), ...wordDoubts(doubts, repairsLeft)].join('\n')
}

function wordDoubts(doubts: readonly string[], repairsLeft: number): string[] {
  if (doubts.length === 0) return []
  const todo =
    repairsLeft > 0
      ? 'Mend the query and run it again if the doubt holds.'
      : 'Do not try again: answer with what you have and say what is not sure.'
  return [asData(doubts.map((doubt) => `Doubt: ${doubt}`).join('\n')), todo]
}

function cellText(cell: Cell): string {
  const text = cell === null ? 'NULL' : String(cell).replaceAll(/[\t\r\n]+/g, ' ')
  return text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL)}…` : text
}

export function wordFailure(message: string, repairsLeft: number): string {
  const todo = repairsLeft > 0 ? 'Mend it and try again.' : 'Do not try again: say what does not work.'
  return `It failed:\n${asData(message)}\n${todo}`
}

export function wordCell({ printed, tables, figures, error }: CellOutcome, repairsLeft: number): string {
  const shown = [
    ...(printed.trim() === '' ? [] : [`It printed:\n${asData(printed.slice(0, LONGEST_PRINT))}`]),
    ...tables.map((table) => wordTable(table, table.rows)),
    ...(figures.length > 0
      ? [`It drew ${figures.length} ${figures.length === 1 ? 'figure' : 'figures'}; the person sees them.`]
      : []),
    ...(error ? [wordFailure(error.message, repairsLeft)] : []),
  ]
  return shown.length > 0 ? shown.join('\n') : 'It ran and showed nothing.'
}
