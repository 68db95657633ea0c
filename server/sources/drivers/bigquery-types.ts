import type { CellColumn } from '../../duckdb/job.ts'
import { momentText } from './moment-text.ts'

export interface BigQueryField {
  readonly name: string
  readonly type: string
  readonly mode?: string
  readonly precision?: string
  readonly scale?: string
  readonly fields?: readonly BigQueryField[]
}

/** A value as it comes: a text, or for arrays and records the values in them. */
export type BigQueryValue = string | null | readonly BigQueryCell[] | { readonly f: readonly BigQueryCell[] }
export interface BigQueryCell {
  readonly v: BigQueryValue
}

export function bigQueryColumn({ name, type, mode, precision, scale }: BigQueryField): CellColumn {
  if (mode === 'REPEATED') return { name, type: 'json' }
  switch (type) {
    case 'INTEGER':
    case 'INT64':
      return { name, type: 'integer' }
    case 'FLOAT':
    case 'FLOAT64':
      return { name, type: 'number' }
    case 'NUMERIC':
      return { name, type: 'decimal', scale: scale ? Number(scale) : precision ? 0 : 9 }
    // NOTE: up to 76 digits, 38 of them behind the point; where they fit, they become a decimal later.
    case 'BIGNUMERIC':
      return { name, type: 'decimal' }
    case 'BOOLEAN':
    case 'BOOL':
      return { name, type: 'boolean' }
    case 'DATE':
    case 'TIME':
    case 'JSON':
      return { name, type: type.toLowerCase() as 'date' }
    case 'DATETIME':
      return { name, type: 'timestamp' }
    case 'TIMESTAMP':
      return { name, type: 'timestamp', isZoned: true }
    case 'BYTES':
      return { name, type: 'binary' }
    case 'RECORD':
    case 'STRUCT':
      return { name, type: 'json' }
    default:
      return { name, type: 'text' }
  }
}

/** A value as the text of a cell: moments come as millionths of a second, bytes in base64, arrays and records become JSON. */
export function bigQueryText(value: BigQueryValue, field: BigQueryField): string | null {
  if (value === null) return null
  if (typeof value !== 'string') return JSON.stringify(inJson(value, field))
  if (field.type === 'TIMESTAMP') return `${momentText(BigInt(value), 6)}Z`
  if (field.type === 'BYTES') return Buffer.from(value, 'base64').toString('hex')
  return value
}

/** NOTE: integers beyond 2^53 and decimals stay text in it, as they would lose digits. */
function inJson(value: BigQueryValue, field: BigQueryField): unknown {
  if (value === null) return null
  if (typeof value === 'string') {
    if (/^(INTEGER|INT64|FLOAT|FLOAT64)$/.test(field.type)) {
      const number = Number(value)
      return Number.isFinite(number) && (!/INT/.test(field.type) || Number.isSafeInteger(number)) ? number : value
    }
    if (/^BOOL(EAN)?$/.test(field.type)) return value === 'true'
    return bigQueryText(value, field)
  }
  if ('f' in value)
    return Object.fromEntries((field.fields ?? []).map((inner, index) => [inner.name, inJson(value.f[index]?.v ?? null, inner)]))
  const { mode: _, ...single } = field
  return value.map(({ v }) => inJson(v, single))
}
