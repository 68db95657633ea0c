import type { Catalog, CatalogTable } from '../../contract/catalog.ts'
import { additivity, isCategory, isDate, isMeasure, isUnique, isYear } from './basic/columns.ts'
import { pluralOf } from './basic/lemma.ts'
import { nearTables } from './basic/near-tables.ts'
import { likeliestTables, surePlan } from './basic/read-question.ts'
import { candidateQuestions } from './basic/suggestions.ts'
import { calledOf } from './basic/tokens.ts'

const MOST_PHRASES = 6
const MOST_TABLES = 4
/** Bounds the time: each candidate is read against every table. */
const MOST_READ = 16
const LONGEST_TYPED = 300
/** A value or a column's name of up to so many words is continued from its beginning. */
const MOST_TAIL_WORDS = 3

interface Vocabulary {
  readonly openings: readonly string[]
  readonly measures: readonly string[]
  readonly dimensions: readonly string[]
  readonly frequent: readonly string[]
  /** Lower case beside the value, in the order of the former. */
  readonly values: readonly (readonly [string, string])[]
}

const vocabularies = new WeakMap<CatalogTable, Vocabulary>()

/**
 * Up to six questions that begin with what is typed and that the basic analyst reads without doubt, best first.
 * With nothing typed they are openings. `now` says what "last month" means.
 */
export function phrasesFor(whole: Catalog, typed: string, now: Date): string[] {
  const text = typed.replace(/\s+/g, ' ').trimStart()
  if (text.length > LONGEST_TYPED) return []
  const catalog = nearTables(whole, text)
  const found = new Map<string, string>()
  let read = 0
  for (const phrase of candidatesFor(catalog, text, now)) {
    if (found.size >= MOST_PHRASES || ++read > MOST_READ) break
    const plan = surePlan(phrase, catalog, now)
    const key = JSON.stringify(plan)
    if (plan && !found.has(key)) found.set(key, phrase)
  }
  return [...found.values()]
}

function candidatesFor(catalog: Catalog, text: string, now: Date): Set<string> {
  const cuts = cutsOf(text)
  const isOpening = text.trim() === ''
  const head = cuts.at(-1)?.head ?? ''
  const tables = head.trim() === '' ? catalog.tables : likeliestTables(head, catalog, now).slice(0, MOST_TABLES)
  const perTable = tables.map((table) => {
    const vocabulary = vocabularyOf(table)
    if (isOpening) return [...vocabulary.openings]
    const bases = cuts.flatMap((cut) => continuations(cut.head, cut.tail, vocabulary).map((phrase) => `${cut.head}${phrase}`))
    const isWhole = /\s$/.test(text) || bases.some((base) => base.toLowerCase() === text.toLowerCase())
    return [
      ...bases,
      ...[...(isWhole ? [text.trimEnd()] : []), ...bases.slice(0, 2)].flatMap((base) => extended(base, vocabulary)),
    ]
  })
  const rounds = Math.max(0, ...perTable.map((phrases) => phrases.length))
  const mixed = new Set<string>()
  for (let round = 0; round < rounds && mixed.size < 4 * MOST_READ; round++)
    for (const phrases of perTable) {
      const phrase = phrases[round]
      if (phrase !== undefined) mixed.add(phrase)
    }
  return mixed
}

/** Where the words still being typed may begin, longest first: "total unit pr" ends in "pr", in "unit pr" or in all of it. */
function cutsOf(text: string): { readonly head: string; readonly tail: string }[] {
  if (/\s$/.test(text) || text === '') return [{ head: text, tail: '' }]
  const starts = [...text.matchAll(/(?<=^|\s)\S/g)].map(({ index }) => index).slice(-MOST_TAIL_WORDS)
  return starts.map((start) => ({ head: text.slice(0, start), tail: text.slice(start).toLowerCase() }))
}

