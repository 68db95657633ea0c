import type { Catalog, CatalogColumn } from '../../../contract/catalog.ts'
import { isNumeric } from '../../../contract/column.ts'
import type { Filter, Plan } from '../../../contract/plan.ts'
import { findColumn } from './column-name.ts'
import { isDate, isMeasure, isUnique } from './columns.ts'
import type { Doubt } from './draft.ts'
import { calledOf } from './tokens.ts'

/** Why a plan can't be the answer to a question, although each word of it seemed to be understood. */
export function whyNoAnswer(text: string, plan: Plan, catalog: Catalog, now: Date): string | undefined {
  const columnOf = columnsOf(plan, catalog)
  const noNumber = plan.measures.find(({ aggregate, column, isHidden }) => {
    const found = column === undefined || isHidden ? undefined : columnOf(column)
    return (aggregate === 'sum' || aggregate === 'average') && found?.type === 'text' && !isWritten(found)
  })
  if (noNumber) return `There is no number to work out “${noNumber.label}” from.`
  const { length } = plan.columns
  const isNameless = length > 0 && plan.columns.map(columnOf).every((column) => column && (isDate(column) || isMeasure(column)))
  if (/^(?:who|whom|whose)\b(?!\s+(?:many|much))/i.test(text.trim()) && isNameless && plan.measures.length === 0)
    return 'The question asks who, and I found nobody named in this data who did that.'
  const future = plan.filters.find((filter) => isYetToCome(filter, columnOf(filter.column)?.max, now))
  if (future) return `This data does not reach into ${future.label}, and I don't forecast.`
  return undefined
}

/** What the words ask for and the plan does not hold, or holds in a way that hardly anybody means. */
export function unaccountedDoubts(text: string, plan: Plan, catalog: Catalog): Doubt[] {
  const doubts: Doubt[] = []
  const isOne = plan.measures.length > 0 || plan.limit !== undefined
  const isPlain = isOne && plan.dimensions.length === 0 && !plan.related?.length && !plan.second && !plan.isExplained
  const each = /\b(?:each|every)\b/i.exec(text)?.[0]
  if (each && isPlain && !isNameOf(each, catalog))
    doubts.push({ part: 'by', why: `the question says “${each}”, and this reading groups by nothing` })
  const isOneNumber = plan.measures.length > 0 && plan.dimensions.length === 0 && plan.limit === undefined
  if (isOneNumber && plan.order.length > 0)
    doubts.push({ part: 'order', why: 'one number alone has no order; it may be meant of groups' })
  if (plan.having && plan.dimensions.length === 0)
    doubts.push({ part: 'where', why: 'the question does not say whose rows are counted' })
  const rowCount = catalog.tables.find(({ name }) => name === plan.table)?.rowCount ?? Number.POSITIVE_INFINITY
  const most = plan.joins?.length ? Math.max(...catalog.tables.map((table) => table.rowCount)) : rowCount
  for (const { column, values } of plan.having ?? []) {
    const counted = plan.measures.find(({ label }) => label === column)
    if (counted?.aggregate === 'count' && Number(values[0]) > most)
      doubts.push({ part: 'where', why: `no group can have ${String(values[0])} rows; another number may be meant` })
  }
  const isList = plan.measures.length + plan.dimensions.length + plan.order.length + plan.filters.length === 0
  const isPicture = plan.chart !== undefined && plan.columns.length > 1
  if (isList && !isPicture && !plan.joins && !plan.related && /(?<!(?:ed|en|de)\s)\bby\b/i.test(text))
    doubts.push({ part: 'by', why: 'the question says “by”, and this reading groups and sorts by nothing' })
  if (/^(?:where|when)\b/i.test(text.trim()))
    doubts.push({
      part: 'from',
      why: `the question asks ${text.trim().slice(0, 5).toLowerCase()}, and I don't know which column says so`,
    })
  return [...doubts, ...oddFilters(plan, catalog), ...singleGroups(plan, catalog)]
}

/** A number compared with a word, or a word that is to be more than something. */
function oddFilters(plan: Plan, catalog: Catalog): Doubt[] {
  const columnOf = columnsOf(plan, catalog)
  return plan.filters.flatMap(({ column: name, operator, values, figure, label }): Doubt[] => {
    const column = figure ? undefined : columnOf(name)
    const [value] = values
    if (!column || value === undefined) return []
    const isWord = isNumeric(column.type) && typeof value === 'string' && Number.isNaN(Number(value))
    const isRanked = ['<', '<=', '>', '>='].includes(operator) && column.type === 'text' && !isWritten(column) && !isDay(column)
    return isWord || isRanked ? [{ part: 'where', about: label, why: `${calledOf(column)} can't be compared so` }] : []
  })
}

/** Counted for each of what is in one row only: something else is to be counted. */
function singleGroups(plan: Plan, catalog: Catalog): Doubt[] {
  const own = catalog.tables.find(({ name }) => name === plan.table)
  const isCounted = plan.measures.length > 0 && plan.measures.every(({ aggregate, column }) => aggregate === 'count' && !column)
  if (!own || !isCounted) return []
  const single = plan.dimensions.find(({ column, grain, cycle, width }) => {
    if (grain ?? cycle ?? width) return false
    const found = own.columns.find(({ name }) => name === column)
    return found !== undefined && isUnique(found, own)
  })
  const isMany = (plan.joins ?? []).some(({ table, to, references }) => table === plan.table && !isKeyOf(to, references, catalog))
  return single && !isMany
    ? [{ part: 'by', about: single.label, why: `each ${single.label} is in one row only; something else may be counted` }]
    : []
}

const isKeyOf = (name: string, columns: readonly string[], { tables }: Catalog): boolean =>
  tables.some((table) => {
    const only = table.columns.find((column) => columns.length === 1 && column.name === columns[0])
    return table.name === name && (table.primaryKey.join() === columns.join() || (only !== undefined && isUnique(only, table)))
  })

const columnsOf =
  (plan: Plan, { tables }: Catalog) =>
  (name: string) => {
    const table = tables.find((other) => other.name === plan.table)
    return table && findColumn(name, table, tables)?.column
  }

/** Numbers kept as text. */
const isWritten = ({ values, min }: CatalogColumn): boolean =>
  [...(values ?? []).map(({ value }) => value), min ?? null].some(
    (cell) => cell !== null && /^\s*[-+]?\d+(?:\.\d+)?\s*$/.test(String(cell)),
  )

/** Days kept as text. */
const isDay = ({ values, min }: CatalogColumn): boolean =>
  [...(values ?? []).map(({ value }) => value), min ?? null].some((cell) => /^\d{4}-\d\d/.test(String(cell)))

const isNameOf = (word: string, { tables }: Catalog): boolean =>
  tables.some(({ columns }) =>
    columns.some(({ name }) =>
      name
        .toLowerCase()
        .split(/[^a-z]+/)
        .includes(word.toLowerCase()),
    ),
  )

/** A time that begins after today and after all that the column holds. */
function isYetToCome({ operator, values }: Filter, max: unknown, now: Date): boolean {
  const [from] = values
  if (operator !== 'between' || typeof from !== 'string' || typeof max !== 'string') return false
  const today = now.toISOString().slice(0, 10)
  return /^\d{4}-\d\d-\d\d/.test(from) && from > today && from > max.slice(0, 10)
}
