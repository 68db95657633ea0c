import type { Catalog, CatalogTable } from '../../../contract/catalog.ts'
import { setNewest } from '../../basics/set-newest.ts'
import { indexWords, otherWords } from './index-words.ts'
import { valuesOf } from './lattice.ts'
import { headWord } from './lemma.ts'
import { nameWords, tokenise } from './tokens.ts'

/** Reading weighs every table by itself, so of a large catalog only those are read that the words can mean. */
const ALL_TABLES = 40
const NAMED_TABLES = 24
/** Tables that lie between the named ones or that they belong to. */
const NEAR_TABLES = 48
/** A table is worked into the index in well under a millisecond; after so many the event loop has its turn. */
const TABLES_AT_ONCE = 50
const MOST_GLUED = 3
const NAME_WEIGHT = 1.5
const OTHER_WEIGHT = 0.5

/** Which tables have a word: in their own name, or in a column or a value. Numbers are places in the catalog. */
interface WordIndex {
  readonly names: Map<string, number[]>
  readonly contents: Map<string, number[]>
  readonly places: Map<string, number>
  count: number
}

/** By the array of tables: a catalog is never changed in place. */
const indexes = new WeakMap<readonly CatalogTable[], WordIndex>()

/** Works out which tables have which words, a few tables at a time, so that whoever asks meanwhile is answered. Without it the first question waits for all. */
export async function indexTables({ tables }: Pick<Catalog, 'tables'>): Promise<void> {
  if (tables.length <= ALL_TABLES) return
  while (grow(tables, TABLES_AT_ONCE).count < tables.length) await new Promise((resolve) => setImmediate(resolve))
}

/**
 * The part of a large catalog that a question can be about: the tables that have most of its words and the rarest of them, those between them, and those
 * that they belong to; `asked` are tables of questions before. A small catalog is itself.
 */
export function nearTables(catalog: Catalog, text: string, asked: readonly string[] = []): Catalog {
  const { tables } = catalog
  if (tables.length <= ALL_TABLES) return catalog
  const scores = scoresOf(text, tables)
  const named = [...scores]
    .sort(([one, oneScore], [two, twoScore]) => twoScore - oneScore || one - two)
    .slice(0, NAMED_TABLES)
    .map(([place]) => place)
  const { places: placeOf } = grow(tables, tables.length)
  const chosen = [...asked.flatMap((name) => placeOf.get(name) ?? []), ...named]
  const places = chosen.length > 0 ? withNeighbours(chosen, tables) : tables.slice(0, NAMED_TABLES).map((_, place) => place)
  return { ...catalog, tables: partOf(tables, places) }
}

const parts = new WeakMap<readonly CatalogTable[], Map<string, CatalogTable[]>>()
const MOST_PARTS = 100

/** The same part is the same array each time: what is worked out about it is kept with it. */
function partOf(tables: readonly CatalogTable[], places: readonly number[]): CatalogTable[] {
  const sorted = [...places].sort((one, two) => one - two)
  const ofCatalog = parts.get(tables) ?? new Map<string, CatalogTable[]>()
  parts.set(tables, ofCatalog)
  const key = sorted.join()
  return setNewest(ofCatalog, key, ofCatalog.get(key) ?? sorted.flatMap((place) => tables[place] ?? []), MOST_PARTS)
}

function scoresOf(text: string, tables: readonly CatalogTable[]): Map<number, number> {
  const { names, contents } = grow(tables, tables.length)
  const scores = new Map<number, number>()
  const add = (word: string, weight: number): void => {
    const inNames = names.get(word) ?? []
    const rarity = Math.log(1 + tables.length / (1 + inNames.length + (contents.get(word)?.length ?? 0)))
    for (const place of inNames) scores.set(place, (scores.get(place) ?? 0) + rarity * weight * NAME_WEIGHT)
    for (const place of contents.get(word) ?? []) scores.set(place, (scores.get(place) ?? 0) + rarity * weight)
  }
  const lemmas = tokenise(text).flatMap(({ kind, lower, lemma }) => (kind === 'quoted' ? nameWords(lower) : [lemma]))
  const said = new Set(lemmas.flatMap((word, at) => [word, headWord(word), ...gluedFrom(lemmas, at)]))
  for (const word of said) add(word, 1)
  for (const word of new Set([...said].flatMap(otherWords))) if (!said.has(word)) add(word, OTHER_WEIGHT)
  return scores
}

/** "order lines" may be the table `orderlines`. */
const gluedFrom = (words: readonly string[], at: number): string[] =>
  Array.from({ length: MOST_GLUED - 1 }, (_, more) => words.slice(at, at + more + 2).join(''))

/** Tables that the chosen ones belong to, in one step or two, and those that belong to two of them. */
function withNeighbours(chosen: readonly number[], tables: readonly CatalogTable[]): number[] {
  const { places } = grow(tables, tables.length)
  const parentsOf = (from: readonly number[]): number[] =>
    from.flatMap((place) => (tables[place]?.foreignKeys ?? []).flatMap(({ table }) => places.get(table) ?? []))
  const parents = parentsOf(chosen)
  const isChosen = new Set(chosen.map((place) => tables[place]?.name ?? ''))
  const between = [...tables.entries()]
    .filter(([, { foreignKeys }]) => new Set(foreignKeys.map(({ table }) => table).filter((name) => isChosen.has(name))).size > 1)
    .map(([place]) => place)
  return [...new Set([...chosen, ...parents, ...between, ...parentsOf(parents)])].slice(0, NEAR_TABLES)
}

function grow(tables: readonly CatalogTable[], most: number): WordIndex {
  const index = indexes.get(tables) ?? { names: new Map(), contents: new Map(), places: new Map(), count: 0 }
  indexes.set(tables, index)
  const until = Math.min(tables.length, index.count + most)
  for (; index.count < until; index.count++) {
    const table = tables[index.count]
    if (!table) continue
    index.places.set(table.name, index.count)
    const own = new Set([table.name, table.label, ...(table.synonyms ?? [])].flatMap(wordsOf))
    const others = new Set(contentsOf(table).filter((word) => !own.has(word)))
    for (const word of own) note(index.names, word, index.count)
    for (const word of others) note(index.contents, word, index.count)
  }
  return index
}

function note(places: Map<string, number[]>, word: string, place: number): void {
  const known = places.get(word)
  if (known) known.push(place)
  else places.set(word, [place])
}

const contentsOf = (table: CatalogTable): string[] => [
  ...table.columns.flatMap((column) =>
    [column.name, ...(column.label === undefined ? [] : [column.label]), ...(column.synonyms ?? [])].flatMap(wordsOf),
  ),
  ...(table.metrics ?? []).flatMap(({ name, synonyms = [] }) => [name, ...synonyms].flatMap(wordsOf)),
  ...(hasValues(table) ? [...valuesOf(table).keys()].flatMap((key) => key.split(' ')) : []),
]

/** NOTE: of thousands of tables only the first are looked into, and the index of values is dear to make. */
const hasValues = ({ columns }: CatalogTable): boolean => columns.some(({ values, valueWords }) => values ?? valueWords)

const known = new Map<string, readonly string[]>()
const KNOWN_NAMES = 50_000

/** The words of a name in every form that a question may say them: columns are called alike all over a catalog, so that it is worked out once. */
function wordsOf(name: string): readonly string[] {
  const found = known.get(name)
  if (found) return found
  const words = nameWords(name)
  const made = [...new Set([...words, ...words.map(headWord), ...indexWords(words), words.join('')])]
  if (known.size >= KNOWN_NAMES) known.clear()
  known.set(name, made)
  return made
}
