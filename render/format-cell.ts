import type { Cell, Column, ColumnType } from '../contract/column.ts'

/** How a column's cells are written. `decimals` is set where a column of doubles is cut to equal places; `isGrouped` is off for years and ids. */
export interface CellFormat {
  readonly type: ColumnType
  readonly decimals?: number
  readonly isGrouped: boolean
  /** By its name the days of the column stand for months, quarters or years; one that begins none stands as a day. */
  readonly period?: string | undefined
  /** What the reader chose: numbers as hundredths of one, days with their month's name. */
  readonly look?: 'percent' | 'month'
  /** Cells carry a bar; this value fills it. */
  readonly fullBar?: number
}

const nameOfPeriods = /(?:^|[_\s])(month|quarter|year)$/i

export const isNumberType = (type: ColumnType): boolean => type === 'integer' || type === 'decimal' || type === 'number'
export const isTimeType = (type: ColumnType): boolean => type === 'date' || type === 'timestamp'

const nameOfLabels = /(^|[_\s-])(id|year|zip|plz|code|key|number|nr|no)$|Id$/i
const maxDecimals = (largest: number): number => (largest >= 100 ? 2 : largest >= 1 ? 4 : 6)
const decimalsOf = (value: number): number => {
  const text = String(value)
  if (text.includes('e-')) return 20
  return text.includes('.') ? text.length - text.indexOf('.') - 1 : 0
}

/** Decides from the first cells how a column is written, so that its numbers stand under each other. */
export function cellFormat(column: Column, cells: Iterable<Cell>): CellFormat {
  const isGrouped = isNumberType(column.type) && !nameOfLabels.test(column.name)
  if (isTimeType(column.type))
    return { type: column.type, isGrouped, period: nameOfPeriods.exec(column.name)?.[1]?.toLowerCase() }
  if (column.type !== 'number') return { type: column.type, isGrouped }
  let most = 0
  let largest = 0
  for (const cell of cells) {
    if (typeof cell !== 'number') continue
    most = Math.max(most, decimalsOf(cell))
    largest = Math.max(largest, Math.abs(cell))
  }
  return { type: column.type, isGrouped, decimals: Math.min(most, maxDecimals(largest)) }
}

const group = (digits: string): string => (digits.length < 4 ? digits : digits.replace(/\B(?=(\d{3})+$)/g, ','))

/** A number's plain digits, grouped by thousands, with a true minus. Every digit is kept; exponents stay as they are. */
export function groupDigits(text: string, isGrouped = true): string {
  const parts = /^(-?)(\d+)(\.\d+)?(e[+-]?\d+)?$/i.exec(text)
  if (!parts) return text
  const [, sign = '', whole = '', fraction = '', exponent = ''] = parts
  return (sign ? '\u2212' : '') + (isGrouped ? group(whole) : whole) + fraction + exponent
}

export const formatCount = (count: number): string => groupDigits(String(count))

/** A cell as people read it; null is the empty text, which the page shows as a grey dash. Digits of integers and decimals are never lost. */
export function formatCell(cell: Cell, format: CellFormat): string {
  if (cell === null) return ''
  if (typeof cell === 'boolean') return cell ? 'true' : 'false'
  if (format.look === 'percent') return `${groupDigits((Number(cell) * 100).toFixed(format.decimals), format.isGrouped)} %`
  if (typeof cell === 'number') {
    if (format.decimals === undefined) return groupDigits(String(cell), format.isGrouped)
    const size = Math.abs(cell)
    if (size >= 1e15) return groupDigits(String(cell), format.isGrouped)
    const isTooSmall = size > 0 && size < 0.5 * 10 ** -format.decimals
    return groupDigits(isTooSmall ? cell.toPrecision(2) : cell.toFixed(format.decimals), format.isGrouped)
  }
  if (isNumberType(format.type)) {
    const digits = format.decimals === undefined || !Number.isFinite(Number(cell)) ? cell : Number(cell).toFixed(format.decimals)
    return groupDigits(digits, format.isGrouped)
  }
  const text = format.type === 'timestamp' ? formatTimestamp(cell) : cell
  const named = format.look === 'month' ? nameMonth(text) : text
  return format.period ? nameOfPeriod(text, named, format.period) : named
}

/** `2024-10`, `2024 Q4`, `2024` of the day that begins it; as it is `named` of any other. */
function nameOfPeriod(text: string, named: string, period: string): string {
  const [, year = '', month = ''] = /^(\d{4})-(\d\d)-01$/.exec(text) ?? []
  const quarter = (Number(month) + 2) / 3
  if (month && period === 'month') return named.replace(/^1 |-01$/, '')
  if (period === 'quarter' && Number.isInteger(quarter)) return `${year} Q${quarter}`
  return month === '01' && period === 'year' ? year : named
}

/** `2026-11-09 14:20` becomes `9 November 2026 14:20`. */
const nameMonth = (text: string): string =>
  text.replace(/^(\d{4})-(\d\d)-(\d\d)/, (_, year, month, day) => `${Number(day)} ${months[Number(month) - 1] ?? month} ${year}`)

/** `2026-11-09 14:20:05 UTC`; midnight is left away. Text that is no timestamp stays as it is. */
export function formatTimestamp(text: string): string {
  const parts = /^([+-]?\d{4,6}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?(Z?)$/.exec(text)
  if (!parts) return text
  const [, day = '', clock = '', fraction = '', zone = ''] = parts
  if (clock === '00:00:00' && !/[1-9]/.test(fraction)) return day
  return `${day} ${clock}${/[1-9]/.test(fraction) ? fraction.replace(/0+$/, '') : ''}${zone ? ' UTC' : ''}`
}

export const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** `9 November 2026, 14:20 UTC` of an ISO instant. Text that is no instant stays as it is. */
export function formatInstant(iso: string, monthLength?: number): string {
  const milliseconds = Date.parse(iso)
  if (Number.isNaN(milliseconds)) return iso
  const at = new Date(milliseconds)
  const two = (value: number): string => String(value).padStart(2, '0')
  const month = (months[at.getUTCMonth()] ?? '').slice(0, monthLength)
  return `${at.getUTCDate()} ${month} ${at.getUTCFullYear()}, ${two(at.getUTCHours())}:${two(at.getUTCMinutes())} UTC`
}

/** `241 ms`, `0.40 s`, `12.3 s`, `3 min 5 s`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1) return 'under 1 ms'
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`
  if (durationMs < 60_000) return `${(durationMs / 1000).toFixed(durationMs < 10_000 ? 2 : 1)} s`
  return `${Math.floor(durationMs / 60_000)} min ${Math.round((durationMs % 60_000) / 1000)} s`
}

/** `218 kB`, `1.8 MB`, in thousands as file managers of most systems say it. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  let size = bytes / 1000
  let place = 0
  while (size >= 999.5 && place < units.length - 1) {
    size /= 1000
    place++
  }
  return `${size < 10 && place > 0 ? size.toFixed(1) : Math.round(size)} ${units[place] ?? ''}`
}

/** `1 row`, `1,000 rows`. */
export const formatPlural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`
