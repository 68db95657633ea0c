import type { Catalog, CatalogTable } from '../../../contract/catalog.ts'
import { setNewest } from '../../basics/set-newest.ts'
import type { OwnedColumn } from './column-name.ts'
import { numberOf, type Period, periodAt } from './dates.ts'
import { otherWords } from './index-words.ts'
import { valueKey } from './lattice.ts'
import { type Act, actOf, LONGEST_ACT } from './schema-lexicon.ts'
import { type ColumnHit, type SchemaWords, schemaWords, type TableHit, type ValueHit, wordsKey } from './schema-words.ts'
import { isPhoneNumber, nameWords, type Token } from './tokens.ts'

/** A stretch of a question with everything that it may mean. Nothing at all where the words are not known. */
export interface Item {
  readonly text: string
  readonly length: number
  readonly isAfterComma: boolean
  readonly act?: Act
  readonly number?: number
  /** Said in quotes, or a day. */
  readonly literal?: string
  /** Days that are more than one bare year. */
  readonly period?: Period
  /** Best first. */
  readonly columns: readonly ColumnHit[]
  readonly tables: readonly TableHit[]
  readonly values: readonly ValueHit[]
  /** Columns whose values hold the word among others. */
  readonly parts: readonly OwnedColumn[]
}

const LONGEST_NAME = 6
const ITEM_COST = 4
const LEAST_COVERAGE = 0.3

const known = new WeakMap<readonly CatalogTable[], readonly SchemaWords[]>()
const nearKnown = new WeakMap<readonly SchemaWords[], Map<string, ReturnType<typeof nearHits>>>()
const MOST_NEAR = 500

function wordsOf(tables: readonly CatalogTable[]): readonly SchemaWords[] {
  const found = known.get(tables) ?? tables.map(schemaWords)
  known.set(tables, found)
  return found
}

/** Looking through all names is slow, and the same words come again while a question is typed. */
function nearHitsOnce(token: Token, at: number, words: readonly SchemaWords[]): ReturnType<typeof nearHits> {
  const hits = nearKnown.get(words) ?? new Map<string, ReturnType<typeof nearHits>>()
  nearKnown.set(words, hits)
  const key = `${at > 0} ${token.text}`
  return hits.get(key) ?? setNewest(hits, key, nearHits(token, at, words), MOST_NEAR)
}

/** Cuts a question into the items that explain most of it, long ones first. */
export function schemaItems(tokens: readonly Token[], catalog: Catalog, now: Date): Item[] {
  const words = wordsOf(catalog.tables)
  const best: { score: number; items: readonly Item[] }[] = []
  best[tokens.length] = { score: 0, items: [] }
  for (let at = tokens.length - 1; at >= 0; at--) {
    let chosen: { score: number; items: readonly Item[] } = { score: Number.NEGATIVE_INFINITY, items: [] }
    for (const { item, score } of itemsAt(tokens, at, words, now)) {
      const rest = best[at + item.length]
      const sum = score - ITEM_COST + (rest?.score ?? 0)
      if (rest && sum > chosen.score) chosen = { score: sum, items: [item, ...rest.items] }
    }
    best[at] = chosen
  }
  return [...(best[0]?.items ?? [])]
}

