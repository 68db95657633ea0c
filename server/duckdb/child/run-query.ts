import { rename } from 'node:fs/promises'
import {
  BIGINT,
  type DuckDBConnection,
  DuckDBDateValue,
  DuckDBDecimalValue,
  type DuckDBPreparedStatement,
  type DuckDBType,
  type DuckDBValue,
  StatementType,
} from '@duckdb/node-api'
import { KnownError } from '../../../contract/error.ts'
import type { BoundValue } from '../../../contract/parameter.ts'
import { numberForm } from '../../basics/number-form.ts'
import { guardStatement, tablesInMemory } from '../guard-statement.ts'
import type { JobResults, QueryJob, WrittenTable } from '../job.ts'
import { cleanError } from './clean-error.ts'
import { distinctNames } from './distinct-names.ts'
import { keptType } from './kept-type.ts'
import { rowsOfCsv } from './open-csv.ts'
import { quoteName, quoteText } from './quote.ts'
import { isPlainText } from './read-text-file.ts'
import { writeTable } from './written-table.ts'

/** Gives the engine the tables, under their names. */
export async function openTables(connection: DuckDBConnection, tables: QueryJob['tables']): Promise<void> {
  for (const { name, path, csv } of tables) {
    const rows = csv ? rowsOfCsv(path, csv) : `SELECT * FROM read_parquet(${quoteText(path)})`
    await connection.run(`CREATE VIEW ${quoteName(name)} AS ${rows}`)
  }
}

/**
 * Guards, binds and runs one SELECT over the opened tables; its rows go to a Parquet file, in their order.
 * Throws `query-failed` also where an opened file is not as its first rows told.
 */
export async function runQuery(connection: DuckDBConnection, job: QueryJob): Promise<JobResults['query']> {
  const [answer, arePlain] = await Promise.all([
    runOver(connection, job),
    Promise.all(job.tables.flatMap(({ path, csv }) => (csv ? [isPlainText(path)] : []))),
  ])
  if (arePlain.includes(false)) throw new KnownError('query-failed', 'The file is not plain text.')
  return answer
}

async function runOver(connection: DuckDBConnection, job: QueryJob): Promise<JobResults['query']> {
  const tableNames = job.tables.map((table) => table.name)
  const sql = await guardStatement(connection, job.sql, tablesInMemory(tableNames))
  const prepared = await connection.prepare(sql)
  if (prepared.statementType !== StatementType.SELECT) throw new KnownError('not-read-only')
  const values = boundValues(prepared, job.values ?? {})
  const names = distinctNames(Array.from({ length: prepared.columnCount }, (_, index) => prepared.columnName(index)))
  const projection = names.map(
    (name, index) => `${keptType(prepared.columnType(index)).cast(quoteName(name))} AS ${quoteName(name)}`,
  )
  prepared.destroySync()
  const columnList = names.map(quoteName).join(', ')
  const limited = `SELECT ${projection.join(', ')} FROM (\n${sql}\n) AS answer(${columnList}) LIMIT ${job.rowLimit + 1}`
  const written = await writeTable(connection, limited, job.output, values, typesOf(values)).catch((error: unknown) => {
    throw withoutLine(cleanError(error, [...job.tables.map((table) => table.path), job.output]))
  })
  if (written.rowCount <= job.rowLimit) return { ...written, truncated: false }
  return { ...(await cutLastRow(connection, job)), truncated: true }
}

/** The values of the parameters that the statement has. Throws `query-failed` for one without a value. */
function boundValues(
  prepared: DuckDBPreparedStatement,
  values: Readonly<Record<string, BoundValue>>,
): Record<string, DuckDBValue> {
  const names = Array.from({ length: prepared.parameterCount }, (_, index) => prepared.parameterName(index + 1))
  return Object.fromEntries(
    names.map((name) => {
      const value = Object.hasOwn(values, name) ? values[name] : undefined
      if (value === undefined)
        throw new KnownError('query-failed', `The statement has a parameter without a value, $${name}. Write the value itself.`)
      return [name, engineValue(value)] as const
    }),
  )
}

/** A value as the engine would take it for a literal. */
function engineValue({ type, text }: BoundValue): DuckDBValue {
  if (type === 'text') return text
  if (type === 'date') {
    const [year = 0, month = 1, day = 1] = text.split('-').map(Number)
    return DuckDBDateValue.fromParts({ year, month, day })
  }
  const { bits, digits, scale } = numberForm(text)
  return bits === 32
    ? Number(text)
    : bits === 64
      ? BigInt(text)
      : new DuckDBDecimalValue(BigInt(text.replace('.', '')), digits, scale)
}

/** NOTE: what is said of no type the library finds itself, and takes a whole number for a HUGEINT. */
const typesOf = (values: Readonly<Record<string, DuckDBValue>>): Record<string, DuckDBType> =>
  Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (typeof value === 'bigint' ? [[name, BIGINT]] : [])))

/** There was one row more than may be kept: they are written again without it, beside the file. */
async function cutLastRow(connection: DuckDBConnection, job: QueryJob): Promise<WrittenTable> {
  await connection.run(
    `CREATE TEMP TABLE "kept rows" AS SELECT * FROM read_parquet(${quoteText(job.output)}) LIMIT ${job.rowLimit}`,
  )
  try {
    const cut = await writeTable(connection, 'SELECT * FROM "kept rows"', `${job.output}.cut`)
    await rename(`${job.output}.cut`, job.output)
    return cut
  } finally {
    await connection.run('DROP TABLE "kept rows"')
  }
}

/** Lines that the engine quotes at run time are of our statement around the asked one, not of the asked one. */
const withoutLine = (error: KnownError): KnownError =>
  new KnownError(error.code, error.message.replace(/\n\s*LINE \d+:[\s\S]*$/, ''), { cause: error })
