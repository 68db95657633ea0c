import type { SourceKind } from '../../contract/source-kind.ts'

/** A table's name as the SQL of a source writes it. */
export const quotePath = (kind: SourceKind, path: readonly string[]): string =>
  path.map((part) => quoteName(kind, part)).join('.')

function quoteName(kind: SourceKind, part: string): string {
  if (kind === 'bigquery') return `\`${part.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``
  if (kind === 'mysql' || kind === 'clickhouse') return `\`${part.replaceAll('`', '``')}\``
  return `"${part.replaceAll('"', '""')}"`
}
