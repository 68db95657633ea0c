import { type DuckDBConnection, DuckDBListType, DuckDBStructType, type DuckDBType } from '@duckdb/node-api'
import { KnownError } from '../../../contract/error.ts'
import { cleanError } from './clean-error.ts'
import { distinctNames } from './distinct-names.ts'
import { keptType } from './kept-type.ts'
import { quoteName, quoteText } from './quote.ts'
import { readRows } from './written-table.ts'

const RECORD_BYTES = 64 * 1024 * 1024

interface Field {
  readonly name: string
  readonly type: DuckDBType
  readonly sql: string
}

/** Takes the rows of a SELECT as one more table. */
type TakeRows = (rows: string, tableName?: string) => Promise<void>

/** Reads JSON or NDJSON. One object whose keys hold lists of objects gives a table for each of those. */
export async function importJson(connection: DuckDBConnection, path: string, take: TakeRows): Promise<void> {
  try {
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE records AS SELECT * FROM read_json(${quoteText(path)}, sample_size = -1, maximum_object_size = ${RECORD_BYTES})`,
    )
    const fields = await fieldsOf(connection, 'records')
    const lists = fields.filter(({ type }) => type instanceof DuckDBListType && type.valueType instanceof DuckDBStructType)
    const [[count] = []] = await readRows(connection, 'SELECT count(*) FROM records')
    if (Number(count) !== 1 || lists.length === 0) return await take(await recordsOf(connection, 'records'))
    for (const { name, sql } of lists) {
      await connection.run(
        `CREATE OR REPLACE TEMP VIEW listed AS SELECT unnest(item) FROM (SELECT unnest(${sql}) AS item FROM records)`,
      )
      await take(await recordsOf(connection, 'listed'), name)
    }
  } catch (error) {
    throw unreadable(error, path, 'JSON')
  }
}

export async function importParquet(connection: DuckDBConnection, path: string, take: TakeRows): Promise<void> {
  try {
    await take(await recordsOf(connection, `read_parquet(${quoteText(path)})`))
  } catch (error) {
    throw unreadable(error, path, 'Parquet')
  }
}

function unreadable(error: unknown, path: string, kind: string): KnownError {
  if (error instanceof KnownError) return error
  const cleaned = cleanError(error, [path], 'unreadable-file')
  if (cleaned.code !== 'unreadable-file') return cleaned
  const reason = cleaned.message.split('\n').find((line) => line.trim() !== '') ?? ''
  return new KnownError('unreadable-file', `The file could not be read as ${kind}: ${reason}`, { cause: error })
}

async function fieldsOf(connection: DuckDBConnection, from: string): Promise<Field[]> {
  const prepared = await connection.prepare(`SELECT * FROM ${from}`)
  try {
    return Array.from({ length: prepared.columnCount }, (_, index) => {
      const name = prepared.columnName(index)
      return { name, type: prepared.columnType(index), sql: quoteName(name) }
    })
  } finally {
    prepared.destroySync()
  }
}

/** A SELECT in which objects become columns, one level deep; what is nested deeper stays JSON. */
async function recordsOf(connection: DuckDBConnection, from: string): Promise<string> {
  const flat = (await fieldsOf(connection, from)).flatMap((field): Field[] => {
    const { name, type, sql } = field
    if (!(type instanceof DuckDBStructType)) return [field]
    return type.entryNames.map((entry, index) => ({
      name: `${name}_${entry}`,
      type: type.entryTypes[index] ?? type,
      sql: `struct_extract(${sql}, ${quoteText(entry)})`,
    }))
  })
  const names = distinctNames(flat.map(({ name }) => name))
  const projection = flat.map(({ type, sql }, index) => `${keptType(type).cast(sql)} AS ${quoteName(names[index] ?? '')}`)
  return `SELECT ${projection.join(', ')} FROM ${from}`
}
