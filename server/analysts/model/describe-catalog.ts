import type { Catalog, CatalogColumn, CatalogTable } from '../../../contract/catalog.ts'
import type { Cell } from '../../../contract/column.ts'

const FEW_VALUES = 12
const SAMPLE_VALUES = 4
const LONGEST_VALUE = 60

/** `Table orders (orders.csv): 200 rows`, then a line per column. `values`: how many of a column's values are told. */
export function describeTable(table: CatalogTable, values: number = FEW_VALUES): string {
  const { label, name, rowCount, comment, isView } = table
  const facts = [
    ...(label !== name ? [label] : []),
    ...(isView ? ['a view'] : []),
    ...(rowCount > 0 ? [`${rowCount} rows`] : []),
    ...(comment ? [comment] : []),
  ]
  const lines = table.columns.map((column) => `  ${describeColumn(column, table, values)}`)
  return [`Table ${sqlName(table)}${facts.length > 0 ? `: ${facts.join(', ')}` : ''}`, ...lines].join('\n')
}

/** A table's name as SQL writes it, unquoted. */
const sqlName = ({ name, path }: CatalogTable): string => path?.join('.') ?? name

function describeColumn(column: CatalogColumn, table: CatalogTable, mostValues: number): string {
  const { name, type, nativeType, comment, nullCount } = column
  const references = table.foreignKeys.flatMap(({ columns, table: other, references: others }) => {
    const at = columns.indexOf(name)
    return at < 0 ? [] : [`refers to ${other}.${others[at] ?? 'its key'}`]
  })
  const facts = [
    nativeType ?? type,
    ...(table.primaryKey.includes(name) ? ['key'] : []),
    ...references,
    ...(nullCount ? [`${nullCount} empty`] : []),
    ...describeValues(column, mostValues),
    ...(comment ? [comment] : []),
  ]
  return `${JSON.stringify(name)} ${facts.join(', ')}`
}

function describeValues({ type, values = [], distinctCount, min, max }: CatalogColumn, most: number): string[] {
  if (most === 0) return []
  const isText = type === 'text' || type === 'boolean'
  if (!isText && min !== undefined && max !== undefined) return [`from ${shown(min)} to ${shown(max)}`]
  if (values.length === 0) return []
  const isAll = distinctCount !== undefined && distinctCount <= values.length && values.length <= most
  const told = values.slice(0, isAll ? most : Math.min(SAMPLE_VALUES, most)).map(({ value }) => shown(value))
  return [isAll ? `one of ${told.join(', ')}` : `${distinctCount ?? 'many'} different, like ${told.join(', ')}`]
}

/** As a literal of SQL, so that it can be copied into one. */
function shown(value: Cell): string {
  if (typeof value !== 'string') return String(value)
  const short = value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value
  return `'${short.replaceAll("'", "''")}'`
}

/** The names of tables that are told no more of. */
export const listTables = ({ tables }: Catalog): string => tables.map(sqlName).join(', ')
