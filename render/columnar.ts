import type { Cell, Column, ColumnType } from '../contract/column.ts'
import { clockText, dayText, timestampText } from './columnar-time.ts'

/**
 * The columnar encoding of a table, made for few bytes on the wire after brotli and for sorting on typed arrays.
 *
 * Bytes: version (1), length of the head (u32, little endian), the head as JSON in UTF-8 (`Head`), then per column its bitmap of nulls
 * (one bit a row, only where there are nulls) and its parts. Whole numbers are stored as byte planes: all lowest bytes, then all second bytes.
 *
 * What is decoded, by `kind` (nulls hold an unspecified value, ask `nulls`; 1 = null; absent when there is none):
 * - `integers`: `values` are unsigned distances from the column's smallest, so that their order is the order of the cells. Whole numbers, scaled
 *   decimals and numbers, days, ticks of time and booleans. `number(row)` gives the number a chart draws (days and milliseconds since 1970).
 * - `floats`: `values` are doubles as they are; NaN and infinities may be among them, as cells they are the texts 'NaN', 'Infinity', '-Infinity'.
 * - `codes`: `values` are places in `dictionary`, which is sorted (numbers by their size, else text by code points): again order of codes is order of cells.
 * - `texts`: no typed order; `text(row)` gives the text without nulls, `values` are offsets into one long text.
 */
export interface ColumnarTable {
  readonly columns: readonly Column[]
  readonly rowCount: number
  /** Decoded when first asked for, then kept. Throws a RangeError for a column that is not there. */
  column(index: number): ColumnarColumn
  cell(columnIndex: number, row: number): Cell
}

interface Decoded {
  readonly name: string
  readonly type: ColumnType
  readonly rowCount: number
  /** One byte a row, 1 = null. */
  readonly nulls: Uint8Array | undefined
  cell(row: number): Cell
  /** The cell as a number: days since 1970 for dates, milliseconds since 1970 for timestamps, since midnight for times; NaN for nulls and texts. */
  number(row: number): number
}
export interface IntegerColumn extends Decoded {
  readonly kind: 'integers'
  readonly values: Uint8Array | Uint16Array | Uint32Array | Float64Array
}
export interface FloatColumn extends Decoded {
  readonly kind: 'floats'
  readonly values: Float64Array
}
export interface CodeColumn extends Decoded {
  readonly kind: 'codes'
  readonly values: Uint8Array | Uint16Array | Uint32Array
  readonly dictionary: readonly string[]
}
export interface TextColumn extends Decoded {
  readonly kind: 'texts'
  /** `rowCount + 1` offsets. */
  readonly values: Uint32Array
  /** The text of a row; empty for a null. */
  text(row: number): string
}
export type ColumnarColumn = IntegerColumn | FloatColumn | CodeColumn | TextColumn

export const COLUMNAR_VERSION = 1

/**
 * How whole numbers lie on the wire: `width` byte planes of distances from `base`; with `from`, zigzag steps from value to value, beginning
 * there; with `table`, planes of places in that list of distances.
 */
export interface PlaneHead {
  readonly width: number
  readonly base: number
  readonly from?: number
  readonly table?: readonly number[]
}
/** `scale`: decimal places. `perSecond`: ticks of a timestamp in a second. `zoned`: its text ends in Z. `bytes`: of the dictionary or the long text. */
export interface ColumnHead {
  readonly name: string
  readonly type: ColumnType
  readonly kind: ColumnarColumn['kind']
  readonly hasNulls?: true
  readonly planes?: PlaneHead
  readonly scale?: number
  readonly perSecond?: number
  readonly zoned?: true
  readonly bytes?: number
  readonly length: number
}
export interface Head {
  readonly rowCount: number
  readonly columns: readonly ColumnHead[]
}

declare const TextDecoder: new () => { decode(bytes: Uint8Array): string }

/** Opens the encoding. Cheap: columns are decoded when asked for. Throws a RangeError for bytes that are not this encoding or of another version. */
export function decodeColumnar(bytes: Uint8Array): ColumnarTable {
  if (bytes[0] !== COLUMNAR_VERSION || bytes.length < 5) throw new RangeError('These bytes are no table of this version.')
  const headLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1, true)
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(5, 5 + headLength))) as Head
  const decoded = new Map<number, ColumnarColumn>()
  const column = (index: number): ColumnarColumn => {
    const known = decoded.get(index)
    if (known) return known
    const columnHead = head.columns[index]
    if (!columnHead) throw new RangeError(`There is no column ${index}.`)
    let start = 5 + headLength
    for (let i = 0; i < index; i++) start += head.columns[i]?.length ?? 0
    const made = decodeColumn(columnHead, head.rowCount, bytes.subarray(start, start + columnHead.length))
    decoded.set(index, made)
    return made
  }
  return {
    columns: head.columns.map(({ name, type }) => ({ name, type })),
    rowCount: head.rowCount,
    column,
    cell: (columnIndex, row) => column(columnIndex).cell(row),
  }
}

