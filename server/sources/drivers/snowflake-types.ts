import type { CellColumn } from '../../duckdb/job.ts'
import { momentText } from './moment-text.ts'

export interface SnowflakeColumn {
  readonly name: string
  readonly type: string
  readonly scale?: number | null
}

export function snowflakeColumn({ name, type, scale }: SnowflakeColumn): CellColumn {
  switch (type.toLowerCase()) {
    case 'fixed':
    case 'number':
      return scale ? { name, type: 'decimal', scale } : { name, type: 'integer' }
    case 'real':
    case 'float':
      return { name, type: 'number' }
    case 'boolean':
    case 'date':
    case 'time':
    case 'binary':
      return { name, type: type.toLowerCase() as 'boolean' }
    case 'timestamp_ntz':
      return { name, type: 'timestamp' }
    case 'timestamp_ltz':
    case 'timestamp_tz':
      return { name, type: 'timestamp', isZoned: true }
    case 'variant':
    case 'object':
    case 'array':
    case 'map':
      return { name, type: 'json' }
    default:
      return { name, type: 'text' }
  }
}

/** Days and moments come as counts since 1970, each as text; everything else as it is to be read. */
export function snowflakeCell(cell: string | null, type: string): string | null {
  if (cell === null) return null
  switch (type.toLowerCase()) {
    case 'date':
      return momentText(BigInt(cell) * 86_400_000_000n, 6).slice(0, -9)
    case 'time':
      return momentText(billionths(cell), 9).slice('1970-01-01T'.length)
    case 'timestamp_ntz':
      return momentText(billionths(cell), 9)
    // NOTE: behind a zoned moment stands its zone; the count before it is of UTC all the same.
    case 'timestamp_ltz':
    case 'timestamp_tz':
      return `${momentText(billionths(cell.split(' ')[0] ?? ''), 9)}Z`
    default:
      return cell
  }
}

/** `-1.5` as -1500000000. */
function billionths(text: string): bigint {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.')
  const units = BigInt(whole) * 1_000_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0'))
  return text.startsWith('-') ? -units : units
}