/** What may stand after `head` and begins with `tail`. */
function continuations(head: string, tail: string, vocabulary: Vocabulary): string[] {
  const before = /(\S+)\s*$/.exec(head)?.[1]?.toLowerCase() ?? ''
  const { openings, measures, dimensions, frequent } = vocabulary
  const begun = (phrases: readonly string[]): string[] =>
    phrases.filter((phrase) => phrase.toLowerCase().startsWith(tail) && phrase.length > 0)
  const values = tail === '' ? [...frequent] : valuesFrom(vocabulary, tail)
  if (before === '') return begun([...openings, ...measures, ...dimensions.map(pluralOf)])
  if (/^(by|per|each|and)$/.test(before)) return begun([...dimensions, ...measures.map((name) => `total ${name}`)])
  if (/^(in|for|from|is|of)$/.test(before))
    return [...values, ...begun(['last month', 'this year', 'last year', 'the last 30 days'])]
  if (/^(total|average|sum|maximum|minimum|highest|lowest|mean)$/.test(before)) return begun(measures)
  if (/^(top|bottom) \d+ ?$/i.test(head.trimStart()))
    return begun(dimensions.flatMap((name) => measures.slice(0, 2).map((measure) => `${pluralOf(name)} by total ${measure}`)))
  const clauses = [...dimensions.map((name) => `by ${name}`), ...frequent.slice(0, 3).map((value) => `in ${value}`)]
  return tail === '' ? begun(clauses) : [...begun([...measures, ...dimensions, ...clauses]), ...values]
}

const extended = (base: string, { dimensions, frequent }: Vocabulary): string[] => [
  ...(/\b(by|per)\b/i.test(base) ? [] : dimensions.slice(0, 4).map((name) => `${base} by ${name}`)),
  ...(/\b(in|for|from)\b/i.test(base) ? [] : frequent.slice(0, 2).map((value) => `${base} in ${value}`)),
]

function valuesFrom({ values }: Vocabulary, tail: string): string[] {
  let [low, high] = [0, values.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((values[middle]?.[0] ?? '') < tail) low = middle + 1
    else high = middle
  }
  return values
    .slice(low, low + 4)
    .filter(([lower]) => lower.startsWith(tail))
    .map(([, value]) => value)
}

function vocabularyOf(table: CatalogTable): Vocabulary {
  const known = vocabularies.get(table)
  if (known) return known
  const numbers = table.columns.filter((column) => isMeasure(column) && !isYear(column))
  const rank = { yes: 0, unknown: 1, no: 2 }
  const measures = [...numbers].sort((one, two) => rank[additivity(one)] - rank[additivity(two)]).map(calledOf)
  const categories = table.columns.filter((column) => isCategory(column, table))
  const texts = table.columns.filter(({ type }) => type === 'text')
  const named = texts.filter((column) => !categories.includes(column) && !isUnique(column, table))
  const grains = table.columns.some(isDate) ? ['month', 'quarter', 'year', 'week', 'day', 'weekday'] : []
  const [first, ...rest] = [...categories, ...named].map(calledOf)
  const valuesOf = (columns: typeof texts): string[] =>
    columns.flatMap(({ values }) =>
      (values ?? []).flatMap(({ value }) => (typeof value === 'string' && value !== '' ? [value] : [])),
    )
  const vocabulary: Vocabulary = {
    openings: [
      ...candidateQuestions(table).map(({ question }) => question),
      ...numbers.map(calledOf).flatMap((name) => [`total ${name}`, `average ${name}`]),
    ],
    measures,
    dimensions: [...(first === undefined ? [] : [first]), ...grains.slice(0, 1), ...rest, ...grains.slice(1)],
    frequent: categories
      .filter(({ type }) => type === 'text')
      .flatMap((column) =>
        valuesOf([{ ...column, values: [...(column.values ?? [])].sort((one, two) => two.count - one.count).slice(0, 2) }]),
      ),
    values: [...new Set(valuesOf(texts))]
      .map((value) => [value.toLowerCase(), value] as const)
      .sort(([one], [two]) => (one < two ? -1 : one > two ? 1 : 0)),
  }
  vocabularies.set(table, vocabulary)
  return vocabulary
}
