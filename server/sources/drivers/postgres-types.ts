import { parse } from 'postgres-array'
import type { CellColumn } from '../../duckdb/job.ts'

/** Type numbers of PostgreSQL's own catalog (pg_type.dat). */
const TYPES: Readonly<Record<number, Omit<CellColumn, 'name'>>> = {
  16: { type: 'boolean' },
  17: { type: 'binary' },
  20: { type: 'integer' },
  21: { type: 'integer' },
  23: { type: 'integer' },
  26: { type: 'integer' },
  114: { type: 'json' },
  700: { type: 'number' },
  701: { type: 'number' },
  1082: { type: 'date' },
  1083: { type: 'time' },
  1114: { type: 'timestamp' },
  1184: { type: 'timestamp', isZoned: true },
  3802: { type: 'json' },
}
const NUMERIC = 1700

/** Element kinds of array types; arrays become JSON. Integers beyond 2^53 and decimals stay text in it. */
const ARRAYS: Readonly<Record<number, 'number' | 'boolean' | 'text'>> = {
  1000: 'boolean',
  1005: 'number',
  1007: 'number',
  1016: 'number',
  1021: 'number',
  1022: 'number',
  1009: 'text',
  1014: 'text',
  1015: 'text',
  1002: 'text',
  1115: 'text',
  1182: 'text',
  1183: 'text',
  1185: 'text',
  1231: 'text',
  2951: 'text',
}

export interface PostgresField {
  readonly name: string
  readonly dataTypeID: number
  readonly dataTypeModifier: number
}

export interface PostgresColumn extends CellColumn {
  /** Brings the server's text into the form of a cell. */
  readonly cell?: (text: string) => string
}

export function postgresColumn({ name, dataTypeID, dataTypeModifier }: PostgresField): PostgresColumn {
  if (dataTypeID === NUMERIC)
    // NOTE: the modifier is (precision << 16 | scale) + 4; the scale is signed in 11 bits.
    return dataTypeModifier < 4
      ? { name, type: 'decimal' }
      : { name, type: 'decimal', scale: Math.max(0, (((dataTypeModifier - 4) & 0x7ff) ^ 1024) - 1024) }
  const element = ARRAYS[dataTypeID]
  if (element) return { name, type: 'json', cell: (text) => JSON.stringify(arrayOf(text, element)) }
  const known = TYPES[dataTypeID] ?? { type: 'text' }
  return known.type === 'binary' ? { name, ...known, cell: (text) => text.slice(2) } : { name, ...known }
}

function arrayOf(text: string, element: 'number' | 'boolean' | 'text'): unknown {
  // NOTE: an array with bounds of its own is written "[0:2]={…}".
  return parse(text.replace(/^[^{]*=/, ''), (item): unknown => {
    if (element === 'boolean') return item === 't'
    const number = Number(item)
    return element === 'number' && Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number))
      ? number
      : item
  })
}
