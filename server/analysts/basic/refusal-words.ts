import type { Catalog, CatalogTable } from '../../../contract/catalog.ts'
import { sayings } from './columns.ts'
import type { Doubt } from './draft.ts'
import { roleOf } from './lexicon.ts'
import { type Act, actOf } from './schema-lexicon.ts'
import { calledOf, nameWords, type Token } from './tokens.ts'
import { timesSaid, unreadTimes } from './unread-time.ts'

/** What of a question could not be read: names that the data may be taught, times, and words that say something elsewhere. */
interface NotRead {
  readonly names: readonly string[]
  readonly times: readonly string[]
  readonly words: readonly string[]
}

/** Verbs and nouns are among these acts, and may well be names that this data does not have. */
const openActs: ReadonlySet<Act['act']> = new Set(['filler', 'ask', 'order', 'everything'])

function isOfLanguage(text: string): boolean {
  const act = actOf(text)
  return /^\d/.test(text) || roleOf(text) !== undefined || (act !== undefined && !openActs.has(act.act))
}

/** Tells the unknown stretches of a question apart. */
export function notRead(unknown: readonly string[], tokens: readonly Token[]): NotRead {
  const times = unreadTimes(unknown, tokens)
  const rest = [...new Set(unknown)].filter((text) => !times.some((time) => ` ${time} `.includes(` ${text} `)))
  const words = rest.filter((text) => isOfLanguage(text.toLowerCase()))
  return { names: rest.filter((text) => !words.includes(text)), times, words }
}

const quoted = (texts: readonly string[]): string => texts.map((text) => `“${text}”`).join(', ')

/** Says what could not be read, and how times are said that can be. */
export function notReadSentence({ names, times, words }: NotRead, { tables }: Catalog): string {
  return [
    ...(names.length > 0 ? [`I don't know ${quoted(names)} in this data.`] : []),
    ...(words.length > 0 ? [`I don't know what to do with ${quoted(words)} in this question.`] : []),
    ...(times.length > 0 ? [`I can't read the time ${quoted(times)}. ${timesSaid(tables)}`] : []),
  ].join(' ')
}

/** What a reading left out, a doubt each. */
export const leftOut = ({ names, times, words }: NotRead): Doubt[] =>
  [
    ...names.map((name) => `I don't know “${name}” and left it out`),
    ...words.map((word) => `I don't know what to do with “${word}” and left it out`),
    ...times.map((time) => `I can't read the time “${time}” and left it out`),
  ].map((why) => ({ part: 'from', why }))

/** Why a file has no table among those that can be asked, and what to do about it. */
export const unreadSentences = ({ unread = [] }: Pick<Catalog, 'unread'>): string[] =>
  unread.map(({ name, why }) => `“${name}” could not be read: ${why}`)

const CLOSE = 0.35
/** Values are many, so that some are a little like any word. */
const CLOSE_VALUE = 0.6
const MOST_VALUES = 50
const LONGEST_VALUE = 40
const MOST_CLOSE = 4
const FEWEST = 3
const MOST_WITHOUT_WORDS = 6

/** Names of columns, tables and values that look most like the words, some of the first columns beside them where few do. */
export function nearestNames(words: readonly string[], { tables }: Pick<Catalog, 'tables'>): string[] {
  const wanted = words.map((word) => pairsOf(word.toLowerCase()))
  const likeness = (parts: readonly string[]): number =>
    Math.max(0, ...parts.map(pairsOf).flatMap((part) => wanted.map((word) => overlap(word, part))))
  const names = tables.flatMap((table) =>
    table.columns.map((column) => ({
      name: calledOf(column),
      score: likeness(sayings(column, table).flatMap((saying) => saying.words)),
    })),
  )
  const others = [
    ...tables.map(({ label, name }) => ({ name: label, score: likeness(nameWords(`${label} ${name}`)), least: CLOSE })),
    ...(words.length > 0 ? tables.flatMap(valuesOf) : []).map((value) => ({
      name: value,
      score: likeness(nameWords(value)),
      least: CLOSE_VALUE,
    })),
  ].filter(({ score, least }) => score >= least)
  const ranked = [...names, ...others].sort((one, two) => two.score - one.score)
  const distinct = [...new Set(ranked.map(({ name }) => name))]
  const close = new Set(ranked.filter(({ score }) => score >= CLOSE).map(({ name }) => name)).size
  return distinct.slice(0, close === 0 ? MOST_WITHOUT_WORDS : Math.max(FEWEST, Math.min(close, MOST_CLOSE)))
}

const valuesOf = ({ columns }: CatalogTable): string[] =>
  columns.flatMap(({ values = [] }) =>
    values
      .slice(0, MOST_VALUES)
      .flatMap(({ value }) => (typeof value === 'string' && value.length <= LONGEST_VALUE ? [value] : [])),
  )

const pairsOf = (word: string): ReadonlySet<string> =>
  new Set(Array.from({ length: Math.max(0, word.length - 1) }, (_, at) => word.slice(at, at + 2)))

/** Share of letter pairs that two words have in common (Dice). */
function overlap(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  const shared = [...left].filter((pair) => right.has(pair)).length
  return left.size + right.size === 0 ? 0 : (2 * shared) / (left.size + right.size)
}
