import { roleOf } from './lexicon.ts'
import { actOf } from './schema-lexicon.ts'
import type { Token } from './tokens.ts'

/** Whatever has a name, a number or a kind has it without a column of that word. */
const nameless = new Set(['name', 'title', 'id', 'type', 'kind', 'people', 'person', 'one', 'date', 'last', 'first'])

/**
 * Whether the very thing that a question asks for is among the words that nobody knows: "which supplier has the most products". Without it
 * whatever is left answers another question. An unknown word before a known name only describes it: "the official names".
 */
export function isAskedThingUnknown(tokens: readonly Token[], unknown: readonly string[]): boolean {
  const words = new Set(unknown.flatMap((text) => text.toLowerCase().split(/\s+/)))
  const isUnknown = (token: Token | undefined): boolean => token?.kind === 'word' && words.has(token.lower)
  const isPlain = ({ lower }: Token): boolean => lower === 'many' || roleOf(lower) !== undefined || actOf(lower) !== undefined
  const first = tokens.findIndex((token) => isUnknown(token) || nameless.has(token.lemma) || !isPlain(token))
  const asked = tokens[first]
  if (!asked || !isUnknown(asked) || nameless.has(asked.lemma)) return false
  const next = tokens.slice(first).find((token) => !isUnknown(token))
  return next === undefined || isPlain(next)
}
