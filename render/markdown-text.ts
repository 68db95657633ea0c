import type { Cell, Column, Row } from '../contract/column.ts'

/** Text on one line, as it may stand in a Markdown heading or list. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** Text on one line that means nothing but itself in Markdown. */
export const plainLine = (text: string): string => oneLine(text).replace(/[\\`*_[\]<>~|&#]/g, '\\$&')

/** Code between fences longer than any run of backticks in it. */
export function fenced(code: string, language: string): string {
  const longest = Math.max(2, ...(code.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${code}\n${fence}`
}

const cellText = (cell: Cell): string =>
  cell === null ? '' : oneLine(String(cell)).replaceAll('\\', '\\\\').replaceAll('|', '\\|')

/** A table of Markdown: null is an empty cell, a line break within a cell a space. */
export function markdownTable(columns: readonly Column[], rows: readonly Row[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    row(columns.map((column) => cellText(column.name))),
    row(columns.map(() => '---')),
    ...rows.map((cells) => row(cells.map(cellText))),
  ].join('\n')
}
