import type { CellColumn } from '../../duckdb/job.ts'

/** What the driver tells of a column of an answer. */
export interface MysqlField {
  readonly name: string
  readonly columnType?: number | undefined
  readonly characterSet?: number | undefined
  readonly decimals?: number | undefined
}

export interface MysqlColumn extends CellColumn {
  readonly form: 'text' | 'hex' | 'bits'
}

const BINARY = 63
const NOT_FIXED = 31
/** Numbers of the protocol's column types. */
const DECIMALS = new Set([0, 246])
const INTEGERS = new Set([1, 2, 3, 8, 9, 13])
const FLOATS = new Set([4, 5])
const BLOBS = new Set([249, 250, 251, 252, 253, 254, 15])

export function mysqlColumn({ name, columnType = 253, characterSet, decimals }: MysqlField): MysqlColumn {
  const text = (column: Omit<CellColumn, 'name'>): MysqlColumn => ({ name, form: 'text', ...column })
  if (DECIMALS.has(columnType))
    return text({ type: 'decimal', ...(decimals === undefined || decimals >= NOT_FIXED ? {} : { scale: decimals }) })
  if (INTEGERS.has(columnType)) return text({ type: 'integer' })
  if (FLOATS.has(columnType)) return text({ type: 'number' })
  if (columnType === 10 || columnType === 14) return text({ type: 'date' })
  if (columnType === 12) return text({ type: 'timestamp' })
  if (columnType === 7) return text({ type: 'timestamp', isZoned: true })
  if (columnType === 11) return text({ type: 'time' })
  if (columnType === 245) return text({ type: 'json' })
  if (columnType === 16) return { name, type: 'integer', form: 'bits' }
  if (columnType === 255) return text({ type: 'json' })
  if (BLOBS.has(columnType) && characterSet === BINARY) return { name, type: 'binary', form: 'hex' }
  return text({ type: 'text' })
}

/** The type of a column from how the server declares it: `decimal(10,2)`. */
export function declaredType(native: string): CellColumn['type'] {
  const word = /^[a-z]+/i.exec(native)?.[0].toLowerCase() ?? ''
  if (/^(tinyint|smallint|mediumint|int|integer|bigint|year|bit)$/.test(word)) return 'integer'
  if (/^(decimal|numeric)$/.test(word)) return 'decimal'
  if (/^(float|double|real)$/.test(word)) return 'number'
  if (word === 'date' || word === 'time' || word === 'json') return word
  if (/^(datetime|timestamp)$/.test(word)) return 'timestamp'
  if (/^(tinyblob|blob|mediumblob|longblob|binary|varbinary|geometry|point|polygon|linestring|multi\w+)$/.test(word))
    return 'binary'
  return 'text'
}
