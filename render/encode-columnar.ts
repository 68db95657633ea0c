import type { Cell, Column } from '../contract/column.ts'
import { COLUMNAR_VERSION, type ColumnHead, type Head, type PlaneHead, scaledText } from './columnar.ts'
import { clockMicroseconds, clockText, dayNumber, dayText, timestampParts, timestampText } from './columnar-time.ts'

/** A column as it lies on the wire. Made by `encodeColumn`, joined by `joinColumnar`. */
export interface EncodedColumn {
  readonly head: ColumnHead
  readonly bytes: Uint8Array
}

declare const TextEncoder: new () => { encode(text: string): Uint8Array }

/** Encodes a whole table; `columnValues` holds the cells of each column, in order of rows. See `columnar.ts` for the form. */
export function encodeColumnar(columns: readonly Column[], columnValues: readonly (readonly Cell[])[]): Uint8Array {
  const rowCount = columnValues[0]?.length ?? 0
  return joinColumnar(
    columns.map((column, index) => encodeColumn(column, columnValues[index] ?? [])),
    rowCount,
  )
}

/** Puts encoded columns together; all must have `rowCount` rows. */
export function joinColumnar(columns: readonly EncodedColumn[], rowCount: number): Uint8Array {
  const head: Head = { rowCount, columns: columns.map((column) => column.head) }
  const headBytes = new TextEncoder().encode(JSON.stringify(head))
  const start = new Uint8Array(5)
  start[0] = COLUMNAR_VERSION
  new DataView(start.buffer).setUint32(1, headBytes.length, true)
  return joinBytes([start, headBytes, ...columns.map((column) => column.bytes)])
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/**
 * Encodes one column. Cells must be as the contract has them for the type (integers beyond 2^53 and decimals as text, ...);
 * texts that a typed form would not give back letter by letter are kept as texts.
 */
export function encodeColumn(column: Column, cells: readonly Cell[]): EncodedColumn {
  const nulls = nullBitmap(cells)
  const form = wholeNumbers(column, cells) ?? (column.type === 'number' ? doubles(cells) : texts(column, cells))
  const parts = nulls ? [nulls, ...form.parts] : form.parts
  const bytes = joinBytes(parts)
  return {
    head: {
      name: column.name,
      type: column.type,
      ...(nulls ? { hasNulls: true as const } : {}),
      ...form.head,
      length: bytes.length,
    },
    bytes,
  }
}

interface Form {
  readonly head: Omit<ColumnHead, 'name' | 'type' | 'length'>
  readonly parts: readonly Uint8Array[]
}

function nullBitmap(cells: readonly Cell[]): Uint8Array | undefined {
  let bitmap: Uint8Array | undefined
  for (let row = 0; row < cells.length; row++) {
    if (cells[row] !== null) continue
    bitmap ??= new Uint8Array((cells.length + 7) >> 3)
    bitmap[row >> 3] = (bitmap[row >> 3] ?? 0) | (1 << (row & 7))
  }
  return bitmap
}

/** The whole-number form, or undefined when a cell does not fit it exactly. */
function wholeNumbers(column: Column, cells: readonly Cell[]): Form | undefined {
  for (const { head, read } of readers(column, cells)) {
    const values = readAll(cells, read)
    const form = values && planesOf(values)
    if (form) return { head: { kind: 'integers', ...head, planes: form.head }, parts: form.parts }
  }
  return undefined
}

type Read = (cell: Cell) => number | undefined
interface Reader {
  readonly head: Omit<Form['head'], 'kind'>
  /** The stored number of a cell; undefined when it would not come back as it is. */
  readonly read: Read
}

function readers(column: Column, cells: readonly Cell[]): Reader[] {
  const first = cells.find((cell) => cell !== null) ?? null
  switch (column.type) {
    case 'boolean':
      return [{ head: {}, read: (cell) => (typeof cell === 'boolean' ? Number(cell) : undefined) }]
    case 'integer':
      return [
        {
          head: {},
          read: (cell) => (typeof cell === 'number' && Number.isSafeInteger(cell) && !Object.is(cell, -0) ? cell : undefined),
        },
      ]
    case 'number':
      return [0, 1, 2, 3, 4, 6].map((scale) => ({ head: { scale }, read: readScaled(scale) }))
    case 'decimal': {
      const scale = typeof first === 'string' && first.includes('.') ? first.length - first.indexOf('.') - 1 : 0
      return [{ head: { scale }, read: readDecimal(scale) }]
    }
    case 'date':
      return [{ head: {}, read: readDay }]
    case 'time':
      return [{ head: {}, read: readClock }]
    case 'timestamp': {
      const isZoned = typeof first === 'string' && first.endsWith('Z')
      return [1, 1000, 1_000_000].map((perSecond) => ({
        head: { perSecond, ...(isZoned ? { zoned: true as const } : {}) },
        read: readTicks(perSecond, isZoned),
      }))
    }
    default:
      return []
  }
}

const readScaled = (scale: number): Read => {
  const factor = 10 ** scale
  return (cell) => {
    if (typeof cell !== 'number') return undefined
    const value = Math.round(cell * factor)
    return Number.isSafeInteger(value) && Object.is(value / factor, cell) ? value : undefined
  }
}

const readDecimal =
  (scale: number): Read =>
  (cell) => {
    if (typeof cell !== 'string') return undefined
    const value = Number(scale === 0 ? cell : cell.slice(0, -scale - 1) + cell.slice(-scale))
    return Number.isSafeInteger(value) && scaledText(value, scale) === cell ? value : undefined
  }

const readDay: Read = (cell) => {
  const day = typeof cell === 'string' && cell.length === 10 ? dayNumber(cell) : Number.NaN
  return Number.isNaN(day) || dayText(day) !== cell ? undefined : day
}

const readClock: Read = (cell) => {
  const value = typeof cell === 'string' ? clockMicroseconds(cell, 0, cell.length) : Number.NaN
  return Number.isNaN(value) || clockText(value) !== cell ? undefined : value
}

const readTicks =
  (perSecond: number, isZoned: boolean): Read =>
  (cell) => {
    const parts = typeof cell === 'string' ? timestampParts(cell, isZoned) : undefined
    if (!parts) return undefined
    const fraction = (parts.microseconds * perSecond) / 1_000_000
    const value = parts.seconds * perSecond + fraction
    return Number.isInteger(fraction) && Number.isSafeInteger(value) && timestampText(value, perSecond, isZoned) === cell
      ? value
      : undefined
  }

/** Values of all cells, a null repeating the one before it. */
function readAll(cells: readonly Cell[], read: Read): Float64Array | undefined {
  const values = new Float64Array(cells.length)
  let before: number | undefined
  let leadingNulls = 0
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row]
    if (cell === null || cell === undefined) {
      if (before === undefined) leadingNulls = row + 1
      else values[row] = before
      continue
    }
    const value = read(cell)
    if (value === undefined) return undefined
    before = value
    values[row] = value
  }
  const first = values[leadingNulls] ?? 0
  return leadingNulls === 0 ? values : values.fill(first, 0, leadingNulls)
}

