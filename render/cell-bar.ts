import { type Column, isNumeric, isTemporal, type Row } from '../contract/column.ts'
import { type CellFormat, formatCell } from './format-cell.ts'

const FEWEST_ROWS = 3
const WIDEST_TEXT = 10
const FULL_WIDTH = 52

/**
 * Gives the one column that is the point a bar in each cell: the first measure of a ranking, which is a name, then a number, the greatest
 * first, none below zero. Other tables get none.
 */
export function withBar(columns: readonly Column[], formats: readonly CellFormat[], rows: readonly Row[]): readonly CellFormat[] {
  const [name, measure] = columns
  const format = formats[1]
  if (!name || !measure || !format?.isGrouped || !isNumeric(measure.type) || isNumeric(name.type) || isTemporal(name.type))
    return formats
  const values = rows.map((row) => (row[1] === null || row[1] === undefined ? Number.NaN : Number(row[1])))
  const isRanking = values.every((value, at) => value >= 0 && value <= (values[at - 1] ?? Number.MAX_VALUE))
  const [greatest = 0] = values
  if (rows.length < FEWEST_ROWS || !isRanking || greatest === 0 || greatest === values.at(-1)) return formats
  if (formatCell(rows[0]?.[1] ?? null, format).length > WIDEST_TEXT) return formats
  return formats.map((known, at) => (at === 1 ? { ...known, fullBar: greatest } : known))
}

/** Of `FULL_WIDTH` units, whole ones; what is there at all shows. */
export const barWidth = (value: number, full: number): number =>
  value > 0 ? Math.min(FULL_WIDTH, Math.max(1, Math.round((value / full) * FULL_WIDTH))) : 0
