/** How a CSV file is written, told from its beginning. */
export interface Dialect {
  readonly delimiter: string
  readonly hasHeader: boolean
  readonly columnCount: number
  /** The heading line as written; empty without one. */
  readonly headings: readonly string[]
  /** Blank lines before the first row. */
  readonly skip: number
}

const DELIMITERS = [',', ';', '\t', '|']
const NUMBER_LIKE = /^[-+]?[$€£]?\s?\d[\d.,\s]*%?$/
const DATE_LIKE = /^\d{1,4}[-./]\d{1,2}[-./]\d{1,4}([ T]|$)/
const YEAR = /^(19|20)\d\d$/

/** Rows of the beginning of a file; the last may be cut short. */
export function splitRows(text: string, delimiter: string, most = 200): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let isQuoted = false
  const endCell = (): void => {
    row.push(cell)
    cell = ''
  }
  for (let i = 0; i < text.length && rows.length < most; i++) {
    const letter = text[i] ?? ''
    if (isQuoted) {
      if (letter !== '"') cell += letter
      else if (text[i + 1] === '"') {
        cell += '"'
        i++
      } else isQuoted = false
    } else if (letter === '"' && cell === '') isQuoted = true
    else if (letter === delimiter) endCell()
    else if (letter === '\n') {
      endCell()
      rows.push(row)
      row = []
    } else if (letter !== '\r' || text[i + 1] !== '\n') cell += letter
  }
  if (cell !== '' || row.length > 0) {
    endCell()
    rows.push(row)
  }
  return rows
}

/** Reads the dialect off the beginning of a file that is not blank. */
export function detectDialect(start: string, delimiters: readonly string[] = DELIMITERS): Dialect {
  const skip = /^(?:[ \t\r]*\n)*/.exec(start)?.[0].split('\n').length ?? 1
  const text = start.replace(/^(?:[ \t\r]*\n)*/, '')
  const best = delimiters
    .map((delimiter) => ({ delimiter, score: scoreOf(splitRows(text, delimiter)) }))
    .reduce((most, one) => (one.score > most.score ? one : most))
  const delimiter = best.score > 0 ? best.delimiter : ','
  const rows = splitRows(text, delimiter).filter((row) => row.length > 1 || row[0] !== '')
  const first = rows[0] ?? []
  const hasHeader = looksLikeHeader(first, rows.slice(1))
  const width = Math.max(first.length, hasHeader ? 0 : commonWidth(rows))
  return { delimiter, hasHeader, columnCount: width, headings: hasHeader ? first : [], skip: skip - 1 }
}

const commonWidth = (rows: readonly string[][]): number => {
  const counts = new Map<number, number>()
  for (const row of rows) counts.set(row.length, (counts.get(row.length) ?? 0) + 1)
  return [...counts].reduce((most, one) => (one[1] > most[1] ? one : most), [0, 0])[0]
}

/** More cells a row, and the same number in most rows, is better; one cell a row tells nothing. */
function scoreOf(rows: readonly string[][]): number {
  const whole = rows.length > 1 ? rows.slice(0, -1) : rows
  const width = commonWidth(whole)
  if (width < 2) return 0
  const share = whole.filter((row) => row.length === width).length / whole.length
  const isOfFirst = whole[0]?.length === width ? 1 : 0.7
  return share * share * isOfFirst * (1 + Math.log2(width) / 4)
}

const isValueLike = (text: string): boolean => NUMBER_LIKE.test(text.trim()) || DATE_LIKE.test(text.trim())

/** A first line is a heading when a column below it is of numbers or dates and it is not, or when nothing in it looks like a value. */
function looksLikeHeader(first: readonly string[], below: readonly string[][]): boolean {
  if (first.every((cell) => !isValueLike(cell))) return first.some((cell) => cell.trim() !== '')
  return first.some((cell, index) => {
    if (cell.trim() === '' || (isValueLike(cell) && !YEAR.test(cell.trim()))) return false
    const values = below.map((row) => row[index]?.trim() ?? '').filter((value) => value !== '')
    const areValues = values.length > 0 && values.filter(isValueLike).length > values.length * 0.8
    return YEAR.test(cell.trim()) ? areValues && values.every((value) => !YEAR.test(value)) : areValues
  })
}
