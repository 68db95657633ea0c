import { type Cell, type Column, type ColumnType, isNumeric, isTemporal, type Row } from '../contract/column.ts'
import type { GoldRows } from './gold-database.ts'

export interface Match {
  /** Gold's columns in gold's order, and the same rows as often as gold has them; in gold's order where the order counts. */
  readonly strict: boolean
  /** The same of some of the answer's columns, in any order of columns. */
  readonly relaxed: boolean
}

/** Compares an answer with gold's rows. Numbers compare by value to nine digits, days and times by what they name, text as it stands. */
export function matchRows(columns: readonly Column[], rows: readonly Row[], gold: GoldRows, isOrdered: boolean): Match {
  if (rows.length !== gold.rows.length) return { strict: false, relaxed: false }
  const fits = (places: readonly number[]): boolean => {
    const typed = places.map((place) => columns[place]?.type ?? 'text')
    const answered = rows.map((row) => JSON.stringify(typed.map((type, at) => canonical(row[places[at] ?? 0] ?? null, type))))
    const wanted = gold.rows.map((row) => JSON.stringify(typed.map((type, at) => canonical(row[at] ?? null, type))))
    if (!isOrdered) {
      answered.sort()
      wanted.sort()
    }
    return answered.every((key, at) => key === wanted[at])
  }
  const strict = columns.length === gold.width && fits(columns.map((_, place) => place))
  return { strict, relaxed: strict || arrangements(columns, rows, gold).some(fits) }
}

const MOST_ARRANGEMENTS = 5000

/** Ways to choose a column of the answer for each of gold's that hold the same cells. */
function arrangements(columns: readonly Column[], rows: readonly Row[], gold: GoldRows): number[][] {
  if (gold.width > columns.length) return []
  const cellsOf = (cells: readonly (Cell | undefined)[], type: ColumnType): string =>
    JSON.stringify(cells.map((cell) => JSON.stringify(canonical(cell ?? null, type))).sort((one, two) => (one < two ? -1 : 1)))
  const answered = columns.map(({ type }, place) =>
    cellsOf(
      rows.map((row) => row[place]),
      type,
    ),
  )
  let found: number[][] = [[]]
  for (let at = 0; at < gold.width && found.length < MOST_ARRANGEMENTS; at++) {
    const places = columns.flatMap(({ type }, place) => {
      const wanted = cellsOf(
        gold.rows.map((row) => row[at]),
        type,
      )
      return answered[place] === wanted ? [place] : []
    })
    found = found.flatMap((chosen) => places.filter((place) => !chosen.includes(place)).map((place) => [...chosen, place]))
  }
  return found.slice(0, MOST_ARRANGEMENTS)
}

/** Says a cell so that equal values are equal text, read as the answer's column has it. */
function canonical(cell: Cell, type: ColumnType): string | null {
  if (cell === null) return null
  const text = String(cell).trim()
  if (type === 'boolean') return /^(true|t|yes|y|1)$/i.test(text) ? '1' : '0'
  if (isTemporal(type)) return instant(text) ?? text
  if (isNumeric(type) || /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) {
    const number = Number(text)
    return text === '' || Number.isNaN(number) ? text : String(Number(number.toPrecision(9)))
  }
  return text
}

/** `2009-01-02 03:04:05` of the usual ways to write a day, with midnight left out. */
function instant(text: string): string | undefined {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?Z?$/.exec(text)
  const local = /^(\d{1,2})[./](\d{1,2})[./](\d{4})$/.exec(text)
  const parts = iso?.slice(1) ?? (local ? [local[3], local[2], local[1]] : undefined)
  if (!parts) {
    const read = Date.parse(`${text} UTC`)
    return Number.isNaN(read) ? undefined : instant(new Date(read).toISOString().slice(0, 19))
  }
  const [year, month, day, hour = '0', minute = '0', second = '0'] = parts
  const two = (part: string | undefined): string => (part ?? '0').padStart(2, '0')
  const time = `${two(hour)}:${two(minute)}:${two(second)}`
  return `${year}-${two(month)}-${two(day)}${time === '00:00:00' ? '' : ` ${time}`}`
}
