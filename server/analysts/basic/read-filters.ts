import type { CatalogColumn } from '../../../contract/catalog.ts'
import { isNumeric } from '../../../contract/column.ts'
import { datesOf, isDate, isMeasure, isYear, knowsAllValues } from './columns.ts'
import type { Picked } from './draft.ts'
import { compareFilter, nullFilter, periodFilter, withFilter } from './filters.ts'
import type { Link } from './lattice.ts'
import { calledOf, listed } from './tokens.ts'
import { choose, fitting, past, roleAt, type Thing, type Walk } from './walk.ts'

export function addValue(walk: Walk, thing: Thing, columns?: readonly CatalogColumn[]): void {
  const { draft, links, pick } = walk
  const options = thing.values.filter(({ column }) => !columns || columns.includes(column))
  const chosen = pick(`value ${thing.text.toLowerCase()}`, options)
  if (!chosen) return
  const filter = compareFilter(chosen.column, walk.isNegated ? '!=' : '=', chosen.value)
  if (options.length > 1)
    draft.doubts.push({
      part: 'where',
      about: filter.label,
      why: `“${thing.text}” stands in ${listed([...new Set(options.map(({ column, value }) => `${calledOf(column)} (${String(value)})`))])}`,
    })
  draft.filters = withFilter(draft.filters, filter)
  const next = past(walk, walk.at + 1, 'and', 'or')
  const following = links[next]
  if (!(next > walk.at + 1 && following?.kind === 'thing' && following.values.some(({ column }) => column === chosen.column)))
    walk.isNegated = false
  const after = links[walk.at + 1]
  if (!columns && after?.kind === 'thing' && after.columns.includes(chosen.column) && !after.isTable) walk.at++
  if (walk.mode !== 'by' && walk.mode !== 'rank') walk.mode = 'where'
}

/** `amount over 100`, `region is North`, `rating 5`: reads on from a column; false where no comparison follows. */
export function readComparison(walk: Walk, thing: Thing, columns: readonly CatalogColumn[]): boolean {
  const { draft, links } = walk
  let next = past(walk, walk.at + 1, 'filler', 'is', 'where')
  const isSaid = links.slice(walk.at + 1, next).some((link) => link.kind === 'role' && link.role.role === 'is')
  if (roleAt(walk, next) === 'not') {
    const beyond = past(walk, next + 1, 'filler', 'is')
    const value = links[beyond]
    if (
      !(value?.kind === 'thing' && value.values.some(({ column }) => columns.includes(column))) &&
      roleAt(walk, beyond) !== 'null'
    )
      return false
    walk.isNegated = true
    next = beyond
  }
  const link = links[next]
  if (roleAt(walk, next) === 'null' && isSaid) {
    const column = choose(walk, thing, columns, 'where')
    if (column) draft.filters.push(nullFilter(column, !walk.isNegated))
    walk.isNegated = false
    walk.at = next
    return true
  }
  if (link?.kind === 'role' && (link.role.role === 'compare' || link.role.role === 'between')) {
    if (isOfGroups(walk, next)) {
      const grouped = walk.mode === 'by' ? undefined : choose(walk, thing, columns, 'by')
      if (grouped) draft.selected.push({ column: grouped })
      return true
    }
    const column = choose(
      walk,
      thing,
      fitting(columns, (other) => isNumeric(other.type)),
      'where',
    )
    return column ? readNumbers(walk, column, next) : false
  }
  const value = link?.kind === 'thing' && link.values.some(({ column }) => columns.includes(column)) ? link : undefined
  if (value && (walk.mode !== 'by' || isSaid)) {
    walk.at = next
    addValue(walk, value, columns)
    const goesOn = past(walk, walk.at + 1, 'and', 'or')
    const other = links[goesOn]
    if (
      goesOn > walk.at + 1 &&
      other?.kind === 'thing' &&
      other.columns.length === 0 &&
      other.values.some(({ column }) => columns.includes(column))
    ) {
      walk.at = goesOn
      addValue(walk, other, columns)
    }
    return true
  }
  if (link?.kind === 'number' && walk.mode !== 'by' && roleAt(walk, next - 1) !== 'where') {
    const numeric = columns.filter(
      (column) => isNumeric(column.type) && (isSaid || next === walk.at + 1 || roleAt(walk, next - 1) === 'filler'),
    )
    const column = numeric.length > 0 ? choose(walk, thing, numeric, 'where') : undefined
    if (!column) return false
    draft.filters = withFilter(draft.filters, compareFilter(column, walk.isNegated ? '!=' : '=', link.value))
    walk.isNegated = false
    walk.at = next
    return true
  }
  if (link && (link.kind === 'quoted' || (isSaid && link.kind === 'unknown'))) {
    const column = choose(
      walk,
      thing,
      fitting(columns, (other) => other.type === 'text'),
      'where',
    )
    if (column?.type !== 'text') return false
    let text = link.text
    walk.at = next
    while (link.kind === 'unknown' && links[walk.at + 1]?.kind === 'unknown') text = `${text} ${links[++walk.at]?.text ?? ''}`
    const filter = compareFilter(column, walk.isNegated ? '!=' : '=', text)
    draft.filters = withFilter(draft.filters, filter)
    walk.isNegated = false
    if (knowsAllValues(column)) {
      draft.doubts.push({ part: 'where', about: filter.label, why: `no ${calledOf(column)} is “${text}”` })
      if (link.kind === 'unknown') draft.unknown.push(text)
    }
    return true
  }
  return false
}

