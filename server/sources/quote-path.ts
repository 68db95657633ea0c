import type { SourceKind } from '../../contract/source-kind.ts'

/** A table's name as the SQL of a source writes it. */
export const quotePath = (kind: SourceKind, path: readonly string[]): string =>
  path
    .map((part) =>
      kind === 'mysql' || kind === 'clickhouse' ? `\`${part.replaceAll('`', '``')}\`` : `"${part.replaceAll('"', '""')}"`,
    )
    .join('.')
