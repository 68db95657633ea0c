import type { DuckDBConnection } from '@duckdb/node-api'
import type { Column } from '../../../contract/column.ts'
import { createMask } from '../../findings/mask.ts'
import type { RedactJob, WrittenTable } from '../job.ts'
import { cellOf } from './kept-type.ts'
import { quoteName, quoteText } from './quote.ts'
import { writeTable } from './written-table.ts'

/**
 * Masks texts in cells and column names and leaves columns out. Only cells that change are written anew, so that everything else keeps its type
 * and place; where a type has no room for words (numbers, dates) the cell becomes null. Answers null when nothing changes.
 */
export async function redactTable(connection: DuckDBConnection, job: RedactJob): Promise<WrittenTable | null> {
  const mask = createMask(job.values)
  const kept = job.columns.filter((column) => !job.drop.includes(column.name))
  const names = namesApart(kept.map((column) => mask(column.name)))
  const file = `read_parquet(${quoteText(job.path)}, file_row_number = true)`
  const changed = new Map<string, string>()
  for (const [place, column] of kept.entries()) {
    const table = `masked_${place}`
    if (await maskColumn(connection, file, column, table, mask)) changed.set(column.name, table)
  }
  const isSame =
    changed.size === 0 && kept.length === job.columns.length && kept.every(({ name }, place) => name === names[place])
  if (isSame || kept.length === 0) return isSame ? null : writeNothing(connection, job)
  const cells = kept.map(({ name, type }, place) => {
    const cell = `t.${quoteName(name)}`
    const table = changed.get(name)
    if (table === undefined) return `${cell} AS ${quoteName(names[place] ?? name)}`
    const word = isWordy(type) ? `${table}.word` : 'NULL'
    return `CASE WHEN ${table}.place IS NULL THEN ${cell} ELSE ${word} END AS ${quoteName(names[place] ?? name)}`
  })
  const joins = [...changed.values()].map((table) => `LEFT JOIN ${table} ON ${table}.place = t.file_row_number`)
  const rows = `SELECT ${cells.join(', ')} FROM ${file} t ${joins.join(' ')} ORDER BY t.file_row_number`
  return writeTable(connection, rows, job.output)
}

const isWordy = (type: Column['type']): boolean => type === 'text' || type === 'json'

/** Notes the cells of one column that change; false when none does. */
async function maskColumn(
  connection: DuckDBConnection,
  file: string,
  { name, type }: Column,
  table: string,
  mask: (text: string) => string,
): Promise<boolean> {
  if (type === 'boolean' || type === 'binary') return false
  await connection.run(`CREATE TEMP TABLE ${table} (place BIGINT, word VARCHAR)`)
  const appender = await connection.createAppender(table)
  let count = 0
  const result = await connection.stream(
    `SELECT file_row_number, ${isWordy(type) ? `CAST(${quoteName(name)} AS VARCHAR)` : quoteName(name)} FROM ${file} WHERE ${quoteName(name)} IS NOT NULL`,
  )
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    for (const [place, value] of chunk.getRows()) {
      const text = String(cellOf(value ?? null))
      const masked = mask(text)
      if (masked === text) continue
      appender.appendBigInt(BigInt(String(place)))
      appender.appendVarchar(masked)
      appender.endRow()
      count += 1
    }
  }
  appender.closeSync()
  return count > 0
}

/** A table whose every column was left out still has its rows. */
const writeNothing = (connection: DuckDBConnection, { path, output }: RedactJob): Promise<WrittenTable> =>
  writeTable(connection, `SELECT CAST(NULL AS VARCHAR) AS "(left out)" FROM read_parquet(${quoteText(path)})`, output)

/** Masking may make two names equal. */
function namesApart(names: readonly string[]): string[] {
  const taken = new Set<string>()
  return names.map((name) => {
    let unique = name
    for (let count = 2; taken.has(unique.toLowerCase()); count++) unique = `${name} (${count})`
    taken.add(unique.toLowerCase())
    return unique
  })
}
