import type { Cell } from '../contract/column.ts'
import { type CellFormat, formatCell, formatCount, isNumberType, isTimeType } from './format-cell.ts'
import { html } from './html.ts'

const SMALL_TABLE = 25
const ROWS_AT_FIRST = 10
/** Rows on a page until the reader chooses: small tables stand whole, the first rows of others keep the page quick. */
export const rowsAtFirst = (rowCount: number): number => (rowCount <= SMALL_TABLE ? SMALL_TABLE : ROWS_AT_FIRST)
const FULL_WIDTH = 52

/** Of `FULL_WIDTH` units, whole ones; what is there at all shows. */
const barWidth = (value: number, full: number): number =>
  value > 0 ? Math.min(FULL_WIDTH, Math.max(1, Math.round((value / full) * FULL_WIDTH))) : 0

/** Cells longer than this carry their whole text as a title, because they are cut. */
export const LONG_TEXT = 24

/** One cell with its `<td>`. The same for the first rows and for every page later. */
export function cellHtml(cell: Cell, format: CellFormat): string {
  if (cell === null) return `<td class="null${isNumberType(format.type) ? ' n' : ''}">–</td>`
  const text = formatCell(cell, format)
  if (isNumberType(format.type)) {
    const value = Number(cell)
    const isCut = format.decimals !== undefined && Number(value.toFixed(format.decimals)) !== value && !Number.isNaN(value)
    const title = isCut && html` title="${String(cell)}"`
    if (format.fullBar === undefined) return html`<td class="n"${title}>${text}</td>`.markup
    return html`<td class="n"${title}><svg class="bar" viewBox="0 0 52 8" aria-hidden="true"><path d="M0 0h${barWidth(value, format.fullBar)}v8H0z"/></svg><span class="v">${text}</span></td>`
      .markup
  }
  if (isTimeType(format.type)) return html`<td class="num">${text}</td>`.markup
  if (text.length > LONG_TEXT)
    return html`<td><span class="nm" title="${text.slice(0, 2000)}">${text.slice(0, 2000)}</span></td>`.markup
  return html`<td>${text}</td>`.markup
}

/** Foot text: `1–10 of 1,000`. Where the query was cut off, it says so. */
export function rangeText(from: number, to: number, rowCount: number, truncated: boolean): string {
  if (rowCount === 0) return 'No rows'
  const range = `${formatCount(from)}–${formatCount(to)} of `
  return truncated ? `${range}the first ${formatCount(rowCount)} of more rows` : range + formatCount(rowCount)
}
