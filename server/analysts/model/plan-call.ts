import { z } from 'zod'
import type { Catalog } from '../../../contract/catalog.ts'
import { KnownError } from '../../../contract/error.ts'
import { Plan, type Reading } from '../../../contract/plan.ts'
import { chipsOf } from '../basic/chips.ts'
import { planSql } from '../basic/plan-sql.ts'

/** A plan as a model fills it: what has an obvious value may be left out. */
export const PlanInput = z.object({
  title: z.string(),
  table: z.string(),
  measures: Plan.shape.measures.default([]),
  dimensions: Plan.shape.dimensions.default([]),
  columns: Plan.shape.columns.default([]),
  filters: Plan.shape.filters.default([]),
  order: Plan.shape.order.default([]),
  limit: Plan.shape.limit,
})

export const planOf = ({ title: _, ...plan }: z.infer<typeof PlanInput>): Plan => Plan.parse({ version: 1, ...plan })

/** Whether plans can be made into the SQL of this data. */
export const hasPlans = ({ dialect = 'duckdb' }: Catalog): boolean => dialect === 'duckdb'

/** Throws `invalid-input` where the plan names what is not there. */
export function sqlOfPlan(plan: Plan, catalog: Catalog): string {
  if (!hasPlans(catalog)) throw new KnownError('invalid-input', 'Plans do not work on this data. Use SQL.')
  return planSql(plan, tableOf(plan, catalog))
}

export function readingOf(plan: Plan, catalog: Catalog): Reading {
  return { state: 'understood', plan, chips: chipsOf(plan, tableOf(plan, catalog)) }
}

function tableOf({ table: name }: Plan, { tables }: Catalog) {
  const table = tables.find((one) => one.name === name)
  if (!table)
    throw new KnownError('invalid-input', `There is no table “${name}”. There are: ${tables.map((one) => one.name).join(', ')}.`)
  return table
}
