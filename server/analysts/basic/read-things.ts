import type { CatalogColumn } from '../../../contract/catalog.ts'
import { isNumeric } from '../../../contract/column.ts'
import { additivity, isDate, isIdentifier, isMeasure, isYear } from './columns.ts'
import { compareFilter, nullFilter } from './filters.ts'
import { addValue, readComparison } from './read-filters.ts'
import { calledOf, listed } from './tokens.ts'
import { addMeasure, choose, fitting, past, roleAt, type Thing, takeDirection, type Walk } from './walk.ts'

export function readThing(walk: Walk, thing: Thing): void {
  const { draft, links } = walk
  const { columns, values, isTable } = thing
  if (values.length > 0 && !isTable && isState(walk, columns)) return addValue(walk, { ...thing, columns: [] })
  if (columns.length > 0 && walk.pending.length === 0 && walk.mode !== 'rank' && readComparison(walk, thing, columns)) return
  if (
    columns.length > 0 &&
    walk.pending.length === 0 &&
    (walk.mode === 'where' || walk.mode === 'select') &&
    readComparison(walk, thing, columns)
  )
    return
  if (columns.length > 0 && !isTable && walk.pending.length === 0 && readPresence(walk, columns)) return
  if (walk.isMissing && columns.length > 0) {
    const column = choose(walk, thing, columns, 'where')
    if (column) draft.filters.push(nullFilter(column, true))
    walk.isMissing = false
    return
  }
  if (values.length > 0 && columns.length === 0 && !isTable) return addValue(walk, thing)
  const flag =
    columns.length === 1 && columns[0]?.type === 'boolean' && walk.mode !== 'by' && walk.mode !== 'sort' ? columns[0] : undefined
  if (
    flag &&
    !(draft.isList && walk.mode === 'select' && (roleAt(walk, walk.at + 1) === 'and' || walk.at === links.length - 1))
  ) {
    draft.filters.push(compareFilter(flag, '=', !walk.isNegated))
    walk.isNegated = false
    return
  }
  if (walk.pending.length > 0) return readTarget(walk, thing)
  if (walk.mode === 'by') {
    const column = choose(
      walk,
      thing,
      fitting(columns, (other) => !isMeasure(other)),
      'by',
    )
    if (!column) noteEachRow(walk, thing)
    else if (draft.rank && !draft.rank.by && isMeasure(column)) draft.rank.by = { column }
    else {
      const before = links[walk.at - 1]
      if (before?.kind === 'thing' && before.columns.length > 0 && !thing.isAfterComma)
        draft.doubts.push({ part: 'by', why: `I read “${before.text} ${thing.text}” as two columns` })
      draft.by.push({ column, ...(isDate(column) ? { grain: 'day' as const } : {}) })
    }
    return
  }
  if (walk.mode === 'rank') {
    if (isTable && draft.rank?.isCount) {
      draft.isEntityNamed = true
      return addMeasure(walk, { aggregate: 'count' })
    }
    const numeric = columns.filter(
      (column) => isMeasure(column) || (draft.rank?.isTime ? isDate(column) : isDate(column) || isYear(column)),
    )
    const column = numeric.length > 0 ? choose(walk, thing, numeric, 'measure') : undefined
    if (column) return addMeasure(walk, { column })
    walk.mode = 'select'
  }
  if (walk.mode === 'sort') {
    const column = choose(walk, thing, columns, 'order')
    if (column) draft.order.push({ picked: { column }, descending: takeDirection(walk) })
    else if (isTable) draft.order.push({ picked: { aggregate: 'count' }, descending: takeDirection(walk) })
    return
  }
  if (
    isTable &&
    (columns.length === 0 ||
      (!columns.some(isMeasure) && roleAt(walk, walk.at + 1) !== 'and') ||
      (thing.text.endsWith('s') && draft.isList && roleAt(walk, walk.at + 1) !== 'and'))
  ) {
    draft.isEntityNamed = true
    return
  }
  const column = choose(walk, thing, columns, 'measure')
  if (!column) return
  if (walk.isNegated) {
    draft.refusals.push(`I can't leave out ${calledOf(column)} without a value.`)
    walk.isNegated = false
  }
  const before = links[walk.at - 1]
  if (
    before?.kind === 'thing' &&
    before.columns.length > 0 &&
    before.values.length === 0 &&
    !before.columns.includes(column) &&
    !thing.isAfterComma
  )
    draft.doubts.push({ part: 'measure', why: `I read “${before.text} ${thing.text}” as two columns` })
  if (walk.mode === 'where' && draft.selected.length > 0 && !isMeasure(column))
    draft.doubts.push({ part: 'where', why: `I don't know what “${thing.text}” is to do here` })
  for (const aggregate of walk.spread.length > 0 && isMeasure(column) && roleAt(walk, walk.at - 1) === 'and'
    ? walk.spread
    : [undefined])
    draft.selected.push({ column, ...(aggregate ? { aggregate } : {}) })
}

