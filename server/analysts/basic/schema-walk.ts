import type { Catalog, CatalogTable } from '../../../contract/catalog.ts'
import type { Aggregate } from '../../../contract/plan.ts'
import type { OwnedColumn } from './column-name.ts'
import { type Step, stepsOf } from './join-path.ts'
import { type Mentions, type Resolved, resolveColumn, tableOf } from './resolve-item.ts'
import type { Item } from './schema-items.ts'
import type { Act } from './schema-lexicon.ts'
import { emptySketch, type Figure, type Sketch, type SketchFilter } from './sketch.ts'
import { calledOf } from './tokens.ts'

/** What the next name is for, by the words before it. */
export type Clause = 'select' | 'where' | 'group' | 'order'

/** The place in a question on several tables while it is read from left to right. */
export interface SchemaWalk {
  readonly items: readonly Item[]
  readonly mentions: Mentions
  readonly sketch: Sketch
  readonly tables: readonly CatalogTable[]
  readonly steps: readonly Step[]
  at: number
  clause: Clause
  /** Figures that wait for what they speak of. */
  pending: Aggregate[]
  /** Figures that "and" carries on. */
  spread: Aggregate[]
  isDistinctNext: boolean
  isNegated: boolean
  direction: boolean | undefined
  /** What a comparison without a column of its own speaks of. */
  subject: Figure | undefined
  /** Filters belong to what is absent. */
  absent: { table: CatalogTable; filters: SketchFilter[] } | undefined
  isEither: boolean
  isBoth: boolean
}

export function startSchemaWalk(items: readonly Item[], catalog: Catalog): SchemaWalk {
  const tables = new Map<number, CatalogTable>()
  items.forEach((item, place) => {
    const hit = tableOf(item)
    if (hit && hit.coverage >= 0.45 && !item.values.some(({ table }) => table !== hit.table && hit.coverage < 1))
      tables.set(place, hit.table)
  })
  const steps = stepsOf(catalog)
  const sketch = emptySketch()
  const main = mainTable(items, tables)
  if (main) sketch.main = main
  for (const table of tables.values()) sketch.mentioned.add(table)
  return {
    items,
    mentions: { items, main, tables, used: new Set(), sole: soleTables(items), steps },
    sketch,
    tables: catalog.tables,
    steps,
    at: 0,
    clause: 'select',
    pending: [],
    spread: [],
    isDistinctNext: false,
    isNegated: false,
    direction: undefined,
    subject: undefined,
    absent: undefined,
    isEither: false,
    isBoth: false,
  }
}

/** Who asks for the height by nationality speaks of the table that has both, where another has a height too. */
const soleTables = (items: readonly Item[]): ReadonlySet<CatalogTable> =>
  new Set(
    items.flatMap(({ columns, tables, values }) => {
      const [first, ...others] = columns.filter(({ coverage }) => coverage === 1)
      return first && others.length + tables.length + values.length === 0 ? [first.table] : []
    }),
  )

/** What the question is about: the table named first, unless names of another's columns stand before and it only narrows. */
function mainTable(items: readonly Item[], tables: ReadonlyMap<number, CatalogTable>): CatalogTable | undefined {
  const [[place, first] = [0, undefined]] = tables
  const bar = items.findIndex(({ act }, at) => at > 1 && (act?.act === 'where' || act?.act === 'without'))
  if (first && (bar < 0 || place < bar)) return first
  const named = items.slice(0, bar < 0 ? undefined : bar).find(({ columns }) => columns.length > 0)
  const [column, other] = named?.columns ?? []
  const isClear =
    column !== undefined && (other === undefined || other.table === column.table || other.coverage < column.coverage)
  return isClear ? column.table : first
}

export const actAt = ({ items }: SchemaWalk, place: number): Act['act'] | undefined => items[place]?.act?.act

export function pastActs(walk: SchemaWalk, place: number, ...acts: Act['act'][]): number {
  let next = place
  while (acts.includes(actAt(walk, next) ?? 'unsupported')) next++
  return next
}

export const tableAt = ({ mentions }: SchemaWalk, place: number): CatalogTable | undefined => mentions.tables.get(place)

/** The column meant at a place, with a doubt where several fit. */
export function columnAt(walk: SchemaWalk, place: number, wanted?: (column: OwnedColumn) => boolean): OwnedColumn | undefined {
  const resolved: Resolved | undefined = resolveColumn(walk.mentions, place, wanted)
  if (!resolved) return undefined
  const { found, isOpen, coverage } = resolved
  walk.mentions.used.add(found.table)
  const text = walk.items[place]?.text ?? ''
  const name = calledOf(found.column)
  if (isOpen)
    walk.sketch.doubts.push({
      kind: 'several',
      part: 'measure',
      about: name,
      why: `“${text}” stands in several tables; I took ${found.table.label}`,
    })
  else if (coverage < 0.6)
    walk.sketch.doubts.push({ kind: 'partial', part: 'measure', about: name, why: `I took “${text}” for ${name}` })
  return found
}

/** Puts a filter where it belongs: among alternatives, to what is absent, or with the others. */
export function addFilter(walk: SchemaWalk, filter: SketchFilter): void {
  const { sketch } = walk
  walk.mentions.used.add(filter.of.table)
  if (walk.absent && filter.of.table !== sketch.main) {
    walk.absent.filters.push(filter)
    return
  }
  if (walk.absent)
    sketch.doubts.push({ part: 'where', why: `what comes after “without ${walk.absent.table.label}” may be said of it` })
  const last = sketch.filters.at(-1)
  const isSame = last?.of.column === filter.of.column
  if (walk.isBoth && last && isSame && !sketch.both) {
    sketch.both = { one: last, other: filter }
    sketch.filters = sketch.filters.slice(0, -1)
    walk.isBoth = false
    return
  }
  if (walk.isEither && last) {
    const either = last.either ?? sketch.filters.length
    sketch.filters = [...sketch.filters.slice(0, -1), { ...last, either }, { ...filter, either }]
    walk.isEither = false
    return
  }
  sketch.filters.push(filter)
}
