import type { CatalogColumn, CatalogTable } from '../../../contract/catalog.ts'
import type { Aggregate } from '../../../contract/plan.ts'
import { type Draft, emptyDraft, type Pick, type Picked } from './draft.ts'
import type { Link } from './lattice.ts'
import type { Role } from './lexicon.ts'
import { calledOf, listed } from './tokens.ts'

export type Thing = Extract<Link, { kind: 'thing' }>

/** What the next thing is for, by the words that went before it. */
type Mode = 'select' | 'by' | 'where' | 'sort' | 'rank'

/** The place in a question while its clauses are read from left to right, and what the words so far ask of the next ones. */
export interface Walk {
  readonly links: readonly Link[]
  readonly table: CatalogTable
  readonly pick: Pick
  readonly draft: Draft
  at: number
  mode: Mode
  /** Figures that wait for the thing they speak of. */
  pending: Aggregate[]
  /** Figures that "and" carries on to the next thing. */
  spread: Aggregate[]
  isNegated: boolean
  isMissing: boolean
  /** Said before what to sort by; true is descending. */
  direction: boolean | undefined
}

export const startWalk = (links: readonly Link[], table: CatalogTable, pick: Pick): Walk => ({
  links,
  table,
  pick,
  draft: emptyDraft(),
  at: 0,
  mode: 'select',
  pending: [],
  spread: [],
  isNegated: false,
  isMissing: false,
  direction: undefined,
})

export function roleAt(walk: Walk, place: number): Role['role'] | undefined {
  const { links } = walk
  const link = links[place]
  return link?.kind === 'role' ? link.role.role : undefined
}

export function past(walk: Walk, place: number, ...skipped: Role['role'][]): number {
  let next = place
  while (skipped.includes(roleAt(walk, next) ?? 'by')) next++
  return next
}

export function choose(
  walk: Walk,
  thing: Thing,
  columns: readonly CatalogColumn[],
  part: 'measure' | 'by' | 'where' | 'order',
): CatalogColumn | undefined {
  const { draft, pick } = walk
  const column = pick(`column ${thing.text.toLowerCase()}`, columns)
  if (!column) return undefined
  const name = calledOf(column)
  if (columns.length > 1)
    draft.doubts.push({
      part,
      about: name,
      why: `“${thing.text}” fits ${listed(columns.map((other) => calledOf(other)))}`,
    })
  else if (thing.isPartial) draft.doubts.push({ part, about: name, why: `I took “${thing.text}” for ${name}` })
  return column
}

export function addMeasure(walk: Walk, picked: Picked): void {
  const { draft } = walk
  if (walk.mode === 'rank' && draft.rank && !draft.rank.by) {
    draft.rank.by = picked
    walk.mode = 'select'
  } else if (walk.mode === 'sort') draft.order.push({ picked, descending: takeDirection(walk) })
  else draft.selected.push(picked)
}

export function takeDirection(walk: Walk): boolean {
  const taken = walk.direction ?? false
  walk.direction = undefined
  return taken
}

/** The columns that pass a test, or all where none does. */
export function fitting(columns: readonly CatalogColumn[], test: (column: CatalogColumn) => boolean): readonly CatalogColumn[] {
  const found = columns.filter(test)
  return found.length > 0 ? found : columns
}
