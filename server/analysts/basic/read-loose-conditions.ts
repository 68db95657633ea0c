import type { Filter } from '../../../contract/plan.ts'
import { isDate, isMeasure, isYear } from './columns.ts'
import type { Period } from './dates.ts'
import { nameColumn } from './name-column.ts'
import {
  comparable,
  numberFilter,
  opposite,
  readBetween,
  readCell,
  readFigure,
  readMoreValues,
  textFrom,
} from './read-conditions.ts'
import { propertyNear } from './read-extreme.ts'
import { resolveColumn, resolveValue } from './resolve-item.ts'
import { actAt, addFilter, columnAt, pastActs, type SchemaWalk, tableAt } from './schema-walk.ts'
import type { SketchFilter } from './sketch.ts'
import { calledOf } from './tokens.ts'

type Operator = Filter['operator']

/** A value, number or quoted text without its column before it. */
export function readLoneValue(walk: SchemaWalk): void {
  const { items, at, sketch } = walk
  const item = items[at]
  if (!item) return
  const operator: Operator = walk.isNegated ? '!=' : '='
  const after = items[pastActs(walk, at + 1, 'filler')]
  if (item.period) return readPeriod(walk, item.period)
  if (item.values.length > 0) {
    const found = resolveValue(walk.mentions, at, [...(after?.columns ?? []), ...(items[at - 1]?.columns ?? [])])
    if (!found) return
    if (/^\p{Ll}+(ed|ing)$/u.test(item.text))
      sketch.doubts.push({
        part: 'where',
        about: String(found.hit.value),
        why: `“${item.text}” may be no ${calledOf(found.hit.column)}`,
      })
    if (found.isOpen)
      sketch.doubts.push({ part: 'where', about: String(found.hit.value), why: `“${item.text}” stands in several columns` })
    addFilter(walk, { of: found.hit, operator, values: [found.hit.value] })
    walk.isNegated = false
    const next = items[at + 1]
    if (next?.columns.some(({ column }) => column === found.hit.column) && !tableAt(walk, at + 1)) walk.at++
    readMoreValues(walk, found.hit)
    return
  }
  if (item.number !== undefined) {
    if (actAt(walk, at + 1) === 'extreme' || actAt(walk, at + 1) === 'top') return
    const bound = items[at + 1]?.act
    const isBound = bound?.act === 'compare' && items[at + 1]?.text.startsWith('or ')
    const counted = pastActs(walk, at + (isBound ? 2 : 1), 'filler', 'distinct')
    const many = tableAt(walk, counted)
    if (many && many !== sketch.main && walk.clause === 'where') {
      sketch.having.push({
        figure: { aggregate: 'count', table: many },
        operator: isBound ? bound.operator : '=',
        value: item.number,
      })
      walk.at = counted
      return
    }
    const isYearSaid = item.number >= 1500 && item.number <= 2100 && Number.isInteger(item.number)
    const table = sketch.main
    const columns = [...(table ? [table] : []), ...sketch.mentioned].flatMap((owner) =>
      owner.columns
        .filter((column) => isYear(column) || isDate(column) || /year/i.test(column.name))
        .map((column) => ({ table: owner, column })),
    )
    const [column] = columns
    if (isYearSaid && column) {
      addFilter(walk, numberFilter(column, operator, item))
      walk.isNegated = false
      return
    }
  }
  if (item.literal !== undefined) {
    const column = walk.subject?.column ?? (sketch.main ? nameColumn(sketch.main) : undefined)
    if (column) {
      sketch.doubts.push({
        part: 'where',
        about: item.literal,
        why: `I took “${item.literal}” for a ${calledOf(column.column)}`,
      })
      addFilter(walk, { of: column, operator, values: [item.literal] })
      walk.isNegated = false
      return
    }
  }
  if (item.text.toLowerCase() !== 'one') sketch.unknown.push(item.text)
}

