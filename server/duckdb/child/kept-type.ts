import {
  DuckDBDateValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from '@duckdb/node-api'
import type { Cell, ColumnType } from '../../../contract/column.ts'
import { clockText, dayText, timestampText } from '../../../render/columnar-time.ts'

/** How a column of the engine is kept: as what the world sees it, and the SQL that brings it into the form that Parquet keeps without loss. */
export interface KeptType {
  readonly type: ColumnType
  cast(expression: string): string
}

const asIs = (expression: string): string => expression
const castTo = (sqlType: string) => (expression: string) => `CAST(${expression} AS ${sqlType})`
/** A float's shortest digits, not those of the double next to it. */
const floatAsDouble = (expression: string): string => `CAST(CAST(${expression} AS VARCHAR) AS DOUBLE)`

export function keptType(type: DuckDBType): KeptType {
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return { type: 'boolean', cast: asIs }
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
    case DuckDBTypeId.UINTEGER:
      return { type: 'integer', cast: castTo('BIGINT') }
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
      return { type: 'integer', cast: castTo('DECIMAL(38,0)') }
    case DuckDBTypeId.DECIMAL:
      return { type: 'scale' in type && type.scale === 0 ? 'integer' : 'decimal', cast: asIs }
    case DuckDBTypeId.FLOAT:
      return { type: 'number', cast: floatAsDouble }
    case DuckDBTypeId.DOUBLE:
      return { type: 'number', cast: asIs }
    case DuckDBTypeId.DATE:
      return { type: 'date', cast: asIs }
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_TZ:
      return { type: 'timestamp', cast: asIs }
    case DuckDBTypeId.TIMESTAMP_S:
    case DuckDBTypeId.TIMESTAMP_MS:
    case DuckDBTypeId.TIMESTAMP_NS:
      return { type: 'timestamp', cast: castTo('TIMESTAMP') }
    case DuckDBTypeId.TIME:
    case DuckDBTypeId.TIME_NS:
      return { type: 'time', cast: castTo('TIME') }
    case DuckDBTypeId.BLOB:
      return { type: 'binary', cast: asIs }
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY:
    case DuckDBTypeId.STRUCT:
    case DuckDBTypeId.MAP:
    case DuckDBTypeId.UNION:
      return { type: 'json', cast: (expression) => `CAST(to_json(${expression}) AS JSON)` }
    case DuckDBTypeId.VARCHAR:
      return type.alias === 'JSON' ? { type: 'json', cast: asIs } : { type: 'text', cast: asIs }
    default:
      return { type: 'text', cast: castTo('VARCHAR') }
  }
}

const LAST_DAY = 2_932_896
const FIRST_DAY = -719_528
const SECOND_MICROS = 1_000_000n

/** A value of the engine as it travels. */
export function cellOf(value: DuckDBValue): Cell {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'bigint') return integerCell(value)
  if (value instanceof DuckDBDateValue)
    return value.days >= FIRST_DAY && value.days <= LAST_DAY ? dayText(value.days) : value.toString()
  if (value instanceof DuckDBTimestampValue) return timestampCell(value.micros, false, value)
  if (value instanceof DuckDBTimestampTZValue) return timestampCell(value.micros, true, value)
  if (value instanceof DuckDBTimeValue)
    return value.micros < 86_400n * SECOND_MICROS ? clockText(Number(value.micros)) : '24:00:00'
  if (typeof value === 'object' && 'bytes' in value && value.bytes instanceof Uint8Array)
    return Buffer.from(value.bytes).toString('base64')
  if (typeof value === 'object' && 'scale' in value && value.scale === 0 && 'value' in value && typeof value.value === 'bigint')
    return integerCell(value.value)
  return value.toString()
}

const integerCell = (value: bigint): Cell => {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : String(value)
}

function timestampCell(micros: bigint, isZoned: boolean, value: { toString(): string }): Cell {
  const number = Number(micros)
  const seconds = Number(micros / SECOND_MICROS)
  if (seconds < FIRST_DAY * 86_400 || seconds >= (LAST_DAY + 1) * 86_400) return value.toString()
  if (Number.isSafeInteger(number)) return timestampText(number, 1_000_000, isZoned)
  const whole = micros % SECOND_MICROS === 0n
  const far = timestampText(Math.floor(Number(micros / 1000n) / 1000), 1, isZoned)
  return whole ? far : value.toString()
}
