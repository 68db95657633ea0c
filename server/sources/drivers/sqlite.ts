import { existsSync } from 'node:fs'
import { constants, DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import { KnownError } from '../../../contract/error.ts'
import type { BoundValue } from '../../../contract/parameter.ts'
import { numberForm } from '../../basics/number-form.ts'
import type { CellColumn } from '../../duckdb/job.ts'
import { placeValues } from '../bound-values.ts'
import type { Driver, QueryOptions, SourceSession } from '../driver.ts'
import { unreachable } from './sentences.ts'
import { readSqliteCatalog } from './sqlite-catalog.ts'
import { KindsSeen, sqliteColumn } from './sqlite-types.ts'

const BATCH_ROWS = 1_000
const OK_ACTIONS = new Set([constants.SQLITE_SELECT, constants.SQLITE_READ, constants.SQLITE_RECURSIVE])
const REFUSED_FUNCTIONS = new Set([
  'load_extension',
  'readfile',
  'writefile',
  'edit',
  'fts3_tokenizer',
  'sqlite_compileoption_get',
])

/** A SQLite file, opened read-only by the engine itself; it answers in its own process, so a long statement is stopped by ending that. */
export const sqliteDriver: Driver = {
  async open({ path = '' }) {
    if (!existsSync(path))
      throw unreachable('There is no file at this path. Check how it is written, and that this server can read it.', undefined)
    try {
      const database = new DatabaseSync(path, { readOnly: true, allowExtension: false, timeout: 5_000 })
      database.exec('PRAGMA query_only = 1')
      database.prepare('SELECT count(*) FROM sqlite_schema').get()
      return session(database)
    } catch (error) {
      throw sqliteError(error)
    }
  },
}

function session(database: DatabaseSync): SourceSession {
  let isStopped = false
  return {
    async greet() {
      const [row] = database.prepare('SELECT sqlite_version() AS version').all()
      return { server: `SQLite ${String(row?.['version'] ?? '')}`, warnings: [] }
    },

    async catalog() {
      try {
        return readSqliteCatalog(database)
      } catch (error) {
        throw sqliteError(error)
      }
    },

    // NOTE: a file holds none.
    ownFunctions: async () => new Set(),

    async query(sql, options) {
      try {
        return await stream(database, sql, options, () => isStopped)
      } catch (error) {
        throw sqliteError(error)
      }
    },

    async cancel() {
      isStopped = true
    },

    async close() {
      database.close()
    },
  }
}

async function stream(
  database: DatabaseSync,
  text: string,
  { rowLimit, take, marked }: QueryOptions,
  isStopped: () => boolean,
): Promise<CellColumn[]> {
  // NOTE: the engine asks before each thing a statement would do; from here on the answer is no, but for reading.
  database.setAuthorizer((action, _, name) =>
    OK_ACTIONS.has(action) || (action === constants.SQLITE_FUNCTION && !REFUSED_FUNCTIONS.has((name ?? '').toLowerCase()))
      ? constants.SQLITE_OK
      : constants.SQLITE_DENY,
  )
  const { sql, values } = placeValues(text, marked, (_, place) => `?${place}`)
  const statement = database.prepare(sql)
  statement.setReadBigInts(true)
  statement.setReturnArrays(true)
  const declared = statement.columns()
  const seen = declared.map(() => new KindsSeen())
  let batch: (string | null)[][] = []
  let left = rowLimit
  for (const row of statement.iterate(...values.map(sentValue)) as Iterable<unknown>) {
    if (isStopped()) throw new KnownError('cancelled')
    batch.push(Array.isArray(row) ? row.map((value, index) => seen[index]?.cell(value) ?? null) : [])
    left--
    if (batch.length < BATCH_ROWS && left > 0) continue
    const isWanted = await take(batch)
    batch = []
    if (!isWanted || left <= 0) break
    await setImmediate()
  }
  if (batch.length > 0) await take(batch)
  return declared.map(({ name, type }, index) => sqliteColumn(name, type, seen[index] ?? new KindsSeen()))
}

const sentValue = ({ type, text }: BoundValue): string | number | bigint =>
  type !== 'number' ? text : numberForm(text).bits ? BigInt(text) : Number(text)

function sqliteError(error: unknown): KnownError {
  if (error instanceof KnownError) return error
  const { errcode = 0, message } = error as Error & { errcode?: number }
  const code = errcode & 0xff
  if (code === 23) return new KnownError('not-read-only', undefined, { cause: error })
  if (code === 8)
    return new KnownError('not-read-only', 'Data sources are only read, and this statement writes.', { cause: error })
  if (code === 26 || code === 11) return unreachable('This file is not a SQLite database, or is damaged.', error)
  if (code === 14) return unreachable('The file could not be opened. Check that this server may read it and its folder.', error)
  if (code === 5 || code === 6) return unreachable('Another program holds the file locked. Try again in a moment.', error)
  return new KnownError('query-failed', message.slice(0, 1500), { cause: error })
}