/** Byte planes in the form that is likely the smallest after compression; undefined when the span is beyond 2^53. */
function planesOf(values: Float64Array): { head: PlaneHead; parts: Uint8Array[] } | undefined {
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (value < least) least = value
    if (value > most) most = value
  }
  if (values.length === 0) return { head: { width: 1, base: 0 }, parts: [] }
  const span = most - least
  if (!Number.isSafeInteger(span)) return undefined
  const width = bytesFor(span)
  const distances = new Float64Array(values.length)
  const steps = new Float64Array(values.length)
  const from = (values[0] ?? 0) - least
  let before = from
  let plainBits = 0
  let stepBits = 0
  let widestStep = 0
  for (let row = 0; row < values.length; row++) {
    const distance = (values[row] ?? 0) - least
    const step = distance - before
    const zigzag = step >= 0 ? step * 2 : -step * 2 - 1
    before = distance
    distances[row] = distance
    steps[row] = zigzag
    if (zigzag > widestStep) widestStep = zigzag
    plainBits += Math.log2(distance + 1)
    stepBits += Math.log2(zigzag + 1)
  }
  if (stepBits < plainBits * 0.7 && Number.isSafeInteger(widestStep)) {
    const stepWidth = bytesFor(widestStep)
    return { head: { width: stepWidth, base: least, from }, parts: planes(steps, stepWidth) }
  }
  const table = width > 1 ? fewDistinct(distances) : undefined
  if (table) {
    const places = new Map(table.map((distance, place) => [distance, place]))
    return {
      head: { width: 1, base: least, table },
      parts: planes(
        distances.map((distance) => places.get(distance) ?? 0),
        1,
      ),
    }
  }
  return { head: { width, base: least }, parts: planes(distances, width) }
}