/** "Closed tickets", where `closed` is a state and `closed_on` a date: the state is meant unless a time follows. */
function isState(walk: Walk, columns: readonly CatalogColumn[]): boolean {
  if (columns.length === 0 || !columns.every(isDate) || ['by', 'sort', 'rank'].includes(walk.mode)) return false
  const next = past(walk, walk.at + 1, 'filler', 'is', 'compare', 'between')
  const link = walk.links[next]
  return link?.kind !== 'period' && !(link?.kind === 'role' && ['unit', 'grain'].includes(link.role.role))
}

/** "With a coupon", "without an agent": whether a column that may be empty is filled. */
function readPresence(walk: Walk, columns: readonly CatalogColumn[]): boolean {
  const [column, ...others] = columns
  const before = walk.links[walk.at - 1]
  const isWith = before?.kind === 'role' && before.role.role === 'where' && /\b(?:a|an|any)$/i.test(before.text)
  if (!column || others.length > 0 || !column.nullCount || column.type === 'boolean' || !(isWith || walk.isNegated)) return false
  walk.draft.filters.push(nullFilter(column, walk.isNegated))
  walk.isNegated = false
  return true
}

/** "per order", where a row is an order: an average stays what it is, anything else may be meant row by row. */
export function noteEachRow(walk: Walk, thing: Thing): void {
  const { draft } = walk
  draft.isEntityNamed = draft.isEntityNamed || thing.isTable
  const isAverage = draft.selected.length > 0 && draft.selected.every(({ aggregate }) => aggregate === 'average')
  if (!isAverage) draft.doubts.push({ part: 'by', why: `each row is one of the ${thing.text}; I don't know by what to group` })
}

/** The thing that "how many", "average" and the like speak of. */
export function readTarget(walk: Walk, thing: Thing): void {
  const { draft, links } = walk
  const counts = walk.pending.includes('count')
  const next = links[walk.at + 1]
  if (
    thing.isTable &&
    thing.columns.length === 0 &&
    next?.kind === 'thing' &&
    next.columns.some((column) => !isDate(column) && column.type !== 'boolean')
  ) {
    draft.isEntityNamed = true
    return
  }
  if (thing.isTable && (counts || thing.columns.length === 0 || !thing.columns.some(isMeasure))) {
    draft.isEntityNamed = true
    addMeasure(walk, { aggregate: 'count' })
    walk.pending = []
    return
  }
  const wanted = (column: CatalogColumn): boolean =>
    counts
      ? !isMeasure(column) || additivity(column) === 'yes'
      : isMeasure(column) || (isDate(column) && (walk.pending.includes('max') || walk.pending.includes('min')))
  const options = thing.columns.filter(wanted)
  if (options.length === 0) {
    const column = thing.columns[0]
    if (walk.pending.includes('sum') && column && (isIdentifier(column) || !isNumeric(column.type))) {
      addMeasure(walk, { aggregate: 'count-distinct', column: choose(walk, thing, thing.columns, 'measure') ?? column })
      walk.pending = []
    } else if (column) {
      draft.refusals.push(
        isIdentifier(column) || !isNumeric(column.type)
          ? `${calledOf(column)} is not a number that can be worked out like this.`
          : `I don't know how to count ${calledOf(column)}.`,
      )
      walk.pending = []
    }
    return
  }
  const column = choose(walk, thing, options, 'measure')
  if (!column) return
  for (const aggregate of walk.pending) {
    if (aggregate === 'sum' && additivity(column) === 'no')
      draft.doubts.push({
        part: 'measure',
        about: calledOf(column),
        why: `adding up ${calledOf(column)} may make no sense`,
      })
    addMeasure(walk, {
      aggregate: aggregate === 'count' ? (isMeasure(column) && !draft.isDistinct ? 'sum' : 'count-distinct') : aggregate,
      column,
    })
  }
  walk.spread = walk.pending
  walk.pending = []
}

export function endTarget(walk: Walk): void {
  const { draft, table, pick } = walk
  if (walk.pending.length === 0) return
  const before = draft.selected.at(-1)
  if (walk.pending.includes('count')) addMeasure(walk, { aggregate: 'count' })
  else if (before?.column && !before.aggregate && isMeasure(before.column))
    draft.selected.splice(-1, 1, ...walk.pending.map((aggregate) => ({ ...before, aggregate })))
  else {
    const numeric = table.columns.filter((column) => isMeasure(column) && !column.isMetric && !column.isBorrowed)
    const column = pick('measure', numeric)
    if (column) {
      draft.loose = [...walk.pending]
      for (const aggregate of walk.pending) addMeasure(walk, { aggregate, column })
      draft.doubts.push({
        part: 'measure',
        about: calledOf(column),
        why: `the question does not say of which number${numeric.length > 1 ? `; there is ${listed(numeric.map((other) => calledOf(other)))}` : ''}`,
      })
    } else draft.refusals.push('There is no number in this data to work that out from.')
  }
  walk.pending = []
}
