import type { CatalogTable } from '../../../contract/catalog.ts'
import type { Cell } from '../../../contract/column.ts'
import type { Aggregate, Cycle, Filter, Grain } from '../../../contract/plan.ts'
import type { OwnedColumn } from './column-name.ts'
import type { Doubt } from './draft.ts'

/** Days grouped along the calendar, or by what they are called. */
export type TimeStep = { readonly grain: Grain } | { readonly cycle: Cycle }
export interface GroupColumn extends OwnedColumn {
  readonly step?: TimeStep
}

/** What is shown, sorted by or kept by: a column, a figure of one, or a count of a table's rows. */
export interface Figure {
  readonly aggregate?: Aggregate
  readonly column?: GroupColumn
  /** Whose rows are counted. */
  readonly table?: CatalogTable
}

export interface SketchFilter {
  readonly of: OwnedColumn
  readonly operator: Filter['operator']
  readonly values: readonly Cell[]
  readonly figure?: { readonly aggregate: Aggregate; readonly column: OwnedColumn }
  readonly either?: number
}

/** What a question on several tables says, clause by clause, before it is decided how tables meet. */
export interface Sketch {
  selected: Figure[]
  groups: (GroupColumn | CatalogTable)[]
  filters: SketchFilter[]
  having: { figure: Figure; operator: Filter['operator']; value: Cell }[]
  orders: { figure: Figure | 'first'; descending: boolean }[]
  limit?: number
  /** Only rows without a row of this table that passes the filters. */
  absent: { table: CatalogTable; filters: SketchFilter[] }[]
  /** Tables named to narrow the rows: "customers with an order". */
  required: Set<CatalogTable>
  /** "both A and B" */
  both?: { one: SketchFilter; other: SketchFilter }
  isDistinct: boolean
  /** The groups were said before what is shown of them. */
  isGroupFirst: boolean
  /** Said as "each" or "every", which leaves open what is shown of a group. */
  isEach: boolean
  isEverything: boolean
  /** The table that the question is about. */
  main?: CatalogTable
  mentioned: Set<CatalogTable>
  doubts: Doubt[]
  /** How many words that say what happens were passed over: "registered", "work for". */
  passed: number
  unknown: string[]
}

export const emptySketch = (): Sketch => ({
  selected: [],
  groups: [],
  filters: [],
  having: [],
  orders: [],
  absent: [],
  required: new Set(),
  isDistinct: false,
  isGroupFirst: false,
  isEach: false,
  isEverything: false,
  mentioned: new Set(),
  doubts: [],
  passed: 0,
  unknown: [],
})