/** "more than 10 orders" speaks of a group's size. */
export function isOfGroups(walk: Walk, place: number): boolean {
  const { links } = walk
  const end = past(walk, place + 1, 'filler')
  const after = links[past(walk, end + 1, 'filler')]
  if (
    links[end]?.kind !== 'number' ||
    after?.kind !== 'thing' ||
    !after.isTable ||
    after.columns.some((column) => isNumeric(column.type))
  )
    return false
  if (!keepGroups(walk, { aggregate: 'count' }, place, after.text)) return false
  walk.at = links.indexOf(after)
  return true
}

/** Keeps the groups whose figure compares with the number that follows `place`; false where none does. */
function keepGroups({ draft, links }: Walk, picked: Picked, place: number, name: string): boolean {
  const link = links[place]
  const number = links.slice(place + 1).find(({ kind }) => kind === 'number')
  if (link?.kind !== 'role' || link.role.role !== 'compare' || link.role.operator === 'contains' || number?.kind !== 'number')
    return false
  const { operator } = link.role
  draft.having.push({ picked, filter: { operator, values: [number.value], label: `${name} ${link.text} ${number.value}` } })
  return true
}

/** `above average`, `over the average price`: a number of each row against the figure of all rows. */
function readFigure(walk: Walk, column: CatalogColumn, place: number): boolean {
  const { draft, links } = walk
  const link = links[place]
  const at = past(walk, place + 1, 'filler', 'is')
  const figure = links[at]
  if (link?.kind !== 'role' || link.role.role !== 'compare' || link.role.operator === 'contains') return false
  if (figure?.kind !== 'role' || figure.role.role !== 'aggregate' || figure.role.aggregate !== 'average') return false
  const { operator } = link.role
  const label = `${calledOf(column)} ${link.text} the average`
  draft.filters.push({ column: column.name, operator, values: [], figure: { aggregate: 'average', column: column.name }, label })
  const next = links[past(walk, at + 1, 'filler')]
  walk.at = next?.kind === 'thing' && next.columns.includes(column) ? links.indexOf(next) : at
  return true
}

/** Reads `over 100` or `between 5 and 10` that begins at `place`, on a column. */
export function readNumbers(walk: Walk, column: CatalogColumn, place: number): boolean {
  const { draft, links } = walk
  const link = links[place]
  if (link?.kind !== 'role') return false
  if (readFigure(walk, column, place)) return true
  if (link.role.role === 'between') {
    const [low, high] = [links[past(walk, place + 1, 'filler')], links[past(walk, place + 2, 'filler', 'and')]]
    if (low?.kind !== 'number' || high?.kind !== 'number') return false
    draft.filters.push(compareFilter(column, '>=', low.value), compareFilter(column, '<=', high.value))
    walk.at = links.indexOf(high)
    return true
  }
  if (link.role.role !== 'compare') return false
  const next = past(walk, place + 1, 'filler', 'is')
  const value = links[next]
  if (link.role.operator === 'contains') {
    if (!value || value.kind === 'role') return false
    draft.filters.push(compareFilter(column, 'contains', value.text))
    walk.at = next
    return true
  }
  if (
    value?.kind === 'thing' &&
    value.values.some((hit) => hit.column === column) &&
    (link.role.operator === '=' || link.role.operator === '!=')
  ) {
    walk.isNegated = link.role.operator === '!='
    walk.at = next
    addValue(walk, value, [column])
    return true
  }
  if ((value?.kind === 'quoted' || value?.kind === 'unknown') && link.role.operator === '=' && column.type === 'text') {
    draft.filters.push(compareFilter(column, '=', value.text))
    if (knowsAllValues(column))
      draft.doubts.push({ part: 'where', about: value.text, why: `no ${calledOf(column)} is “${value.text}”` })
    walk.at = next
    return true
  }
  if (value?.kind !== 'number' || !isNumeric(column.type)) return false
  draft.filters.push(compareFilter(column, walk.isNegated ? opposite[link.role.operator] : link.role.operator, value.value))
  walk.isNegated = false
  walk.at = next
  return true
}

