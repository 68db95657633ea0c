import type { CatalogTable } from '../../../contract/catalog.ts'
import type { ColumnType } from '../../../contract/column.ts'
import { quotePath } from '../quote-path.ts'
import { assembleCatalog, type KeyFact } from './assemble-catalog.ts'

type Row = Readonly<Record<string, string | null>>

/** Tables, columns and keys of one database; keys are declared there, though Snowflake does not hold anybody to them. */
export async function readSnowflakeCatalog(
  ask: (sql: string) => Promise<Row[]>,
  database: string,
  schema: string | undefined,
): Promise<CatalogTable[]> {
  const place = quotePath('snowflake', [database])
  const where = schema
    ? `table_schema = '${schema.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
    : "table_schema <> 'INFORMATION_SCHEMA'"
  const tables = await ask(
    `SELECT table_schema, table_name, table_type, row_count, comment FROM ${place}.INFORMATION_SCHEMA.TABLES WHERE ${where} ORDER BY 1, 2`,
  )
  const columns = await ask(
    `SELECT table_schema, table_name, column_name, data_type, numeric_scale, comment FROM ${place}.INFORMATION_SCHEMA.COLUMNS WHERE ${where} ORDER BY 1, 2, ordinal_position`,
  )
  const primary = await ask(`SHOW PRIMARY KEYS IN DATABASE ${place}`)
  const foreign = await ask(`SHOW IMPORTED KEYS IN DATABASE ${place}`)
  return assembleCatalog({
    defaultSchemas: [schema ?? 'PUBLIC'],
    tables: tables.map((row) => ({
      id: idOf(row['table_schema'], row['table_name']),
      path: [database, row['table_schema'] ?? '', row['table_name'] ?? ''],
      isView: /VIEW/.test(row['table_type'] ?? ''),
      rowCount: Number(row['row_count'] ?? 0),
      comment: row['comment'] ?? null,
    })),
    columns: columns.map((row) => ({
      tableId: idOf(row['table_schema'], row['table_name']),
      name: row['column_name'] ?? '',
      type: typeOf(row['data_type'] ?? '', Number(row['numeric_scale'] ?? 0)),
      nativeType: row['data_type'] ?? '',
      comment: row['comment'] ?? null,
    })),
    keys: [...primaryKeys(primary), ...foreignKeys(foreign)],
  })
}

const idOf = (schema: string | null | undefined, name: string | null | undefined): string => JSON.stringify([schema, name])
const inSequence = (rows: readonly Row[]): Row[] =>
  [...rows].sort((one, other) => Number(one['key_sequence']) - Number(other['key_sequence']))

function primaryKeys(rows: readonly Row[]): KeyFact[] {
  const byTable = Map.groupBy(inSequence(rows), (row) => idOf(row['schema_name'], row['table_name']))
  return [...byTable].map(([tableId, members]) => ({ tableId, columns: members.map((row) => row['column_name'] ?? '') }))
}

function foreignKeys(rows: readonly Row[]): KeyFact[] {
  const named = (row: Row): string => JSON.stringify([row['fk_schema_name'], row['fk_table_name'], row['fk_name']])
  return [...Map.groupBy(inSequence(rows), named).values()].flatMap((members) => {
    const [first] = members
    if (!first) return []
    return {
      tableId: idOf(first['fk_schema_name'], first['fk_table_name']),
      columns: members.map((row) => row['fk_column_name'] ?? ''),
      target: {
        tableId: idOf(first['pk_schema_name'], first['pk_table_name']),
        columns: members.map((row) => row['pk_column_name'] ?? ''),
      },
    }
  })
}

/** The schema's word for a type; a result's metadata has others. */
function typeOf(declared: string, scale: number): ColumnType {
  if (declared === 'NUMBER') return scale > 0 ? 'decimal' : 'integer'
  if (declared === 'FLOAT') return 'number'
  if (/^(BOOLEAN|DATE|TIME|BINARY)$/.test(declared)) return declared.toLowerCase() as ColumnType
  if (declared.startsWith('TIMESTAMP')) return 'timestamp'
  if (/^(VARIANT|OBJECT|ARRAY|MAP)$/.test(declared)) return 'json'
  return 'text'
}
