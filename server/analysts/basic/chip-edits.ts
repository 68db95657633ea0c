import type { Catalog, CatalogColumn, CatalogTable } from '../../../contract/catalog.ts'
import type { ChartKind } from '../../../contract/chart.ts'
import type { Aggregate, ChipEdits, Cycle, Filter, Grain, Plan } from '../../../contract/plan.ts'
import { cycleOf, dimensionOf, measureOf } from './build-plan.ts'
import { chipsOf } from './chips.ts'
import { additivity, isCategory, isDate, isMeasure } from './columns.ts'
import { settledPlan } from './compare.ts'
import { compareFilter } from './filters.ts'
import { calledOf } from './tokens.ts'
import { understand } from './understand.ts'

const MOST_OPTIONS = 8
const grains: readonly Grain[] = ['day', 'week', 'month', 'quarter', 'year']
const cycles: readonly Cycle[] = ['weekday', 'month']
const periods = ['this year', 'last year', 'last 12 months', 'this quarter', 'last 30 days']
const charts: readonly ChartKind[] = ['bar', 'line', 'area', 'pie']
const additions = ['by month', 'as percentages', 'compare with last year', 'top 5']

interface Option {
  readonly label: string
  readonly plan: Plan
}

/**
 * What each chip of a plan could be instead, in the order of its chips, and what could be added. Every option is a whole plan that
 * differs in this one part.
 */
export function chipEdits(plan: Plan, catalog: Catalog, now: Date): ChipEdits {
  const table = catalog.tables.find(({ name }) => name === plan.table)
  if (!table) return { chips: [], add: [] }
  const finished = (options: readonly Option[]) =>
    options
      .slice(0, MOST_OPTIONS + 1)
      .map((option) => ({ label: option.label, reading: readingOf(settledPlan(option.plan), catalog) }))
  const said = (texts: readonly string[], base: Plan): Option[] =>
    texts.flatMap((text) => {
      const reading = understand(text, catalog, now, [base])
      return reading.state === 'understood' && JSON.stringify(reading.plan) !== JSON.stringify(base)
        ? [{ label: text, plan: reading.plan }]
        : []
    })
  const categories = table.columns.filter(
    (column) =>
      isCategory(column, table) && !isMeasure(column) && !plan.dimensions.some((dimension) => dimension.column === column.name),
  )
  const added =
    plan.measures.length === 0
      ? []
      : categories.slice(0, 4).map((column) => ({
          label: `by ${calledOf(column)}`,
          plan: { ...plan, dimensions: [...plan.dimensions, dimensionOf(column)] },
        }))
  return {
    chips: optionLists(plan, table, said).map(finished),
    add: finished([
      ...added,
      ...said(
        additions.filter((text) => text !== 'top 5' || plan.dimensions.length > 0),
        plan,
      ),
    ]),
  }
}

const readingOf = (plan: Plan, { tables }: Catalog) => {
  const table = tables.find(({ name }) => name === plan.table)
  return { state: 'understood' as const, plan, chips: table ? chipsOf(plan, table) : [] }
}

/** One list for each chip, in the order of `chipsOf`. */
function optionLists(plan: Plan, table: CatalogTable, said: (texts: readonly string[], base: Plan) => Option[]): Option[][] {
  const lists: Option[][] = [[]]
  const { measures, dimensions, filters } = plan
  for (const measure of measures.filter(({ isHidden }) => !isHidden)) lists.push(measureOptions(plan, measure.label, table))
  if (measures.length === 0 && dimensions.length === 0) lists.push([])
  for (const dimension of dimensions.filter(({ isHidden }) => !isHidden))
    lists.push(dimensionOptions(plan, dimension.label, table))
  for (const filter of filters) lists.push(filterOptions(plan, filter, table, said))
  for (const related of plan.related ?? []) lists.push([removed({ ...plan, related: without(plan.related, related) })])
  for (const having of plan.having ?? []) lists.push([removed({ ...plan, having: without(plan.having, having) })])
  const { compare, isExplained, second, isDistinct, limit, chart, ...rest } = plan
  if (compare) lists.push(isExplained ? [] : [removed({ ...plan, compare: undefined })])
  if (isExplained) lists.push([removed({ ...plan, isExplained: undefined })])
  if (second) lists.push([removed({ ...plan, second: undefined })])
  if (isDistinct) lists.push([removed({ ...plan, isDistinct: undefined })])
  for (const order of rest.order)
    lists.push([
      {
        label: order.descending ? 'lowest first' : 'highest first',
        plan: { ...plan, order: rest.order.map((one) => (one === order ? { ...one, descending: !one.descending } : one)) },
      },
      removed({ ...plan, order: without(rest.order, order) }),
    ])
  if (limit !== undefined)
    lists.push([
      ...[3, 5, 10, 20]
        .filter((count) => count !== limit)
        .map((count) => ({ label: String(count), plan: { ...plan, limit: count } })),
      removed({ ...plan, limit: undefined }),
    ])
  if (chart)
    lists.push([
      ...charts.filter((kind) => kind !== chart).map((kind) => ({ label: `${kind} chart`, plan: { ...plan, chart: kind } })),
      removed({ ...plan, chart: undefined }),
    ])
  return lists
}

