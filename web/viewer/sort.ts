import type { ColumnarColumn, ColumnarTable } from '../../render/columnar.ts'

export interface SortKey {
  readonly column: number
  readonly descending: boolean
}

/**
 * Rows in their order: places in the table. Stable both ways, nulls last both ways, NaN after infinity. Text goes by its letters without case, then by
 * code points, in every locale alike. The last key is sorted first, each by radix, so a million rows take tens of milliseconds.
 */
export function sortRows(table: ColumnarTable, keys: readonly SortKey[]): Uint32Array {
  let order = new Uint32Array(table.rowCount)
  for (let row = 0; row < order.length; row++) order[row] = row
  for (const key of [...keys].reverse()) order = sortByColumn(table.column(key.column), order, key.descending)
  return order
}

function sortByColumn(column: ColumnarColumn, order: Uint32Array, descending: boolean): Uint32Array<ArrayBuffer> {
  const present = column.nulls ? order.filter((row) => !column.nulls?.[row]) : order
  const sorted =
    column.kind === 'floats' || column.values instanceof Float64Array
      ? sortDoubles(column.values as Float64Array, present, descending)
      : sortPlaces(placesOf(column), present, descending)
  if (present.length === order.length) return sorted
  const all = new Uint32Array(order.length)
  all.set(sorted)
  all.set(
    order.filter((row) => column.nulls?.[row]),
    sorted.length,
  )
  return all
}

const ranksOfDictionary = new WeakMap<object, Uint32Array>()

/** Whole numbers below 2^32 whose order is the order of the cells. */
function placesOf(column: Exclude<ColumnarColumn, { kind: 'floats' }>): Uint8Array | Uint16Array | Uint32Array {
  if (column.kind === 'integers') return column.values as Uint32Array
  const known = ranksOfDictionary.get(column)
  if (known) return known
  const isText = column.type !== 'integer' && column.type !== 'decimal' && column.type !== 'number'
  if (column.kind === 'codes') {
    if (!isText) return column.values
    const ranks = rankTexts(column.dictionary)
    const places = new Uint32Array(column.values.length)
    for (let row = 0; row < places.length; row++) places[row] = ranks[column.values[row] ?? 0] ?? 0
    ranksOfDictionary.set(column, places)
    return places
  }
  const texts = Array.from({ length: column.rowCount }, (_, row) => column.text(row))
  const distinct = [...new Set(texts)]
  const ranks = isText ? rankTexts(distinct) : rankBy(distinct, compareDigits)
  const rankOf = new Map(distinct.map((text, place) => [text, ranks[place] ?? 0]))
  const places = Uint32Array.from(texts, (text) => rankOf.get(text) ?? 0)
  ranksOfDictionary.set(column, places)
  return places
}

const surrogate = /[\ud800-\udfff]/

/** The place of each text among all: by its letters without case, then by code points. */
function rankTexts(texts: readonly string[]): Uint32Array {
  const folded = texts.map((text) => text.toLowerCase())
  const compare = texts.some((text) => surrogate.test(text))
    ? compareCodePoints
    : (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
  return rankPlaces(texts.length, (a, b) => compare(folded[a] ?? '', folded[b] ?? '') || compare(texts[a] ?? '', texts[b] ?? ''))
}

const rankBy = (texts: readonly string[], compare: (a: string, b: string) => number): Uint32Array =>
  rankPlaces(texts.length, (a, b) => compare(texts[a] ?? '', texts[b] ?? ''))

function rankPlaces(count: number, compare: (a: number, b: number) => number): Uint32Array {
  const places = Array.from({ length: count }, (_, place) => place).sort(compare)
  const ranks = new Uint32Array(count)
  places.forEach((place, rank) => {
    ranks[place] = rank
  })
  return ranks
}

/** UTF-16 units in the order of the code points they stand for. */
const lift = (unit: number): number => (unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit)

export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const difference = lift(a.charCodeAt(at)) - lift(b.charCodeAt(at))
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Numbers written in digits, however long: exact, not through doubles. */
export function compareDigits(a: string, b: string): number {
  const split = (text: string): [boolean, string, string] => {
    const [whole = '', fraction = ''] = text.replace('-', '').split('.')
    return [text.startsWith('-'), whole.replace(/^0+(?=\d)/, ''), fraction.replace(/0+$/, '')]
  }
  const [isNegative, whole, fraction] = split(a)
  const [isOtherNegative, otherWhole, otherFraction] = split(b)
  if (isNegative !== isOtherNegative) return isNegative ? -1 : 1
  const bySize =
    whole.length - otherWhole.length ||
    (whole < otherWhole ? -1 : whole > otherWhole ? 1 : fraction < otherFraction ? -1 : fraction > otherFraction ? 1 : 0)
  return isNegative ? -bySize : bySize
}

const DIGIT = 2048

function sortPlaces(
  places: Uint8Array | Uint16Array | Uint32Array,
  order: Uint32Array,
  descending: boolean,
): Uint32Array<ArrayBuffer> {
  let largest = 0
  for (let row = 0; row < places.length; row++) largest = Math.max(largest, places[row] ?? 0)
  let from = new Uint32Array(order)
  let to = new Uint32Array(order.length)
  for (let shift = 0; shift === 0 || (shift < 32 && largest >>> shift > 0); shift += 11) {
    if (pass(places, shift, from, to, descending)) [from, to] = [to, from]
  }
  return from
}

/** One radix pass by eleven bits. Says false, and moves nothing, when all rows agree in them. */
function pass(
  keys: Uint8Array | Uint16Array | Uint32Array,
  shift: number,
  from: Uint32Array,
  to: Uint32Array,
  descending: boolean,
  stride = 1,
  offset = 0,
): boolean {
  const starts = new Uint32Array(DIGIT)
  const count = from.length
  for (let at = 0; at < count; at++) {
    const digit = ((keys[(from[at] as number) * stride + offset] as number) >>> shift) & (DIGIT - 1)
    starts[digit] = (starts[digit] as number) + 1
  }
  let sum = 0
  for (let step = 0; step < DIGIT; step++) {
    const digit = descending ? DIGIT - 1 - step : step
    const size = starts[digit] as number
    if (size === count) return false
    starts[digit] = sum
    sum += size
  }
  for (let at = 0; at < count; at++) {
    const row = from[at] as number
    const digit = ((keys[row * stride + offset] as number) >>> shift) & (DIGIT - 1)
    const place = starts[digit] as number
    to[place] = row
    starts[digit] = place + 1
  }
  return true
}

/** By the raw bits of doubles, turned so that their order as whole numbers is their order as numbers. */
function sortDoubles(values: Float64Array, order: Uint32Array, descending: boolean): Uint32Array<ArrayBuffer> {
  const bits = new Uint32Array(values.length * 2)
  const doubles = new Float64Array(bits.buffer)
  const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1
  const low = isLittleEndian ? 0 : 1
  const high = 1 - low
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number
    doubles[row] = value === 0 ? 0 : Number.isNaN(value) ? Number.NaN : value
    const top = bits[row * 2 + high] as number
    if (Number.isNaN(value)) bits[row * 2 + high] = 0xffffffff
    else if (top >>> 31) {
      bits[row * 2 + high] = ~top
      bits[row * 2 + low] = ~(bits[row * 2 + low] as number)
    } else bits[row * 2 + high] = top | 0x80000000
  }
  let from = new Uint32Array(order)
  let to = new Uint32Array(order.length)
  for (const offset of [low, high]) {
    for (const shift of [0, 11, 22]) if (pass(bits, shift, from, to, descending, 2, offset)) [from, to] = [to, from]
  }
  return from
}
