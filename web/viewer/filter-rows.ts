import type { Cell } from '../../contract/column.ts'
import type { ColumnarColumn, ColumnarTable } from '../../render/columnar.ts'
import { isNumberType } from '../../render/format-cell.ts'

/** What a column lets through. `from` and `to` are in the measure of `ColumnarColumn.number`, both included. */
export interface ColumnFilter {
  readonly contains?: string
  readonly from?: number
  readonly to?: number
  readonly empty?: 'only' | 'none'
}

export interface Matches {
  /** One byte a row, 1 = it matches. */
  readonly mask: Uint8Array
  readonly count: number
}

/** Rows whose cells hold `search` in any column, without case, and which every column's filter lets through. */
export function matchRows(table: ColumnarTable, search: string, filters: ReadonlyMap<number, ColumnFilter>): Matches {
  const mask = new Uint8Array(table.rowCount)
  const needle = search.trim().toLowerCase()
  if (needle === '') mask.fill(1)
  else for (let column = 0; column < table.columns.length; column++) markText(table.column(column), needle, mask)
  for (const [column, filter] of filters) keep(table.column(column), filter, mask)
  let count = 0
  for (let row = 0; row < mask.length; row++) count += mask[row] ?? 0
  return { mask, count }
}

/** Signs that the texts of a type are made of; a needle with any other is in none of its cells. */
const signsOf: Readonly<Record<string, RegExp>> = {
  integer: /^[\d-]*$/,
  decimal: /^[\d.-]*$/,
  number: /^[\d.e+infaty-]*$/,
  date: /^[\d-]*$/,
  timestamp: /^[\d:.tz-]*$/,
  time: /^[\d:.]*$/,
  boolean: /^[truefals]*$/,
}

/** The needle as cells of the type are written in the table's bytes: without thousands, with a plain minus. */
const needleFor = (column: ColumnarColumn, needle: string): string => {
  if (isNumberType(column.type)) return needle.replaceAll(',', '').replaceAll('\u2212', '-')
  return column.type === 'timestamp' ? needle.replace(/ utc$/, 'z').replace(' ', 't') : needle
}

const holds = (cell: Cell, needle: string): boolean => cell !== null && String(cell).toLowerCase().includes(needle)

/** Marks the rows whose cell holds the needle. Each of a dictionary's texts is looked at once, and so is each value of a narrow column. */
function markText(column: ColumnarColumn, wanted: string, mask: Uint8Array): void {
  const needle = needleFor(column, wanted)
  const { nulls, values } = column
  if (needle === '' || signsOf[column.type]?.test(needle) === false) return
  if (column.kind === 'codes') {
    const hits = Uint8Array.from(column.dictionary, (text) => (text.toLowerCase().includes(needle) ? 1 : 0))
    for (let row = 0; row < mask.length; row++) if (hits[values[row] ?? 0] && !nulls?.[row]) mask[row] = 1
    return
  }
  if (column.kind === 'texts') {
    for (let row = 0; row < mask.length; row++) if (!mask[row] && column.text(row).toLowerCase().includes(needle)) mask[row] = 1
    return
  }
  if (values instanceof Uint8Array || values instanceof Uint16Array) {
    const seen = new Uint8Array(65_536)
    for (let row = 0; row < mask.length; row++) {
      if (mask[row] || nulls?.[row]) continue
      const value = values[row] ?? 0
      if (!seen[value]) seen[value] = holds(column.cell(row), needle) ? 2 : 1
      if (seen[value] === 2) mask[row] = 1
    }
    return
  }
  for (let row = 0; row < mask.length; row++) if (!mask[row] && holds(column.cell(row), needle)) mask[row] = 1
}

function keep(column: ColumnarColumn, filter: ColumnFilter, mask: Uint8Array): void {
  const { contains = '', from, to, empty } = filter
  if (empty) for (let row = 0; row < mask.length; row++) if ((column.nulls?.[row] === 1) !== (empty === 'only')) mask[row] = 0
  if (from !== undefined || to !== undefined) {
    const [low, high] = [from ?? -Infinity, to ?? Infinity]
    for (let row = 0; row < mask.length; row++) {
      if (!mask[row]) continue
      const value = column.number(row)
      if (!(value >= low && value <= high)) mask[row] = 0
    }
  }
  const needle = contains.trim().toLowerCase()
  if (needle === '') return
  const hits = new Uint8Array(mask.length)
  markText(column, needle, hits)
  for (let row = 0; row < mask.length; row++) if (!hits[row]) mask[row] = 0
}
