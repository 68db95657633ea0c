import type { CatalogTable } from '../../../contract/catalog.ts'
import type { OwnedColumn } from './column-name.ts'
import { isDate, isMeasure, isYear } from './columns.ts'
import { indexWords } from './index-words.ts'
import type { Step } from './join-path.ts'
import type { Item } from './schema-items.ts'
import type { TableHit, ValueHit } from './schema-words.ts'
import { nameWords } from './tokens.ts'

/** Where a question speaks of tables, so that a name that stands in several is taken from the right one. */
export interface Mentions {
  readonly items: readonly Item[]
  readonly main: CatalogTable | undefined
  /** By place of the item. */
  readonly tables: ReadonlyMap<number, CatalogTable>
  readonly used: Set<CatalogTable>
  /** Tables that alone have a column of some name in the question. */
  readonly sole: ReadonlySet<CatalogTable>
  readonly steps: readonly Step[]
}

export interface Resolved {
  readonly found: OwnedColumn
  /** Another column fits as well. */
  readonly isOpen: boolean
  readonly coverage: number
}

/** A table is meant where nothing names a column as well. */
export const tableOf = (item: Item): TableHit | undefined => {
  const [table] = item.tables
  const [column] = item.columns
  const isPlural = /s$/i.test(item.text) && item.tables.length === 1
  return table && (!column || table.coverage + (isPlural && column.coverage < 1 ? 0.3 : 0) >= column.coverage) ? table : undefined
}

/** The column that an item means at its place; `wanted` narrows what may be meant, where something passes it. */
export function resolveColumn(
  mentions: Mentions,
  place: number,
  wanted: (column: OwnedColumn) => boolean = () => true,
): Resolved | undefined {
  const item = mentions.items[place]
  const fitting = (item?.columns ?? []).filter(wanted)
  const scored = fitting
    .map((hit) => ({ hit, score: hit.coverage * 4 + nearness(mentions, place, hit) }))
    .sort((one, two) => two.score - one.score)
  const [best, second] = scored
  if (!best) return undefined
  const isOpen =
    second !== undefined &&
    !(mentions.used.has(best.hit.table) && !mentions.used.has(second.hit.table)) &&
    best.score - second.score < 0.3 &&
    !isSameKey(best.hit, second.hit, mentions.steps)
  return { found: best.hit, isOpen, coverage: best.hit.coverage }
}

/** Two columns that a key ties together hold the same values. */
const isSameKey = (one: OwnedColumn, two: OwnedColumn, steps: readonly Step[]): boolean =>
  steps.some(
    (step) =>
      step.table === one.table.name &&
      step.to === two.table.name &&
      step.columns.some((name, at) => name === one.column.name && step.references[at] === two.column.name),
  )

function nearness({ items, main, tables, used, sole, steps }: Mentions, place: number, { table, column }: OwnedColumn): number {
  let score = 0
  if (tables.get(place - 1) === table && !items[place]?.isAfterComma) score += 2.2
  if (items[place - 1]?.act?.act === 'where') {
    if (tables.get(place - 2) === table) score += 1.8
    else if (items[place - 1]?.text.toLowerCase() === 'whose') {
      const nearest = [...tables].filter(([at]) => at < place).at(-1)
      if (nearest?.[1] === table) score += 1.5
    }
  }
  for (let next = place + 1; next < Math.min(items.length, place + 12); next++) {
    const item = items[next]
    if (!item) break
    const after = tables.get(next)
    if (after) {
      if (after === table) score += items.slice(place, next).some((one) => one.act?.act === 'of') ? 2 : 1.2
      break
    }
    const act = item.act?.act
    if (act === 'where' && next > place + 1 && !items.slice(place, next).some((one) => one.act?.act === 'of')) {
      break
    }
    if (act === 'compare' || act === 'aggregate' || act === 'order' || item.number !== undefined) break
  }
  if (main === table) score += 0.8
  if ([...tables.values()].includes(table)) score += 0.6
  if (used.has(table)) score += 0.4
  if (sole.has(table)) score += 0.4
  const near = new Set([...tables.values(), ...(main ? [main] : [])].map(({ name }) => name))
  if (steps.some((step) => step.to === table.name && near.has(step.table))) score += 0.2
  if (!table.primaryKey.includes(column.name) && table.foreignKeys.some(({ columns }) => columns.includes(column.name)))
    score -= 0.3
  return score
}

/** The value that an item means: of a column named beside it, else of the nearest table. */
export function resolveValue(
  mentions: Mentions,
  place: number,
  columns: readonly OwnedColumn[],
): { hit: ValueHit; isOpen: boolean } | undefined {
  const hits = mentions.items[place]?.values ?? []
  const scored = hits
    .map((hit) => {
      const isNamed = columns.some(({ table, column }) => table === hit.table && column === hit.column)
      const isKeyOfOther = hit.table.foreignKeys.some((key) => key.columns.includes(hit.column.name)) ? -0.2 : 0
      return { hit, score: (isNamed ? 5 : 0) + nearness(mentions, place, hit) + isKeyOfOther }
    })
    .sort((one, two) => two.score - one.score)
  const [best, second] = scored
  return best && { hit: best.hit, isOpen: second !== undefined && best.score - second.score < 0.3 }
}

/** The column of a table whose name holds one of the words: what "oldest" speaks of. */
export function columnByProperty(table: CatalogTable, properties: readonly string[]): OwnedColumn | undefined {
  for (const property of properties) {
    const [word = property] = indexWords([property])
    const column = table.columns.find(
      (other) =>
        (indexWords(nameWords(other.name)).includes(word) && (isMeasure(other) || isDate(other) || isYear(other))) ||
        (property === 'date' && isDate(other)),
    )
    if (column) return { table, column }
  }
  return undefined
}
