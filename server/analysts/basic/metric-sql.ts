import type { CatalogTable } from '../../../contract/catalog.ts'
import {
  type Condition,
  columnNamed,
  type Expression,
  readCondition,
  readExpression,
} from '../../../contract/metric-expression.ts'
import type { Metric } from '../../../contract/notes.ts'
import type { Aggregate } from '../../../contract/plan.ts'
import type { Dialect } from './dialects.ts'

interface Names {
  readonly dialect: Dialect
  column(name: string): string
}

const figureOf: Partial<Record<Aggregate, 'avg' | 'min' | 'max'>> = { average: 'avg', min: 'min', max: 'max' }

/** A metric in SQL, of the rows that meet `when`. "Average revenue" takes the average of what a plain sum would add up. */
export function metricSql(metric: Metric, table: CatalogTable, aggregate: Aggregate, names: Names, when?: string): string {
  const filter = metric.filter === undefined ? undefined : conditionSql(readCondition(metric.filter), table, names)
  const kept = [when, filter]
    .filter((part) => part !== undefined)
    .map((part) => `(${part})`)
    .join(' AND ')
  const read = readExpression(metric.expression)
  const figure = figureOf[aggregate]
  const wanted = figure && read.kind === 'figure' && read.figure === 'sum' ? { ...read, figure } : read
  return expressionSql(wanted, table, names, kept === '' ? undefined : kept)
}

/** The rows that a metric is of, as a condition. */
export const metricFilterSql = (filter: string, table: CatalogTable, names: Names): string =>
  `(${conditionSql(readCondition(filter), table, names)})`

function expressionSql(part: Expression, table: CatalogTable, names: Names, when?: string): string {
  const { dialect } = names
  switch (part.kind) {
    case 'number':
      return part.value
    case 'text':
      return dialect.text(part.value)
    case 'column':
      return names.column(columnNamed(part.name, table)?.name ?? part.name)
    case 'operation': {
      const [left, right] = [part.left, part.right].map((side) => expressionSql(side, table, names, when))
      return part.operator === '/' ? `(1.0 * ${left} / nullif(${right}, 0))` : `(${left} ${part.operator} ${right})`
    }
    case 'figure': {
      const own = part.where && conditionSql(part.where, table, names)
      const kept = [when, own && `(${own})`].filter((one) => one !== undefined).join(' AND ')
      const of = part.of && expressionSql(part.of, table, names)
      if (of === undefined) return kept === '' ? 'count(*)' : `count(CASE WHEN ${kept} THEN 1 END)`
      const said = kept === '' ? of : `CASE WHEN ${kept} THEN ${of} END`
      if (part.figure === 'avg' && !part.isDistinct) return dialect.average(said)
      return `${part.figure}(${part.isDistinct ? 'DISTINCT ' : ''}${said})`
    }
  }
}

function conditionSql(part: Condition, table: CatalogTable, names: Names): string {
  const said = (side: Expression): string => expressionSql(side, table, names)
  switch (part.kind) {
    case 'and':
    case 'or':
      return `(${part.parts.map((one) => conditionSql(one, table, names)).join(part.kind === 'and' ? ' AND ' : ' OR ')})`
    case 'not':
      return `NOT (${conditionSql(part.part, table, names)})`
    case 'compare':
      return `${said(part.left)} ${part.operator} ${said(part.right)}`
    case 'in':
      return `${said(part.of)} ${part.isNegated ? 'NOT IN' : 'IN'} (${part.values.map(said).join(', ')})`
    case 'null':
      return `${said(part.of)} IS ${part.isNegated ? 'NOT ' : ''}NULL`
    case 'flag':
      return names.dialect.flag(said(part.of))
  }
}
