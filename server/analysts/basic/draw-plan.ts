import type { CatalogTable } from '../../../contract/catalog.ts'
import type { Plan } from '../../../contract/plan.ts'
import { measureOf } from './build-plan.ts'
import type { ChartWish } from './peel-chart.ts'
import { calledOf } from './tokens.ts'

/** The plan with the picture that was wished for: counted where that was said, drawn, and in the order of its axes. */
export function drawPlan(base: Plan, { kind, sort, isCounted }: ChartWish, table: CatalogTable): Plan {
  const plan = isCounted ? countedPlan(base, table) : base
  const dimensions = plan.dimensions.filter(({ isHidden }) => !isHidden)
  const measures = plan.measures.filter(({ isHidden }) => !isHidden)
  const parts = [...dimensions, ...measures].map(({ label }) => label)
  const x = dimensions[0]?.label ?? plan.columns[0]
  const y = measures[0]?.label ?? plan.columns[1]
  const named = (name: string): string | undefined =>
    [...parts, ...plan.columns].find((part) => part.replaceAll('_', ' ').toLowerCase().endsWith(name.replaceAll('_', ' ')))
  const by = sort && (sort.by === 'x' ? x : sort.by === 'y' ? y : (named(sort.by.name) ?? y))
  return {
    ...plan,
    measures: plan.measures.map((measure) =>
      measure.aggregate === 'count-distinct' && plan.dimensions.some(({ column }) => column === measure.column)
        ? { ...measureOf('count', undefined, table), label: measure.label }
        : measure,
    ),
    ...(kind ? { chart: kind } : {}),
    ...(sort && by !== undefined && plan.limit === undefined ? { order: [{ by, descending: sort.descending }] } : {}),
  }
}

/** "…, and count them": how many rows have each value of what is listed. */
function countedPlan(plan: Plan, table: CatalogTable): Plan {
  const [column, ...others] = plan.columns
  const found = table.columns.find(({ name }) => name === column)
  if (!column || others.length > 0 || plan.measures.length + plan.dimensions.length > 0) return plan
  const label = found ? calledOf(found) : column.slice(column.lastIndexOf('.') + 1)
  const { isDistinct: _, ...rest } = plan
  return { ...rest, columns: [], dimensions: [{ column, label }], measures: [measureOf('count', undefined, table)], order: [] }
}
