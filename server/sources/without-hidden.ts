import type { CatalogTable } from '../../contract/catalog.ts'
import type { RowPolicies } from './job.ts'

const known = new WeakMap<readonly CatalogTable[], Map<string, CatalogTable[]>>()

/** The tables with nothing of what those hold that are seen in part, and no view. The same object for all who see the same, as what is worked out about a table is kept with it. */
export function withoutHidden(tables: readonly CatalogTable[], policies: RowPolicies): CatalogTable[] {
  const hidden = tables.map((table, index) => table.isView === true || policies.tables[index]?.filter !== undefined)
  const key = hidden.flatMap((isHidden, index) => (isHidden ? index : [])).join()
  const ofTables = known.get(tables) ?? new Map<string, CatalogTable[]>()
  known.set(tables, ofTables)
  const made = ofTables.get(key) ?? tables.map((table, index) => (hidden[index] ? bare(table) : table))
  ofTables.set(key, made)
  return made
}

/** Its shape, and nothing of what it holds. */
const bare = (table: CatalogTable): CatalogTable => ({
  ...table,
  rowCount: 0,
  columns: table.columns.map(({ name, type, nativeType, comment }) => ({
    name,
    type,
    ...(nativeType === undefined ? {} : { nativeType }),
    ...(comment === undefined ? {} : { comment }),
  })),
})
