import type { CellColumn } from '../../duckdb/job.ts'

/** What a TDS answer says of a column: the type by the library's name for it. */
export interface SqlServerColumn {
  readonly colName: string
  readonly type: { readonly name: string }
  readonly scale?: number | undefined
  readonly dataLength?: number | undefined
}

const INTEGERS = /^(TinyInt|SmallInt|Int|BigInt|IntN)$/
const EXACT = /^(NumericN|DecimalN)$/
const MONEY = /^(Money|SmallMoney|MoneyN)$/
const FLOATS = /^(Real|Float|FloatN)$/
const MOMENTS = /^(DateTime|SmallDateTime|DateTimeN|DateTime2)$/
const BYTES = /^(Binary|VarBinary|Image|UDT)$/

export const isExact = (type: string): boolean => EXACT.test(type) || MONEY.test(type)

export function sqlServerColumn({ colName: name, type: { name: type }, scale }: SqlServerColumn): CellColumn {
  if (INTEGERS.test(type)) return { name, type: 'integer' }
  if (EXACT.test(type)) return { name, type: 'decimal', scale: scale ?? 0 }
  if (MONEY.test(type)) return { name, type: 'decimal', scale: 4 }
  if (FLOATS.test(type)) return { name, type: 'number' }
  if (type.startsWith('Bit')) return { name, type: 'boolean' }
  if (type === 'Date') return { name, type: 'date' }
  if (type === 'Time') return { name, type: 'time' }
  if (MOMENTS.test(type)) return { name, type: 'timestamp' }
  if (type === 'DateTimeOffset') return { name, type: 'timestamp', isZoned: true }
  return { name, type: BYTES.test(type) ? 'binary' : 'text' }
}

/** A value as the text of a cell. Days and times come as moments of UTC, what is finer than their thousandths beside them. */
export function sqlServerText(value: unknown, { type: { name: type }, scale = 7, dataLength }: SqlServerColumn): string | null {
  if (value === null || value === undefined) return null
  if (value instanceof Date) return momentOf(value, type, scale)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (typeof value === 'number')
    return type === 'Real' || (type === 'FloatN' && dataLength === 4) ? shortest(value) : String(value)
  return typeof value === 'string' || typeof value === 'bigint' || typeof value === 'boolean'
    ? String(value)
    : JSON.stringify(value)
}

function momentOf(value: Date & { readonly nanosecondsDelta?: number }, type: string, scale: number): string {
  const iso = value.toISOString()
  if (type === 'Date') return iso.slice(0, 10)
  const finer = String(Math.round((value.nanosecondsDelta ?? 0) * 1e7)).padStart(4, '0')
  const digits = `${iso.slice(20, 23)}${finer}`.slice(0, type === 'Time' || /2|Offset/.test(type) ? scale : 3).replace(/0+$/, '')
  const moment = `${iso.slice(0, 19)}${digits === '' ? '' : `.${digits}`}`
  if (type === 'Time') return moment.slice(11)
  return type === 'DateTimeOffset' ? `${moment}Z` : moment
}

/** A number of 32 bits is said with the digits that it was written with: 0.1, not 0.10000000149011612. */
function shortest(value: number): string {
  if (Math.fround(value) !== value) return String(value)
  for (let digits = 6; digits < 10; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return String(short)
  }
  return String(value)
}

/** The type that a declaration in the catalog means. */
export function declaredSqlServerType(declared: string): CellColumn['type'] {
  switch (declared) {
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      return 'integer'
    case 'decimal':
    case 'numeric':
    case 'money':
    case 'smallmoney':
      return 'decimal'
    case 'float':
    case 'real':
      return 'number'
    case 'bit':
      return 'boolean'
    case 'date':
    case 'time':
      return declared
    case 'datetime':
    case 'datetime2':
    case 'smalldatetime':
    case 'datetimeoffset':
      return 'timestamp'
    case 'binary':
    case 'varbinary':
    case 'image':
    case 'timestamp':
    case 'rowversion':
      return 'binary'
    default:
      return 'text'
  }
}
