import type { CatalogColumn, CatalogTable } from '../../../contract/catalog.ts'

/** A column with the table that it stands in. */
export interface OwnedColumn {
  readonly table: CatalogTable
  readonly column: CatalogColumn
}

/** How a plan on `own` names a column: by its name, or `table.column` where it stands in another table. */
export const columnName = ({ table, column }: OwnedColumn, own: string): string =>
  table.name === own ? column.name : `${table.name}.${column.name}`

/** What a plan's name stands for; a column of the plan's own table comes first. */
export function findColumn(name: string, own: CatalogTable, tables: readonly CatalogTable[]): OwnedColumn | undefined {
  const column = own.columns.find((other) => other.name === name)
  if (column) return { table: own, column }
  for (const table of tables) {
    if (!name.startsWith(`${table.name}.`)) continue
    const other = table.columns.find((one) => one.name === name.slice(table.name.length + 1))
    if (other) return { table, column: other }
  }
  return undefined
}
