import type { CatalogTable } from '../../../contract/catalog.ts'
import { assembleCatalog, type KeyFact } from './assemble-catalog.ts'
import { declaredSqlServerType } from './sqlserver-types.ts'

type Row = Readonly<Record<string, string | null>>

const TABLES = `SELECT o.object_id AS id, s.name AS place, o.name AS name, o.type AS kind, CAST(p.value AS nvarchar(4000)) AS said,
  (SELECT sum(r.rows) FROM sys.partitions r WHERE r.object_id = o.object_id AND r.index_id IN (0, 1)) AS held
FROM sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id
LEFT JOIN sys.extended_properties p ON p.class = 1 AND p.major_id = o.object_id AND p.minor_id = 0 AND p.name = 'MS_Description'
WHERE o.type IN ('U', 'V') AND o.is_ms_shipped = 0 ORDER BY s.name, o.name`
const COLUMNS = `SELECT c.object_id AS id, c.name AS name, t.name AS declared, c.max_length AS length, c.precision AS digits, c.scale AS scale, CAST(p.value AS nvarchar(4000)) AS said
FROM sys.columns c JOIN sys.objects o ON o.object_id = c.object_id JOIN sys.types t ON t.user_type_id = c.user_type_id
LEFT JOIN sys.extended_properties p ON p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description'
WHERE o.type IN ('U', 'V') AND o.is_ms_shipped = 0 ORDER BY c.object_id, c.column_id`
const PRIMARY_KEYS = `SELECT i.object_id AS id, c.name AS name
FROM sys.indexes i JOIN sys.index_columns k ON k.object_id = i.object_id AND k.index_id = i.index_id
JOIN sys.columns c ON c.object_id = k.object_id AND c.column_id = k.column_id
WHERE i.is_primary_key = 1 ORDER BY i.object_id, k.key_ordinal`
const FOREIGN_KEYS = `SELECT f.constraint_object_id AS constraint_id, f.parent_object_id AS id, c.name AS name, f.referenced_object_id AS target, r.name AS reference
FROM sys.foreign_key_columns f JOIN sys.columns c ON c.object_id = f.parent_object_id AND c.column_id = f.parent_column_id
JOIN sys.columns r ON r.object_id = f.referenced_object_id AND r.column_id = f.referenced_column_id
ORDER BY f.constraint_object_id, f.constraint_column_id`

/** Tables, columns, keys and descriptions of one database, as far as the login may see them. */
export async function readSqlServerCatalog(ask: (sql: string) => Promise<Row[]>): Promise<CatalogTable[]> {
  const [{ place: defaultSchema = 'dbo' } = {}] = await ask('SELECT SCHEMA_NAME() AS place')
  const tables = await ask(TABLES)
  const columns = await ask(COLUMNS)
  const primary = await ask(PRIMARY_KEYS)
  const foreign = await ask(FOREIGN_KEYS)
  return assembleCatalog({
    defaultSchemas: [defaultSchema ?? 'dbo'],
    tables: tables.map((row) => ({
      id: row['id'] ?? '',
      path: [row['place'] ?? '', row['name'] ?? ''],
      isView: (row['kind'] ?? '').trim() === 'V',
      rowCount: Number(row['held'] ?? 0),
      comment: row['said'] ?? null,
    })),
    columns: columns.map((row) => ({
      tableId: row['id'] ?? '',
      name: row['name'] ?? '',
      type: declaredSqlServerType(row['declared'] ?? ''),
      nativeType: nativeType(row),
      comment: row['said'] ?? null,
    })),
    keys: [
      ...[...Map.groupBy(primary, (row) => row['id'] ?? '')].map(
        ([tableId, rows]): KeyFact => ({ tableId, columns: namesIn(rows, 'name') }),
      ),
      ...[...Map.groupBy(foreign, (row) => row['constraint_id'] ?? '').values()].map(
        (rows): KeyFact => ({
          tableId: rows[0]?.['id'] ?? '',
          columns: namesIn(rows, 'name'),
          target: { tableId: rows[0]?.['target'] ?? '', columns: namesIn(rows, 'reference') },
        }),
      ),
    ],
  })
}

const namesIn = (rows: readonly Row[], key: string): string[] => rows.map((row) => row[key] ?? '')

/** `decimal(12,2)`, `nvarchar(40)`, `varchar(max)` */
function nativeType({ declared, length, digits, scale }: Row): string {
  const name = declared ?? ''
  if (/^(decimal|numeric)$/.test(name)) return `${name}(${digits ?? ''},${scale ?? ''})`
  if (!/^(n?(var)?char|(var)?binary)$/.test(name)) return name
  const size = Number(length)
  return `${name}(${size < 0 ? 'max' : name.startsWith('n') ? size / 2 : size})`
}
