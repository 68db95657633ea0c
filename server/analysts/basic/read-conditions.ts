import type { Cell } from '../../../contract/column.ts'
import { isNumeric } from '../../../contract/column.ts'
import type { Filter } from '../../../contract/plan.ts'
import type { OwnedColumn } from './column-name.ts'
import { isDate, isIdentifier, isMeasure, isYear } from './columns.ts'
import { resolveColumn, resolveValue } from './resolve-item.ts'
import type { Item } from './schema-items.ts'
import { actAt, addFilter, columnAt, pastActs, type SchemaWalk, tableAt } from './schema-walk.ts'
import type { SketchFilter } from './sketch.ts'
import { calledOf } from './tokens.ts'

type Operator = Filter['operator']
export const opposite: Partial<Record<Operator, Operator>> = {
  '=': '!=',
  '!=': '=',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
  contains: 'not-contains',
  'is-null': 'is-not-null',
}

/** `amount over 100`, `city is Boston`, `room 111`: reads on from the column at the walk's place; false where no condition follows. */
export function readCondition(walk: SchemaWalk): boolean {
  const { items, at } = walk
  let next = pastActs(walk, at + 1, 'filler', 'is', 'of')
  if (actAt(walk, next) === 'where' && isTextual(items[pastActs(walk, next + 1, 'filler', 'is')]))
    next = pastActs(walk, next + 1, 'filler', 'is')
  const isSaid = items.slice(at + 1, next).some(({ act }) => act?.act === 'is')
  let isNegated = walk.isNegated
  if (actAt(walk, next) === 'not' || (actAt(walk, next) === 'without' && isSaid)) {
    isNegated = true
    next = pastActs(walk, next + 1, 'filler', 'is')
  }
  const item = items[next]
  if (!item) return false
  const isGap = next > at + 1
  if (item.period && (walk.clause === 'where' || isSaid)) {
    const column = columnAt(walk, at, (one) => isDate(one.column))
    if (column) walk.subject = { column }
    walk.at = next - 1
    return column !== undefined
  }
  const negate = (operator: Operator): Operator => (isNegated ? (opposite[operator] ?? operator) : operator)
  const done = (filter: SketchFilter, to: number): true => {
    addFilter(walk, filter)
    walk.isNegated = false
    walk.at = to
    return true
  }
  const figured = walk.clause === 'where' ? walk.pending.find((one) => one !== 'count') : undefined
  if (figured && item.act?.act === 'compare') {
    const column = columnAt(walk, at, comparable)
    if (!column) return false
    walk.pending = []
    walk.subject = { aggregate: figured, column }
    return true
  }
  if (item.act?.act === 'compare') {
    const { operator } = item.act
    const isText = /with|contains/.test(operator)
    const value = pastActs(walk, next + 1, 'filler', 'is', 'of')
    if (isText) {
      const text = columnAt(walk, at, (one) => one.column.type === 'text')
      const column = text ?? (tableAt(walk, at) ? undefined : columnAt(walk, at))
      const said = textFrom(walk, value)
      return column && said ? done({ of: column, operator: negate(operator), values: [said.text] }, said.end) : false
    }
    return compareColumn(walk, at, value, negate(operator), done)
  }
  if (item.act?.act === 'between') {
    const column = columnAt(walk, at, comparable)
    return column ? readBetween(walk, column, next, done) : false
  }
  if (item.act?.act === 'null') {
    const column = columnAt(walk, at)
    return column ? done({ of: column, operator: isNegated ? 'is-not-null' : 'is-null', values: [] }, next) : false
  }
  const inSelect = walk.clause === 'select' && !isSaid
  if (item.number !== undefined && actAt(walk, next + 1) !== 'extreme') {
    if (inSelect && isGap) return false
    const orMore = items[next + 1]?.act
    const operator: Operator = orMore?.act === 'compare' && items[next + 1]?.text.startsWith('or ') ? orMore.operator : '='
    const { number } = item
    const column =
      columnAt(walk, at, (one) => holds(one, number)) ??
      columnAt(walk, at, (one) => isNumeric(one.column.type) || isIdentifier(one.column)) ??
      columnAt(walk, at)
    if (!column) return false
    return done(numberFilter(column, negate(operator), item), operator === '=' ? next : next + 1)
  }
  const ownValues = item.values.filter((hit) =>
    items[at]?.columns.some((one) => one.column === hit.column && one.table === hit.table),
  )
  if (ownValues.length > 0 && (!inSelect || !isGap)) {
    const found = resolveValue(walk.mentions, next, items[at]?.columns ?? [])
    if (!found) return false
    done({ of: found.hit, operator: negate('='), values: [found.hit.value] }, next)
    return readMoreValues(walk, found.hit)
  }
  if (item.literal !== undefined && (!inSelect || !isGap || item.values.length === 0)) {
    const column = columnAt(walk, at, (one) => one.column.type === 'text') ?? columnAt(walk, at)
    if (!column) return false
    return done({ of: column, operator: negate('='), values: [item.literal] }, next)
  }
  const isBareWord = item.columns.length + item.tables.length + item.values.length === 0 && !item.act
  if (isSaid && isBareWord && walk.clause === 'where') {
    const column = columnAt(walk, at, (one) => one.column.type === 'text')
    if (!column) return false
    walk.sketch.doubts.push({
      part: 'where',
      about: item.text,
      why: `no ${calledOf(column.column)} that I know of is “${item.text}”`,
    })
    return done({ of: column, operator: negate('='), values: [item.text] }, next)
  }
  return false
}

