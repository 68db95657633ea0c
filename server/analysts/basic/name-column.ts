import type { CatalogTable } from '../../../contract/catalog.ts'
import type { OwnedColumn } from './column-name.ts'
import { indexWords } from './index-words.ts'
import { nameWords } from './tokens.ts'

/** What a row of a table is called by: its name or title, else its key. */
export function nameColumn(table: CatalogTable): OwnedColumn | undefined {
  const own = indexWords(nameWords(table.name))
  const rank = ({ name, type }: CatalogTable['columns'][number]): number => {
    const words = indexWords(nameWords(name))
    const bare = words.filter((word) => !own.includes(word)).join(' ')
    if (type === 'date' || type === 'timestamp') return 9
    if (bare === 'name' || bare === 'title' || bare === 'full name') return 0
    if (words.length === 1 && own.includes(words[0] ?? '')) return 1
    if (words.at(-1) === 'name' && type === 'text') return 2
    if (words.at(-1) === 'title' && type === 'text') return 3
    if (bare === 'description' && type === 'text') return 4
    return 9
  }
  const [best] = [...table.columns].sort((one, two) => rank(one) - rank(two))
  if (best && rank(best) < 9) return { table, column: best }
  const key = table.columns.find(({ name }) => name === table.primaryKey[0])
  return key ? { table, column: key } : undefined
}