/** `over 100 units`, `more than 10 orders`, `orders over 100`: the column comes later or is not said. */
export function readLooseComparison(walk: Walk): void {
  const { draft, links, table, pick } = walk
  const start = walk.at
  const isBetween = roleAt(walk, walk.at) === 'between'
  const end = isBetween ? past(walk, past(walk, walk.at + 1, 'filler') + 1, 'and', 'filler') : past(walk, walk.at + 1, 'filler')
  const after = links[past(walk, end + 1, 'filler')]
  const column = after?.kind === 'thing' ? after.columns.find((other) => isNumeric(other.type)) : undefined
  const averaged = links[past(walk, end + 1, 'filler')]
  if (roleAt(walk, end) === 'aggregate' && averaged?.kind === 'thing') {
    const numeric = averaged.columns.filter(isMeasure)
    const chosen = numeric.length > 0 ? choose(walk, averaged, numeric, 'where') : undefined
    if (chosen && readFigure(walk, chosen, start)) return
  }
  if (after?.kind === 'thing' && column) {
    const isRead = readNumbers(
      walk,
      choose(
        walk,
        after,
        after.columns.filter((other) => isNumeric(other.type)),
        'where',
      ) ?? column,
      start,
    )
    if (isRead) walk.at = links.indexOf(after)
    else draft.unknown.push(links[start]?.text ?? '')
    return
  }
  if (after?.kind === 'thing' && after.isTable && keepGroups(walk, { aggregate: 'count' }, start, after.text)) {
    walk.at = links.indexOf(after)
    return
  }
  const said = draft.selected.at(-1)
  if (said?.aggregate && said.column && links[end]?.kind === 'number' && draft.selected.length > 1 && !isBetween) {
    if (keepGroups(walk, said, start, `${said.aggregate === 'sum' ? 'total' : said.aggregate} ${calledOf(said.column)}`)) {
      draft.selected = draft.selected.slice(0, -1)
      walk.at = end
      return
    }
  }
  const last = draft.selected.findLast((picked) => picked.column && isMeasure(picked.column) && !picked.aggregate)?.column
  const numeric = last ? [last] : table.columns.filter((column) => isMeasure(column) && !column.isMetric && !column.isBorrowed)
  const chosen = pick('compared', numeric)
  if (chosen && readNumbers(walk, chosen, start)) {
    if (!last)
      draft.doubts.push({
        part: 'where',
        about: calledOf(chosen),
        why: `the question does not say which number is compared${numeric.length > 1 ? `: ${listed(numeric.map((other) => calledOf(other)))}` : ''}`,
      })
  } else draft.unknown.push(links[start]?.text ?? '')
}

export function readPeriod(walk: Walk, link: Extract<Link, { kind: 'period' }>): void {
  const { draft, links, table, pick } = walk
  const dates = table.columns.filter(isDate)
  const usual = datesOf(table)
  const years = link.period.year === undefined ? [] : table.columns.filter(isYear)
  const before = links.slice(0, walk.at).findLast((other) => other.kind !== 'role' || other.role.role === 'by')
  const named = before?.kind === 'thing' ? [...dates, ...years].filter((column) => before.columns.includes(column)) : []
  const options = named.length > 0 ? named : usual.length > 0 ? usual : years
  const column = pick('date', options)
  if (!column) {
    draft.refusals.push(`There is no date in this data, so I can't read “${link.text}”.`)
    return
  }
  if (named.length > 0) {
    draft.selected = draft.selected.filter((picked) => picked.column !== column || picked.aggregate)
  }
  const filter = periodFilter(column, link.period)
  const clash = draft.filters.find(
    (other) => other.column === column.name && other.operator === 'between' && filter.operator === 'between',
  )
  if (clash) draft.refusals.push('I can read one period at a time.')
  draft.filters.push(filter)
  if (options.length > 1)
    draft.doubts.push({
      part: 'period',
      why: `the period may be meant of ${listed(options.map((other) => calledOf(other)))}`,
    })
  if (link.period.isGuessed) draft.doubts.push({ part: 'period', why: `the year is not said; I took ${link.period.label}` })
  if (walk.isNegated) draft.refusals.push("I can't leave out a period.")
}

const opposite = { '=': '!=', '!=': '=', '<': '>=', '<=': '>', '>': '<=', '>=': '<', contains: 'contains' } as const
