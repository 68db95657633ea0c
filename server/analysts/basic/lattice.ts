import type { CatalogColumn, CatalogTable } from '../../../contract/catalog.ts'
import { type Cell, isNumeric } from '../../../contract/column.ts'
import { sayings } from './columns.ts'
import { numberOf, type Period, periodAt } from './dates.ts'
import { headWord, lemma } from './lemma.ts'
import { LONGEST_PHRASE, type Role, roleOf } from './lexicon.ts'
import { foldText, isPhoneNumber, nameWords, type Token } from './tokens.ts'

export interface ValueLink {
  readonly column: CatalogColumn
  readonly value: Cell
}

/** What a stretch of tokens may mean. A thing of the data may be a column, the table itself and a value at once: its place decides. */
export type Link = { readonly at: number; readonly length: number; readonly text: string } & (
  | {
      readonly kind: 'thing'
      readonly columns: readonly CatalogColumn[]
      readonly isPartial: boolean
      readonly isAfterComma: boolean
      readonly isTable: boolean
      readonly values: readonly ValueLink[]
    }
  | { readonly kind: 'role'; readonly role: Role }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'period'; readonly period: Period }
  | { readonly kind: 'quoted' }
  | { readonly kind: 'unknown' }
)

/** Makes one long link worth more than several short ones. */
const LINK_COST = 4
/** Alone they never stand for the column they begin: "units" is not the unit price. */
const modifiers = new Set([
  'unit',
  'total',
  'average',
  'number',
  'min',
  'max',
  'minimum',
  'maximum',
  'first',
  'last',
  'new',
  'is',
  'has',
  'per',
  'of',
  'at',
  'on',
])

const glue = (words: readonly string[]): string => words.join('')

/** Finds what every stretch of the question may be in this table and picks the cover that explains most, longest links first. */
export function linkTokens(tokens: readonly Token[], table: CatalogTable, now: Date): Link[] {
  const { names, values } = indexOf(table)
  const places = placesOf(tokens, now)
  const best: { score: number; links: readonly Link[] }[] = []
  for (let at = tokens.length; at >= 0; at--) {
    if (at === tokens.length) {
      best[at] = { score: 0, links: [] }
      continue
    }
    let chosen = { score: Number.NEGATIVE_INFINITY, links: [] as readonly Link[] }
    const place = places[at]
    if (!place) continue
    for (const { link, score } of linksAt(tokens, at, place, names, values)) {
      const rest = best[at + link.length]
      const sum = score - LINK_COST + (rest?.score ?? 0)
      if (rest && sum > chosen.score) chosen = { score: sum, links: [link, ...rest.links] }
    }
    best[at] = chosen
  }
  return [...(best[0]?.links ?? [])]
}

interface NameIndex {
  readonly whole: ReadonlyMap<string, { readonly column: CatalogColumn; readonly quality: number }[]>
  readonly parts: ReadonlyMap<string, readonly CatalogColumn[]>
  readonly table: ReadonlySet<string>
}

interface TableIndex {
  readonly names: NameIndex
  readonly values: ReadonlyMap<string, ValueLink[]>
}

/** A catalog is never changed in place, so that what is known of a table holds as long as the table does. */
const indexes = new WeakMap<CatalogTable, TableIndex>()

function indexOf(table: CatalogTable): TableIndex {
  const known = indexes.get(table)
  if (known) return known
  const index = { names: nameIndex(table), values: valueIndex(table) }
  indexes.set(table, index)
  return index
}

/** The texts of a table by the key of their words, the most frequent first. */
export const valuesOf = (table: CatalogTable): ReadonlyMap<string, readonly ValueLink[]> => indexOf(table).values

function nameIndex(table: CatalogTable): NameIndex {
  const whole = new Map<string, { column: CatalogColumn; quality: number }[]>()
  const parts = new Map<string, CatalogColumn[]>()
  for (const column of table.columns) {
    for (const { words, quality } of sayings(column, table))
      whole.set(glue(words), [...(whole.get(glue(words)) ?? []), { column, quality }])
    if (column.isMetric || column.isBorrowed) continue
    const words = nameWords(column.name)
    for (const word of new Set([...words, ...words.map(headWord)].filter((part) => !modifiers.has(part))))
      parts.set(word, [...(parts.get(word) ?? []), column])
  }
  const tableNames = [nameWords(table.name), nameWords(table.label)]
  const entity = [
    ...tableNames.flatMap((words) => [glue(words), words.at(-1) ?? '']),
    ...(table.synonyms ?? []).map((said) => glue(nameWords(said))),
  ]
  const idColumn = table.columns.find(
    (column) => table.rowCount > 1 && column.distinctCount === table.rowCount && nameWords(column.name).at(-1) === 'id',
  )
  if (idColumn) entity.push(glue(nameWords(idColumn.name).slice(0, -1)))
  return { whole, parts, table: new Set(entity.filter((name) => name.length > 1 && !/^\d+$/.test(name))) }
}

