import type { SourceKind } from '../../contract/source-kind.ts'

/** A table's name as the SQL of a source writes it. */
export const quotePath = (kind: SourceKind, path: readonly string[]): string =>
  path.map((part) => quoteName(kind, part)).join('.')

function quoteName(kind: SourceKind, part: string): string {
  if (kind === 'bigquery') return `\`${part.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``
  if (kind === 'sqlserver') return `[${part.replaceAll(']', ']]')}]`
  if (kind === 'mysql' || kind === 'clickhouse') return `\`${part.replaceAll('`', '``')}\``
  return `"${part.replaceAll('"', '""')}"`
}

/** The first rows of a table, as many as said. */
export function firstRows(kind: SourceKind, path: readonly string[], count: number): string {
  const place = quotePath(kind, path)
  return kind === 'sqlserver' ? `SELECT TOP (${count}) * FROM ${place}` : `SELECT * FROM ${place} LIMIT ${count}`
}
