import type { CatalogTable } from '../../../contract/catalog.ts'
import type { ColumnType } from '../../../contract/column.ts'

export interface TableFact {
  readonly id: string
  /** As SQL names it, the table last. */
  readonly path: readonly string[]
  readonly isView: boolean
  readonly rowCount: number
  readonly comment: string | null
}
export interface ColumnFact {
  readonly tableId: string
  readonly name: string
  readonly type: ColumnType
  readonly nativeType: string
  readonly comment: string | null
}
/** A foreign key has a target; a primary key has none. */
export interface KeyFact {
  readonly tableId: string
  readonly columns: readonly string[]
  readonly target?: { readonly tableId: string; readonly columns: readonly string[] }
}

/** Puts what a source tells of itself, list by list, together as tables. Tables of the default schemas go by their own name, others with their schema before it. */
export function assembleCatalog(facts: {
  readonly defaultSchemas: readonly string[]
  readonly tables: readonly TableFact[]
  readonly columns: readonly ColumnFact[]
  readonly keys: readonly KeyFact[]
}): CatalogTable[] {
  const taken = new Set<string>()
  const inOrder = [...facts.tables].sort((one, other) => rank(one) - rank(other))
  const made = new Map<string, CatalogTable>()
  for (const { id, path, isView, rowCount, comment } of inOrder) {
    const label = path.at(-1) ?? ''
    const isDefault = facts.defaultSchemas.includes(path.at(-2) ?? '') && !taken.has(label)
    const name = isDefault ? label : path.join('.')
    taken.add(name)
    made.set(id, {
      name,
      path: [...path],
      label,
      ...(isView ? { isView } : {}),
      ...(comment ? { comment } : {}),
      rowCount,
      columns: [],
      primaryKey: [],
      foreignKeys: [],
    })
  }
  for (const { tableId, name, type, nativeType, comment } of facts.columns)
    made.get(tableId)?.columns.push({ name, type, nativeType, ...(comment ? { comment } : {}) })
  for (const { tableId, columns, target } of facts.keys) {
    const table = made.get(tableId)
    if (!table) continue
    if (!target) table.primaryKey = [...columns]
    const other = target && made.get(target.tableId)
    if (target && other) table.foreignKeys.push({ columns: [...columns], table: other.name, references: [...target.columns] })
  }
  return inOrder.flatMap(({ id }) => made.get(id) ?? [])

  function rank({ path }: TableFact): number {
    const place = facts.defaultSchemas.indexOf(path.at(-2) ?? '')
    return place < 0 ? facts.defaultSchemas.length : place
  }
}
