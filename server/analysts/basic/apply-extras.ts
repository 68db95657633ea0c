import type { Catalog, CatalogColumn, CatalogTable } from '../../../contract/catalog.ts'
import { isNumeric } from '../../../contract/column.ts'
import type { Compare, Filter, Grain, Measure, Plan } from '../../../contract/plan.ts'
import { dimensionOf, measureOf } from './build-plan.ts'
import { findColumn } from './column-name.ts'
import { datesOf, isCategory, isDate, isMeasure } from './columns.ts'
import { lengthOf, shiftDay, untilToday } from './compare.ts'
import { startOf } from './dates.ts'
import type { Doubt } from './draft.ts'
import type { Extras } from './peel-extras.ts'
import { calledOf, spokenName } from './tokens.ts'

/** A plan with what was asked on top of it, and what is open about that; a sentence where it does not go. */
export type Applied = { readonly plan: Plan; readonly doubts: readonly Doubt[] } | string

/** Works the extras of a question into the plan of its rest, or of the question before. */
export function applyExtras(base: Plan, extras: Extras, catalog: Catalog, now: Date): Applied {
  const table = catalog.tables.find(({ name }) => name === base.table)
  if (!table) return 'There is no table to ask yet.'
  const find = (name: string): CatalogColumn | undefined => findColumn(name, table, catalog.tables)?.column
  let applied: Applied = { plan: base, doubts: [] }
  const then = (step: (plan: Plan) => Applied): void => {
    if (typeof applied === 'string') return
    const next: Applied = step(applied.plan)
    applied = typeof next === 'string' ? next : { plan: next.plan, doubts: [...applied.doubts, ...next.doubts] }
  }
  if (extras.isSpread) then((plan) => spreadOut(plan, table, find))
  if (extras.isShare || extras.isRate) then((plan) => shared(plan, extras.isRate, table, find))
  if (extras.compare) then((plan) => compared(plan, extras.compare?.grain, extras.isExplained, table, find, now))
  return applied
}

type Find = (name: string) => CatalogColumn | undefined

/** "Distribution of price": how many rows in steps of the number; of a column of few values, in each. */
function spreadOut(plan: Plan, table: CatalogTable, find: Find): Applied {
  const named = [
    ...plan.columns,
    ...plan.measures.flatMap(({ column }) => column ?? []),
    ...plan.dimensions.map(({ column }) => column),
  ]
  const [name] = named
  const column = name === undefined ? undefined : find(name)
  if (!column || name === undefined || new Set(named).size > 1) return 'I can show how one column is spread.'
  const { chart: _, limit: __, isDistinct: ___, ...rest } = plan
  const width = isNumeric(column.type) ? stepOf(column) : undefined
  const dimension =
    width === undefined
      ? dimensionOf(column, isDate(column) ? 'month' : undefined)
      : { column: name, width, label: `${calledOf(column)} from` }
  const order = isNumeric(column.type) ? [{ by: dimension.label, descending: false }] : []
  return {
    plan: {
      ...rest,
      columns: [],
      measures: [measureOf('count', undefined, table)],
      dimensions: [{ ...dimension, column: name }],
      order,
    },
    doubts: [],
  }
}

/** About ten round steps between the smallest and the largest; none for few whole numbers, which stand for themselves. */
function stepOf({ min, max, type, distinctCount = Number.POSITIVE_INFINITY }: CatalogColumn): number | undefined {
  const range = Number(max) - Number(min)
  if (!Number.isFinite(range) || range <= 0 || (type === 'integer' && distinctCount <= 20)) return undefined
  const rough = range / 10
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10) * power
  return type === 'integer' ? Math.max(1, Math.round(step)) : Number(step.toPrecision(1))
}

/** Figures as shares: of the whole among groups; where rows are narrowed and nothing is grouped, of all rows. */
function shared(base: Plan, isRate: boolean, table: CatalogTable, find: Find): Applied {
  const plan = figured(base, table)
  const shown = plan.measures.filter(({ isHidden }) => !isHidden)
  if (shown.some(({ isShare, part }) => isShare || part)) return { plan, doubts: [] }
  const narrowing = plan.filters.filter(({ column }) => {
    const found = find(column)
    return found !== undefined && !isDate(found)
  })
  const flags = narrowing.filter(({ column }) => find(column)?.type === 'boolean')
  const isCounted = shown.every(({ column, aggregate }) => column === undefined || aggregate === 'count-distinct')
  const isParted = narrowing.length > 0 && (plan.dimensions.length === 0 || isRate || flags.length > 0 || isCounted)
  const adds = isParted ? ['sum', 'count', 'count-distinct'] : ['sum', 'count']
  if (shown.some(({ aggregate }) => !adds.includes(aggregate)))
    return 'Shares can be taken of sums and counts only, as averages do not add up.'
  if (isRate && narrowing.length === 0) return 'A rate needs a yes/no column or a value whose share is meant.'
  if (!isParted && plan.dimensions.length === 0) return 'Say by what to split it, such as “share of revenue by category”.'
  const kept = flags.length > 0 ? flags : narrowing
  const doubts: Doubt[] =
    isParted && !isRate && plan.dimensions.length > 0
      ? [{ part: 'measure', why: 'the share may be meant within each group or among the groups; I take it within each' }]
      : []
  const renamed = (measure: Measure): Measure =>
    isParted
      ? { ...measure, part: kept, label: `share of ${measure.label} with ${kept.map(({ label }) => label).join(', ')} (%)` }
      : { ...measure, isShare: true, label: `share of ${measure.label} (%)` }
  const filters = isParted ? plan.filters.filter((filter) => !kept.includes(filter)) : plan.filters
  return { plan: { ...withMeasures(plan, renamed), filters }, doubts }
}

