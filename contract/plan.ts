import { z } from 'zod'
import { ChartKind } from './chart.ts'
import { Cell } from './column.ts'

/** What the basic analyst understood. SQL is only ever made from this. */

export const Aggregate = z.enum(['count', 'count-distinct', 'sum', 'average', 'min', 'max'])
export type Aggregate = z.infer<typeof Aggregate>
export const Grain = z.enum(['day', 'week', 'month', 'quarter', 'year'])
export type Grain = z.infer<typeof Grain>

/** `column` is absent only for `count`, which then counts rows. */
export const Measure = z.object({ aggregate: Aggregate, column: z.string().optional(), label: z.string() })
export type Measure = z.infer<typeof Measure>

export const Dimension = z.object({ column: z.string(), grain: Grain.optional(), label: z.string() })
export type Dimension = z.infer<typeof Dimension>

/** Dates in `values` are ISO days. `between` takes `[from, before]`: the second day is not in it. */
export const Filter = z.object({
  column: z.string(),
  operator: z.enum(['=', '!=', '<', '<=', '>', '>=', 'in', 'between', 'contains', 'is-null', 'is-not-null']),
  values: z.array(Cell),
  /** The words of the question it was read from, as people see it: "region is Nordics". */
  label: z.string(),
})
export type Filter = z.infer<typeof Filter>

export const Plan = z.object({
  version: z.literal(1),
  table: z.string(),
  measures: z.array(Measure),
  dimensions: z.array(Dimension),
  /** Plain columns to list when there is no measure and no dimension; empty lists all. */
  columns: z.array(z.string()),
  filters: z.array(Filter),
  /** `by` names a measure, a dimension or a column by its label or name. */
  order: z.array(z.object({ by: z.string(), descending: z.boolean() })),
  limit: z.number().int().positive().optional(),
  chart: ChartKind.optional(),
})
export type Plan = z.infer<typeof Plan>

/** One part of the reading, as a chip: grey word, value. */
export const Chip = z.object({
  part: z.enum(['from', 'measure', 'by', 'where', 'period', 'order', 'top', 'as']),
  value: z.string(),
  unsure: z.boolean().default(false),
})
export type Chip = z.infer<typeof Chip>

/**
 * How the basic analyst stands to a question. `understood` runs by itself, `my-reading` waits for Run,
 * `not-understood` names the words it did not know and offers questions that work on this data.
 */
export const Reading = z.discriminatedUnion('state', [
  z.object({ state: z.literal('understood'), plan: Plan, chips: z.array(Chip) }),
  z.object({
    state: z.literal('my-reading'),
    plan: Plan,
    chips: z.array(Chip),
    why: z.string(),
    alternatives: z.array(z.object({ plan: Plan, chips: z.array(Chip) })),
  }),
  z.object({
    state: z.literal('not-understood'),
    unknownWords: z.array(z.string()),
    nearest: z.array(z.string()),
    suggestions: z.array(z.string()),
    message: z.string(),
  }),
])
export type Reading = z.infer<typeof Reading>
