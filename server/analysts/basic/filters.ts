import type { CatalogColumn } from '../../../contract/catalog.ts'
import type { Cell } from '../../../contract/column.ts'
import type { Filter } from '../../../contract/plan.ts'
import { isYear } from './columns.ts'
import type { Period } from './dates.ts'
import { calledOf, spokenName } from './tokens.ts'

const spoken = {
  '=': 'is',
  '!=': 'is not',
  '<': 'under',
  '<=': 'at most',
  '>': 'over',
  '>=': 'at least',
  contains: 'contains',
} as const
type Comparison = keyof typeof spoken

export const compareFilter = (column: CatalogColumn, operator: Comparison, value: Cell): Filter => ({
  column: column.name,
  operator,
  values: [value],
  label: `${calledOf(column)} ${spoken[operator]} ${String(value)}`,
})

export const nullFilter = (column: CatalogColumn, isNull: boolean): Filter => ({
  column: column.name,
  operator: isNull ? 'is-null' : 'is-not-null',
  values: [],
  label: `${calledOf(column)} is ${isNull ? '' : 'not '}missing`,
})

/** The filter that a period makes on a date column, or on a column that holds years as numbers. */
export function periodFilter(column: CatalogColumn, period: Period): Filter {
  const name = calledOf(column)
  if (isYear(column) && period.year !== undefined)
    return { column: column.name, operator: '=', values: [period.year], label: `${name} ${period.year}` }
  const label = `${name} ${period.label}`
  if (period.from !== undefined && period.before !== undefined)
    return { column: column.name, operator: 'between', values: [period.from, period.before], label }
  return period.from !== undefined
    ? { column: column.name, operator: '>=', values: [period.from], label }
    : { column: column.name, operator: '<', values: [period.before ?? ''], label }
}

/** Adds a filter; a second value for the same column makes "one of", a second "not" stays beside it. */
export function withFilter(filters: readonly Filter[], added: Filter): Filter[] {
  const before = filters.find(
    ({ column, operator }) => column === added.column && added.operator === '=' && (operator === '=' || operator === 'in'),
  )
  if (!before) return filters.some((filter) => filter.label === added.label) ? [...filters] : [...filters, added]
  const values = [...new Set([...before.values, ...added.values])]
  if (values.length === 1) return [...filters]
  const merged: Filter = {
    column: added.column,
    operator: 'in',
    values,
    label: `${spokenName(added.column)} is ${values.map(String).join(' or ')}`,
  }
  return filters.map((filter) => (filter === before ? merged : filter))
}
