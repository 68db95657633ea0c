import { closeSync, openSync, writeSync } from 'node:fs'

/** Writes rows as CSV of our own making: text is always quoted, so that an empty text is not nothing. */
export function writeCells(path: string, rows: Iterable<readonly (string | number | bigint | boolean | null)[]>): void {
  const file = openSync(path, 'w')
  try {
    let text = ''
    for (const row of rows) {
      text += `${row.map(cellText).join(',')}\n`
      if (text.length < 1_000_000) continue
      writeSync(file, text)
      text = ''
    }
    writeSync(file, text)
  } finally {
    closeSync(file)
  }
}

const cellText = (cell: string | number | bigint | boolean | null): string => {
  if (cell === null) return ''
  return typeof cell === 'string' ? `"${cell.replaceAll('\0', '').replaceAll('"', '""')}"` : String(cell)
}
