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
import { keptType } from './kept-type.ts'
import { quoteName, quoteText } from './quote.ts'
import { writeTable } from './written-table.ts'

/** Guards, binds and runs one SELECT; its rows go to a Parquet file, in their order. */
export async function runQuery(connection: DuckDBConnection, job: QueryJob): Promise<JobResults['query']> {
  for (const { name, path } of job.tables)
    await connection.run(`CREATE VIEW ${quoteName(name)} AS SELECT * FROM read_parquet(${quoteText(path)})`)
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

/** There was one row more than may be kept: the file is written again without it. */
async function cutLastRow(connection: DuckDBConnection, job: QueryJob): Promise<WrittenTable> {
  await connection.run(
    `CREATE TEMP TABLE "kept rows" AS SELECT * FROM read_parquet(${quoteText(job.output)}) LIMIT ${job.rowLimit}`,
  )
  return writeTable(connection, 'SELECT * FROM "kept rows"', job.output)
}

/** Lines that the engine quotes at run time are of our statement around the asked one, not of the asked one. */
const withoutLine = (error: KnownError): KnownError =>
  new KnownError(error.code, error.message.replace(/\n\s*LINE \d+:[\s\S]*$/, ''), { cause: error })

/** Names as they are, repeated ones (without regard to case) as `name_2`, empty ones as `column_3`. */
export function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>()
  const all = new Set(names.map((name) => name.toLowerCase()))
  return names.map((name, index) => {
    const wanted = name.trim() === '' ? `column_${index + 1}` : name
    let free = wanted
    for (let count = 2; taken.has(free.toLowerCase()) || (free !== wanted && all.has(free.toLowerCase())); count++)
      free = `${wanted}_${count}`
    taken.add(free.toLowerCase())
    return free
  })
}
