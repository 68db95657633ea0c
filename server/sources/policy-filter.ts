import { KnownError } from '../../contract/error.ts'
import type { SourceKind } from '../../contract/source-kind.ts'

/** In whose texts a backslash escapes. */
const BACKSLASHED: ReadonlySet<SourceKind> = new Set(['mysql', 'clickhouse', 'snowflake', 'bigquery'])
const PLACE = /\{\{\s*([\w.-]+)\s*\}\}/g

/** A filter with what is known of a person in its places, as text of the dialect. Where something is not known of them, no row is theirs. */
export function fillFilter(kind: SourceKind, filter: string, known: Readonly<Record<string, string>>): string {
  if (unknownIn(filter, known).length > 0) return '1 = 0'
  return filter.replace(PLACE, (_, name: string) => quoteText(kind, known[name] ?? ''))
}

/** The attributes that a filter names and nothing is said of. */
export const unknownIn = (filter: string, known: Readonly<Record<string, string>>): string[] =>
  [...filter.matchAll(PLACE)].map(([, name = '']) => name).filter((name) => !Object.hasOwn(known, name))

/** A text of the dialect. Throws `invalid-input` for one with a NUL character. */
export function quoteText(kind: SourceKind, text: string): string {
  if (text.includes('\0')) throw new KnownError('invalid-input', 'A text holds a NUL character.')
  const escaped = BACKSLASHED.has(kind) ? text.replaceAll('\\', '\\\\') : text
  if (kind === 'bigquery') return `'${escaped.replaceAll("'", "\\'").replaceAll('\n', '\\n').replaceAll('\r', '\\r')}'`
  const quoted = `'${escaped.replaceAll("'", "''")}'`
  // NOTE: without the N, SQL Server writes a text in the letters of its code page and loses the others.
  return kind === 'sqlserver' ? `N${quoted}` : quoted
}
