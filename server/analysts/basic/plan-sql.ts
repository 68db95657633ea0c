import type { CatalogTable } from '../../../contract/catalog.ts'
import type { Cell } from '../../../contract/column.ts'
import { KnownError } from '../../../contract/error.ts'
import type { Filter, Grain, Measure, Plan } from '../../../contract/plan.ts'

/** What differs from one database's SQL to another's. */
export interface Dialect {
  name(identifier: string): string
  text(value: string): string
  truncate(column: string, grain: Grain): string
  day(iso: string): string
  average(column: string): string
  /** Text in one case, its spaces made single and cut at the ends, as `foldText` does. */
  fold(text: string): string
  /** A condition that a column's text holds `value` somewhere, without case. */
  contains(column: string, value: string): string
}

export const duckdb: Dialect = {
  name: (identifier) => `"${identifier.replaceAll('"', '""')}"`,
  text: (value) => `'${value.replaceAll("'", "''")}'`,
  truncate: (column, grain) => `CAST(date_trunc('${grain}', ${column}) AS DATE)`,
  day: (iso) => `DATE '${iso}'`,
  average: (column) => `avg(${column})`,
  fold: (text) => `lower(trim(regexp_replace(${text}, '\\s+', ' ', 'g')))`,
  contains: (column, value) => `contains(lower(CAST(${column} AS VARCHAR)), lower(${duckdb.text(value)}))`,
}

/**
 * One SELECT for a plan. Ties in an order are settled by the dimensions, so that the same plan gives the same rows.
 * Throws `invalid-input` where the plan names a column that the table does not have.
 */
export function planSql(plan: Plan, table: CatalogTable, dialect: Dialect = duckdb): string {
  const known = (name: string): string => {
    if (!table.columns.some((column) => column.name === name))
      throw new KnownError('invalid-input', `There is no column “${name}” in ${table.label}.`)
    return dialect.name(name)
  }
  const typeOf = (name: string) => table.columns.find((column) => column.name === name)?.type
  const dimensions = plan.dimensions.map(({ column, grain, label }) => ({
    label,
    sql: grain ? dialect.truncate(known(column), grain) : known(column),
    isTime: grain !== undefined,
  }))
  const measures = plan.measures.map((measure) => ({ label: measure.label, sql: measureSql(measure, known, dialect) }))
  const isSummed = dimensions.length + measures.length > 0
  const parts = isSummed
    ? [...dimensions, ...measures].map(({ sql, label }) => `${sql} AS ${dialect.name(label)}`)
    : plan.columns.map(known)
  const lines = [`SELECT ${parts.length > 0 ? parts.join(', ') : '*'}`, `FROM ${dialect.name(plan.table)}`]
  if (plan.filters.length > 0)
    lines.push(
      `WHERE ${plan.filters.map((filter) => filterSql(filter, known, typeOf(filter.column) ?? 'text', dialect)).join(' AND ')}`,
    )
  if (dimensions.length > 0) lines.push(`GROUP BY ${dimensions.map(({ sql }) => sql).join(', ')}`)

  const order = plan.order.map(({ by, descending }) => {
    const label = [...dimensions, ...measures].find((part) => part.label === by || part.label.toLowerCase() === by.toLowerCase())
    const column = plan.dimensions.find((dimension) => dimension.column === by)?.label
    return `${isSummed && (label || column) ? dialect.name(label?.label ?? column ?? '') : known(by)}${descending ? ' DESC' : ''} NULLS LAST`
  })
  if (dimensions.length > 0) {
    const isTimed = dimensions.some(({ isTime }) => isTime)
    if (order.length === 0 && !isTimed && measures[0]) order.push(`${dialect.name(measures[0].label)} DESC NULLS LAST`)
    const settled = [...dimensions]
      .sort((one, two) => Number(two.isTime) - Number(one.isTime))
      .map(({ label }) => `${dialect.name(label)} NULLS LAST`)
    order.push(...settled.filter((part) => !order.some((other) => other.startsWith(part.replace(' NULLS LAST', '')))))
  }
  if (order.length > 0) lines.push(`ORDER BY ${order.join(', ')}`)
  if (plan.limit !== undefined) lines.push(`LIMIT ${plan.limit}`)
  return lines.join('\n')
}

function measureSql({ aggregate, column }: Measure, known: (name: string) => string, dialect: Dialect): string {
  if (column === undefined) return 'count(*)'
  const name = known(column)
  switch (aggregate) {
    case 'count':
      return `count(${name})`
    case 'count-distinct':
      return `count(DISTINCT ${name})`
    case 'sum':
      return `sum(${name})`
    case 'average':
      return dialect.average(name)
    case 'min':
      return `min(${name})`
    case 'max':
      return `max(${name})`
  }
}

function filterSql(filter: Filter, known: (name: string) => string, type: string, dialect: Dialect): string {
  const column = known(filter.column)
  const literal = (value: Cell): string => {
    if (value === null) return 'NULL'
    if (typeof value !== 'string') return String(value)
    return type === 'date' || type === 'timestamp' ? dialect.day(value) : dialect.text(value)
  }
  const [first, second] = filter.values
  const isText = type === 'text' && typeof first === 'string'
  switch (filter.operator) {
    case 'is-null':
      return `${column} IS NULL`
    case 'is-not-null':
      return `${column} IS NOT NULL`
    case 'contains':
      return dialect.contains(column, String(first ?? ''))
    case 'in':
      return isText
        ? `${dialect.fold(column)} IN (${filter.values.map((value) => dialect.fold(literal(value))).join(', ')})`
        : `${column} IN (${filter.values.map(literal).join(', ')})`
    case 'between':
      return `${column} >= ${literal(first ?? null)} AND ${column} < ${literal(second ?? null)}`
    default: {
      const operator = filter.operator === '!=' ? '<>' : filter.operator
      const compared = isText
        ? `${dialect.fold(column)} ${operator} ${dialect.fold(literal(first ?? null))}`
        : `${column} ${operator} ${literal(first ?? null)}`
      return filter.operator === '!=' ? `(${compared} OR ${column} IS NULL)` : compared
    }
  }
}
