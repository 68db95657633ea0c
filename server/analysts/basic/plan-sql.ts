import type { Catalog, CatalogTable } from '../../../contract/catalog.ts'
import type { Cell } from '../../../contract/column.ts'
import { KnownError } from '../../../contract/error.ts'
import type { Aggregate, Compare, Cycle, Filter, Join, Measure, Plan, Related } from '../../../contract/plan.ts'
import { findColumn, type OwnedColumn } from './column-name.ts'
import { isWrittenNumber } from './columns.ts'
import { earlierFilter } from './compare.ts'
import { type Dialect, dialectOf } from './dialects.ts'
import { metricFilterSql, metricSql } from './metric-sql.ts'

/** Says a plan's names in SQL: `column` answers with a column's own, `found` with what is known of it. */
interface Names {
  readonly dialect: Dialect
  column(name: string): string
  /** A column as a number, also where it is kept as text. */
  number(name: string): string
  found(name: string): OwnedColumn
  table(name: string): string
  /** A metric of the plan's own table. */
  metric(name: string, aggregate: Aggregate, when?: string): string
  /** Which rows a metric is of; nothing where it is of all. */
  metricRows(name: string): string | undefined
}

/**
 * One SELECT for a plan, in the dialect of the catalog. Ties in an order are settled by the dimensions, so that the same plan gives
 * the same rows: those that SQLite gives by itself, where there is one dimension, and one order. Throws `invalid-input` where the plan names a table or column that the catalog does not have.
 */
export function planSql(plan: Plan, catalog: Pick<Catalog, 'dialect' | 'tables'>): string {
  const names = namesOf(plan, catalog)
  if (isShifted(plan)) return shiftedSql(plan, names)
  if (!plan.second) return [...selectLines(plan, names), ...orderLines(plan, names)].join('\n')
  const { filters: _, ...rest } = plan
  const other = selectLines({ ...rest, filters: plan.second.filters }, names)
  return [...selectLines(plan, names), plan.second.kind === 'both' ? 'INTERSECT' : 'EXCEPT', ...other].join('\n')
}

function namesOf(plan: Plan, { tables, dialect: kind }: Pick<Catalog, 'dialect' | 'tables'>): Names {
  const dialect = dialectOf(kind)
  const table = (name: string): CatalogTable => {
    const found = tables.find((other) => other.name === name)
    if (!found) throw new KnownError('invalid-input', `There is no table “${name}” here.`)
    return found
  }
  const own = table(plan.table)
  const find = (name: string) => {
    const found = findColumn(name, own, tables)
    if (!found) throw new KnownError('invalid-input', `There is no column “${name}” in ${own.label}.`)
    return found
  }
  const said = (name: string): string => (table(name).path ?? [name]).map((part) => dialect.name(part)).join('.')
  const isAlone = !plan.joins?.length && !plan.related?.length
  const column = (name: string): string => {
    const found = find(name)
    return isAlone ? dialect.name(found.column.name) : `${said(found.table.name)}.${dialect.name(found.column.name)}`
  }
  return {
    dialect,
    table: said,
    found: find,
    column,
    number: (name) => (isWrittenNumber(find(name).column) ? dialect.number(column(name)) : column(name)),
    metric(name, aggregate, when) {
      const metric = own.metrics?.find((other) => other.name === name)
      if (!metric) throw new KnownError('invalid-input', `There is no metric “${name}” of ${own.label} any more.`)
      return metricSql(metric, own, aggregate, { dialect, column }, when)
    },
    metricRows(name) {
      const filter = own.metrics?.find((other) => other.name === name)?.filter
      return filter === undefined ? undefined : metricFilterSql(filter, own, { dialect, column })
    },
  }
}

interface Part {
  readonly label: string
  readonly sql: string
  readonly isHidden: boolean
  readonly isTime?: boolean
  /** What it is sorted by in its place. */
  readonly rank?: string
}

