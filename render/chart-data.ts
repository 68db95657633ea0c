import type { Cell, Column, ColumnType } from '../contract/column.ts'
import { isTimeType } from './format-cell.ts'

/** Rows as a chart reads them; `ColumnarTable` is one, `dataOfRows` makes one. */
export interface ChartData {
  readonly columns: readonly Column[]
  readonly rowCount: number
  cell(columnIndex: number, row: number): Cell
}

export type DateGrain = 'year' | 'month' | 'day' | 'second'

/** Rows that travel with a turn, as chart data. */
export const dataOfRows = (columns: readonly Column[], rows: readonly (readonly Cell[])[]): ChartData => ({
  columns,
  rowCount: rows.length,
  cell: (columnIndex, row) => rows[row]?.[columnIndex] ?? null,
})

/** Place of a column. Throws a RangeError for one that is not there. */
export function columnPlace(data: ChartData, name: string): number {
  const place = data.columns.findIndex((column) => column.name === name)
  if (place < 0) throw new RangeError(`The table has no column "${name}". Name one of its columns.`)
  return place
}

export const numberOf = (cell: Cell): number | null => {
  if (cell === null || cell === '' || typeof cell === 'boolean') return null
  const number = Number(cell)
  return Number.isFinite(number) ? number : null
}

/** Milliseconds of a date or timestamp as it travels. */
export const timeOf = (cell: Cell): number | null => {
  if (typeof cell !== 'string') return null
  const at = Date.parse(cell.length === 10 ? `${cell}T00:00:00Z` : cell.endsWith('Z') ? cell : `${cell}Z`)
  return Number.isNaN(at) ? null : at
}

/** The finest part of the dates that differs. */
export function grainOf(times: Iterable<number>): DateGrain {
  let grain: DateGrain = 'year'
  let count = 0
  for (const time of times) {
    const at = new Date(time)
    count++
    if (time % 86_400_000 !== 0) return 'second'
    if (at.getUTCDate() !== 1) grain = 'day'
    else if (at.getUTCMonth() !== 0 && grain === 'year') grain = 'month'
  }
  return count < 2 && grain === 'year' ? 'day' : grain
}

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `2026`, `Oct 2026`, `9 Oct 2026` or `9 Oct 2026, 14:20`, by grain. */
export function timeLabel(time: number, grain: DateGrain): string {
  const at = new Date(time)
  const year = String(at.getUTCFullYear())
  const month = `${monthNames[at.getUTCMonth()] ?? ''} ${year}`
  if (grain === 'year') return year
  if (grain === 'month') return month
  const day = `${at.getUTCDate()} ${month}`
  return grain === 'day' ? day : `${day}, ${at.toISOString().slice(11, 16)}`
}

/** Different values of a column in the order they come, with the place of each row's value among them. */
export interface Categories {
  readonly cells: readonly Cell[]
  readonly labels: readonly string[]
  placeOf(cell: Cell): number | undefined
}

export const categoryKey = (cell: Cell): string => (cell === null ? '–' : String(cell))

export const categoryLabel = (cell: Cell, type: ColumnType, grain: DateGrain): string => {
  const time = isTimeType(type) ? timeOf(cell) : null
  return time === null ? categoryKey(cell) : timeLabel(time, grain)
}

/** Reads a column's categories, at most `most`; `order` sorts them. */
export function categoriesOf(
  data: ChartData,
  column: number,
  most: number,
  order?: (a: Cell, b: Cell, type: ColumnType) => number,
): Categories {
  const type = data.columns[column]?.type ?? 'text'
  const known = new Map<string, Cell>()
  for (let row = 0; row < data.rowCount && known.size < most; row++) {
    const cell = data.cell(column, row)
    if (!known.has(categoryKey(cell))) known.set(categoryKey(cell), cell)
  }
  const cells = [...known.values()]
  if (order) cells.sort((a, b) => order(a, b, type))
  const grain = grainOf(isTimeType(type) ? cells.map(timeOf).filter((time) => time !== null) : [])
  const places = new Map(cells.map((cell, place) => [categoryKey(cell), place]))
  return {
    cells,
    labels: cells.map((cell) => categoryLabel(cell, type, grain)),
    placeOf: (cell) => places.get(categoryKey(cell)),
  }
}
