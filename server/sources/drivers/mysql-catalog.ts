import type { CatalogTable } from '../../../contract/catalog.ts'
import { assembleCatalog, type KeyFact } from './assemble-catalog.ts'
import { declaredType } from './mysql-types.ts'

type Ask = (sql: string, values?: readonly string[]) => Promise<(string | null)[][]>

const SYSTEM = "('mysql', 'information_schema', 'performance_schema', 'sys')"

/** The tables of one database, or of all that the login may read when none is chosen. */
export async function readMysqlCatalog(ask: Ask, database: string | undefined): Promise<CatalogTable[]> {
  const where = database ? 'table_schema = ?' : `table_schema NOT IN ${SYSTEM}`
  const values = database ? [database] : []
  const tables = await ask(
    `SELECT table_schema, table_name, table_type, coalesce(table_rows, 0), table_comment FROM information_schema.tables WHERE ${where} ORDER BY 1, 2`,
    values,
  )
  const columns = await ask(
    `SELECT table_schema, table_name, column_name, column_type, column_comment FROM information_schema.columns WHERE ${where} ORDER BY 1, 2, ordinal_position`,
    values,
  )
  const keys = await ask(
    `SELECT table_schema, table_name, constraint_name, column_name, referenced_table_schema, referenced_table_name, referenced_column_name
     FROM information_schema.key_column_usage
     WHERE ${where} AND (constraint_name = 'PRIMARY' OR referenced_table_name IS NOT NULL) ORDER BY 1, 2, 3, ordinal_position`,
    values,
  )
  return assembleCatalog({
    defaultSchemas: database ? [database] : [],
    tables: tables.map(([schema, name, type, rows, comment]) => ({
      id: idOf(schema, name),
      path: [schema ?? '', name ?? ''],
      isView: type !== 'BASE TABLE',
      rowCount: Number(rows),
      // NOTE: of a view the server says just this.
      comment: comment === 'VIEW' ? null : (comment ?? null),
    })),
    columns: columns.map(([schema, table, name, type, comment]) => ({
      tableId: idOf(schema, table),
      name: name ?? '',
      type: declaredType(type ?? ''),
      nativeType: type ?? '',
      comment: comment ?? null,
    })),
    keys: joinKeys(keys),
  })
}

const idOf = (schema: string | null | undefined, name: string | null | undefined): string => JSON.stringify([schema, name])

/** One fact a key, of one row a column. */
function joinKeys(rows: readonly (string | null)[][]): KeyFact[] {
  const keys = new Map<string, { tableId: string; columns: string[]; targetId: string | undefined; references: string[] }>()
  for (const [schema, table, constraint, column, targetSchema, target, reference] of rows) {
    const place = JSON.stringify([schema, table, constraint])
    const key = keys.get(place) ?? {
      tableId: idOf(schema, table),
      columns: [],
      targetId: target === null ? undefined : idOf(targetSchema, target),
      references: [],
    }
    key.columns.push(column ?? '')
    key.references.push(reference ?? '')
    keys.set(place, key)
  }
  return [...keys.values()].map(({ tableId, columns, targetId, references }) => ({
    tableId,
    columns,
    ...(targetId === undefined ? {} : { target: { tableId: targetId, columns: references } }),
  }))
}