const dimensionParts = ({ dimensions }: Plan, { column, dialect }: Names): Part[] =>
  dimensions.map(({ column: name, grain, cycle, width, label, isHidden = false }) => {
    const rank = cycle && dialect.turn(column(name), cycle)
    const sql = grain
      ? dialect.truncate(column(name), grain)
      : cycle && rank
        ? turnName(rank, cycle, dialect)
        : width
          ? `floor(${column(name)} / ${decimal(width)}) * ${decimal(width)}`
          : column(name)
    return { label, sql, isHidden, isTime: grain !== undefined || cycle !== undefined, ...(rank ? { rank } : {}) }
  })

/** Whole numbers divided by whole ones stay whole in some databases. */
const decimal = (width: number): string => (Number.isInteger(width) ? `${width}.0` : String(width))

const turnNames: Readonly<Record<Cycle, readonly string[]>> = {
  weekday: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
  month: 'January February March April May June July August September October November December'.split(' '),
  quarter: ['Q1', 'Q2', 'Q3', 'Q4'],
}
const turnName = (turn: string, cycle: Cycle, dialect: Dialect): string =>
  `CASE ${turn} ${turnNames[cycle].map((name, at) => `WHEN ${at + 1} THEN ${dialect.text(name)}`).join(' ')} END`

const CHANGE = 'change (%)'

/** The figures; beside each that of an earlier period, where the plan compares two. */
function measureParts(plan: Plan, names: Names): Part[] {
  const times = dimensionParts(plan, names).filter(({ isTime, rank }) => isTime && rank === undefined)
  const over = times.length > 0 ? `PARTITION BY ${times.map(({ sql }) => sql).join(', ')}` : ''
  const { compare } = plan
  if (!compare || isShifted(plan))
    return plan.measures.map((measure) => part(measure.label, figureSql(measure, names, over), measure.isHidden))
  const [later, earlier] = periodsOf(plan, compare, names)
  return plan.measures.flatMap((measure) => {
    const [now, before] = [figureSql(measure, names, over, later), figureSql(measure, names, over, earlier)]
    const both = [part(measure.label, now, measure.isHidden), part(earlierLabel(measure, compare), before, measure.isHidden)]
    return isOnlyFigure(plan) ? [...both, part(CHANGE, changeSql(now, before))] : both
  })
}

const part = (label: string, sql: string, isHidden = false): Part => ({ label, sql, isHidden })
const earlierLabel = ({ label }: Measure, compare: Compare): string => `${label}, ${compare.label}`
const isOnlyFigure = ({ measures }: Plan): boolean => measures.filter(({ isHidden }) => !isHidden).length === 1
const changeSql = (now: string, before: string): string => `100.0 * (${now} - ${before}) / nullif(${before}, 0)`
const isShifted = ({ compare, dimensions }: Plan): boolean =>
  compare !== undefined && dimensions.some(({ grain, column }) => grain !== undefined && column === compare.column)
const isOfTime = ({ column, values }: Filter, compare: Compare): boolean => column === compare.column && values.length > 0

/** The conditions of the two periods that are compared. */
function periodsOf(plan: Plan, compare: Compare, names: Names): [later: string, earlier: string] {
  const times = plan.filters.filter((filter) => isOfTime(filter, compare))
  if (times.length === 0) throw new KnownError('invalid-input', 'A comparison with an earlier time needs a period.')
  const said = (filters: readonly Filter[]): string => filterParts(filters, names).join(' AND ')
  return [said(times), said(times.map((filter) => earlierFilter(filter, compare)))]
}

