import type { CatalogTable } from '../../contract/catalog.ts'

const texts = new WeakMap<CatalogTable, { readonly name: string; readonly all: string }>()

/** Those that have all words in their names, columns and comments; first those that have them in their own name. */
export function searchTables(tables: readonly CatalogTable[], search: string): readonly CatalogTable[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return tables
  const named: CatalogTable[] = []
  const others: CatalogTable[] = []
  for (const table of tables) {
    const { name, all } = textsOf(table)
    if (words.every((word) => name.includes(word))) named.push(table)
    else if (words.every((word) => all.includes(word))) others.push(table)
  }
  return [...named, ...others]
}

function textsOf(table: CatalogTable): { readonly name: string; readonly all: string } {
  const known = texts.get(table)
  if (known) return known
  const name = table.name.toLowerCase()
  const more = [table.comment, ...table.columns.flatMap((column) => [column.name, column.comment])].filter(Boolean)
  const made = { name, all: `${name}\n${more.join('\n').toLowerCase()}` }
  texts.set(table, made)
  return made
}
