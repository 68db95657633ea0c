import type { CatalogColumn } from '../../../contract/catalog.ts'
import type { ChartKind } from '../../../contract/chart.ts'
import type { Aggregate, Chip, Cycle, Filter, Grain } from '../../../contract/plan.ts'

/** A column that the question names, with what is to be done to it. Without a column, rows are meant. */
export interface Picked {
  readonly column?: CatalogColumn
  readonly aggregate?: Aggregate
}

export interface By {
  readonly column?: CatalogColumn
  readonly grain?: Grain | 'fitting'
  readonly cycle?: Cycle
  /** Said as "which month". */
  readonly isAsked?: boolean
}

/** Why a reading is not sure. `about` is the text in the chip that it concerns. */
export interface Doubt {
  readonly part: Chip['part']
  readonly why: string
  readonly about?: string
  /** What sort of doubt it is, where it alone may leave a reading likely enough. */
  readonly kind?: DoubtKind
}

export type DoubtKind =
  | 'repeats'
  | 'group-columns'
  | 'partial'
  | 'property'
  | 'several'
  | 'paths'
  | 'passed-by'
  | 'assumed'
  | 'multiplied'
  | 'long'

/** What the clauses of a question say, before it is decided what they come to. */
export interface Draft {
  isList: boolean
  isDistinct: boolean
  asksWhich: boolean
  isEntityNamed: boolean
  /** Began with "what about", "only" or "and": an edit of the plan before. */
  edits: Set<'about' | 'only' | 'also'>
  selected: Picked[]
  /** Figures said without what they speak of: "average" alone. */
  loose: Aggregate[]
  by: By[]
  filters: Filter[]
  /** Groups are kept by a figure: "customers with more than 5 orders". */
  having: { picked: Picked; filter: Omit<Filter, 'column'> }[]
  rank?: { descending: boolean; limit?: number; by?: Picked; isCount: boolean; isTime: boolean; isTop: boolean }
  order: { picked: Picked | 'first'; descending: boolean }[]
  chart?: ChartKind
  doubts: Doubt[]
  unknown: string[]
  /** An unknown word stands where the plan hangs on it. */
  isHollow: boolean
  /** Said outright; nothing can be run. */
  refusals: string[]
}

/** Decides between equally good meanings: the first, unless an alternative is being tried. */
export type Pick = <Option>(key: string, options: readonly Option[]) => Option | undefined

export const emptyDraft = (): Draft => ({
  isList: false,
  isDistinct: false,
  asksWhich: false,
  isEntityNamed: false,
  edits: new Set(),
  selected: [],
  loose: [],
  by: [],
  filters: [],
  having: [],
  order: [],
  doubts: [],
  unknown: [],
  isHollow: false,
  refusals: [],
})