function* itemsAt(
  tokens: readonly Token[],
  at: number,
  words: readonly SchemaWords[],
  now: Date,
): Generator<{ item: Item; score: number }> {
  const first = tokens[at]
  if (!first) return
  const make = (length: number, found: Partial<Item>): Item => ({
    text: tokens
      .slice(at, at + length)
      .map(({ text }) => text)
      .join(' '),
    length,
    isAfterComma: first.isAfterComma,
    columns: [],
    tables: [],
    values: [],
    parts: [],
    ...found,
  })
  if (first.kind === 'quoted') {
    const values = valuesIn(words, valueKey(first.text))
    yield { item: make(1, { literal: first.text, values }), score: 12 }
    return
  }
  const dated = periodAt(tokens, at, now)
  if (
    dated &&
    !dated.period.isGuessed &&
    dated.length > 1 &&
    dated.period.year === undefined &&
    !/^(after|since|before|until|by) \d{4}$|^\d{4} to \d{4}$/.test(dated.period.label)
  )
    yield { item: make(dated.length, { period: dated.period }), score: dated.length * 10 + 1 }
  if (/^\d{4}-\d{2}(-\d{2})?$/.test(first.text)) yield { item: make(1, { literal: first.text }), score: 12 }
  if (isPhoneNumber(tokens, at)) {
    yield { item: make(1, { act: { act: 'filler' } }), score: 10 }
    return
  }
  let isKnown = false
  for (let length = 1; length <= Math.min(LONGEST_NAME, tokens.length - at); length++) {
    const span = tokens.slice(at, at + length)
    if (span.some(({ kind }) => kind === 'quoted')) break
    const lemmas = span.map((token) => token.lemma)
    // NOTE: "the letter S" is no "'s".
    const isInitial = length === 1 && first.text === 'S'
    const act = length <= LONGEST_ACT && !isInitial ? actOf(span.map(({ lower }) => lower).join(' ')) : undefined
    const isNameless =
      isLinking(lemmas[0]) ||
      isLinking(lemmas.at(-1)) ||
      (length > 1 && isLetter(lemmas.at(-1)) && !words.some(({ table }) => endsInLetter(table, lemmas.at(-1)))) ||
      span.some(({ lower, isAfterComma }, place) => place > 0 && (isAfterComma || (lower !== 'of' && isLinking(lower))))
    const key = isNameless ? '' : wordsKey(lemmas)
    const columns =
      key === '' ? [] : words.flatMap((one) => one.columns.get(key) ?? []).filter(({ coverage }) => coverage >= LEAST_COVERAGE)
    const tables =
      key === '' ? [] : words.flatMap((one) => one.tables.get(key) ?? []).filter(({ coverage }) => coverage >= LEAST_COVERAGE)
    const isShouted = /\p{Lu}/u.test(first.text) && at > 0
    const values = valuesIn(words, lemmas.join(' ')).filter(
      ({ value }) => !act || (isShouted && String(value) === span.map(({ text }) => text).join(' ')),
    )
    const coverage = Math.max(0, ...columns.map((hit) => hit.coverage), ...tables.map((hit) => hit.coverage))
    if (columns.length + tables.length + values.length > 0) {
      isKnown = true
      const byCoverage = <Hit extends { coverage: number }>(one: Hit, two: Hit): number => two.coverage - one.coverage
      const worth = Math.max(
        values.length > 0 ? length * 10 + 1 : 0,
        length * 10 * (0.55 + 0.45 * coverage) + (coverage === 1 ? 2 : 0),
      )
      yield {
        item: make(length, { columns: [...columns].sort(byCoverage), tables: [...tables].sort(byCoverage), values }),
        score: worth,
      }
    }
    const isOfData = act?.act === 'time' && columns.length + tables.length > 0
    if (act && !isOfData) yield { item: make(length, { act }), score: length * 10 + (act.act === 'filler' ? 0 : 1) }
  }
  const number = numberOf(first) ?? countWord(first.lower)
  if (number !== undefined) {
    const scale = { thousand: 1e3, million: 1e6, billion: 1e9 }[tokens[at + 1]?.lower ?? '']
    yield { item: make(scale ? 2 : 1, { number: number * (scale ?? 1) }), score: scale ? 19 : 9 }
  }
  const near = first.kind === 'word' && !isKnown ? nearHitsOnce(first, at, words) : undefined
  yield near ? { item: make(1, near), score: 3 } : { item: make(1, {}), score: 0 }
}

const NEAR_COVERAGE = 0.45

/** Names that begin alike, or that people use for one another; values that hold a name. */
function nearHits(
  { lower, lemma, text }: Token,
  at: number,
  words: readonly SchemaWords[],
): Pick<Item, 'columns' | 'tables' | 'parts'> | undefined {
  if (lemma.length < 4 || actOf(lower)) return undefined
  const others = otherWords(lemma)
  const isNear = (key: string): boolean => others.includes(key) || isAlike(key, lemma)
  const columns = words.flatMap((one) => [...one.columns].filter(([key]) => isNear(key)).flatMap(([, hits]) => hits))
  const tables = words.flatMap((one) => [...one.tables].filter(([key]) => isNear(key)).flatMap(([, hits]) => hits))
  const parts = /^\p{Lu}/u.test(text) && at > 0 && columns.length + tables.length === 0 ? columnsHolding(lower, words) : []
  if (columns.length + tables.length + parts.length === 0) return undefined
  return {
    columns: columns.map((hit) => ({ ...hit, coverage: hit.coverage * NEAR_COVERAGE })),
    tables: tables.map((hit) => ({ ...hit, coverage: hit.coverage * NEAR_COVERAGE })),
    parts,
  }
}

/** "enrolled" and "enrollment", "enr" and "enrollment" */
function isAlike(key: string, word: string): boolean {
  if (key.length >= 3 && word.length >= key.length + 3 && word.startsWith(key)) return true
  let same = 0
  while (same < Math.min(key.length, word.length) && key[same] === word[same]) same++
  return same >= 5 && same >= 0.6 * Math.max(key.length, word.length)
}

const columnsHolding = (word: string, words: readonly SchemaWords[]): OwnedColumn[] =>
  words.flatMap(({ table, values }) => {
    const found = new Set<OwnedColumn['column']>()
    for (const [key, links] of values)
      if (key.includes(' ') && ` ${key} `.includes(` ${word} `)) for (const { column } of links) found.add(column)
    return [...found].map((column) => ({ table, column }))
  })

/** "Grade C" is a grade and its value, unless a name ends so: "vitamin C". */
const isLetter = (word: string | undefined): boolean => /^\p{L}$/u.test(word ?? '')
const endsInLetter = ({ columns }: CatalogTable, letter: string | undefined): boolean =>
  columns.some(({ name }) => nameWords(name).at(-1) === letter)

const isLinking = (word: string | undefined): boolean => /^(the|a|an|of|in|for|and|to|s)$/.test(word ?? '')

const valuesIn = (words: readonly SchemaWords[], key: string): ValueHit[] =>
  words.flatMap(({ table, values }) => (values.get(key) ?? []).map((link) => ({ ...link, table })))

const countWord = (word: string): number | undefined => ({ twice: 2, thrice: 3, zero: 0 })[word]
