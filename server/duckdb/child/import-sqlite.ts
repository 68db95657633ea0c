import { DatabaseSync } from 'node:sqlite'
import { KnownError } from '../../../contract/error.ts'
import { quoteName } from './quote.ts'
import { writeCells } from './write-cells.ts'

/** Reads the tables of a SQLite file one after another, never its views: each is written as CSV to `csv` and given to `take` with its columns. */
export async function readSqlite(
  path: string,
  csv: string,
  take: (tableName: string, columns: readonly string[]) => Promise<void>,
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
        await take(name, columns)
      }
    } finally {
      database.close()
    }
  } catch (cause) {
    if (cause instanceof KnownError || !(cause instanceof Error && 'errcode' in cause)) throw cause
    throw new KnownError('unreadable-file', `The SQLite file could not be read: ${cause.message}.`, { cause })
  }
}

function* cellRows(columns: readonly string[], rows: Iterable<unknown>): Generator<(string | number | bigint | null)[]> {
  yield [...columns]
  for (const row of rows) if (Array.isArray(row)) yield row.map(cellOf)
}

const cellOf = (value: unknown): string | number | bigint | null => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? value : null
}
