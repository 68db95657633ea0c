import { DatabaseSync } from 'node:sqlite'
import { KnownError } from '../../../contract/error.ts'
import type { TableKeys } from '../../../contract/upload.ts'
import { quoteName } from './quote.ts'
import { writeCells } from './write-cells.ts'

/** Reads the tables of a SQLite file one after another, never its views: each is written as CSV to `csv` and given to `take` with its columns and the keys that it declares. */
export async function readSqlite(
  path: string,
  csv: string,
  take: (tableName: string, columns: readonly string[], keys: TableKeys) => Promise<void>,
): Promise<void> {
  try {
    const database = new DatabaseSync(path, { readOnly: true, allowExtension: false, enableForeignKeyConstraints: false })
    try {
      const names = database
        .prepare(
          "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
        )
        .all()
        .map(({ name }) => String(name))
      if (names.length === 0) throw new KnownError('unreadable-file', 'The SQLite file is empty: it has no tables.')
      for (const name of names) {
        const select = database.prepare(`SELECT * FROM ${quoteName(name)}`)
        select.setReadBigInts(true)
        select.setReturnArrays(true)
        const columns = select.columns().map((column) => column.name)
        writeCells(csv, cellRows(columns, select.iterate() as Iterable<unknown>))
        await take(name, columns, keysOf(database, name, names))
      }
    } finally {
      database.close()
    }
  } catch (cause) {
    if (cause instanceof KnownError || !(cause instanceof Error && 'errcode' in cause)) throw cause
    throw new KnownError('unreadable-file', `The SQLite file could not be read: ${cause.message}.`, { cause })
  }
}

function keysOf(database: DatabaseSync, name: string, names: readonly string[]): TableKeys {
  const inTable = (table: string): Record<string, unknown>[] =>
    database.prepare('SELECT name, pk FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk').all(table)
  const primaryKeyOf = (table: string): string[] => inTable(table).map((row) => String(row['name']))
  const references = database
    .prepare('SELECT id, "table", "from", "to" FROM pragma_foreign_key_list(?) ORDER BY id, seq')
    .all(name)
  const foreignKeys = [...new Set(references.map(({ id }) => id))].flatMap((id) => {
    const parts = references.filter((row) => row['id'] === id)
    const said = String(parts[0]?.['table']).toLowerCase()
    const table = names.find((other) => other.toLowerCase() === said)
    if (table === undefined) return []
    const known = primaryKeyOf(table)
    const columns = parts.map((row) => String(row['from']))
    return [{ columns, table, references: parts.map((row, at) => String(row['to'] ?? known[at] ?? columns[at])) }]
  })
  return { primaryKey: primaryKeyOf(name), foreignKeys }
}

function* cellRows(columns: readonly string[], rows: Iterable<unknown>): Generator<(string | number | bigint | null)[]> {
  yield [...columns]
  for (const row of rows) if (Array.isArray(row)) yield row.map(cellOf)
}

const cellOf = (value: unknown): string | number | bigint | null => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? value : null
}
