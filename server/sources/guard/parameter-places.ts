import type { SourceKind } from '../../../contract/source-kind.ts'

/** Where a statement says `$name`. */
export interface ParameterPlace {
  readonly name: string
  readonly start: number
  readonly end: number
}

type Kinds = ReadonlySet<SourceKind>
const of = (...kinds: SourceKind[]): Kinds => new Set(kinds)
/** In whose quoted texts a backslash takes away the meaning of the next sign. */
const BACKSLASHED = of('mysql', 'clickhouse', 'snowflake', 'bigquery')
const DOLLAR_QUOTED = of('postgres', 'duckdb', 'snowflake', 'clickhouse')
const HASH_COMMENTS = of('mysql', 'bigquery', 'clickhouse')
const NESTED_COMMENTS = of('postgres', 'duckdb', 'sqlserver')
const BRACKETS = of('sqlite', 'sqlserver')
const NAME = /\$([A-Za-z_]\w*)(?![\w$])/y
const DOLLAR_QUOTE = /\$(?:[A-Za-z_]\w*)?\$/y
const WORD = /[\p{L}\p{N}_$]/u

/**
 * Finds `$name` outside of quotes and comments, as the dialect reads them.
 * NOTE: a place that the database reads otherwise binds a wrong number of values, and the statement fails: no value is ever a part of its text.
 */
export function parameterPlaces(kind: SourceKind, sql: string): ParameterPlace[] {
  const places: ParameterPlace[] = []
  for (let at = 0; at < sql.length; ) {
    const after = skipped(kind, sql, at)
    if (after > at) {
      at = after
      continue
    }
    NAME.lastIndex = at
    const [text = '', name = ''] = (sql[at] === '$' && !WORD.test(sql[at - 1] ?? '') && NAME.exec(sql)) || []
    if (text !== '') places.push({ name: name.toLowerCase(), start: at, end: at + text.length })
    at += Math.max(text.length, 1)
  }
  return places
}

/** The end of the text or comment that begins here, or here. */
function skipped(kind: SourceKind, sql: string, at: number): number {
  const sign = sql[at] ?? ''
  const two = sql.slice(at, at + 2)
  if (two === '--' || (two === '//' && kind === 'snowflake') || (sign === '#' && HASH_COMMENTS.has(kind)))
    return endOf(sql.indexOf('\n', at), 1, sql)
  if (two === '/*') return endOfComment(sql, at, NESTED_COMMENTS.has(kind))
  if (sign === "'" || sign === '"' || sign === '`') return endOfQuoted(kind, sql, at, sign)
  if (sign === '[' && BRACKETS.has(kind)) return endOf(sql.indexOf(']', at), 1, sql)
  if (sign === '$' && DOLLAR_QUOTED.has(kind) && !WORD.test(sql[at - 1] ?? '')) {
    DOLLAR_QUOTE.lastIndex = at
    const [quote] = DOLLAR_QUOTE.exec(sql) ?? []
    if (quote !== undefined) return endOf(sql.indexOf(quote, at + quote.length), quote.length, sql)
  }
  return at
}

const endOf = (found: number, length: number, sql: string): number => (found < 0 ? sql.length : found + length)

function endOfComment(sql: string, start: number, isNested: boolean): number {
  let depth = 1
  for (let at = start + 2; at < sql.length; at++) {
    const two = sql.slice(at, at + 2)
    if (two !== '*/' && !(two === '/*' && isNested)) continue
    depth += two === '*/' ? -1 : 1
    at++
    if (depth === 0) return at + 1
  }
  return sql.length
}

function endOfQuoted(kind: SourceKind, sql: string, start: number, quote: string): number {
  if (kind === 'bigquery' && sql.startsWith(quote.repeat(3), start)) return endOf(sql.indexOf(quote.repeat(3), start + 3), 3, sql)
  const isEscaped = BACKSLASHED.has(kind) || ((kind === 'postgres' || kind === 'duckdb') && /[eE]/.test(sql[start - 1] ?? ''))
  for (let at = start + 1; at < sql.length; at++) {
    if (sql[at] === '\\' && isEscaped) at++
    else if (sql[at] === quote && sql[at + 1] === quote) at++
    else if (sql[at] === quote) return at + 1
  }
  return sql.length
}
