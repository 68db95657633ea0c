import { existsSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { type DuckDBConnection, DuckDBInstance, type DuckDBType, DuckDBTypeId, StatementType, version } from '@duckdb/node-api'
import { KnownError } from '../../../contract/error.ts'
import type { BoundValue } from '../../../contract/parameter.ts'
import { numberForm } from '../../basics/number-form.ts'
import { guardStatement, type KnownTables, requireTables } from '../../duckdb/guard-statement.ts'
import type { CellColumn } from '../../duckdb/job.ts'
import { placeValues } from '../bound-values.ts'
import type { Driver, QueryOptions, SourceSession } from '../driver.ts'
import { readDuckDbCatalog } from './duckdb-catalog.ts'
import { connectionLost, unreachable } from './sentences.ts'

const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`
const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** A DuckDB file, attached read-only to a locked engine that can reach nothing else. A plain SELECT can end its process, which is why it has one. */
export const duckDbDriver: Driver = {
  async open({ path = '' }) {
    if (!existsSync(path))
      throw unreachable('There is no file at this path. Check how it is written, and that this server can read it.', undefined)
    const catalog = catalogName(path)
    try {
      const instance = await DuckDBInstance.create(':memory:', {
        memory_limit: '1024MB',
        threads: '2',
        autoinstall_known_extensions: 'false',
        autoload_known_extensions: 'false',
        allow_community_extensions: 'false',
        allow_persistent_secrets: 'false',
      })
      const connection = await instance.connect()
      await connection.run(`
        SET enable_progress_bar = false;
        SET TimeZone = 'UTC';
        SET default_null_order = 'nulls_last';
        ATTACH ${quoteText(path)} AS ${quoteName(catalog)} (READ_ONLY);
        USE ${quoteName(catalog)};
        SET allowed_paths = [${quoteText(path)}, ${quoteText(`${path}.wal`)}];
        SET enable_external_access = false;
        SET lock_configuration = true`)
      return session(connection, instance, catalog)
    } catch (error) {
      throw openError(error)
    }
  },
}

/** The name that views inside the file know it by. */
function catalogName(path: string): string {
  const stem = basename(path, extname(path))
  return /^(memory|system|temp|main|)$/i.test(stem) ? `${stem}_file` : stem
}

function session(connection: DuckDBConnection, instance: DuckDBInstance, catalog: string): SourceSession {
  return {
    async greet() {
      return { server: `DuckDB ${version().replace(/^v/, '')}`, warnings: [] }
    },
    catalog: () => readDuckDbCatalog(connection, catalog),
    async ownFunctions() {
      const reader = await connection.runAndReadAll(
        'SELECT DISTINCT lower(function_name) FROM duckdb_functions() WHERE NOT internal',
      )
      return new Set(reader.getRows().map(([name]) => String(name)))
    },
    async query(sql, options) {
      try {
        return await stream(connection, catalog, sql, options)
      } catch (error) {
        throw queryError(error)
      }
    },
    async cancel() {
      connection.interrupt()
    },
    async close() {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

async function stream(
  connection: DuckDBConnection,
  catalog: string,
  text: string,
  { rowLimit, take, written, marked }: QueryOptions,
): Promise<CellColumn[]> {
  const placed = placeValues(text, marked, signOf)
  const sql = await guardStatement(connection, placed.sql, await knownTables(connection, catalog))
  if (written) await requireTables(connection, written.sql, written.tableCount)
  const prepared = await connection.prepare(sql)
  if (prepared.statementType !== StatementType.SELECT) throw new KnownError('not-read-only')
  if (prepared.parameterCount !== placed.values.length)
    throw new KnownError('query-failed', 'The statement has a parameter without a value. Write the value itself.')
  const columns = Array.from({ length: prepared.columnCount }, (_, index) => ({
    name: prepared.columnName(index),
    ...cellForm(prepared.columnType(index)),
  }))
  prepared.destroySync()
  const places = columns.map((_, index) => quoteName(`c${index}`))
  const cells = columns.map(({ cell }, index) => cell(places[index] ?? ''))
  const result = await connection.stream(
    `SELECT ${cells.join(', ')} FROM (\n${sql}\n) AS answer(${places.join(', ')}) LIMIT ${rowLimit}`,
    Object.fromEntries(placed.values.map((value, index) => [`v${index + 1}`, value.text])),
  )
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk())
    if (!(await take(chunk.getRows() as (string | null)[][]))) break
  return columns.map(({ cell: _, ...column }) => column)
}

function signOf({ type, text }: BoundValue, place: number): string {
  if (type !== 'number') return `CAST($v${place} AS ${type === 'date' ? 'DATE' : 'VARCHAR'})`
  const { bits, digits, scale } = numberForm(text)
  return `CAST($v${place} AS ${bits === 32 ? 'INTEGER' : bits === 64 ? 'BIGINT' : `DECIMAL(${digits}, ${scale})`})`
}

/** What the file holds, and nothing of the engine's own. */
async function knownTables(connection: DuckDBConnection, catalog: string): Promise<KnownTables> {
  const reader = await connection.runAndReadAll(
    'SELECT table_schema, table_name FROM information_schema.tables WHERE table_catalog = $1',
    [catalog],
  )
  const known = new Set(
    reader.getRows().map(([schema, name]) => JSON.stringify([String(schema).toLowerCase(), String(name).toLowerCase()])),
  )
  return {
    // NOTE: `orders.x` may mean a schema or, where the file is named orders, the file itself.
    has(name, schema, inCatalog) {
      const isHere = inCatalog === '' || inCatalog.toLowerCase() === catalog.toLowerCase()
      const inSchema = schema === '' || (inCatalog === '' && schema.toLowerCase() === catalog.toLowerCase()) ? 'main' : schema
      return isHere && known.has(JSON.stringify([inSchema.toLowerCase(), name.toLowerCase()]))
    },
    names: reader.getRows().map(([schema, name]) => (schema === 'main' ? String(name) : `${String(schema)}.${String(name)}`)),
  }
}

type CellForm = Omit<CellColumn, 'name'> & { readonly cell: (place: string) => string }

/** The engine writes its own text, so that nothing passes through a JavaScript number or date. */
function cellForm(type: DuckDBType): CellForm {
  const plain = (column: Omit<CellColumn, 'name'>): CellForm => ({ ...column, cell: (place) => `CAST(${place} AS VARCHAR)` })
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return plain({ type: 'boolean' })
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
    case DuckDBTypeId.UINTEGER:
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
      return plain({ type: 'integer' })
    case DuckDBTypeId.DECIMAL:
      return plain({ type: 'decimal', scale: 'scale' in type ? type.scale : 0 })
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
      return plain({ type: 'number' })
    case DuckDBTypeId.DATE:
      return plain({ type: 'date' })
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_S:
    case DuckDBTypeId.TIMESTAMP_MS:
    case DuckDBTypeId.TIMESTAMP_NS:
      return plain({ type: 'timestamp' })
    case DuckDBTypeId.TIMESTAMP_TZ:
      return plain({ type: 'timestamp', isZoned: true })
    case DuckDBTypeId.TIME:
      return plain({ type: 'time' })
    case DuckDBTypeId.BLOB:
      return { type: 'binary', cell: (place) => `hex(${place})` }
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY:
    case DuckDBTypeId.STRUCT:
    case DuckDBTypeId.MAP:
    case DuckDBTypeId.UNION:
      return { type: 'json', cell: (place) => `CAST(to_json(${place}) AS VARCHAR)` }
    default:
      return plain({ type: type.typeId === DuckDBTypeId.VARCHAR && type.alias === 'JSON' ? 'json' : 'text' })
  }
}

function openError(error: unknown): KnownError {
  const message = error instanceof Error ? error.message : ''
  if (/Conflicting lock|Could not set lock/i.test(message))
    return unreachable('Another program has this file open for writing. Close it there, or make a copy.', error)
  if (/storage version|newer version/i.test(message))
    return unreachable('The file is of a DuckDB version that this server cannot read.', error)
  return unreachable('This file is not a DuckDB database, or it could not be opened.', error)
}

function queryError(error: unknown): KnownError {
  if (error instanceof KnownError) return error
  const message = error instanceof Error ? error.message : String(error)
  if (/^INTERRUPT/i.test(message)) return new KnownError('cancelled', undefined, { cause: error })
  if (/^Out of Memory/i.test(message))
    return new KnownError(
      'limit-exceeded',
      'The query needed more memory than it may use. Ask for less: fewer rows, fewer columns, fewer groups.',
      { cause: error },
    )
  if (/^(INTERNAL|FATAL) Error/i.test(message)) return connectionLost(error)
  // NOTE: from here on the engine quotes our statement around the asked one.
  const text = message.replace(/^(?:[A-Z][\w ]{0,30} Error: )+/, '').replace(/\n\s*LINE \d+:[\s\S]*$/, '')
  return new KnownError('query-failed', text.trim().slice(0, 1500), { cause: error })
}
