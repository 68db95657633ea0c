import type { Catalog } from '../../contract/catalog.ts'
import type { ChartSpec } from '../../contract/chart.ts'
import { type Column, isNumeric, isTemporal, type Row } from '../../contract/column.ts'
import type { ConfirmedPair } from '../../contract/notes.ts'
import { tokenise } from './basic/tokens.ts'

const MOST_BARS = 40
const MOST_SIMILAR = 5

/** The words of a question, without what people leave out or add at its edges. */
const keyOf = (text: string): string =>
  tokenise(text)
    .map(({ lemma }) => lemma)
    .filter((word) => !/^(please|the|a|an|show|me|give|is|are|what)$/.test(word))
    .join(' ')

/** The confirmed question that this one is, but for small words. */
export function confirmedPair(text: string, { confirmed = [] }: Catalog): ConfirmedPair | undefined {
  const key = keyOf(text)
  return key === '' ? undefined : confirmed.find(({ question }) => keyOf(question) === key)
}

/** Those confirmed questions that share most words with this one. */
export function similarPairs(text: string, { confirmed = [] }: Catalog): ConfirmedPair[] {
  const words = new Set(keyOf(text).split(' '))
  const likeness = ({ question }: ConfirmedPair): number => {
    const own = keyOf(question).split(' ')
    return own.filter((word) => words.has(word)).length / Math.max(words.size, own.length)
  }
  return confirmed
    .map((pair) => ({ pair, score: likeness(pair) }))
    .filter(({ score }) => score > 0.2)
    .sort((one, two) => two.score - one.score)
    .slice(0, MOST_SIMILAR)
    .map(({ pair }) => pair)
}

/** What fits a result that no plan stands behind: a figure along times or names. */
export function plainChart(columns: readonly Column[], rows: readonly Row[]): ChartSpec | undefined {
  const [head, ...rest] = columns
  if (!head || rest.length === 0 || rows.length < 2 || isNumeric(head.type) || !rest.every(({ type }) => isNumeric(type)))
    return undefined
  const isTime = isTemporal(head.type)
  if (!isTime && rows.length > MOST_BARS) return undefined
  const y = rest.slice(0, 8).map(({ name }) => name)
  return { version: 1, kind: isTime ? 'line' : 'bar', x: head.name, y, stack: 'none', horizontal: false }
}
