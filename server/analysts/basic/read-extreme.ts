import type { CatalogTable } from '../../../contract/catalog.ts'
import type { OwnedColumn } from './column-name.ts'
import { isDate, isMeasure, isYear } from './columns.ts'
import { columnByProperty } from './resolve-item.ts'
import type { Act } from './schema-lexicon.ts'
import { actAt, columnAt, pastActs, type SchemaWalk, tableAt } from './schema-walk.ts'
import type { Figure } from './sketch.ts'
import { calledOf } from './tokens.ts'

type Extreme = Extract<Act, { act: 'extreme' }>

/** "the most orders", "the youngest", "the highest salary", "3 largest": what to rank by, and how many. */
export function readExtreme(walk: SchemaWalk, { descending, counts, property }: Extreme): void {
  const { sketch, items, at } = walk
  const before = items[at - 1]?.number ?? (actAt(walk, at - 1) === 'filler' ? items[at - 2]?.number : undefined)
  let next = pastActs(walk, at + 1, 'filler', 'of', 'distinct', 'is')
  let limit = before ?? sketch.limit ?? 1
  const said = items[next]
  if (said?.number !== undefined) {
    limit = said.number
    next = pastActs(walk, next + 1, 'filler', 'of')
  }
  if (before !== undefined) sketch.unknown = sketch.unknown.filter((word) => word !== items[at - 1]?.text)
  const isCommon = /common|frequent|popular|often|rare/i.test(items[at]?.text ?? '')
  let aggregate = items[next]?.act?.act === 'aggregate' ? items[next]?.act : undefined
  if (aggregate?.act === 'aggregate') next = pastActs(walk, next + 1, 'filler', 'of')
  else aggregate = undefined
  const rank = (figure: Figure, to: number): void => {
    sketch.orders.push({ figure, descending })
    sketch.limit = limit
    walk.at = to
  }
  const table = tableAt(walk, next)
  const orderable = (column: OwnedColumn): boolean => isMeasure(column.column) || isDate(column.column) || isYear(column.column)
  if (aggregate?.act === 'aggregate' && aggregate.aggregate !== 'count') {
    const column = columnAt(walk, next, orderable)
    if (column) return rank({ aggregate: aggregate.aggregate, column }, next)
  }
  if (
    counts &&
    /(minimum|maximum) number/.test(items[at]?.text.toLowerCase() ?? '') &&
    sketch.selected.every(({ aggregate: one }) => one)
  ) {
    const column = columnAt(walk, next, orderable)
    if (column) {
      for (const one of [...walk.pending, descending ? ('max' as const) : ('min' as const)])
        sketch.selected.push({ aggregate: one, column })
      walk.pending = []
      walk.at = next
      return
    }
  }
  if (counts || aggregate) {
    const column = table && !isCommon ? undefined : columnAt(walk, next, isCommon ? undefined : orderable)
    if (isCommon) {
      const plain = column ?? (items[next]?.columns.length ? columnAt(walk, next) : undefined)
      if (plain && !sketch.selected.some((figure) => figure.column?.column === plain.column))
        sketch.selected.push({ column: plain })
      return rank({ aggregate: 'count' }, plain ? next : table ? next : at)
    }
    if (column) return rank(aggregate ? { aggregate: 'sum', column } : { column }, next)
    if (table) return rank({ aggregate: 'count', table }, next)
    const text = items[next]?.columns.length ? columnAt(walk, next) : undefined
    if (text) return rank({ aggregate: 'count', column: text }, next)
    return rank({ aggregate: 'count' }, at)
  }
  const named = !table || (items[next]?.columns[0]?.coverage ?? 0) === 1 ? columnAt(walk, next, orderable) : undefined
  const byProperty = named || !property ? undefined : propertyNear(walk, table ?? sketch.main, property)
  const isTime = property?.includes('date') === true
  const before1 =
    !named && !byProperty && !items[next]?.columns.length
      ? sketch.selected.findLast(({ column: one }) => one && orderable(one) && (!isTime || !isMeasure(one.column)))
      : undefined
  if (before1?.column) {
    if (sketch.selected.length > 1) sketch.selected = sketch.selected.filter((figure) => figure !== before1)
    return rank({ column: before1.column }, at)
  }
  const column = named ?? byProperty ?? (items[next]?.columns.length && !table ? columnAt(walk, next) : undefined)
  if (!column) {
    sketch.unknown.push(items[at]?.text ?? '')
    return
  }
  if (byProperty)
    sketch.doubts.push({
      kind: 'property',
      part: 'order',
      about: calledOf(column.column),
      why: `I took “${items[at]?.text ?? ''}” for ${calledOf(column.column)}`,
    })
  const isBirthday = byProperty !== undefined && isDate(column.column) && /old|young|eld/i.test(items[at]?.text ?? '')
  if (named && walk.pending.length > 0) {
    for (const one of [...walk.pending, descending ? ('max' as const) : ('min' as const)])
      sketch.selected.push({ aggregate: one, column: named })
    walk.pending = []
    walk.at = next
    return
  }
  const isAlone =
    named !== undefined &&
    sketch.selected.every(({ aggregate: one }) => one === 'max' || one === 'min') &&
    !hasSubject(walk, at) &&
    limit === 1 &&
    walk.clause === 'select'
  if (isAlone) {
    sketch.selected.push({ aggregate: descending ? 'max' : 'min', column })
    walk.at = next
    return
  }
  sketch.orders.push({ figure: { column }, descending: isBirthday ? !descending : descending })
  sketch.limit = limit
  if (sketch.selected.length === 0 && limit > 1 && named) sketch.selected.push({ column })
  walk.at = named ? next : table ? next : at
}

/** In the table itself, else in those that say more of each of its rows. */
export function propertyNear(
  walk: SchemaWalk,
  table: CatalogTable | undefined,
  property: readonly string[],
): OwnedColumn | undefined {
  if (!table) return undefined
  const near = walk.steps.filter((step) => step.table === table.name && !step.isToMany).map(({ to }) => to)
  const others = walk.tables.filter(({ name }) => near.includes(name))
  for (const one of [table, ...others]) {
    const found = columnByProperty(one, property)
    if (found) return found
  }
  return undefined
}

/** "Which student has the highest …": something is asked for already. */
function hasSubject({ mentions, clause }: SchemaWalk, at: number): boolean {
  return clause !== 'select' || [...mentions.tables.keys()].some((place) => place < at)
}
