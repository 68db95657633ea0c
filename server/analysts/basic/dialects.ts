import type { Cycle, Grain } from '../../../contract/plan.ts'
import type { SourceKind } from '../../../contract/source-kind.ts'

/** What differs from one database's SQL to another's. */
export interface Dialect {
  name(identifier: string): string
  text(value: string): string
  /** The first day of the unit that a day or time stands in, as a day. */
  truncate(column: string, grain: Grain): string
  /** Which day of the week (Monday is 1), month or quarter a day or time stands in. */
  turn(column: string, cycle: Cycle): string
  day(iso: string): string
  /** A text as the number that it is written for; nothing where it is none. */
  number(text: string): string
  average(column: string): string
  /** Text in one case, its spaces made single and cut at the ends, as `foldText` does. */
  fold(text: string): string
  /** A condition that a column's text matches a LIKE pattern, in which `\` escapes, without case. */
  like(column: string, pattern: string): string
  /** An item of ORDER BY with what has no value last; among different rows only where the database takes an expression there. */
  order(expression: string, descending: boolean, isDistinct?: boolean): string
  /** The last lines of a statement of so many rows. */
  limit(count: number, isOrdered: boolean): string
  boolean(value: boolean): string
  /** A column of booleans as a condition. */
  flag(column: string): string
  /** The sum of whole numbers, which may be larger than each of them can be. */
  sumOfIntegers(column: string): string
  /** Whether ORDER BY may work on the name of a figure; MySQL wants the figure itself. */
  readonly ordersByName: boolean
  /** A day moved on by units of the calendar. */
  shift(day: string, count: number, grain: Grain): string
}

const doubled = (text: string, quote: string): string => `${quote}${text.replaceAll(quote, quote + quote)}${quote}`
const nullsLast = (expression: string, descending: boolean): string => `${expression}${descending ? ' DESC' : ''} NULLS LAST`

/** Said in days or months: not every database knows weeks and quarters. */
const interval = (count: number, grain: Grain, say: (number: number, unit: 'day' | 'month') => string): string => {
  const months = { day: 0, week: 0, month: 1, quarter: 3, year: 12 }[grain]
  return months > 0 ? say(count * months, 'month') : say(count * (grain === 'week' ? 7 : 1), 'day')
}

const WRITTEN_NUMBER = '^ *[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+) *$'

export const duckdb: Dialect = {
  name: (identifier) => doubled(identifier, '"'),
  text: (value) => doubled(value, "'"),
  truncate: (column, grain) => `CAST(date_trunc('${grain}', ${column}) AS DATE)`,
  turn: (column, cycle) => `extract(${cycle === 'weekday' ? 'isodow' : cycle} FROM ${column})`,
  day: (iso) => `DATE '${iso}'`,
  number: (text) => `TRY_CAST(${text} AS DOUBLE)`,
  average: (column) => `avg(${column})`,
  fold: (text) => `lower(trim(regexp_replace(${text}, '\\s+', ' ', 'g')))`,
  like: (column, pattern) => `CAST(${column} AS VARCHAR) ILIKE ${doubled(pattern, "'")} ESCAPE '\\'`,
  order: nullsLast,
  limit: (count) => `LIMIT ${count}`,
  boolean: String,
  flag: (column) => column,
  sumOfIntegers: (column) => `sum(${column})`,
  ordersByName: true,
  shift: (day, count, grain) =>
    `CAST(${day} + ${interval(count, grain, (number, unit) => `INTERVAL '${number} ${unit}'`)} AS DATE)`,
}

export const postgres: Dialect = {
  ...duckdb,
  number: (text) => `CASE WHEN ${text} ~ '${WRITTEN_NUMBER}' THEN CAST(${text} AS double precision) END`,
}

export const sqlite: Dialect = {
  ...duckdb,
  truncate: (column, grain) =>
    ({
      day: `date(${column})`,
      week: `date(${column}, '-6 days', 'weekday 1')`,
      month: `date(${column}, 'start of month')`,
      quarter: `date(${column}, 'start of month', '-' || ((strftime('%m', ${column}) - 1) % 3) || ' months')`,
      year: `date(${column}, 'start of year')`,
    })[grain],
  turn: (column, cycle) =>
    ({
      weekday: `(strftime('%w', ${column}) + 6) % 7 + 1`,
      month: `CAST(strftime('%m', ${column}) AS INTEGER)`,
      quarter: `(strftime('%m', ${column}) + 2) / 3`,
    })[cycle],
  day: (iso) => `'${iso}'`,
  number: (text) => `CAST(${text} AS REAL)`,
  shift: (day, count, grain) => `date(${day}, ${interval(count, grain, (number, unit) => `'${number} ${unit}s'`)})`,
  fold: (text) => `lower(trim(${text}))`,
  like: (column, pattern) => `CAST(${column} AS TEXT) LIKE ${doubled(pattern, "'")} ESCAPE '\\'`,
}