/** The rows of each time beside those of the time that lies so much before it, which gaps in the data do not disturb. */
function shiftedSql(plan: Plan, names: Names): string {
  const { compare, limit: _, ...whole } = plan
  const rest: Plan = { ...whole, order: [] }
  if (!compare) throw new KnownError('invalid-input', 'There is nothing to compare with.')
  const { dialect } = names
  const filters = plan.filters.map((filter) => (isOfTime(filter, compare) ? earlierFilter(filter, compare) : filter))
  const column = (side: string, label: string): string => `${side}.${dialect.name(label)}`
  const met = plan.dimensions.map(({ label, grain, column: name }) => {
    const [later, earlier] = [column('later', label), column('earlier', label)]
    return grain && name === compare.column
      ? `${dialect.shift(earlier, compare.count, compare.grain)} = ${later}`
      : `(${earlier} = ${later} OR (${earlier} IS NULL AND ${later} IS NULL))`
  })
  const measures = plan.measures.filter(({ isHidden }) => !isHidden)
  const shown = [
    ...[...plan.dimensions, ...measures].map(({ label }) => `${column('later', label)} AS ${dialect.name(label)}`),
    ...measures.flatMap((measure) => {
      const [now, before] = [column('later', measure.label), column('earlier', measure.label)]
      const both = [`${before} AS ${dialect.name(earlierLabel(measure, compare))}`]
      return isOnlyFigure(plan) ? [...both, `${changeSql(now, before)} AS ${dialect.name(CHANGE)}`] : both
    }),
  ]
  const parts = [...plan.dimensions, ...plan.measures].map(({ label }) => label)
  const order = [
    ...plan.order.filter(({ by }) => parts.includes(by)),
    ...plan.dimensions.map(({ label }) => ({ by: label, descending: false })),
  ]
  return [
    `SELECT ${shown.join(', ')}`,
    `FROM (${selectLines(rest, names).join(' ')}) later`,
    `LEFT JOIN (${selectLines({ ...rest, filters }, names).join(' ')}) earlier ON ${met.join(' AND ')}`,
    `ORDER BY ${order.map(({ by, descending }) => dialect.order(column('later', by), descending)).join(', ')}`,
    ...(plan.limit === undefined ? [] : [dialect.limit(plan.limit, true)]),
  ].join('\n')
}

function selectLines(plan: Plan, names: Names): string[] {
  const { dialect } = names
  const [dimensions, measures] = [dimensionParts(plan, names), measureParts(plan, names)]
  const isSummed = dimensions.length + measures.length > 0
  const place = ({ label }: Part): number => plan.shown?.indexOf(label) ?? 0
  const shown = isSummed
    ? [...dimensions, ...measures]
        .filter(({ isHidden }) => !isHidden)
        .sort((one, two) => place(one) - place(two))
        .map(({ sql, label }) => `${sql} AS ${dialect.name(label)}`)
    : plan.columns.map((name, at) => listedSql(name, at, plan, names))
  const all = plan.joins?.length ? `${names.table(plan.table)}.*` : '*'
  const lines = [
    `SELECT ${plan.isDistinct ? 'DISTINCT ' : ''}${shown.length > 0 ? shown.join(', ') : all}`,
    `FROM ${names.table(plan.table)}`,
    ...(plan.joins ?? []).map((join) => `JOIN ${names.table(join.to)} ON ${joinSql(join, names)}`),
  ]
  const spread = plan.dimensions.flatMap(({ column, width }) => (width ? [`${names.column(column)} IS NOT NULL`] : []))
  const where = [...keptParts(plan, names), ...spread, ...(plan.related ?? []).map((related) => relatedSql(related, names))]
  if (where.length > 0) lines.push(`WHERE ${where.join(' AND ')}`)
  if (dimensions.length > 0)
    lines.push(`GROUP BY ${dimensions.flatMap(({ sql, rank }) => (rank ? [sql, rank] : [sql])).join(', ')}`)
  const having = (plan.having ?? []).map(({ column, operator, values }) => {
    const measure = measures.find(({ label }) => label === column)
    if (!measure) throw new KnownError('invalid-input', `There is no measure “${column}” in the plan.`)
    return comparison(measure.sql, operator, values.map(String))
  })
  if (having.length > 0) lines.push(`HAVING ${having.join(' AND ')}`)
  return lines
}

/** What a picture measures is a number, also where it is kept as text; along its axis that may be a name. */
function listedSql(name: string, at: number, { chart }: Plan, names: Names): string {
  const isMeasured = chart !== undefined && (at > 0 || chart === 'scatter')
  const [cell, number] = [names.column(name), names.number(name)]
  return isMeasured && number !== cell ? `${number} AS ${names.dialect.name(names.found(name).column.name)}` : cell
}