function decodeColumn(head: ColumnHead, rowCount: number, bytes: Uint8Array): ColumnarColumn {
  const bitmapLength = head.hasNulls ? (rowCount + 7) >> 3 : 0
  const nulls = head.hasNulls ? new Uint8Array(rowCount) : undefined
  if (nulls) for (let row = 0; row < rowCount; row++) nulls[row] = ((bytes[row >> 3] ?? 0) >> (row & 7)) & 1
  const body = bytes.subarray(bitmapLength)
  const { name, type } = head
  const shared = { name, type, rowCount, nulls }
  const isNull = (row: number): boolean => nulls?.[row] === 1
  if (head.kind === 'floats') {
    const values = new Float64Array(joinPlanes(body, rowCount, 8).buffer)
    const at = (row: number): number => (isNull(row) ? Number.NaN : (values[row] ?? Number.NaN))
    const cell = (row: number): Cell => (isNull(row) ? null : Number.isFinite(at(row)) ? at(row) : String(at(row)))
    return { ...shared, kind: 'floats', values, cell, number: at }
  }
  const planes = head.planes ?? { width: 1, base: 0 }
  if (head.kind === 'integers') {
    const values = decodePlanes(planes, body, rowCount)
    const present = presentInteger(head)
    const divisor = numberDivisor(head)
    return {
      ...shared,
      kind: 'integers',
      values,
      cell: (row) => (isNull(row) ? null : present((values[row] ?? 0) + planes.base)),
      number: (row) => (isNull(row) ? Number.NaN : ((values[row] ?? 0) + planes.base) / divisor),
    }
  }
  const long = new TextDecoder().decode(body.subarray(0, head.bytes ?? 0))
  const values = decodePlanes(planes, body.subarray(head.bytes ?? 0), rowCount)
  const fromText = type === 'integer' ? integerCell : (text: string): Cell => text
  if (head.kind === 'codes') {
    const dictionary = JSON.parse(long) as string[]
    const at = (row: number): string => dictionary[values[row] ?? 0] ?? ''
    return {
      ...shared,
      kind: 'codes',
      values: values as CodeColumn['values'],
      dictionary,
      cell: (row) => (isNull(row) ? null : fromText(at(row))),
      number: (row) => (isNull(row) || (type !== 'integer' && type !== 'decimal') ? Number.NaN : Number(at(row))),
    }
  }
  const offsets = new Uint32Array(rowCount + 1)
  for (let row = 0; row < rowCount; row++) offsets[row + 1] = (offsets[row] ?? 0) + (values[row] ?? 0) + planes.base
  const text = (row: number): string => long.substring(offsets[row] ?? 0, offsets[row + 1] ?? 0)
  return {
    ...shared,
    kind: 'texts',
    values: offsets,
    text,
    cell: (row) => (isNull(row) ? null : fromText(text(row))),
    number: () => Number.NaN,
  }
}

/** Integers within 2^53 are numbers, those beyond stay text. */
const integerCell = (text: string): Cell => (Number.isSafeInteger(Number(text)) ? Number(text) : text)

function numberDivisor(head: ColumnHead): number {
  if (head.type === 'timestamp') return (head.perSecond ?? 1) / 1000
  return head.type === 'time' ? 1000 : 10 ** (head.scale ?? 0)
}

/** How the stored whole number of a column becomes a cell. */
function presentInteger(head: ColumnHead): (value: number) => Cell {
  const { scale = 0, perSecond = 1, zoned = false } = head
  if (head.type === 'date') return dayText
  if (head.type === 'timestamp') return (value) => timestampText(value, perSecond, zoned)
  if (head.type === 'time') return clockText
  if (head.type === 'boolean') return (value) => value === 1
  if (head.type === 'decimal') return (value) => scaledText(value, scale)
  return scale === 0 ? (value) => value : (value) => value / 10 ** scale
}

/** `-1234` at scale 2 is `-12.34`. */
export function scaledText(value: number, scale: number): string {
  if (scale === 0) return String(value)
  const digits = String(Math.abs(value)).padStart(scale + 1, '0')
  return `${value < 0 ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/** Bytes of planes put together again: the `width` bytes of each row side by side. */
function joinPlanes(body: Uint8Array, rowCount: number, width: number): Uint8Array {
  const joined = new Uint8Array(rowCount * width)
  for (let byte = 0; byte < width; byte++) {
    const plane = body.subarray(byte * rowCount, (byte + 1) * rowCount)
    for (let row = 0; row < rowCount; row++) joined[row * width + byte] = plane[row] ?? 0
  }
  return joined
}

function decodePlanes(head: PlaneHead, body: Uint8Array, rowCount: number): IntegerColumn['values'] {
  const { width, from, table } = head
  const stored = plainPlanes(body, rowCount, width)
  if (table) {
    const widest = table.reduce((most, distance) => Math.max(most, distance), 0)
    const values = typedArray(widest, rowCount)
    for (let row = 0; row < rowCount; row++) values[row] = table[stored[row] ?? 0] ?? 0
    return values
  }
  if (from === undefined) return stored
  const steps = new Float64Array(rowCount)
  let value = from
  let widest = 0
  for (let row = 0; row < rowCount; row++) {
    const zigzag = stored[row] ?? 0
    value += zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2
    steps[row] = value
    if (value > widest) widest = value
  }
  if (widest > 0xffffffff) return steps
  const values = typedArray(widest, rowCount)
  values.set(steps)
  return values
}

/** The narrowest array that holds whole numbers up to `largest`; doubles beyond 32 bits. */
export function typedArray(largest: number, length: number): IntegerColumn['values'] {
  if (largest <= 0xff) return new Uint8Array(length)
  if (largest <= 0xffff) return new Uint16Array(length)
  return largest <= 0xffffffff ? new Uint32Array(length) : new Float64Array(length)
}

function plainPlanes(body: Uint8Array, rowCount: number, width: number): IntegerColumn['values'] {
  if (width === 1) return body.slice(0, rowCount)
  const values = width === 2 ? new Uint16Array(rowCount) : width <= 4 ? new Uint32Array(rowCount) : new Float64Array(rowCount)
  for (let byte = 0; byte < width; byte++) {
    const factor = 2 ** (8 * byte)
    const start = byte * rowCount
    for (let row = 0; row < rowCount; row++) values[row] = (values[row] ?? 0) + (body[start + row] ?? 0) * factor
  }
  return values
}
