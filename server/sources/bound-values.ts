import { randomBytes } from 'node:crypto'
import { KnownError } from '../../contract/error.ts'
import type { BoundValue } from '../../contract/parameter.ts'
import type { SourceKind } from '../../contract/source-kind.ts'
import { parameterPlaces } from './guard/parameter-places.ts'
import type { ReadStatement } from './guard/statement.ts'

/** What a statement's parameters are, by name. */
export type NamedValues = Readonly<Record<string, BoundValue>>

/** The values of the marks in a statement, and how a mark begins. */
export interface MarkedValues {
  readonly mark: string
  readonly values: readonly BoundValue[]
}

/** To these, `$name` may be something of their own. */
const KNOWS_DOLLARS: ReadonlySet<SourceKind> = new Set(['mysql', 'snowflake', 'clickhouse', 'sqlserver'])

/**
 * Puts a mark for each `$name`: a name that nobody can guess and every parser takes for a column's. So the guard judges and rewrites the statement
 * as any other, and the driver puts its own sign for a bound value in the place of each mark at the very end. No value is ever in a statement that a parser reads.
 * Throws `query-failed` for a name without a value.
 */
export function markParameters(kind: SourceKind, sql: string, named: NamedValues): { sql: string; marked: MarkedValues } {
  const mark = `qry_${randomBytes(8).toString('hex')}_`
  const values: BoundValue[] = []
  let text = ''
  let from = 0
  for (const { name, start, end } of parameterPlaces(kind, sql)) {
    const value = Object.hasOwn(named, name) ? named[name] : undefined
    if (!value && KNOWS_DOLLARS.has(kind)) continue
    if (!value) throw new KnownError('query-failed', `There is no parameter named $${name}. ${listed(Object.keys(named))}`)
    text += `${sql.slice(from, start)}${mark}${values.push(value)}`
    from = end
  }
  return { sql: text + sql.slice(from), marked: { mark, values } }
}

const listed = (names: readonly string[]): string =>
  names.length === 0 ? 'There are none here.' : `Those there are: ${names.map((name) => `$${name}`).join(', ')}.`

/** Refuses a parameter where SQL has a name: a value is none. Throws `query-failed`. */
export function requireValuePlaces({ tables, withNames, functions }: ReadStatement, { mark }: MarkedValues): void {
  const names = [...tables.flatMap(({ path }) => path), ...withNames, ...functions]
  if (names.some((name) => name.toLowerCase().includes(mark)))
    throw new KnownError('query-failed', 'A parameter stands for a value, not for the name of a table, a column or a function.')
}

/**
 * Puts a driver's own sign for each mark, in the order of the text, and answers with the values in that order: a mark that was written twice counts twice.
 * `write` gets the number of the place, from 1. Throws `query-failed` for a mark in quotes.
 */
export function placeValues(
  sql: string,
  marked: MarkedValues | undefined,
  write: (value: BoundValue, place: number) => string,
): { sql: string; values: BoundValue[] } {
  const values: BoundValue[] = []
  if (!marked) return { sql, values }
  const placed = sql.replace(
    new RegExp(`(.?)${marked.mark}(\\d+)(.?)`, 'gisu'),
    (_, before: string, number: string, after: string) => {
      const value = marked.values[Number(number) - 1]
      if (!value || /["'`\\]/.test(before + after))
        throw new KnownError('query-failed', 'A parameter stands where no value can. Write the statement more plainly.')
      return `${before}${write(value, values.push(value))}${after}`
    },
  )
  return { sql: placed, values }
}
