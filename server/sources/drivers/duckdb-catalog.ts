import type { DuckDBConnection } from '@duckdb/node-api'
import type { CatalogTable } from '../../../contract/catalog.ts'
import type { ColumnType } from '../../../contract/column.ts'
import { assembleCatalog, type KeyFact } from './assemble-catalog.ts'

/** Tables and views of an attached file. */
export async function readDuckDbCatalog(connection: DuckDBConnection, catalog: string): Promise<CatalogTable[]> {
  const read = async (sql: string): Promise<unknown[][]> => (await connection.runAndReadAll(sql, [catalog])).getRowsJson()
  const tables = await read(
    `SELECT schema_name, table_name, false, estimated_size, comment FROM duckdb_tables() WHERE database_name = $1 AND NOT internal
     UNION ALL SELECT schema_name, view_name, true, 0, comment FROM duckdb_views() WHERE database_name = $1 AND NOT internal ORDER BY 1, 2`,
  )
  const columns = await read(
    'SELECT schema_name, table_name, column_name, data_type, comment FROM duckdb_columns() WHERE database_name = $1 AND NOT internal ORDER BY 1, 2, column_index',
  )
  const keys = await read(
    `SELECT schema_name, table_name, constraint_type, constraint_column_names, referenced_table, referenced_column_names
     FROM duckdb_constraints() WHERE database_name = $1 AND constraint_type IN ('PRIMARY KEY', 'FOREIGN KEY')`,
  )
  return assembleCatalog({
    defaultSchemas: ['main'],
    tables: tables.map(([schema, name, isView, rows, comment]) => ({
      id: idOf(schema, name),
      path: [text(schema), text(name)],
      isView: isView === true,
      rowCount: Number(rows),
      comment: typeof comment === 'string' ? comment : null,
    })),
    columns: columns.map(([schema, table, name, type, comment]) => ({
      tableId: idOf(schema, table),
      name: text(name),
      type: declaredType(text(type)),
      nativeType: text(type),
      comment: typeof comment === 'string' ? comment : null,
    })),
    keys: keys.map(
      ([schema, table, type, names, target, references]): KeyFact => ({
        tableId: idOf(schema, table),
        columns: texts(names),
        ...(type === 'FOREIGN KEY' ? { target: { tableId: idOf(schema, target), columns: texts(references) } } : {}),
      }),
    ),
  })
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : [])
const idOf = (schema: unknown, name: unknown): string => JSON.stringify([schema, name])

function declaredType(declared: string): ColumnType {
  if (/[[(]|^(STRUCT|MAP|UNION)/.test(declared) && !declared.startsWith('DECIMAL')) return 'json'
  if (/^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/.test(declared)) return 'integer'
  if (declared.startsWith('DECIMAL')) return 'decimal'
  if (/^(FLOAT|DOUBLE)$/.test(declared)) return 'number'
  if (declared.startsWith('TIMESTAMP')) return 'timestamp'
  return ({ BOOLEAN: 'boolean', DATE: 'date', TIME: 'time', BLOB: 'binary', JSON: 'json' } as const)[declared] ?? 'text'
}