/** Whether a number may stand in a column: it is among its values, or between its ends. */
const holds = ({ column }: OwnedColumn, number: number): boolean =>
  (column.values ?? []).some(({ value }) => String(value) === String(number)) ||
  (isNumeric(column.type) && !isIdentifier(column) && Number(column.min) <= number && number <= Number(column.max))

export const comparable = ({ column }: OwnedColumn): boolean => isMeasure(column) || isDate(column) || isYear(column)

export const isTextual = (item: Item | undefined): boolean =>
  item?.act?.act === 'compare' && /with|contains/.test(item.act.operator)

/** A number against a date column is a year. */
export function numberFilter(of: OwnedColumn, operator: Operator, item: Item): SketchFilter {
  const value = item.number ?? item.text
  if (!isDate(of.column)) return { of, operator, values: [of.column.type === 'text' ? item.text : value] }
  const year = Number(value)
  const [start, end] = [`${year}-01-01`, `${year + 1}-01-01`]
  if (operator === '>') return { of, operator: '>=', values: [end] }
  if (operator === '<=') return { of, operator: '<', values: [end] }
  if (operator === '<' || operator === '>=') return { of, operator, values: [start] }
  return { of, operator: 'between', values: [start, end] }
}

function compareColumn(
  walk: SchemaWalk,
  place: number,
  value: number,
  operator: Operator,
  done: (filter: SketchFilter, to: number) => true,
): boolean {
  const { items } = walk
  const item = items[value]
  const column = columnAt(walk, place, comparable) ?? (item?.literal === undefined ? undefined : columnAt(walk, place))
  if (!column || !item) return false
  return readFigure(walk, column, operator, value, done) || (readCell(walk, column, operator, value, done) ?? false)
}

export function readCell(
  walk: SchemaWalk,
  column: OwnedColumn,
  operator: Operator,
  place: number,
  done: (filter: SketchFilter, to: number) => true,
): true | undefined {
  const item = walk.items[place]
  if (item?.number !== undefined) return done(numberFilter(column, operator, item), place)
  const said = item?.literal ?? item?.values[0]?.value
  return said === undefined ? undefined : done({ of: column, operator, values: [said] }, place)
}

/** "above the average price", "more than the maximum" */
export function readFigure(
  walk: SchemaWalk,
  column: OwnedColumn,
  operator: Operator,
  place: number,
  done: (filter: SketchFilter, to: number) => true,
): true | undefined {
  const act = walk.items[place]?.act
  if (act?.act !== 'aggregate' || act.aggregate === 'count' || act.aggregate === 'sum') return undefined
  const next = pastActs(walk, place + 1, 'filler', 'of')
  const named = walk.items[next]?.columns.length ? resolveColumn(walk.mentions, next, comparable)?.found : undefined
  const of = named ?? column
  return done({ of: column, operator, values: [], figure: { aggregate: act.aggregate, column: of } }, named ? next : place)
}

export function readBetween(
  walk: SchemaWalk,
  column: OwnedColumn,
  place: number,
  done: (filter: SketchFilter, to: number) => true,
): boolean {
  const low = pastActs(walk, place + 1, 'filler', 'is')
  const high = pastActs(walk, low + 1, 'filler', 'and', 'where')
  const [one, two] = [walk.items[low], walk.items[high]]
  const cell = (item: Item | undefined): Cell | undefined => item?.number ?? item?.literal
  const [from, to] = [cell(one), cell(two)]
  if (from === undefined || to === undefined || !one || !two) return false
  addFilter(
    walk,
    one.number !== undefined && isDate(column.column)
      ? numberFilter(column, '>=', one)
      : { of: column, operator: '>=', values: [from] },
  )
  return done(
    two.number !== undefined && isDate(column.column)
      ? numberFilter(column, '<=', two)
      : { of: column, operator: '<=', values: [to] },
    high,
  )
}

export function textFrom(walk: SchemaWalk, place: number): { text: string; end: number } | undefined {
  const item = walk.items[place]
  if (!item || item.act) return undefined
  return { text: item.literal ?? item.text, end: place }
}

/** "Boston or New York" */
export function readMoreValues(walk: SchemaWalk, { table, column }: OwnedColumn): true {
  for (;;) {
    const joiner = actAt(walk, walk.at + 1)
    if (joiner !== 'or' && joiner !== 'and') return true
    const next = pastActs(walk, walk.at + 2, 'filler')
    const hit = walk.items[next]?.values.find((one) => one.table === table && one.column === column)
    if (!hit) return true
    if (joiner === 'or') walk.isEither = true
    else walk.isBoth = true
    addFilter(walk, { of: hit, operator: '=', values: [hit.value] })
    walk.at = next
  }
}
