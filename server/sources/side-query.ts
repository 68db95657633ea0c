import type { CatalogColumn, CatalogTable } from '../../contract/catalog.ts'
import type { SourceKind } from '../../contract/source-kind.ts'
import type { PassedCondition } from './job.ts'
import { quoteText } from './policy-filter.ts'
import { quotePath } from './quote-path.ts'

/** Forms that read columns without naming them. */
const READS_ALL = /\bnatural\b|\bcolumns\s*\(|\b(describe|summarize|show|pivot|unpivot)\b/i
const DATE = /^\d{4}-\d{2}-\d{2}$/

/** What is asked of one source: the table's columns that the statement can mean, and the conditions that its kind reads at least as widely. */
export function sideQuery(kind: SourceKind, table: CatalogTable, sql: string, conditions: readonly PassedCondition[]): string {
  const columns = meantColumns(table, sql).map(({ name }) => quotePath(kind, [name]))
  const where = conditions.flatMap((condition) => passed(kind, table, condition) ?? [])
  const from = quotePath(kind, table.path ?? [table.name])
  return `SELECT ${columns.join(', ')} FROM ${from}${where.length > 0 ? ` WHERE ${where.join(' AND ')}` : ''}`
}

function meantColumns({ columns, primaryKey }: CatalogTable, sql: string): readonly CatalogColumn[] {
  const text = sql.toLowerCase()
  if (READS_ALL.test(sql) || /\*/.test(text.replace(/count\s*\(\s*\*\s*\)/g, ''))) return columns
  const meant = columns.filter(({ name }) => text.includes(name.toLowerCase()))
  if (meant.length > 0) return meant
  const key = columns.filter(({ name }) => primaryKey.includes(name))
  return key.length > 0 ? key : columns.slice(0, 1)
}

/**
 * NOTE: text is compared for equality only, as every source finds at least what DuckDB finds there; orders of text differ.
 * What a guard could read in two ways is left to DuckDB.
 */
function passed(
  kind: SourceKind,
  table: CatalogTable,
  { column, operator, value, isNumber }: PassedCondition,
): string | undefined {
  const known = table.columns.find(({ name }) => name.toLowerCase() === column.toLowerCase())
  if (!known) return undefined
  const name = quotePath(kind, [known.name])
  if ((known.type === 'integer' || known.type === 'decimal') && isNumber && /^\d+(\.\d+)?$/.test(value))
    return `${name} ${operator} ${value}`
  if (known.type === 'text' && operator === '=' && !isNumber && !/[\0\\]|--|\/\*/.test(value))
    return `${name} = ${quoteText(kind, value)}`
  if (known.type === 'date' && DATE.test(value) && (kind === 'postgres' || kind === 'mysql' || kind === 'duckdb'))
    return `${name} ${operator} '${value}'`
  return undefined
}
