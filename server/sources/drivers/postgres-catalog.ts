import type pg from 'pg'
import type { CatalogTable } from '../../../contract/catalog.ts'
import { assembleCatalog, type KeyFact } from './assemble-catalog.ts'
import { postgresColumn } from './postgres-types.ts'

/** The tables a login may read. Partitions are left to the table they belong to. */
const RELATIONS = `
  SELECT c.oid::text, n.nspname AS schema, c.relname AS name, c.relkind IN ('v', 'm') AS is_view,
    greatest(c.reltuples, 0)::bigint::text AS rows, obj_description(c.oid, 'pg_class') AS comment
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND NOT c.relispartition
    AND n.nspname !~ '^(pg_|information_schema$)' AND has_schema_privilege(n.oid, 'USAGE')
    AND (has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT'))
  ORDER BY n.nspname, c.relname`
const COLUMNS = `
  SELECT a.attrelid::text AS oid, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS native,
    coalesce(nullif(t.typbasetype, 0), a.atttypid)::int AS type_id, a.atttypmod::int AS modifier, col_description(a.attrelid, a.attnum) AS comment
  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'v', 'm', 'f', 'p') AND NOT c.relispartition AND n.nspname !~ '^(pg_|information_schema$)'
    AND (has_table_privilege(c.oid, 'SELECT') OR has_column_privilege(c.oid, a.attnum, 'SELECT'))
  ORDER BY a.attrelid, a.attnum`
const KEYS = `
  SELECT k.conrelid::text AS oid, k.contype AS kind, k.confrelid::text AS target,
    (SELECT json_agg(a.attname ORDER BY p.place) FROM unnest(k.conkey) WITH ORDINALITY p(number, place) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.number) AS columns,
    (SELECT json_agg(a.attname ORDER BY p.place) FROM unnest(k.confkey) WITH ORDINALITY p(number, place) JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = p.number) AS references
  FROM pg_constraint k WHERE k.contype IN ('p', 'f') ORDER BY k.conrelid, k.conname`

export async function readPostgresCatalog(client: pg.Client): Promise<CatalogTable[]> {
  type Text = string | null
  const schemas = await client.query<{ name: string }>('SELECT unnest(current_schemas(false)) AS name')
  const relations = await client.query<{
    oid: string
    schema: string
    name: string
    is_view: string
    rows: string
    comment: Text
  }>(RELATIONS)
  const columns = await client.query<{
    oid: string
    name: string
    native: string
    type_id: string
    modifier: string
    comment: Text
  }>(COLUMNS)
  const keys = await client.query<{ oid: string; kind: string; target: string; columns: string; references: Text }>(KEYS)
  return assembleCatalog({
    defaultSchemas: schemas.rows.map(({ name }) => name),
    tables: relations.rows.map(({ oid, schema, name, is_view, rows, comment }) => ({
      id: oid,
      path: [schema, name],
      isView: is_view === 't',
      rowCount: Number(rows),
      comment,
    })),
    columns: columns.rows.map(({ oid, name, native, type_id, modifier, comment }) => ({
      tableId: oid,
      name,
      type: postgresColumn({ name, dataTypeID: Number(type_id), dataTypeModifier: Number(modifier) }).type,
      nativeType: native,
      comment,
    })),
    keys: keys.rows.map(
      ({ oid, kind, target, columns: own, references }): KeyFact => ({
        tableId: oid,
        columns: namesIn(own),
        ...(kind === 'f' ? { target: { tableId: target, columns: namesIn(references) } } : {}),
      }),
    ),
  })
}

const namesIn = (text: string | null): string[] => JSON.parse(text ?? '[]') as string[]
