import { z } from 'zod'
import type { Catalog } from '../../../contract/catalog.ts'
import { KnownError } from '../../../contract/error.ts'
import { Plan, type Reading } from '../../../contract/plan.ts'
import { chipsOf } from '../basic/chips.ts'
import { planSql } from '../basic/plan-sql.ts'

const { shape } = Plan

/** A plan as a model fills it: what has an obvious value may be left out. */
export const PlanInput = z.object({
  title: z.string(),
  table: shape.table,
  measures: shape.measures.default([]),
  dimensions: shape.dimensions.default([]),
  columns: shape.columns.default([]),
  filters: shape.filters.default([]),
  joins: shape.joins,
  having: shape.having,
  isDistinct: shape.isDistinct,
  order: shape.order.default([]),
  limit: shape.limit,
})

export const planOf = ({ title: _, ...plan }: z.infer<typeof PlanInput>): Plan => Plan.parse({ version: 1, ...plan })

/** Whether plans can be made into the SQL of this data. */
export const hasPlans = ({ dialect = 'duckdb' }: Catalog): boolean =>
  dialect === 'duckdb' || dialect === 'postgres' || dialect === 'mysql' || dialect === 'sqlite'

/** Throws `invalid-input` where the plan names what is not there. */
export function sqlOfPlan(plan: Plan, catalog: Catalog): string {
  if (!hasPlans(catalog)) throw new KnownError('invalid-input', 'Plans do not work on this data. Use SQL.')
  return planSql(plan, catalog)
}

export function readingOf(plan: Plan, { tables }: Catalog): Reading {
  const table = tables.find(({ name }) => name === plan.table)
  if (!table)
    throw new KnownError(
      'invalid-input',
      `There is no table “${plan.table}”. There are: ${tables.map(({ name }) => name).join(', ')}.`,
    )
  return { state: 'understood', plan, chips: chipsOf(plan, table) }
}
