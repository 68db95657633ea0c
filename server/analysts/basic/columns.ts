import type { CatalogColumn, CatalogTable } from '../../../contract/catalog.ts'
import { isNumeric, isTemporal } from '../../../contract/column.ts'
import { headWord } from './lemma.ts'
import { nameWords } from './tokens.ts'

const identifierWords = new Set([
  'id',
  'uuid',
  'guid',
  'key',
  'code',
  'zip',
  'zipcode',
  'postcode',
  'postal',
  'phone',
  'fax',
  'ssn',
  'isbn',
  'ean',
  'sku',
  'iban',
  'number',
  'no',
  'nr',
  'latitude',
  'longitude',
  'lat',
  'lon',
  'lng',
])
const yearWords = new Set(['year', 'month', 'week', 'day', 'quarter', 'hour', 'weekday'])
const additiveWords = new Set(
  'amount revenue total sum quantity unit cost profit tax spend spending budget volume visit click hour download view impression income expense fee payment paid pay sold order donation deposit loan bonus goal win loss point seat employee student passenger victim killed injured casualty attendance enrollment mrr arr subtotal discount refund count population people minute distance mileage'.split(
    ' ',
  ),
)
const intensiveWords = new Set(
  'price rate ratio percent percentage pct score rating grade age temperature humidity pressure speed level average mean median rank latency duration height weight width length voltage current frequency density index gpa bmi satisfaction per response'.split(
    ' ',
  ),
)

/** Words that only say the unit or the sort of a column, so that people leave them out: `weight_kg`, `created_at`, `product_name`. */
const trailingWords = new Set(
  'at on kg km cm mm m g usd eur gbp chf c f celsius fahrenheit hpa pct percent ms sec second min minute ppm kwh kw name title label'.split(
    ' ',
  ),
)
const leadingWords = new Set(['is', 'has', 'was'])

/** The ways to say a column's name, best first. Quality 3 is the whole name, 2 the name without unit words or its table's name. */
export function sayings(
  column: CatalogColumn,
  table: CatalogTable,
): { readonly words: readonly string[]; readonly quality: number }[] {
  const full = nameWords(column.name)
  const others = (column.synonyms ?? []).map((said) => ({ words: nameWords(said), quality: column.isBorrowed ? 2.5 : 4 }))
  if (column.isMetric) return [{ words: full, quality: 6 }, ...others.map(({ words }) => ({ words, quality: 6 }))]
  if (column.isBorrowed) return others
  const found = [{ words: full, quality: 4 }, ...others]
  let short = full
  while (short.length > 1 && leadingWords.has(short[0] ?? '')) short = short.slice(1)
  while (short.length > 1 && trailingWords.has(short.at(-1) ?? '')) short = short.slice(0, -1)
  if (short.length < full.length) found.push({ words: short, quality: 3 })
  const tableWords = new Set(nameWords(table.name))
  const ofTable = full.slice(1)
  if (full.length > 1 && tableWords.has(full[0] ?? '') && ofTable.some((word) => word !== 'id'))
    found.push({ words: ofTable, quality: 3 })
  if (full.length > 1 && full.at(-1) === 'id' && !tableWords.has(full[0] ?? ''))
    found.push({ words: full.slice(0, -1), quality: 2 })
  return [...found, ...found.map(({ words, quality }) => ({ words: words.map(headWord), quality: quality - 0.5 }))]
}

/** A number that names a thing instead of measuring it: never added up. */
export const isIdentifier = (column: CatalogColumn): boolean => {
  const words = nameWords(column.name)
  if (words[0] === 'number' && words[1] === 'of') return false
  return (
    identifierWords.has(words.at(-1) ?? '') || (identifierWords.has(words[0] ?? '') && words[0] !== 'number' && words[0] !== 'no')
  )
}
const isCalendar = (column: CatalogColumn): boolean =>
  yearWords.has(nameWords(column.name).at(-1) ?? '') && !/s$/i.test(column.name)
export const isYear = (column: CatalogColumn): boolean =>
  column.type === 'integer' &&
  nameWords(column.name).includes('year') &&
  !['of', 'old', 'age'].some((word) => nameWords(column.name).includes(word))

/** Numbers kept as text, as far as their values are known. */
export const isWrittenNumber = (column: CatalogColumn): boolean => {
  const { type, values = [], min = null, max = null } = column
  const known = [...values.map(({ value }) => value), min, max].filter((value) => value !== null)
  return (
    type === 'text' &&
    known.length > 0 &&
    !isIdentifier(column) &&
    known.every((value) => /^ *[-+]?(?:\d+\.?\d*|\.\d+) *$/.test(String(value)))
  )
}

export const isMeasure = (column: CatalogColumn): boolean =>
  column.isMetric === true || (isNumeric(column.type) && !isIdentifier(column) && !isCalendar(column))
/** The dates that "last month" may be meant of: the one that people noted, else all of the table's own. */
export const datesOf = ({ columns, name, dateColumn }: CatalogTable): CatalogColumn[] => {
  const dates = columns.filter((column) => isDate(column) && !column.isBorrowed)
  const noted = dates.filter((column) => column.name === dateColumn)
  if (noted.length > 0) return noted
  const subject = nameWords(name.split('.').at(-1) ?? name).at(-1)
  const named = dates.filter((column) => subject !== undefined && stemOf(nameWords(column.name)[0] ?? '') === stemOf(subject))
  return named.length === 1 ? named : dates
}

/** "ordered" and "order", "invoiced" and "invoice". */
export const stemOf = (word: string): string => word.replace(/(?:ed|d|ing|e)$/, '')

export const isDate = (column: CatalogColumn): boolean => isTemporal(column.type)

/** Whether values of rows may be added up: `yes` for amounts, `no` for prices and rates, `unknown` where the name does not say. */
export function additivity(column: CatalogColumn): 'yes' | 'no' | 'unknown' {
  if (column.isMetric) return 'yes'
  const words = nameWords(column.name)
  if (words[0] === 'number' || words[0] === 'num') return 'yes'
  if (words.some((word) => intensiveWords.has(word))) return 'no'
  return words.some((word) => additiveWords.has(headWord(word)) || additiveWords.has(word)) ||
    words.map(headWord).includes('revenue')
    ? 'yes'
    : 'unknown'
}

/** Every row has its own value. */
export const isUnique = (column: CatalogColumn, table: CatalogTable): boolean =>
  column.distinctCount !== undefined && table.rowCount > 0 && column.distinctCount + (column.nullCount ?? 0) >= table.rowCount

/** Good to group by: repeated values, not too many. */
export const isCategory = (column: CatalogColumn, table: CatalogTable): boolean =>
  !isDate(column) &&
  !isMeasure(column) &&
  !isIdentifier(column) &&
  !isUnique(column, table) &&
  (column.distinctCount ?? Number.POSITIVE_INFINITY) <= Math.max(40, table.rowCount / 3)

/** Whether `values` is the whole list. */
export const knowsAllValues = (column: CatalogColumn): boolean =>
  column.values !== undefined &&
  column.distinctCount !== undefined &&
  column.values.filter(({ value }) => value !== null).length >= column.distinctCount
