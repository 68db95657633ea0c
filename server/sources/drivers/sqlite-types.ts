import type { ColumnType } from '../../../contract/column.ts'
import type { CellColumn } from '../../duckdb/job.ts'

/** In SQLite each cell has a type of its own; a column's type is what its cells turn out to be. */
export class KindsSeen {
  hasInteger = false
  hasReal = false
  hasText = false
  hasBlob = false

  /** Notes the kind of a value and answers its text. */
  cell(value: unknown): string | null {
    if (value === null || value === undefined) return null
    if (typeof value === 'bigint') {
      this.hasInteger = true
      return String(value)
    }
    if (typeof value === 'number') {
      this.hasReal = true
      return String(value)
    }
    if (value instanceof Uint8Array) {
      this.hasBlob = true
      return Buffer.from(value).toString('hex')
    }
    this.hasText = true
    return typeof value === 'string' ? value : JSON.stringify(value)
  }
}

/** A column of an answer: the declared type where SQLite knows one and the cells fit it, else what they are. */
export function sqliteColumn(name: string, declared: string | null, seen: KindsSeen): CellColumn {
  const wished = declaredType(declared ?? '')
  const hasNumber = seen.hasInteger || seen.hasReal
  if (seen.hasBlob) return { name, type: hasNumber || seen.hasText ? 'text' : 'binary' }
  if (seen.hasText)
    return { name, type: wished === 'date' || wished === 'timestamp' || wished === 'time' || wished === 'json' ? wished : 'text' }
  if (seen.hasReal) return { name, type: 'number' }
  if (seen.hasInteger)
    return { name, type: wished === 'boolean' ? 'boolean' : wished === 'number' || wished === 'decimal' ? 'number' : 'integer' }
  return { name, type: wished }
}

/** The type that a declaration means to people: SQLite itself looks only at parts of the word. */
export function declaredType(declared: string): ColumnType {
  const word = declared.toLowerCase()
  if (/bool/.test(word)) return 'boolean'
  if (/int/.test(word)) return 'integer'
  if (/datetime|timestamp/.test(word)) return 'timestamp'
  if (/^date$/.test(word)) return 'date'
  if (/^time$/.test(word)) return 'time'
  if (/json/.test(word)) return 'json'
  if (/real|floa|doub|dec|numeric/.test(word)) return 'number'
  return /blob|binary/.test(word) ? 'binary' : 'text'
}
