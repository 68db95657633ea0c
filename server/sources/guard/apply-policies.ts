import { KnownError } from '../../../contract/error.ts'
import { hasRowPolicies, type SourceKind } from '../../../contract/source-kind.ts'
import type { PolicyTable, RowPolicies } from '../job.ts'
import { quotePath } from '../quote-path.ts'
import type { ReadStatement, TableMention } from './statement.ts'

/**
 * Rewrites a statement so that its asker sees the rows that the policies leave: every mention of a table becomes `(SELECT * FROM table WHERE filter)`.
 * What cannot be seen through is refused rather than let by: other relations than the catalog's, views without a filter of their own, EXPLAIN,
 * functions that somebody wrote (`ownFunctions`), names in WITH that hide a table. Throws `not-read-only` or `query-failed`.
 */
export function applyPolicies(
  kind: SourceKind,
  statement: ReadStatement,
  policies: RowPolicies,
  ownFunctions: ReadonlySet<string>,
): string {
  if (!hasRowPolicies(kind)) throw refused('No policy was proven to hold on this kind, so nothing of it is open to you.')
  if (statement.isExplained) throw refused('EXPLAIN shows how many rows there are, so it is closed to you here.')
  if (statement.hasHiddenTables)
    throw refused('Write the tables in FROM and JOIN: this form cannot be checked against your rows.')
  const written = statement.functions.find((name) => ownFunctions.has(name.split('.').at(-1) ?? ''))
  if (written !== undefined) throw refused(`The function ${written} was written for this database and may read any row.`)
  const names = new Set(policies.tables.map(({ path }) => fold(path.at(-1) ?? '')))
  const hiding = statement.withNames.find((name) => names.has(fold(name)))
  if (hiding !== undefined)
    throw new KnownError('query-failed', `There is a table named ${hiding}. Name the WITH part otherwise.`)
  const parts = new Set(statement.withNames.map(fold))
  const inOrder = [...statement.tables].sort((one, other) => other.start - one.start)
  let { sql } = statement
  for (const mention of inOrder) {
    const isPart = mention.path.length === 1 && parts.has(fold(mention.path[0] ?? ''))
    if (!isPart) sql = sql.slice(0, mention.start) + replacement(kind, mention, policies) + sql.slice(mention.end)
  }
  return sql
}

const fold = (name: string): string => name.toLowerCase()
const refused = (why: string): KnownError => new KnownError('not-read-only', `You see a part of the rows of this source. ${why}`)

function replacement(kind: SourceKind, mention: TableMention, policies: RowPolicies): string {
  const table = resolve(kind, mention.path, policies)
  const { path, filter, isView } = table
  if (isView && filter === undefined) throw refused(`The view ${path.at(-1) ?? ''} may show any row.`)
  const place = quotePath(kind, path)
  if (filter === undefined) return place
  const alias = mention.hasAlias ? '' : ` AS ${quotePath(kind, [path.at(-1) ?? ''])}`
  return `(SELECT * FROM ${place} WHERE (${filter}\n))${alias}`
}

/** NOTE: PostgreSQL tells names apart by their case; where an engine may not, a name that could be two tables is refused. */
function resolve(kind: SourceKind, path: readonly string[], { tables, defaultSchemas }: RowPolicies): PolicyTable {
  const same = (one: string, other: string): boolean => (kind === 'postgres' ? one === other : fold(one) === fold(other))
  const ends = (table: PolicyTable): boolean =>
    path.every((part, index) => same(part, table.path[table.path.length - path.length + index] ?? ''))
  const found = tables.filter(ends)
  const inDefault =
    path.length === 1 ? defaultSchemas.flatMap((schema) => found.filter((table) => same(table.path.at(-2) ?? '', schema))) : found
  const [table] = inDefault
  if (!table) throw new KnownError('query-failed', `There is no table named ${path.join('.')} among those that you may ask.`)
  if (kind !== 'postgres' && inDefault.length > 1)
    throw refused(`${path.join('.')} could be more than one table. Write its schema.`)
  return table
}