function valueIndex(table: CatalogTable): ReadonlyMap<string, ValueLink[]> {
  const index = new Map<string, ValueLink[]>()
  const add = (key: string, link: ValueLink): void => {
    const known = index.get(key) ?? []
    if (key !== '' && !known.some(({ column, value }) => column === link.column && value === link.value))
      index.set(key, [...known, link])
  }
  for (const column of table.columns)
    for (const [value, said] of Object.entries(column.valueWords ?? {}))
      for (const word of said) add(valueKey(word), { column, value: isNumeric(column.type) ? Number(value) : value })
  for (const column of table.columns) {
    if (column.type !== 'text') continue
    for (const [key, value] of keyedValues(column.values ?? [])) {
      const known = index.get(key)
      if (known) known.push({ column, value })
      else index.set(key, [{ column, value }])
    }
  }
  return index
}

type Values = NonNullable<CatalogColumn['values']>
const keyed = new WeakMap<Values, readonly (readonly [key: string, value: string])[]>()

/** The words of a column's texts by which they are found, the most frequent first and of two spellings only that. Kept, as other tables borrow the column. */
function keyedValues(values: Values): readonly (readonly [key: string, value: string])[] {
  const found = keyed.get(values)
  if (found) return found
  const made: [string, string][] = []
  const seen = new Set<string>()
  for (const { value } of [...values].sort((one, two) => two.count - one.count)) {
    if (typeof value !== 'string' || value.length > 80 || !/\p{L}/u.test(value)) continue
    const key = valueKey(value)
    const spelling = `${key}\n${foldText(value)}`
    if (key === '' || seen.has(spelling)) continue
    seen.add(spelling)
    made.push([key, value])
  }
  keyed.set(values, made)
  return made
}

export const valueKey = (text: string): string => (text.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? []).map(lemma).join(' ')

/** A stretch of a question's words, as far as it is the same whatever the table is. */
interface Span {
  readonly tokens: readonly Token[]
  readonly text: string
  readonly role: Role | undefined
  readonly isShouted: boolean
  readonly glued: string
  readonly headed: string
  readonly spaced: string
}

interface Place {
  readonly dated: { readonly link: Link; readonly score: number } | undefined
  readonly number: { readonly link: Link; readonly score: number } | undefined
  readonly spans: readonly Span[]
}

const placesKnown = new WeakMap<readonly Token[], { readonly nowMs: number; readonly places: readonly Place[] }>()

/** Worked out once for a question, as it is linked with many tables. */
function placesOf(tokens: readonly Token[], now: Date): readonly Place[] {
  const known = placesKnown.get(tokens)
  if (known?.nowMs === now.getTime()) return known.places
  const places = tokens.map((_, at) => placeAt(tokens, at, now))
  placesKnown.set(tokens, { nowMs: now.getTime(), places })
  return places
}

function placeAt(tokens: readonly Token[], at: number, now: Date): Place {
  const dated = periodAt(tokens, at, now)
  const spans: Span[] = []
  for (let length = 1; length <= Math.min(7, tokens.length - at); length++) {
    const span = tokens.slice(at, at + length)
    if (span.some(({ kind }, place) => kind === 'quoted' && place > 0)) break
    const lemmas = span.map((token) => token.lemma)
    spans.push({
      tokens: span,
      text: words(tokens, at, length),
      role: length <= LONGEST_PHRASE ? roleOf(span.map((token) => token.lower).join(' ')) : undefined,
      isShouted: isShouted(span, tokens),
      glued: glue(lemmas),
      headed: glue(lemmas.map(headWord)),
      spaced: lemmas.join(' '),
    })
  }
  return {
    dated: dated && {
      link: { kind: 'period', period: dated.period, at, length: dated.length, text: words(tokens, at, dated.length) },
      score: dated.length * 10 + 1,
    },
    number: numberLink(tokens, at),
    spans,
  }
}

