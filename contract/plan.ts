import { z } from 'zod'
import { ChartKind } from './chart.ts'
import { Cell } from './column.ts'

/**
 * What the basic analyst understood. SQL is only ever made from this. Columns of the plan's own table stand by their name,
 * those of a table that it reaches over keys as `table.column`.
 */

export const Aggregate = z.enum(['count', 'count-distinct', 'sum', 'average', 'min', 'max'])
export type Aggregate = z.infer<typeof Aggregate>
export const Grain = z.enum(['day', 'week', 'month', 'quarter', 'year'])
export type Grain = z.infer<typeof Grain>

/** Days of the week, months or quarters, whatever the year. */
export const Cycle = z.enum(['weekday', 'month', 'quarter'])
export type Cycle = z.infer<typeof Cycle>

export const Dimension = z.object({
  column: z.string(),
  grain: Grain.optional(),
  /** In place of a grain, times by what they are called: "Monday", "May". They stand in the order of the calendar. */
  cycle: Cycle.optional(),
  /** A number's values in steps of this width, each named by where it begins. */
  width: z.number().positive().optional(),
  label: z.string(),
  /** Keeps things of equal names apart, not shown. */
  isHidden: z.boolean().optional(),
})
export type Dimension = z.infer<typeof Dimension>

/** Dates in `values` are ISO days. `between` takes `[from, before]`: the second day is not in it. */
export const Filter = z.object({
  column: z.string(),
  operator: z.enum([
    '=',
    '!=',
    '<',
    '<=',
    '>',
    '>=',
    'in',
    'between',
    'contains',
    'not-contains',
    'starts-with',
    'ends-with',
    'is-null',
    'is-not-null',
  ]),
  values: z.array(Cell),
  /** Compared with this figure of all rows, in place of a value: "above average". */
  figure: z.object({ aggregate: Aggregate, column: z.string() }).optional(),
  /** Filters of one number are alternatives: one of them is enough. */
  either: z.number().int().optional(),
  /** The words of the question it was read from, as people see it: "region is Nordics". */
  label: z.string(),
})
export type Filter = z.infer<typeof Filter>

/** `column` is absent only for `count`, which then counts rows. */
export const Measure = z.object({
  aggregate: Aggregate,
  /** The name of a metric of the plan's own table, in place of `aggregate` and `column`. */
  metric: z.string().optional(),
  column: z.string().optional(),
  label: z.string(),
  /** In percent of this figure over all groups, or over those of one time where there is a time. */
  isShare: z.boolean().optional(),
  /** In percent: how much of the figure falls on rows that these filters keep. */
  part: z.array(Filter).optional(),
  /** Divided by this figure: "orders per customer". */
  per: z.object({ aggregate: Aggregate, column: z.string().optional() }).optional(),
  /** Only to sort or to keep groups by, not shown. */
  isHidden: z.boolean().optional(),
})
export type Measure = z.infer<typeof Measure>

/** Rows of `table`, which the plan has reached, meet those rows of `to` whose `references` equal their `columns`. */
export const Join = z.object({
  table: z.string(),
  columns: z.array(z.string()),
  to: z.string(),
  references: z.array(z.string()),
})
export type Join = z.infer<typeof Join>

/** Only rows that have (or do not have) rows at the end of a path. Never multiplies rows, as a join would. */
export const Related = z.object({
  path: z.array(Join).min(1),
  filters: z.array(Filter),
  isAbsent: z.boolean(),
  label: z.string(),
})
export type Related = z.infer<typeof Related>

/** Beside each figure the same one of an earlier time: `count` units of `grain` before. Without a time to group by, a period has to be a filter. */
export const Compare = z.object({
  column: z.string(),
  count: z.number().int().positive(),
  grain: Grain,
  /** The earlier time in words: "last year". */
  label: z.string(),
})
export type Compare = z.infer<typeof Compare>

export const Plan = z.object({
  version: z.literal(1),
  table: z.string(),
  measures: z.array(Measure),
  dimensions: z.array(Dimension),
  /** Plain columns to list when there is no measure and no dimension; empty lists all. */
  columns: z.array(z.string()),
  filters: z.array(Filter),
  joins: z.array(Join).optional(),
  related: z.array(Related).optional(),
  /** Keeps the groups whose measure, named by its label, compares so. */
  having: z.array(Filter.omit({ figure: true, either: true })).optional(),
  /** Rows that also come (`both`), or do not come (`except`), with these filters in place of `filters`. */
  second: z.object({ kind: z.enum(['both', 'except']), filters: z.array(Filter) }).optional(),
  compare: Compare.optional(),
  /** Asks where a change sits: the comparison once more for each column of few values. */
  isExplained: z.boolean().optional(),
  isDistinct: z.boolean().optional(),
  /** The labels of dimensions and measures in the order of the answer's columns, where that is not dimensions first. */
  shown: z.array(z.string()).optional(),
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

const Edit = z.object({ label: z.string(), reading: Reading.options[0] })
/** What each chip of a reading could be instead, in the order of its chips, and what could be added. Each is a whole reading that runs. */
export const ChipEdits = z.object({ chips: z.array(z.array(Edit)), add: z.array(Edit) })
export type ChipEdits = z.infer<typeof ChipEdits>
