import type { Column, Row } from '../contract/column.ts'
import { cellFormat, formatCell, isNumberType } from './format-cell.ts'
import { escapeText } from './html.ts'
import { textWidth } from './text-width.ts'

const FONT_SIZE = 14
const ROW_HEIGHT = 30
const PADDING = 12
const LONGEST = 36

/**
 * A small table as an SVG file, its colours left to `--ink` and so on and its font to whoever shows it; columns are as wide as Onest needs.
 * Long cells are cut; null is a dash.
 */
export function tableSvg(columns: readonly Column[], rows: readonly Row[]): string {
  const laid = columns.map((column, place) => {
    const format = cellFormat(
      column,
      rows.map((row) => row[place] ?? null),
    )
    const cells = rows.map((row) => cutCell((row[place] ?? null) === null ? '–' : formatCell(row[place] ?? null, format)))
    const head = cutCell(column.name)
    const widest = Math.max(...[head, ...cells].map((text) => textWidth(text, FONT_SIZE)))
    return { head, cells, isRight: isNumberType(column.type), width: Math.ceil(widest) + 2 * PADDING }
  })
  const width = laid.reduce((sum, column) => sum + column.width, 0)
  const height = (rows.length + 1) * ROW_HEIGHT
  const drawn: string[] = [`<rect x="0" y="0" width="${width}" height="${ROW_HEIGHT}" fill="var(--sunken)"/>`]
  let left = 0
  for (const { head, cells, isRight, width: own } of laid) {
    const [x, anchor] = isRight ? [left + own - PADDING, 'end'] : [left + PADDING, 'start']
    const text = (content: string, row: number, fill: string) =>
      `<text x="${x}" y="${row * ROW_HEIGHT + 20}" text-anchor="${anchor}" fill="var(${fill})">${escapeText(content)}</text>`
    drawn.push(text(head, 0, '--ink-2'), ...cells.map((cell, row) => text(cell, row + 1, '--ink')))
    left += own
  }
  for (let row = 1; row <= rows.length; row++)
    drawn.push(
      `<line x1="0" x2="${width}" y1="${row * ROW_HEIGHT}" y2="${row * ROW_HEIGHT}" stroke="var(--rule)" stroke-width="1"/>`,
    )
  const group = `<g font-size="${FONT_SIZE}" xml:space="preserve">${drawn.join('')}</g>`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}">${group}</svg>`
}

function cutCell(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line
}
