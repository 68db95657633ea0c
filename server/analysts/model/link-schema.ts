import type { Catalog, CatalogTable } from '../../../contract/catalog.ts'
import type { Cell } from '../../../contract/column.ts'
import { linkTokens } from '../basic/lattice.ts'
import { unreadSentences } from '../basic/refusal-words.ts'
import { foldText, tokenise } from '../basic/tokens.ts'
import { describeTable, listTables } from './describe-catalog.ts'

/** About 6,000 tokens: below it everything is told, as a wrong link costs more than tokens do. */
const SMALL_SCHEMA_CHARACTERS = 24_000
const MOST_LINKED_TABLES = 12
const MOST_VALUES = 8

/** A word of the question that is a value of the data. */
export interface FoundValue {
  readonly table: string
  readonly column: string
  readonly value: Cell
}

/** What a model is told of the catalog for a question: all of a small one, of a large one the tables that its words link to and their neighbours. */
export function linkSchema(question: string, catalog: Catalog, now: Date): string {
  const whole = catalog.tables.map((table) => describeTable(table)).join('\n\n')
  const values = valuesSaid(question, catalog, now)
  const hints = values.map(
    ({ table, column, value }) => `The question seems to name ${JSON.stringify(value)}, a value of ${table}.${column}.`,
  )
  const unread = unreadSentences(catalog)
  if (whole.length <= SMALL_SCHEMA_CHARACTERS) return [whole, ...unread, ...hints].join('\n')
  const linked = linkedTables(question, catalog, now)
  const parts = linked.map((table) => describeTable(table))
  const told = parts.filter((_, at) => parts.slice(0, at + 1).join('').length <= SMALL_SCHEMA_CHARACTERS)
  const rest = { tables: catalog.tables.filter((table) => !linked.slice(0, told.length).includes(table)) }
  return [
    told.join('\n\n'),
    `\nThere are ${rest.tables.length} more tables; look at them by name: ${listTables(rest)}`,
    ...unread,
    ...hints,
  ].join('\n')
}

/** Tables by how many characters of the question they explain, best first, and then the tables they refer to. */
export function linkedTables(question: string, { tables }: Catalog, now: Date): CatalogTable[] {
  const tokens = tokenise(question)
  const scored = tables
    .map((table) => ({
      table,
      score: linkTokens(tokens, table, now).reduce((sum, link) => sum + (link.kind === 'thing' ? link.text.length : 0), 0),
    }))
    .filter(({ score }) => score > 0)
    .sort((one, two) => two.score - one.score)
    .slice(0, MOST_LINKED_TABLES)
    .map(({ table }) => table)
  const neighbours = scored.flatMap((table) => table.foreignKeys.map(({ table: name }) => name))
  return [...new Set([...scored, ...tables.filter(({ name }) => neighbours.includes(name))])]
}

function valuesSaid(question: string, { tables }: Catalog, now: Date): FoundValue[] {
  const tokens = tokenise(question)
  const found = tables.flatMap((table) =>
    linkTokens(tokens, table, now).flatMap((link) =>
      link.kind === 'thing' ? link.values.map(({ column, value }) => ({ table: table.name, column: column.name, value })) : [],
    ),
  )
  return found.slice(0, MOST_VALUES)
}

/** Values like a word, in all columns: equal but for case and spaces first, then those that hold it, then those a letter or two away. */
export function findValues(word: string, { tables }: Catalog): FoundValue[] {
  const wanted = foldText(word)
  const ranked = tables.flatMap((table) =>
    table.columns.flatMap((column) =>
      (column.values ?? []).flatMap(({ value }) => {
        const rank = typeof value === 'string' ? likeness(foldText(value), wanted) : String(value) === word.trim() ? 0 : undefined
        return rank === undefined ? [] : [{ rank, found: { table: table.name, column: column.name, value } }]
      }),
    ),
  )
  return ranked
    .sort((one, two) => one.rank - two.rank)
    .slice(0, 20)
    .map(({ found }) => found)
}

/** 0 is equal, undefined is not alike. */
function likeness(text: string, wanted: string): number | undefined {
  if (text === wanted) return 0
  if (wanted.length >= 3 && text.includes(wanted)) return 1
  if (wanted.length < 4 || Math.abs(text.length - wanted.length) > 2) return undefined
  const distance = editDistance(text, wanted)
  return distance <= (wanted.length > 7 ? 2 : 1) ? 1 + distance : undefined
}

function editDistance(one: string, two: string): number {
  let row = Array.from({ length: two.length + 1 }, (_, at) => at)
  for (let at = 1; at <= one.length; at++) {
    const next = [at]
    for (let other = 1; other <= two.length; other++) {
      const swap = (row[other - 1] ?? 0) + (one[at - 1] === two[other - 1] ? 0 : 1)
      next.push(Math.min(swap, (row[other] ?? 0) + 1, (next[other - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[two.length] ?? 0
}