/** The plan with other figures under other names; a figure that groups are kept by stays beside its share, not shown. */
function withMeasures(plan: Plan, rename: (measure: Measure) => Measure): Plan {
  const names = new Map(plan.measures.filter(({ isHidden }) => !isHidden).map((measure) => [measure.label, rename(measure)]))
  const needed = plan.measures.filter(({ label, isHidden }) => !isHidden && plan.having?.some(({ column }) => column === label))
  return {
    ...plan,
    measures: [
      ...plan.measures.map((measure) => names.get(measure.label) ?? measure),
      ...needed.map((measure) => ({ ...measure, isHidden: true })),
    ],
    order: plan.order.map((one) => ({ ...one, by: names.get(one.by)?.label ?? one.by })),
    ...(plan.shown ? { shown: plan.shown.map((label) => names.get(label)?.label ?? label) } : {}),
  }
}

/** A list of rows is counted where a figure is needed. */
const figured = (plan: Plan, table: CatalogTable): Plan => {
  if (plan.measures.length > 0) return plan
  const { isDistinct: _, ...rest } = plan
  return { ...rest, columns: [], order: [], measures: [measureOf('count', undefined, table)] }
}

/** Beside each figure that of an earlier time: of each time shown, or of the period that the rows are kept by. */
function compared(
  base: Plan,
  grain: Grain | undefined,
  isExplained: boolean,
  table: CatalogTable,
  find: Find,
  now: Date,
): Applied {
  const { shown: _, isExplained: __, compare: before, ...plan } = figured(base, table)
  const doubts: Doubt[] = []
  if (plan.columns.length > 0) return 'A comparison needs a figure.'
  const time = plan.dimensions.find((dimension) => dimension.grain !== undefined)
  const period = plan.filters.find(({ column, operator }) => operator === 'between' && isDateOf(column, find))
  if (time?.grain && !isExplained) {
    if (plan.dimensions.some(({ isHidden }) => isHidden) || plan.second) return 'I can’t compare this with an earlier time.'
    const length =
      grain === 'year' && time.grain === 'week' ? { count: 52, grain: 'week' as const } : { count: 1, grain: grain ?? time.grain }
    return { plan: { ...plan, compare: compareOf(time.column, length) }, doubts }
  }
  const dates = datesOf(table)
  const column = period?.column ?? time?.column ?? before?.column ?? (dates.length === 1 ? dates[0]?.name : undefined)
  if (column === undefined)
    return dates.length === 0
      ? 'There is no date in this data to compare times by.'
      : 'Say of which period, such as “revenue this year compared with last year”.'
  const dimensions = plan.dimensions.filter((dimension) => dimension !== time)
  if (period) {
    const kept = untilToday({ ...plan, dimensions }, column, now)
    const [from = '', until = ''] = period.values.map(String)
    const length = grain ? { count: 1, grain } : before ? { count: before.count, grain: before.grain } : lengthOf(from, until)
    return { plan: explained({ ...kept, compare: compareOf(column, length) }, isExplained), doubts }
  }
  const unit = time?.grain ?? grain ?? 'year'
  const latest = latestDay(find(column), now)
  const from = time ? startOf(unit, latest, -1) : startOf(unit, latest)
  const until = shiftDay(from, 1, unit)
  const label = `${spokenName(column)} ${from} to ${shiftDay(until, -1, 'day')}`
  if (!time) doubts.push({ part: 'period', why: `the question does not say of which time; I took the latest ${unit}` })
  else doubts.push({ part: 'period', why: `I took the last whole ${unit}` })
  const filter: Filter = { column, operator: 'between', values: [from, until], label }
  const kept = untilToday({ ...plan, dimensions, filters: [...plan.filters, filter] }, column, now)
  return {
    plan: explained({ ...kept, compare: compareOf(column, { count: 1, grain: grain ?? unit }) }, isExplained),
    doubts: isExplained ? [] : doubts,
  }
}

const isDateOf = (name: string, find: Find): boolean => {
  const column = find(name)
  return column !== undefined && isDate(column)
}

const explained = (plan: Plan, isExplained: boolean): Plan =>
  isExplained ? { ...plan, dimensions: [], order: [], isExplained: true } : plan

const compareOf = (column: string, { count, grain }: { count: number; grain: Grain }): Compare => ({
  column,
  count,
  grain,
  label: count === 1 ? `a ${grain} earlier` : count === 52 && grain === 'week' ? 'a year earlier' : `${count} ${grain}s earlier`,
})

const latestDay = (column: CatalogColumn | undefined, now: Date): Date => {
  const last = new Date(String(column?.max ?? ''))
  return Number.isNaN(last.getTime()) || last > now ? now : last
}

/** The columns by whose values a change can be taken apart: few values, and more than one left. */
export const explainingColumns = (plan: Plan, table: CatalogTable): CatalogColumn[] =>
  table.columns
    .filter(
      (column) =>
        isCategory(column, table) && !isMeasure(column) && (column.distinctCount ?? 99) > 1 && (column.distinctCount ?? 99) <= 50,
    )
    .filter(({ name }) => !plan.filters.some(({ column, operator }) => column === name && operator === '='))
    .slice(0, 6)
