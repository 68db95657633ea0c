import type { Catalog, CatalogTable } from '../../../contract/catalog.ts'
import type { Plan } from '../../../contract/plan.ts'
import { findColumn } from './column-name.ts'
import { isUnique } from './columns.ts'
import type { Doubt } from './draft.ts'
import { stepsOf } from './join-path.ts'
import { planSketch } from './plan-sketch.ts'
import { readSchema } from './read-schema.ts'

/** A reading of a question that may need several tables. */
export interface AcrossReading {
  readonly plan: Plan
  readonly doubts: readonly Doubt[]
  readonly unknown: readonly string[]
  /** How many words that say what happens were passed over. */
  readonly passed: number
  /** Nothing in the words was left open, and the plan is of a shape that gives what such words ask for. */
  readonly isSure: boolean
}

const MOST_SURE_JOINS = 2

/** Reads a question against all tables at once, along their keys. Nothing where the words name no column and no table. */
export function readAcross(text: string, catalog: Catalog, now: Date, isDrawn = false): AcrossReading | undefined {
  const sketch = readSchema(text, catalog, now)
  const made = planSketch(sketch, catalog)
  if (!made) return undefined
  const { plan, doubts } = made
  const open = [...doubts, ...openShapes(plan, catalog)].filter(
    ({ kind }) => !(isDrawn && ((kind === 'group-columns' && isPicture(plan)) || (kind === 'repeats' && isPoints(plan)))),
  )
  const unknown = [...new Set(sketch.unknown)]
  return {
    plan,
    doubts: open,
    unknown,
    passed: sketch.passed,
    isSure:
      open.length === 0 &&
      unknown.length === 0 &&
      (isTelling(plan) || (isDrawn && sketch.passed === 0 && (isPicture(plan) || isPoints(plan)))),
  }
}

/** Groups along an axis, and one figure of each. */
const isPicture = ({ dimensions, measures }: Plan): boolean =>
  [1, 2].includes(dimensions.filter(({ isHidden }) => !isHidden).length) &&
  measures.filter(({ isHidden }) => !isHidden).length === 1

/** A point for each row of one table. */
const isPoints = ({ measures, dimensions, columns, joins }: Plan): boolean =>
  measures.length + dimensions.length === 0 && !joins && [2, 3].includes(columns.length)

/**
 * Whether so particular a plan can hardly come from a misreading. What one table and plain clauses can say is left to the agreement with
 * the reading of one table; groups are open, as there are many ways to name and to count them.
 */
function isTelling(plan: Plan): boolean {
  const joins = plan.joins?.length ?? 0
  if (plan.related?.some(({ isAbsent }) => !isAbsent)) return false
  if (plan.dimensions.length > 0) {
    const isNamed = plan.measures.every(({ isHidden }) => isHidden)
    if (isNamed && plan.having) return plan.order.length === 0 && joins < 2
    if (isNamed) return joins === 0 && plan.filters.length === 0 && plan.limit !== undefined
    return joins === 1 && plan.filters.length === 0 && plan.order.length === 0
  }
  if (plan.measures.length > 0 && plan.order.length > 0) return false
  const isRanked = plan.order.length > 0 && plan.limit !== undefined
  const isFigure = plan.measures.length > 0 && plan.filters.length === 0
  return (
    joins > 0 ||
    isRanked ||
    isFigure ||
    plan.related !== undefined ||
    plan.second !== undefined ||
    plan.filters.some(({ figure }) => figure)
  )
}

/** What a plan leaves open although every word was understood. */
function openShapes(plan: Plan, catalog: Catalog): Doubt[] {
  const doubts: Doubt[] = []
  const joins = plan.joins ?? []
  if (joins.length > MOST_SURE_JOINS)
    doubts.push({ kind: 'long', part: 'from', why: `the tables meet over ${joins.length} steps` })
  const isList = plan.measures.length === 0 && plan.dimensions.length === 0
  const own = catalog.tables.find(({ name }) => name === plan.table)
  if (isList && plan.limit !== undefined && isMultiplied(plan, catalog))
    doubts.push({ kind: 'multiplied', part: 'top', why: 'one row of the order may meet several of the others' })
  if (plan.limit !== undefined && plan.order.length === 0)
    doubts.push({ part: 'top', why: 'the question does not say by what to rank; I take the first rows as they come' })
  if (own && isList && !plan.isDistinct && plan.limit === undefined && !plan.second && mayRepeat(plan, own, catalog))
    doubts.push({
      kind: 'repeats',
      part: 'measure',
      why: 'equal rows are shown as often as they come; say “different” to see each once',
    })
  return doubts
}

function mayRepeat(plan: Plan, own: CatalogTable, catalog: Catalog): boolean {
  if (isMultiplied(plan, catalog)) return true
  if (plan.columns.length === 0 || plan.order.length > 0) return false
  return !plan.columns.some((name) => {
    const found = findColumn(name, own, catalog.tables)
    return found !== undefined && isUnique(found.column, found.table)
  })
}

/** Whether two plans come to the same rows, said in other words. */
export function isSamePlan(one: Plan, other: Plan): boolean {
  return JSON.stringify(essence(one)) === JSON.stringify(essence(other))
}

function essence(plan: Plan): unknown {
  const isListed = plan.measures.length === 0 && plan.dimensions.every(({ grain, cycle }) => !grain && !cycle)
  const columns = isListed && plan.columns.length === 0 ? plan.dimensions.map(({ column }) => column) : plan.columns
  const nameOf = (by: string): string => {
    const part = [...plan.dimensions, ...plan.measures].find(({ label }) => label === by)
    return part ? `${'aggregate' in part ? part.aggregate : ''} ${part.column ?? ''}` : ` ${by}`
  }
  return {
    table: plan.table,
    columns,
    isDistinct: plan.isDistinct === true || (isListed && plan.dimensions.length > 0),
    dimensions: isListed ? [] : plan.dimensions.map(({ column, grain, cycle, isHidden }) => [column, grain, cycle, isHidden]),
    measures: plan.measures.map(({ aggregate, column, isHidden }) => [aggregate, column, isHidden]),
    filters: plan.filters.map(({ column, operator, values, either, figure }) => [column, operator, values, either, figure]),
    beyond: [plan.joins, plan.related, plan.second, plan.having],
    order: plan.order.map(({ by, descending }) => [nameOf(by), descending]),
    limit: plan.limit,
  }
}

/** A join may give one row of the plan's table several times. */
function isMultiplied(plan: Plan, catalog: Catalog): boolean {
  const steps = stepsOf(catalog)
  return (plan.joins ?? []).some((join) =>
    steps.some(
      (step) => step.isToMany && step.table === join.table && step.to === join.to && step.columns.join() === join.columns.join(),
    ),
  )
}