/** A plan with fields that are not there any more; the schema knows no field without a value. */
const removed = (plan: { [Key in keyof Plan]: Plan[Key] | undefined }): Option => ({
  label: 'Remove',
  plan: JSON.parse(JSON.stringify(plan)) as Plan,
})
const without = <Item>(items: readonly Item[] | undefined, item: Item): Item[] => (items ?? []).filter((other) => other !== item)

function measureOptions(plan: Plan, label: string, table: CatalogTable): Option[] {
  const now = plan.measures.find((measure) => measure.label === label)
  const column = table.columns.find(({ name }) => name === now?.column)
  const figures: [Aggregate, CatalogColumn | undefined][] = [
    ...(column && isMeasure(column) ? (['sum', 'average', 'max', 'min'] as const) : [])
      .filter((aggregate) => aggregate !== now?.aggregate && !(aggregate === 'sum' && column && additivity(column) === 'no'))
      .map((aggregate): [Aggregate, CatalogColumn | undefined] => [aggregate, column]),
    ['count', undefined],
    ...table.columns
      .filter((other) => isMeasure(other) && other !== column)
      .map((other): [Aggregate, CatalogColumn] => [additivity(other) === 'yes' ? 'sum' : 'average', other]),
  ]
  const options = figures
    .map(([aggregate, of]) => measureOf(aggregate, of, table))
    .filter((measure) => !plan.measures.some((other) => other.label === measure.label))
    .map((measure) => ({
      label: measure.label,
      plan: {
        ...plan,
        measures: plan.measures.map((other) => (other.label === label ? measure : other)),
        order: plan.order.map((one) => (one.by === label ? { ...one, by: measure.label } : one)),
        ...(plan.shown ? { shown: plan.shown.map((one) => (one === label ? measure.label : one)) } : {}),
      },
    }))
  const isNeeded = plan.having?.some((having) => having.column === label)
  return isNeeded ? [] : options
}

function dimensionOptions(plan: Plan, label: string, table: CatalogTable): Option[] {
  const now = plan.dimensions.find((dimension) => dimension.label === label)
  const column = table.columns.find(({ name }) => name === now?.column)
  const replaced = (dimension: ReturnType<typeof dimensionOf>): Option => ({
    label: dimension.label,
    plan: {
      ...plan,
      dimensions: plan.dimensions.map((other) => (other.label === label ? dimension : other)),
      order: plan.order.map((one) => (one.by === label ? { ...one, by: dimension.label } : one)),
      ...(plan.shown ? { shown: plan.shown.map((one) => (one === label ? dimension.label : one)) } : {}),
    },
  })
  const others = table.columns
    .filter(
      (other) =>
        isCategory(other, table) && !isMeasure(other) && !plan.dimensions.some((dimension) => dimension.column === other.name),
    )
    .map((other) => replaced(dimensionOf(other)))
  const steps = (date: CatalogColumn) => [
    ...grains.map((grain) => dimensionOf(date, grain)),
    ...(plan.compare ? [] : cycles.map((cycle) => cycleOf(date, cycle))),
  ]
  const times =
    column && (now?.grain ?? now?.cycle) && isDate(column)
      ? steps(column)
          .filter((step) => step.label !== label)
          .map(replaced)
      : []
  const rest = {
    ...plan,
    dimensions: plan.dimensions.filter((dimension) => dimension.label !== label),
    order: plan.order.filter(({ by }) => by !== label),
    ...(plan.compare && plan.compare.column === now?.column ? { compare: undefined } : {}),
  }
  const isNeeded = plan.measures.length === 0 || plan.having !== undefined
  return [...times, ...others.slice(0, MOST_OPTIONS - times.length), ...(isNeeded ? [] : [removed(rest)])]
}

function filterOptions(
  plan: Plan,
  filter: Filter,
  table: CatalogTable,
  said: (texts: readonly string[], base: Plan) => Option[],
): Option[] {
  const column = table.columns.find(({ name }) => name === filter.column)
  const isCompared = plan.compare !== undefined && plan.compare.column === filter.column
  const gone = isCompared ? [] : [removed({ ...plan, filters: without(plan.filters, filter) })]
  if (column && isDate(column)) return [...said(periods, plan), ...gone]
  const isValue = column?.type === 'text' && (filter.operator === '=' || filter.operator === '!=')
  const values = isValue
    ? (column.values ?? [])
        .flatMap(({ value }) => (typeof value === 'string' && !filter.values.includes(value) ? [value] : []))
        .slice(0, MOST_OPTIONS - 1)
    : []
  return [
    ...values.map((value) => ({
      label: value,
      plan: {
        ...plan,
        filters: plan.filters.map((other) =>
          other === filter && column
            ? { ...other, ...compareFilter(column, filter.operator === '!=' ? '!=' : '=', value) }
            : other,
        ),
      },
    })),
    ...gone,
  ]
}
