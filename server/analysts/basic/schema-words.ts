import type { CatalogColumn, CatalogTable } from '../../../contract/catalog.ts'
import { indexWords } from './index-words.ts'
import { type ValueLink, valuesOf } from './lattice.ts'
import { nameColumn } from './name-column.ts'
import { nameWords } from './tokens.ts'

/** How much of a name the words cover, from 0 to 1. */
interface Covered {
  readonly coverage: number
}
export interface ColumnHit extends Covered {
  readonly table: CatalogTable
  readonly column: CatalogColumn
}
export interface TableHit extends Covered {
  readonly table: CatalogTable
}
export interface ValueHit extends ValueLink {
  readonly table: CatalogTable
}

/** What words may mean in one table, by key. */
export interface SchemaWords {
  readonly table: CatalogTable
  readonly columns: ReadonlyMap<string, readonly ColumnHit[]>
  readonly tables: ReadonlyMap<string, readonly TableHit[]>
  readonly values: ReadonlyMap<string, readonly ValueLink[]>
}

export const wordsKey = (words: readonly string[]): string => indexWords(words).join('')

const known = new WeakMap<CatalogTable, SchemaWords>()

/** A catalog's tables are never changed in place, so what is known of one holds as long as it does. */
export function schemaWords(table: CatalogTable): SchemaWords {
  const found = known.get(table)
  if (found) return found
  const made = { table, columns: columnIndex(table), tables: tableIndex(table), values: valuesOf(table) }
  known.set(table, made)
  return made
}

/** Of little weight in a name: who says "status" means the status code. */
const lightWords = new Set(
  'id code name number description text detail type title date full made taken placed from to other line'.split(' '),
)

function columnIndex(table: CatalogTable): ReadonlyMap<string, readonly ColumnHit[]> {
  const best = new Map<string, Map<CatalogColumn, number>>()
  const own = new Set(indexWords(nameWords(table.name)))
  const prefix = commonPrefix(table)
  for (const column of table.columns) {
    const full = indexWords(nameWords(column.name))
    const others = full.filter((word) => !own.has(word))
    const rest = full[0] === prefix ? full.slice(1) : full
    const short = others.length > 0 && others.length < full.length ? others : rest.length > 0 ? rest : full
    for (const words of new Set([full, short]))
      for (const { key, coverage } of stretches(words)) {
        const hits = best.get(key) ?? new Map<CatalogColumn, number>()
        hits.set(column, Math.max(hits.get(column) ?? 0, words === short ? coverage : coverage - 0.01))
        best.set(key, hits)
      }
  }
  const [key, ...others] = table.primaryKey
  const keyColumn = others.length > 0 ? undefined : table.columns.find(({ name }) => name === key)
  const called = nameColumn(table)?.column
  if (called?.type === 'text' && !best.has('name')) best.set('name', new Map([[called, 0.85]]))
  if (keyColumn && !best.has('id')) best.set('id', new Map([[keyColumn, 0.9]]))
  return new Map(
    [...best].map(([key, hits]) => [key, [...hits].map(([column, coverage]) => ({ table, column, coverage }))] as const),
  )
}

/** The first word of most columns of a table says nothing: `EMP_NUM`, `EMP_FNAME`. */
function commonPrefix({ columns }: CatalogTable): string | undefined {
  const firsts = columns
    .map(({ name }) => indexWords(nameWords(name)))
    .flatMap((words) => (words.length > 1 ? words.slice(0, 1) : []))
  const most = firsts.find((word) => firsts.filter((other) => other === word).length >= Math.max(3, columns.length * 0.6))
  return most
}

const weightOf = (word: string): number => (lightWords.has(word) ? 0.6 : 1)

function* stretches(words: readonly string[]): Generator<{ key: string; coverage: number }> {
  const whole = words.reduce((sum, word) => sum + weightOf(word), 0)
  for (let from = 0; from < words.length; from++)
    for (let to = from + 1; to <= words.length; to++) {
      const part = words.slice(from, to)
      const coverage = part.reduce((sum, word) => sum + weightOf(word), 0) / whole
      yield { key: part.join(''), coverage }
      if (part.length === 2 && part.some((word) => word === 'date' || word === 'id'))
        yield { key: [...part].reverse().join(''), coverage: coverage - 0.02 }
    }
}

function tableIndex(table: CatalogTable): ReadonlyMap<string, readonly TableHit[]> {
  const index = new Map<string, readonly TableHit[]>()
  const add = (key: string, coverage: number): void => {
    if ((index.get(key)?.[0]?.coverage ?? 0) < coverage) index.set(key, [{ table, coverage }])
  }
  for (const name of new Set([table.name, table.label])) {
    const words = indexWords(nameWords(name))
    for (const { key, coverage } of stretches(words)) add(key, coverage)
    const last = words.at(-1)
    if (words.length > 1 && last !== undefined && !lightWords.has(last)) add(last, 0.75)
  }
  return index
}