function orderLines(plan: Plan, names: Names): string[] {
  const { dialect } = names
  const [dimensions, measures] = [dimensionParts(plan, names), measureParts(plan, names)]
  const parts = [...dimensions, ...measures]
  const said = ({ sql, label, isHidden, rank }: Part): string =>
    rank ?? (isHidden || !dialect.ordersByName ? sql : dialect.name(label))
  const ordered: string[] = []
  const order = plan.order.map(({ by, descending }) => {
    const label = plan.dimensions.find(({ column }) => column === by)?.label ?? by
    const part =
      parts.find((other) => other.label === label) ?? parts.find((other) => other.label.toLowerCase() === label.toLowerCase())
    const expression = part ? said(part) : plan.isDistinct ? names.column(by) : names.number(by)
    ordered.push(expression)
    return dialect.order(expression, descending, plan.isDistinct)
  })
  if (dimensions.length > 0) {
    const first = measures.find(({ isHidden }) => !isHidden)
    if (order.length === 0 && !dimensions.some(({ isTime }) => isTime) && first) {
      ordered.push(said(first))
      order.push(dialect.order(said(first), true))
    }
    const rest = [...dimensions].sort((one, two) => Number(two.isTime) - Number(one.isTime)).map(said)
    const [one, ...others] = plan.order
    const descending = others.length === 0 && dimensions.length === 1 && (one?.descending ?? false)
    order.push(
      ...rest.filter((expression) => !ordered.includes(expression)).map((expression) => dialect.order(expression, descending)),
    )
  }
  return [
    ...(order.length > 0 ? [`ORDER BY ${order.join(', ')}`] : []),
    ...(plan.limit === undefined ? [] : [dialect.limit(plan.limit, order.length > 0)]),
  ]
}

function joinSql({ table, columns, to, references }: Join, { dialect, table: said }: Names): string {
  return columns
    .map((column, at) => `${said(table)}.${dialect.name(column)} = ${said(to)}.${dialect.name(references[at] ?? column)}`)
    .join(' AND ')
}

function relatedSql({ path, filters, isAbsent }: Related, names: Names): string {
  const [first, ...rest] = path
  if (!first) throw new KnownError('invalid-input', 'A related table needs a path.')
  const from = [names.table(first.to), ...rest.map((join) => `JOIN ${names.table(join.to)} ON ${joinSql(join, names)}`)].join(' ')
  const where = [joinSql(first, names), ...filterParts(filters, names)].join(' AND ')
  return `${isAbsent ? 'NOT ' : ''}EXISTS (SELECT 1 FROM ${from} WHERE ${where})`
}

/** A figure of the rows that meet `when`, as a share of what the measure says it is of. */
function figureSql(measure: Measure, names: Names, over: string, when?: string): string {
  const whole = measureSql(measure, names, when)
  if (measure.per) {
    const { aggregate, column } = measure.per
    const rows = measure.metric === undefined ? undefined : names.metricRows(measure.metric)
    const kept = [when, rows].filter((one) => one !== undefined).join(' AND ')
    const of = { aggregate, label: '', ...(column === undefined ? {} : { column }) }
    const divisor = measureSql(of, names, kept === '' ? undefined : kept)
    return `1.0 * ${whole} / nullif(${divisor}, 0)`
  }
  if (measure.part) {
    const kept = [...(when === undefined ? [] : [when]), ...filterParts(measure.part, names)].join(' AND ')
    return `100.0 * coalesce(${measureSql(measure, names, kept)}, 0) / nullif(${whole}, 0)`
  }
  return measure.isShare ? `100.0 * ${whole} / nullif(sum(${whole}) OVER (${over}), 0)` : whole
}

