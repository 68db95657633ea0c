import type { Column, Row } from '../contract/column.ts'
import { type CellFormat, formatCell, isNumberType, isTimeType } from './format-cell.ts'

const FEWEST_ROWS = 3
const WIDEST_TEXT = 10

/**
 * Gives the one column that is the point a bar in each cell: the first measure of a ranking, which is a name, then a number, the greatest
 * first, none below zero. Other tables get none.
 */
export function withBar(columns: readonly Column[], formats: readonly CellFormat[], rows: readonly Row[]): readonly CellFormat[] {
  const [name, measure] = columns
  const format = formats[1]
  if (!name || !measure || !format?.isGrouped || !isNumberType(measure.type) || isNumberType(name.type) || isTimeType(name.type))
    return formats
  const values = rows.map((row) => (row[1] === null || row[1] === undefined ? Number.NaN : Number(row[1])))
  const isRanking = values.every((value, at) => value >= 0 && value <= (values[at - 1] ?? Number.MAX_VALUE))
  const [greatest = 0] = values
  if (rows.length < FEWEST_ROWS || !isRanking || greatest === 0 || greatest === values.at(-1)) return formats
  if (formatCell(rows[0]?.[1] ?? null, format).length > WIDEST_TEXT) return formats
  return formats.map((known, at) => (at === 1 ? { ...known, fullBar: greatest } : known))
}
