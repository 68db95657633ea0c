import type { DuckDBConnection } from '@duckdb/node-api'
import type { Cell, Column, ColumnType } from '../../../contract/column.ts'
import type { ChangedCell, TableComparison } from '../../../contract/drift.ts'
import type { CompareJob } from '../job.ts'
import { quoteName, quoteText } from './quote.ts'
import { readRows } from './written-table.ts'

const CHANGES = 200
const CHANGES_PER_COLUMN = 50
const ROWS = 50
const KEY_COLUMNS = 4
/** Sums of floating numbers differ in their last digits from run to run. */
const TOLERANCE = 1e-9

type Shared = Column & { readonly nowType: ColumnType }

/**
 * Which cells differ between a table and a later one. Rows are matched by the first columns that tell them apart in both: words and days before
 * other columns, measured numbers never; where none do, by their position.
 */
export async function compareTables(connection: DuckDBConnection, job: CompareJob): Promise<TableComparison> {
  const before = `read_parquet(${quoteText(job.path)}, file_row_number = true)`
  const after = `read_parquet(${quoteText(job.later)}, file_row_number = true)`
  const now = new Map(job.laterColumns.map(({ name, type }) => [name, type]))
  const shared = job.columns.flatMap((column): Shared[] => {
    const nowType = now.get(column.name)
    return nowType === undefined ? [] : [{ ...column, nowType }]
  })
  const key = await keyOf(connection, before, after, shared)
  const names = key.map(({ name }) => name)
  const on = key.length > 0 ? key.map(({ name }) => same(name)).join(' AND ') : 'b.file_row_number = a.file_row_number'
  const joined = `FROM ${before} b FULL JOIN ${after} a ON ${on}`
  const isIn = 'b.file_row_number IS NOT NULL AND a.file_row_number IS NOT NULL'
  const compared = shared.filter(({ name }) => !names.includes(name))
  const counts = await one(
    connection,
    `SELECT count(*) FILTER (b.file_row_number IS NULL), count(*) FILTER (a.file_row_number IS NULL)${compared
      .map((column) => `, count(*) FILTER (${isIn} AND ${differs(column)})`)
      .join('')} ${joined}`,
  )
  const [addedRows = 0, removedRows = 0, ...perColumn] = counts.map(Number)
  const rowOf = (side: 'a' | 'b') =>
    key.length > 0 ? names.map((name) => `${side}.${quoteName(name)}`).join(', ') : `${side}.file_row_number + 1`
  const changes: ChangedCell[] = []
  for (const [place, column] of compared.entries()) {
    const wanted = Math.min(perColumn[place] ?? 0, CHANGES_PER_COLUMN, CHANGES - changes.length)
    if (wanted <= 0) continue
    const name = quoteName(column.name)
    const rows = await readRows(
      connection,
      `SELECT b.${name}, a.${name}, ${rowOf('b')} ${joined} WHERE ${isIn} AND ${differs(column)} ORDER BY b.file_row_number LIMIT ${wanted}`,
    )
    for (const [frozen = null, later = null, ...row] of rows) changes.push({ row, column: column.name, frozen, now: later })
  }
  const alone = (side: 'a' | 'b', other: 'a' | 'b') =>
    readRows(
      connection,
      `SELECT ${rowOf(side)} ${joined} WHERE ${other}.file_row_number IS NULL ORDER BY ${side}.file_row_number LIMIT ${ROWS}`,
    )
  return {
    matchedBy: names,
    changedCells: perColumn.reduce((sum, count) => sum + count, 0),
    addedRows,
    removedRows,
    addedColumns: job.laterColumns.map(({ name }) => name).filter((name) => !shared.some((one) => one.name === name)),
    removedColumns: job.columns.map(({ name }) => name).filter((name) => !now.has(name)),
    changes,
    added: addedRows > 0 ? await alone('a', 'b') : [],
    removed: removedRows > 0 ? await alone('b', 'a') : [],
  }
}

const same = (name: string): string => `b.${quoteName(name)} = a.${quoteName(name)}`

function differs({ name, type, nowType }: Shared): string {
  const [was, is] = [`b.${quoteName(name)}`, `a.${quoteName(name)}`]
  if (isNumber(type) !== isNumber(nowType) || (!isNumber(type) && type !== nowType))
    return `CAST(${was} AS VARCHAR) IS DISTINCT FROM CAST(${is} AS VARCHAR)`
  if (!isNumber(type) || (type === 'integer' && nowType === 'integer')) return `${was} IS DISTINCT FROM ${is}`
  const [x, y] = [`CAST(${was} AS DOUBLE)`, `CAST(${is} AS DOUBLE)`]
  return `(${was} IS DISTINCT FROM ${is} AND coalesce(abs(${x} - ${y}) > ${TOLERANCE} * greatest(abs(${x}), abs(${y})), true))`
}

const isNumber = (type: ColumnType): boolean => type === 'integer' || type === 'decimal' || type === 'number'
const isMeasured = (type: ColumnType): boolean => type === 'decimal' || type === 'number' || type === 'binary' || type === 'json'

/** The first columns whose cells tell rows apart in both tables; none where nothing does, or where there is one row only. */
async function keyOf(connection: DuckDBConnection, before: string, after: string, shared: readonly Shared[]): Promise<Shared[]> {
  const usable = shared.filter(({ type, nowType }) => type === nowType && !isMeasured(type))
  const words = usable.filter(({ type }) => type !== 'integer')
  const prefixes = (columns: readonly Shared[]) => columns.slice(0, KEY_COLUMNS).map((_, place) => columns.slice(0, place + 1))
  const [rowsBefore, rowsAfter] = [await countOf(connection, before), await countOf(connection, after)]
  if (rowsBefore <= 1 && rowsAfter <= 1) return []
  for (const columns of [...prefixes(words), ...prefixes(usable)]) {
    const isKey = (file: string) => tellsApart(connection, file, columns)
    if ((await isKey(before)) && (await isKey(after))) return columns
  }
  return []
}

const countOf = async (connection: DuckDBConnection, file: string): Promise<number> =>
  Number((await one(connection, `SELECT count(*) FROM ${file}`))[0])

async function tellsApart(connection: DuckDBConnection, file: string, columns: readonly Shared[]): Promise<boolean> {
  const names = columns.map(({ name }) => quoteName(name))
  const [isKey] = await one(
    connection,
    `SELECT count(*) = count(DISTINCT row(${names.join(', ')})) AND count(*) FILTER (${names.map((name) => `${name} IS NULL`).join(' OR ')}) = 0 FROM ${file}`,
  )
  return isKey === true
}

const one = async (connection: DuckDBConnection, sql: string): Promise<Cell[]> => (await readRows(connection, sql))[0] ?? []