function fewDistinct(distances: Float64Array): number[] | undefined {
  const most = Math.min(256, distances.length / 8)
  const distinct = new Set<number>()
  for (const distance of distances) {
    distinct.add(distance)
    if (distinct.size > most) return undefined
  }
  return [...distinct].sort((a, b) => a - b)
}

function bytesFor(largest: number): number {
  let width = 1
  while (largest >= 256 ** width) width++
  return width
}

function planes(values: Float64Array, width: number): Uint8Array[] {
  return Array.from({ length: width }, (_, byte) => {
    const divisor = 256 ** byte
    const plane = new Uint8Array(values.length)
    for (let row = 0; row < values.length; row++) plane[row] = Math.floor((values[row] ?? 0) / divisor) % 256
    return plane
  })
}

function doubles(cells: readonly Cell[]): Form {
  const values = Float64Array.from(cells, (cell) => (cell === null ? 0 : Number(cell)))
  const bytes = new Uint8Array(values.buffer)
  const parts = Array.from({ length: 8 }, (_, byte) => {
    const plane = new Uint8Array(values.length)
    for (let row = 0; row < values.length; row++) plane[row] = bytes[row * 8 + byte] ?? 0
    return plane
  })
  return { head: { kind: 'floats' }, parts }
}

/** A dictionary when values repeat (or when numbers too long for a number must keep their order), else one long text with lengths. */
function texts(column: Column, cells: readonly Cell[]): Form {
  const isLongNumber = column.type === 'integer' || column.type === 'decimal'
  const most = isLongNumber ? Number.POSITIVE_INFINITY : Math.max(256, cells.length / 2)
  const distinct = new Set<string>()
  for (const cell of cells) {
    if (cell !== null) distinct.add(String(cell))
    if (distinct.size > most) break
  }
  if (distinct.size <= most) {
    const dictionary = [...distinct].sort(isLongNumber ? compareNumberTexts : compareCodePoints)
    const places = new Map(dictionary.map((text, place) => [text, place]))
    const codes = Float64Array.from(cells, (cell) => (cell === null ? 0 : (places.get(String(cell)) ?? 0)))
    const width = bytesFor(Math.max(0, dictionary.length - 1))
    const json = new TextEncoder().encode(JSON.stringify(dictionary))
    return { head: { kind: 'codes', planes: { width, base: 0 }, bytes: json.length }, parts: [json, ...planes(codes, width)] }
  }
  const long = new TextEncoder().encode(cells.map((cell) => (cell === null ? '' : String(cell))).join(''))
  const lengths = Float64Array.from(cells, (cell) => (cell === null ? 0 : String(cell).length))
  const width = bytesFor(lengths.reduce((widest, length) => Math.max(widest, length), 0))
  return { head: { kind: 'texts', planes: { width, base: 0 }, bytes: long.length }, parts: [long, ...planes(lengths, width)] }
}

/** The order of texts by code points, which is also that of their UTF-8 bytes and of the engine. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i)
    const right = b.charCodeAt(i)
    if (left === right) continue
    const isLeftHigh = left >= 0xd800 && left <= 0xdfff
    const isRightHigh = right >= 0xd800 && right <= 0xdfff
    return isLeftHigh === isRightHigh ? left - right : isLeftHigh ? 1 : -1
  }
  return a.length - b.length
}

/** Numbers written out, of any length, by their size. */
function compareNumberTexts(a: string, b: string): number {
  const isNegative = a.startsWith('-')
  if (isNegative !== b.startsWith('-')) return isNegative ? -1 : 1
  const [whole = '', fraction = ''] = a.replace('-', '').split('.')
  const [otherWhole = '', otherFraction = ''] = b.replace('-', '').split('.')
  const order =
    whole.length - otherWhole.length || compareCodePoints(whole, otherWhole) || compareCodePoints(fraction, otherFraction)
  return isNegative ? -order : order
}