/** A name that stands among other words in the values of a column: "Kentucky" in "Louisville, Kentucky". */
export function readPart(walk: SchemaWalk): void {
  const item = walk.items[walk.at]
  const { main, mentioned, doubts } = walk.sketch
  const of =
    item?.parts.find(({ table }) => table === main) ?? item?.parts.find(({ table }) => mentioned.has(table)) ?? item?.parts[0]
  if (!item || !of) return
  doubts.push({ part: 'where', about: item.text, why: `“${item.text}” is only part of values of ${calledOf(of.column)}` })
  addFilter(walk, { of, operator: walk.isNegated ? 'not-contains' : 'contains', values: [item.text] })
  walk.isNegated = false
}

function readPeriod(walk: SchemaWalk, { from, before }: Period): void {
  const { sketch, items, at } = walk
  const dates = [...(sketch.main ? [sketch.main] : []), ...sketch.mentioned].flatMap((table) =>
    table.columns.filter(isDate).map((column) => ({ table, column })),
  )
  const of = walk.subject?.column && isDate(walk.subject.column.column) ? walk.subject.column : dates[0]
  if (!of) {
    sketch.unknown.push(items[at]?.text ?? '')
    return
  }
  if (new Set(dates.map(({ column }) => column)).size > 1 && of === dates[0])
    sketch.doubts.push({ part: 'period', why: `the time may be meant of another date than ${calledOf(of.column)}` })
  if (from !== undefined && before !== undefined) addFilter(walk, { of, operator: 'between', values: [from, before] })
  else addFilter(walk, { of, operator: from === undefined ? '<' : '>=', values: [from ?? before ?? ''] })
}

/** "The letters D or S": each of them. */
function textsFrom(walk: SchemaWalk, place: number): { text: string; end: number }[] {
  const said = textFrom(walk, place)
  if (!said) return []
  const next = actAt(walk, said.end + 1) === 'or' ? pastActs(walk, said.end + 2, 'filler', 'compare') : undefined
  const item = next === undefined ? undefined : walk.items[next]
  const isText =
    item && (item.literal !== undefined || (item.columns.length + item.tables.length === 0 && item.number === undefined))
  return next !== undefined && isText ? [said, ...textsFrom(walk, next)] : [said]
}

