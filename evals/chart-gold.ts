import type { DatabaseSync } from 'node:sqlite'
import type { Column, Row } from '../contract/column.ts'
import { isNumeric } from '../contract/column.ts'
import { type GoldCell, type GoldRows, goldRows } from './gold-database.ts'
import { matchRows } from './match.ts'
import type { ChartAsked } from './question-set.ts'

/** How the points of an answer stand to those of nvBench, in any order. */
export interface ChartMatch {
  /** As told in the set: with whole years as first days, names of days and months cut, and mostly without fractions. */
  readonly asTold: boolean
  /** As told, or as the gold's own statement has them on the data that is here, which lacks some rows that nvBench had. */
  readonly points: boolean
}

export function matchChart(
  columns: readonly Column[],
  rows: readonly Row[],
  asked: ChartAsked,
  database: DatabaseSync,
): ChartMatch {
  const told = goldsAsTold(asked.values)
  const fits = (gold: GoldRows, cells: readonly Row[]): boolean => matchRows(columns, cells, gold, false).relaxed
  const isWhole = told.every((gold) => gold.rows.flat().every((cell) => typeof cell !== 'number' || Number.isInteger(cell)))
  const cut = isWhole ? rows.map((row) => row.map((cell, at) => wholePart(cell, columns[at]))) : rows
  const asTold = told.some((gold) => fits(gold, rows) || fits(gold, cut))
  const own = asTold ? [] : ownPoints(asked.vql, database)
  return { asTold, points: asTold || own.some((gold) => fits(gold, rows)) }
}

const wholePart = (cell: Row[number], column: Column | undefined): Row[number] =>
  cell === null || !column || !isNumeric(column.type) ? cell : String(Math.trunc(Number(cell)))

type Values = ChartAsked['values']

function goldsAsTold(values: Values): GoldRows[] {
  const isYears = values.every(({ x_data }) => /^\d{4}-01-01$/.test(String(x_data)))
  const named = values.map((point) => ({ ...point, x_data: fullName(String(point.x_data)) ?? null }))
  return [
    pointsOf(values),
    ...(isYears ? [pointsOf(values.map((point) => ({ ...point, x_data: Number(String(point.x_data).slice(0, 4)) })))] : []),
    ...(values.every(({ x_data }) => /^\d{4}$/.test(String(x_data)))
      ? [pointsOf(values.map((point) => ({ ...point, x_data: `${String(point.x_data)}-01-01` })))]
      : []),
    ...(named.every(({ x_data }) => x_data !== null) ? [pointsOf(named.filter(({ y_data }) => y_data !== 0))] : []),
  ]
}

const calendarNames =
  'Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September October November December'.split(
    ' ',
  )
/** "Thur" and "Sept" in full. */
const fullName = (short: string): string | undefined =>
  /^\p{L}{3,}$/u.test(short) ? calendarNames.find((name) => name.startsWith(short)) : undefined

/** A group without a row of a kind is told as nothing there, and has no row in an answer. */
function pointsOf(values: Values): GoldRows {
  const isSplit = values.some(({ classify }) => classify !== undefined)
  const cell = (value: unknown): GoldCell =>
    typeof value === 'boolean' ? Number(value) : typeof value === 'string' || typeof value === 'number' ? value : null
  return {
    width: isSplit ? 3 : 2,
    rows: values
      .filter(({ y_data }) => !isSplit || y_data !== 0)
      .map(({ x_data, y_data, classify }) => [x_data, y_data, ...(isSplit ? [classify] : [])].map(cell)),
  }
}

const binOf: Readonly<Record<string, (column: string) => string>> = {
  WEEKDAY: (column) => nameSql(`(strftime('%w', ${column}) + 6) % 7`, calendarNames.slice(0, 7)),
  MONTH: (column) => nameSql(`strftime('%m', ${column}) - 1`, calendarNames.slice(7)),
  YEAR: (column) => `strftime('%Y-01-01', ${column})`,
}
const nameSql = (number: string, names: readonly string[]): string =>
  `CASE ${number} ${names.map((name, at) => `WHEN ${at} THEN '${name}'`).join(' ')} END`

/** What the statement in the words of nvBench gives: a SELECT, and how its first column is binned. */
function ownPoints(vql: string | undefined, database: DatabaseSync): GoldRows[] {
  const [, select, column = '', unit = ''] =
    /^Visualize [A-Z ]*?(SELECT .+?)(?: BIN (\S+) BY (\w+))?$/.exec((vql ?? '').replaceAll('"', "'")) ?? []
  if (select === undefined) return []
  const bin = binOf[unit.toUpperCase()]
  const plain = select.replace(/\s+ORDER BY .+?$/i, (order) => (/LIMIT/i.test(order) ? order : ''))
  const [, shown = '', from = ''] = /^SELECT (.+?) (FROM .+)$/i.exec(plain) ?? []
  const [, , series] = /^(.+?) GROUP BY (.+)$/i.exec(from) ?? []
  const sql = bin
    ? `SELECT ${shown.replace(column, () => bin(column))}${series ? `, ${series}` : ''} ${from.replace(/ GROUP BY .+$/i, '')} GROUP BY ${bin(column)}${series ? `, ${series}` : ''}`
    : plain
  try {
    const { width, rows } = goldRows(database, sql)
    return [{ width, rows }]
  } catch {
    return []
  }
}
