import type { Catalog } from '../../../contract/catalog.ts'
import { calledOf, nameWords } from './tokens.ts'

export const unknownSentence = (words: readonly string[]): string =>
  `I don't know ${[...new Set(words)].map((word) => `“${word}”`).join(', ')} in this data.`

/** Why a file has no table among those that can be asked, and what to do about it. */
export const unreadSentences = ({ unread = [] }: Pick<Catalog, 'unread'>): string[] =>
  unread.map(({ name, why }) => `“${name}” could not be read: ${why}`)

/** Column names that look most like the unknown words; the first columns where none does. */
export function nearestNames(words: readonly string[], catalog: Catalog): string[] {
  const columns = catalog.tables.flatMap((table) => table.columns.map(({ name }) => name))
  const likeness = (name: string): number =>
    Math.max(0, ...words.flatMap((word) => nameWords(name).map((part) => overlap(word.toLowerCase(), part))))
  const ranked = [...new Set(columns)].map((name) => ({ name, score: likeness(name) })).sort((one, two) => two.score - one.score)
  const close = ranked.filter(({ score }) => score >= 0.35)
  return (close.length > 0 ? close.slice(0, 4) : ranked.slice(0, 6)).map(calledOf)
}

/** Share of letter pairs that two words have in common (Dice). */
function overlap(one: string, two: string): number {
  const pairs = (word: string): Set<string> =>
    new Set(Array.from({ length: Math.max(0, word.length - 1) }, (_, at) => word.slice(at, at + 2)))
  const [left, right] = [pairs(one), pairs(two)]
  const shared = [...left].filter((pair) => right.has(pair)).length
  return left.size + right.size === 0 ? 0 : (2 * shared) / (left.size + right.size)
}