export const mysql: Dialect = {
  ...duckdb,
  name: (identifier) => doubled(identifier, '`'),
  text: (value) => doubled(value.replaceAll('\\', '\\\\'), "'"),
  truncate: (column, grain) =>
    ({
      day: `CAST(${column} AS DATE)`,
      week: `CAST(DATE_SUB(${column}, INTERVAL WEEKDAY(${column}) DAY) AS DATE)`,
      month: `CAST(DATE_FORMAT(${column}, '%Y-%m-01') AS DATE)`,
      quarter: `CAST(CONCAT(YEAR(${column}), '-', LPAD(QUARTER(${column}) * 3 - 2, 2, '0'), '-01') AS DATE)`,
      year: `CAST(DATE_FORMAT(${column}, '%Y-01-01') AS DATE)`,
    })[grain],
  turn: (column, cycle) =>
    ({ weekday: `WEEKDAY(${column}) + 1`, month: `MONTH(${column})`, quarter: `QUARTER(${column})` })[cycle],
  number: (text) => `CASE WHEN ${text} REGEXP '${WRITTEN_NUMBER}' THEN CAST(${text} AS DOUBLE) END`,
  fold: (text) => `lower(trim(regexp_replace(${text}, '[[:space:]]+', ' ')))`,
  like: (column, pattern) => `lower(CAST(${column} AS CHAR)) LIKE lower(${mysql.text(pattern)}) ESCAPE '\\\\'`,
  order: (expression, descending) => `${expression} IS NULL, ${expression}${descending ? ' DESC' : ''}`,
  ordersByName: false,
  shift: (day, count, grain) =>
    `CAST(DATE_ADD(${day}, ${interval(count, grain, (number, unit) => `INTERVAL ${number} ${unit.toUpperCase()}`)}) AS DATE)`,
}

const backslashed = (text: string): string => doubled(text.replaceAll('\\', '\\\\'), "'")

/** Neither this nor the next one ever met the real service. */
const snowflake: Dialect = {
  ...duckdb,
  text: backslashed,
  turn: (column, cycle) => `extract(${cycle === 'weekday' ? 'dayofweekiso' : cycle} FROM ${column})`,
  number: (text) => `TRY_TO_DOUBLE(${text})`,
  fold: (text) => `lower(trim(regexp_replace(${text}, '\\\\s+', ' ')))`,
  like: (column, pattern) => `CAST(${column} AS VARCHAR) ILIKE ${backslashed(pattern)} ESCAPE '\\\\'`,
}

const bigquery: Dialect = {
  ...duckdb,
  name: (identifier) => `\`${identifier.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``,
  text: (value) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n').replaceAll('\r', '\\r')}'`,
  truncate: (column, grain) => `DATE_TRUNC(DATE(${column}), ${grain === 'week' ? 'ISOWEEK' : grain.toUpperCase()})`,
  turn: (column, cycle) =>
    cycle === 'weekday' ? `MOD(EXTRACT(DAYOFWEEK FROM ${column}) + 5, 7) + 1` : `EXTRACT(${cycle.toUpperCase()} FROM ${column})`,
  number: (text) => `SAFE_CAST(${text} AS FLOAT64)`,
  fold: (text) => `lower(trim(regexp_replace(${text}, r'\\s+', ' ')))`,
  like: (column, pattern) => `lower(CAST(${column} AS STRING)) LIKE lower(${bigquery.text(pattern)})`,
  shift: (day, count, grain) =>
    `DATE_ADD(${day}, ${interval(count, grain, (number, unit) => `INTERVAL ${number} ${unit.toUpperCase()}`)})`,
}

/** Never met the real server. */
export const sqlserver: Dialect = {
  ...duckdb,
  name: (identifier) => `[${identifier.replaceAll(']', ']]')}]`,
  text: (value) => `N${doubled(value, "'")}`,
  // NOTE: the first of January 1900 was a Monday.
  truncate: (column, grain) =>
    ({
      day: `CAST(${column} AS date)`,
      week: `DATEADD(day, -(((DATEDIFF(day, '19000101', ${column}) % 7) + 7) % 7), CAST(${column} AS date))`,
      month: `DATEFROMPARTS(YEAR(${column}), MONTH(${column}), 1)`,
      quarter: `DATEFROMPARTS(YEAR(${column}), DATEPART(quarter, ${column}) * 3 - 2, 1)`,
      year: `DATEFROMPARTS(YEAR(${column}), 1, 1)`,
    })[grain],
  turn: (column, cycle) =>
    cycle === 'weekday' ? `((DATEDIFF(day, '19000101', ${column}) % 7) + 7) % 7 + 1` : `DATEPART(${cycle}, ${column})`,
  day: (iso) => `CAST('${iso}' AS date)`,
  number: (text) => `TRY_CAST(${text} AS float)`,
  average: (column) => `avg(1.0 * ${column})`,
  fold: (text) => `lower(ltrim(rtrim(${text})))`,
  like: (column, pattern) =>
    `lower(CAST(${column} AS nvarchar(4000))) LIKE lower(${sqlserver.text(pattern.replaceAll('[', '\\['))}) ESCAPE '\\'`,
  order: (expression, descending, isDistinct = false) =>
    descending
      ? `${expression} DESC`
      : isDistinct
        ? expression
        : `CASE WHEN ${expression} IS NULL THEN 1 ELSE 0 END, ${expression}`,
  limit: (count, isOrdered) => `${isOrdered ? '' : 'ORDER BY 1 '}OFFSET 0 ROWS FETCH NEXT ${count} ROWS ONLY`,
  boolean: (value) => (value ? '1' : '0'),
  flag: (column) => `${column} = 1`,
  sumOfIntegers: (column) => `sum(CAST(${column} AS bigint))`,
  ordersByName: false,
  shift: (day, count, grain) => `DATEADD(${grain}, ${count}, ${day})`,
}

const OWN: Partial<Record<SourceKind, Dialect>> = { postgres, mysql, sqlite, snowflake, bigquery, sqlserver }

/** The dialect of a source; DuckDB's where there is none, or none of its own is written yet. */
export const dialectOf = (kind: SourceKind | undefined): Dialect => (kind && OWN[kind]) ?? duckdb