/** `more than 3 orders`, `older than 20`, `above the average`: the column comes later, or the adjective says it. */
export function readLooseComparison(walk: SchemaWalk): void {
  const { items, at, sketch } = walk
  const act = items[at]?.act
  const unread = (): void => {
    sketch.unknown.push(items[at]?.text ?? '')
  }
  const done = (filter: SketchFilter, to: number): true => {
    addFilter(walk, filter)
    walk.isNegated = false
    walk.at = to
    return true
  }
  const last = walk.subject?.aggregate ? undefined : (walk.subject?.column ?? sketch.filters.at(-1)?.of)
  if (act?.act === 'between') {
    const dated = sketch.main?.columns.find((column) => isDate(column) || isYear(column))
    const column = last ?? (dated && sketch.main ? { table: sketch.main, column: dated } : undefined)
    if (!column || !readBetween(walk, column, at, done)) unread()
    return
  }
  if (act?.act !== 'compare') return unread()
  const operator = walk.isNegated ? (opposite[act.operator] ?? act.operator) : act.operator
  const value = pastActs(walk, at + 1, 'filler', 'is', 'of')
  const item = items[value]
  const after = pastActs(walk, value + 1, 'filler', 'of', 'distinct')
  const byProperty = act.property ? propertyNear(walk, sketch.main, act.property) : undefined
  const timed = act.property?.includes('date') && last && comparable(last) ? last : undefined
  if (/with|contains/.test(operator)) {
    if (item?.act?.act === 'compare') return
    const texts = textsFrom(walk, value)
    const end = texts.at(-1)?.end ?? value
    const after = texts.length > 0 ? pastActs(walk, end + 1, 'filler', 'where') : undefined
    const named =
      after !== undefined && after > end + 1 && items[after]?.columns.length
        ? columnAt(walk, after, (one) => one.column.type === 'text')
        : undefined
    const column = named ?? last ?? sketch.selected.findLast(({ column: one }) => one?.column.type === 'text')?.column
    if (texts.length === 0 || !column) return unread()
    const isEither = !walk.isNegated
    for (const [place, { text }] of texts.entries()) {
      walk.isEither = place > 0 && isEither
      addFilter(walk, { of: column, operator, values: [text] })
    }
    walk.isEither = false
    walk.isNegated = false
    walk.at = named && after !== undefined ? after : end
    return
  }
  if (item?.number !== undefined) {
    const table = tableAt(walk, after)
    const { subject } = walk
    if (subject && (subject.aggregate || subject.table) && !table) {
      sketch.having.push({ figure: subject, operator, value: item.number })
      walk.subject = undefined
      walk.at = value
      return
    }
    const numeric =
      items[after]?.columns.some((hit) => isMeasure(hit.column)) && !items[after]?.isAfterComma
        ? columnAt(walk, after, (one) => isMeasure(one.column))
        : undefined
    if (numeric && (!table || items[after]?.columns[0]?.coverage === 1))
      return void done({ of: numeric, operator, values: [item.number] }, after)
    if (table && !byProperty) {
      sketch.having.push({ figure: { aggregate: 'count', table }, operator, value: item.number })
      walk.at = after
      return
    }
    const column = timed ?? byProperty ?? last
    if (column) {
      if (byProperty && isDate(byProperty.column) && /old|young/.test(items[at]?.text ?? '')) return unread()
      return void done(numberFilter(column, operator, item), value)
    }
    const text = items[after]?.columns.length ? columnAt(walk, after) : undefined
    if (text) {
      sketch.having.push({ figure: { aggregate: 'count-distinct', column: text }, operator, value: item.number })
      walk.at = after
      return
    }
    if (sketch.selected.length > 0) {
      sketch.having.push({ figure: { aggregate: 'count' }, operator, value: item.number })
      walk.at = value
      return
    }
    return unread()
  }
  const than = pastActs(walk, value + 1, 'filler')
  if (
    item &&
    item.columns.length > 0 &&
    than > value + 1 &&
    (items[than]?.number !== undefined || actAt(walk, than) === 'aggregate')
  ) {
    const of = columnAt(walk, value, comparable)
    if (of && (readFigure(walk, of, operator, than, done) || readCell(walk, of, operator, than, done))) return
  }
  const many = tableAt(walk, value)
  if (many && items[than]?.number !== undefined && than > value + 1) {
    sketch.having.push({ figure: { aggregate: 'count', table: many }, operator, value: items[than]?.number ?? 0 })
    walk.at = than
    return
  }
  const column = timed ?? byProperty ?? last ?? sketch.selected.find(({ column: one }) => one && isMeasure(one.column))?.column
  if (item?.literal !== undefined && column) return void done({ of: column, operator, values: [item.literal] }, value)
  const figure = items[value]?.act
  if (figure?.act === 'aggregate') {
    const next = pastActs(walk, value + 1, 'filler', 'of')
    const named = items[next]?.columns.length ? resolveColumn(walk.mentions, next, comparable)?.found : undefined
    const of = named ?? column
    if (of && readFigure(walk, of, operator, value, done)) return
  }
  unread()
}

/** "without any orders", "do not have a pet", "not from Boston" */
export function readAbsent(walk: SchemaWalk): void {
  const { items, at, sketch } = walk
  const next = pastActs(walk, at + 1, 'filler', 'where', 'is', 'of', 'distinct', 'aggregate')
  const table = tableAt(walk, next)
  if (table && table !== sketch.main) {
    const entry = { table, filters: [] }
    sketch.absent.push(entry)
    walk.absent = entry
    walk.clause = 'where'
    walk.at = next
    return
  }
  walk.isNegated = true
  walk.clause = 'where'
  const item = items[next]
  if (item && !item.act && item.columns.length + item.values.length === 0 && item.number === undefined) walk.at = at
}
