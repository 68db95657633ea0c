import type { DatabaseSync } from 'node:sqlite'
import type { CatalogTable } from '../../../contract/catalog.ts'
import { assembleCatalog, type ColumnFact, type KeyFact, type TableFact } from './assemble-catalog.ts'
import { declaredType } from './sqlite-types.ts'

/** Tables and views of a SQLite file. Row counts are those of its statistics, where somebody ran ANALYZE. */
export function readSqliteCatalog(database: DatabaseSync): CatalogTable[] {
  const read = (sql: string, ...values: string[]): Record<string, unknown>[] => database.prepare(sql).all(...values)
  const relations = read(
    "SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
  )
  const counts = rowCounts(read)
  const tables: TableFact[] = []
  const columns: ColumnFact[] = []
  const keys: KeyFact[] = []
  for (const relation of relations) {
    const id = text(relation['name'])
    tables.push({ id, path: ['main', id], isView: relation['type'] === 'view', rowCount: counts.get(id) ?? 0, comment: null })
    const described = read('SELECT name, type, pk FROM pragma_table_info(?)', id)
    for (const column of described) {
      const nativeType = text(column['type'])
      columns.push({ tableId: id, name: text(column['name']), type: declaredType(nativeType), nativeType, comment: null })
    }
    const primary = described.filter(({ pk }) => Number(pk) > 0).sort((one, other) => Number(one['pk']) - Number(other['pk']))
    if (primary.length > 0) keys.push({ tableId: id, columns: primary.map(({ name }) => text(name)) })
    keys.push(
      ...foreignKeys(
        id,
        read(
          'SELECT id, "table" AS target, "from" AS own, "to" AS reference FROM pragma_foreign_key_list(?) ORDER BY id, seq',
          id,
        ),
      ),
    )
  }
  return assembleCatalog({ defaultSchemas: ['main'], tables, columns, keys: withTargets(keys) })
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

function foreignKeys(tableId: string, rows: readonly Record<string, unknown>[]): KeyFact[] {
  const ids = [...new Set(rows.map(({ id }) => id))]
  return ids.map((id) => {
    const parts = rows.filter((row) => row['id'] === id)
    const target = text(parts[0]?.['target'])
    return {
      tableId,
      columns: parts.map(({ own }) => text(own)),
      target: { tableId: target, columns: parts.map(({ reference }) => text(reference)) },
    }
  })
}

/** A foreign key that names no columns means the other table's primary key. */
function withTargets(keys: readonly KeyFact[]): KeyFact[] {
  const primary = new Map(keys.flatMap(({ tableId, columns, target }) => (target ? [] : [[tableId, columns] as const])))
  return keys.map((key) =>
    key.target?.columns.includes('')
      ? { ...key, target: { ...key.target, columns: primary.get(key.target.tableId) ?? [] } }
      : key,
  )
}

function rowCounts(read: (sql: string) => Record<string, unknown>[]): Map<string, number> {
  try {
    return new Map(
      read('SELECT tbl, stat FROM sqlite_stat1').map(({ tbl, stat }) => [text(tbl), Number(text(stat).split(' ')[0])]),
    )
  } catch {
    return new Map()
  }
}