function measureSql({ aggregate, column, metric }: Measure, names: Names, when?: string): string {
  if (metric !== undefined) return names.metric(metric, aggregate, when)
  if (column === undefined) return when === undefined ? 'count(*)' : `count(CASE WHEN ${when} THEN 1 END)`
  const cell = aggregate === 'count' || aggregate === 'count-distinct' ? names.column(column) : names.number(column)
  const name = when === undefined ? cell : `CASE WHEN ${when} THEN ${cell} END`
  switch (aggregate) {
    case 'count':
      return `count(${name})`
    case 'count-distinct':
      return `count(DISTINCT ${name})`
    case 'average':
      return names.dialect.average(name)
    case 'sum':
      return names.found(column).column.type === 'integer' ? names.dialect.sumOfIntegers(name) : `sum(${name})`
    default:
      return `${aggregate}(${name})`
  }
}

/** What rows have to meet; where two periods are compared, one of them. */
function keptParts(plan: Plan, names: Names): string[] {
  const { compare, filters } = plan
  if (!compare || isShifted(plan)) return filterParts(filters, names)
  const others = filters.filter((filter) => !isOfTime(filter, compare))
  return [
    ...filterParts(others, names),
    `(${periodsOf(plan, compare, names)
      .map((period) => `(${period})`)
      .join(' OR ')})`,
  ]
}

/** Conditions that all hold; alternatives of one number stand in one pair of brackets. */
function filterParts(filters: readonly Filter[], names: Names): string[] {
  const alone = filters.filter(({ either }) => either === undefined).map((filter) => filterSql(filter, names))
  const groups = [...new Set(filters.flatMap(({ either }) => either ?? []))].map((group) =>
    filters.filter(({ either }) => either === group).map((filter) => filterSql(filter, names)),
  )
  return [...alone, ...groups.map((group) => `(${group.join(' OR ')})`)]
}

function filterSql(filter: Filter, names: Names): string {
  const { dialect } = names
  const column = names.column(filter.column)
  const { type } = names.found(filter.column).column
  if (filter.figure) {
    const { aggregate, column: of } = filter.figure
    const figure = measureSql({ aggregate, column: of, label: of }, names)
    return comparison(column, filter.operator, [`(SELECT ${figure} FROM ${names.table(names.found(of).table.name)})`])
  }
  const isText = type === 'text' && typeof filter.values[0] === 'string'
  const isRanked = ['<', '<=', '>', '>=', 'between'].includes(filter.operator) && typeof filter.values[0] === 'number'
  const literal = (value: Cell): string => {
    if (value === null) return 'NULL'
    if (typeof value === 'boolean') return dialect.boolean(value)
    if (typeof value !== 'string') return String(value)
    return type === 'date' || type === 'timestamp' ? dialect.day(value) : dialect.text(value)
  }
  const folded = (value: Cell): string => (isText ? dialect.fold(literal(value)) : literal(value))
  const [first = null] = filter.values
  const pattern = String(first ?? '').replace(/[\\%_]/g, '\\$&')
  switch (filter.operator) {
    case 'is-null':
      return `${column} IS NULL`
    case 'is-not-null':
      return `${column} IS NOT NULL`
    case 'contains':
      return dialect.like(column, `%${pattern}%`)
    case 'not-contains':
      return `NOT ${dialect.like(column, `%${pattern}%`)}`
    case 'starts-with':
      return dialect.like(column, `${pattern}%`)
    case 'ends-with':
      return dialect.like(column, `%${pattern}`)
    case 'between':
      return comparison(isRanked ? names.number(filter.column) : column, 'between', filter.values.map(literal))
    default: {
      const compared = comparison(
        isText ? dialect.fold(column) : isRanked ? names.number(filter.column) : column,
        filter.operator,
        filter.values.map(folded),
      )
      return filter.operator === '!=' ? `(${compared} OR ${column} IS NULL)` : compared
    }
  }
}

function comparison(left: string, operator: Filter['operator'], values: readonly string[]): string {
  const [first = 'NULL', second = 'NULL'] = values
  if (operator === 'in') return `${left} IN (${values.join(', ')})`
  if (operator === 'between') return `${left} >= ${first} AND ${left} < ${second}`
  return `${left} ${operator === '!=' ? '<>' : operator} ${first}`
}
