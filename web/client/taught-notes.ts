import type { ConfirmedPair, Notes } from '../../contract/notes.ts'

/** What a word stands for: a figure, a table's rows, or one of its columns. */
export type Meaning = { readonly metric: string } | { readonly table: string; readonly column?: string }

/** The notes with one more word for what it means; the same where it stands there already. */
export function withWord(notes: Notes, word: string, meaning: Meaning): Notes {
  if ('metric' in meaning) {
    const metric = notes.metrics[meaning.metric]
    if (!metric) return notes
    return { ...notes, metrics: { ...notes.metrics, [meaning.metric]: { ...metric, synonyms: added(metric.synonyms, word) } } }
  }
  const table = notes.tables[meaning.table] ?? {}
  if (meaning.column === undefined) return withTable(notes, meaning.table, { ...table, synonyms: added(table.synonyms, word) })
  const column = table.columns?.[meaning.column] ?? {}
  const columns = { ...table.columns, [meaning.column]: { ...column, synonyms: added(column.synonyms, word) } }
  return withTable(notes, meaning.table, { ...table, columns })
}

/** The notes with a confirmed question, in the place of one that is asked alike. */
export const withPair = (notes: Notes, pair: ConfirmedPair): Notes => ({
  ...notes,
  questions: [...notes.questions.filter(({ question }) => question !== pair.question), pair],
})

const added = (words: readonly string[] = [], word: string): string[] => [...new Set([...words, word])]

const withTable = (notes: Notes, name: string, table: Notes['tables'][string]): Notes => ({
  ...notes,
  tables: { ...notes.tables, [name]: table },
})