function numberLink(tokens: readonly Token[], at: number): Place['number'] {
  const first = tokens[at]
  const number = first && numberOf(first)
  if (number === undefined) return undefined
  const scale = tokens[at + 1]?.lower
  const factor = scale === 'thousand' ? 1e3 : scale === 'million' ? 1e6 : scale === 'billion' ? 1e9 : undefined
  const length = factor ? 2 : 1
  return {
    link: { kind: 'number', value: number * (factor ?? 1), at, length, text: words(tokens, at, length) },
    score: factor ? 19 : 9,
  }
}

function* linksAt(
  tokens: readonly Token[],
  at: number,
  { dated, number, spans }: Place,
  names: NameIndex,
  values: ReadonlyMap<string, ValueLink[]>,
): Generator<{ link: Link; score: number }> {
  const first = tokens[at]
  if (!first) return
  if (dated) yield dated
  if (first.kind === 'quoted') {
    const found = values.get(valueKey(first.lower)) ?? []
    if (found.length > 0) yield { link: thing(tokens, at, 1, { values: found }), score: 12 }
    yield { link: { kind: 'quoted', at, length: 1, text: first.text }, score: 9 }
    return
  }
  if (isPhoneNumber(tokens, at)) {
    yield { link: { kind: 'role', role: { role: 'filler' }, at, length: 1, text: first.text }, score: 10 }
    return
  }
  for (const [place, { tokens: span, text, role, isShouted: isName, glued, headed, spaced }] of spans.entries()) {
    const length = place + 1
    const [whole, head, held] = [names.whole.get(glued), names.whole.get(headed), values.get(spaced)]
    const isTable = names.table.has(glued)
    const found = whole || head ? [...(whole ?? []), ...(head ?? [])] : []
    const quality = Math.max(0, ...found.map((hit) => hit.quality))
    const columns = [...new Set(found.filter((hit) => hit.quality === quality).map((hit) => hit.column))]
    const matched = (held ?? []).filter(({ value }) => !role || isSameSpelling(span, String(value), at))
    if (columns.length > 0 || isTable || matched.length > 0) {
      const score = length * 10 + (role?.role === 'aggregate' || role?.role === 'superlative' ? 0.5 : 3)
      yield { link: thing(tokens, at, length, { columns, isTable, values: matched }), score }
    } else if (length === 1 && !role && !/^\d/.test(first.lower)) {
      const partial = names.parts.get(first.lemma) ?? names.parts.get(headed) ?? []
      if (partial.length > 0) yield { link: thing(tokens, at, 1, { columns: partial, isPartial: true }), score: 5 }
    }
    if (role && !isName)
      yield { link: { kind: 'role', role, at, length, text }, score: length * 10 + (role.role === 'filler' ? 0 : 1) }
  }
  if (number) yield number
  yield { link: { kind: 'unknown', at, length: 1, text: first.text }, score: 0 }
}

/** "US" is a country and "us" is not: where a value looks like a word of the language, its case decides. */
const isSameSpelling = (span: readonly Token[], value: string, at: number): boolean => {
  const said = span.map((token) => token.text).join(' ')
  return said === value && said !== said.toLowerCase() && (at > 0 || said.length > 1)
}

/** "US" in a question of small letters is a name, not a pronoun. */
const isShouted = (span: readonly Token[], tokens: readonly Token[]): boolean =>
  span.length === 1 &&
  /^\p{Lu}{2,}$/u.test(span[0]?.text ?? '') &&
  tokens.some(({ text }) => /\p{Ll}{2}/u.test(text)) &&
  ['us', 'it', 'in', 'is', 'at', 'no', 'or', 'an', 'of', 'on', 'to', 'do', 'me', 'am', 'we', 'so', 'all', 'any', 'can'].includes(
    span[0]?.lower ?? '',
  )

const words = (tokens: readonly Token[], at: number, length: number): string =>
  tokens
    .slice(at, at + length)
    .map((token) => token.text)
    .join(' ')

const thing = (
  tokens: readonly Token[],
  at: number,
  length: number,
  found: { columns?: readonly CatalogColumn[]; isPartial?: boolean; isTable?: boolean; values?: readonly ValueLink[] },
): Link => ({
  kind: 'thing',
  at,
  length,
  text: words(tokens, at, length),
  columns: found.columns ?? [],
  isPartial: found.isPartial ?? false,
  isAfterComma: tokens[at]?.isAfterComma ?? false,
  isTable: found.isTable ?? false,
  values: found.values ?? [],
})
