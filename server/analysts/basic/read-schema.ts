import type { Catalog } from '../../../contract/catalog.ts'
import type { OwnedColumn } from './column-name.ts'
import { additivity, isDate, isMeasure } from './columns.ts'
import { nameColumn } from './name-column.ts'
import { readCondition } from './read-conditions.ts'
import { readExtreme } from './read-extreme.ts'
import { readAbsent, readLoneValue, readLooseComparison, readPart } from './read-loose-conditions.ts'
import { isOfTime, readTime } from './read-time.ts'
import { schemaItems } from './schema-items.ts'
import { actAt, columnAt, pastActs, type SchemaWalk, startSchemaWalk, tableAt } from './schema-walk.ts'
import { schemaWords } from './schema-words.ts'
import type { Figure, Sketch } from './sketch.ts'
import { calledOf, nameWords, tokenise } from './tokens.ts'

/** Reads a question on several tables clause by clause. Words that stay unknown are listed in the sketch. */
export function readSchema(text: string, catalog: Catalog, now: Date): Sketch {
  const walk = startSchemaWalk(schemaItems(tokenise(written(text, catalog)), catalog, now), catalog)
  const passed: string[] = []
  for (; walk.at < walk.items.length; walk.at++) {
    const item = walk.items[walk.at]
    if (!item) continue
    if (item.act?.act === 'filler' && !isLittle(item.text)) passed.push(item.text)
    if (item.act) readAct(walk)
    else if (item.columns.length + item.tables.length + item.values.length > 0) readName(walk)
    else if (item.parts.length > 0) readPart(walk)
    else if (item.number !== undefined || item.literal !== undefined || item.period) readLoneValue(walk)
    else walk.sketch.unknown.push(item.text)
  }
  finish(walk)
  walk.sketch.passed = passed.filter((text) => !isOfTime(text, walk.sketch)).length
  return walk.sketch
}

/** Words that only hold a sentence together. */
const isLittle = (text: string): boolean =>
  /^(?:an?|the|there|do|does|did|have|has|had|be|been|all|any|some|me|i|we|us|our|my|you|your|can|could|would|please|th(?:is|ese|ose|eir|em|ey)|its?|h(?:is|er|e)|she|so|now|then|also|values?|as|along|respective(?:ly)?|corresponding|s|of all|for all|across all|all the|of all the|each of|in the database|in total|who|records?|named?|called|into|about|will|exist)$/i.test(
    text,
  )

/** Writes out what a phrase leaves to the reader: "first and last names". */
const written = (text: string, { tables }: Catalog): string => {
  const hasParts = tables.some((table) => schemaWords(table).columns.has('lastname'))
  if (!hasParts) return text
  return text
    .replace(/\b(first|last|middle) and (first|last) names?\b/gi, '$1 name and $2 name')
    .replace(/\b(first|middle), (middle|first) and last names?\b/gi, '$1 name, $2 name and last name')
    .replace(/\b(?:full|whole) names?\b/gi, 'first name and last name')
}

function readAct(walk: SchemaWalk): void {
  const { sketch, at } = walk
  const act = walk.items[at]?.act
  if (!act) return
  switch (act.act) {
    case 'aggregate':
      if (
        (act.aggregate === 'max' || act.aggregate === 'min') &&
        walk.clause === 'where' &&
        sketch.selected.some(({ aggregate }) => !aggregate)
      )
        return readExtreme(walk, { act: 'extreme', descending: act.aggregate === 'max' })
      if (walk.clause === 'group' && walk.pending.length === 0) walk.clause = 'select'
      if (!walk.pending.includes(act.aggregate)) walk.pending.push(act.aggregate)
      if (walk.pending.includes('count') && walk.pending.includes('sum') && actAt(walk, at - 1) === 'aggregate')
        walk.pending = walk.pending.filter((aggregate) => aggregate !== 'sum')
      return
    case 'ask':
      if (at > 0 && walk.clause !== 'where') walk.clause = 'select'
      else if (walk.clause === 'where' && /^(show|list|give|find|return|what|display)/i.test(walk.items[at]?.text ?? ''))
        walk.clause = 'select'
      return
    case 'where':
      if (at === 0 && /^(when|where)$/i.test(walk.items[at]?.text ?? '')) sketch.unknown.push(walk.items[at]?.text ?? '')
      if (sketch.selected.length + sketch.mentioned.size === 0) return
      if (sketch.selected.length === 0 && walk.pending.length === 0 && !hasTableBefore(walk, at)) return
      if (walk.clause !== 'order' || at > 0) walk.clause = 'where'
      return
    case 'each':
      walk.clause = 'group'
      if (/each|every|different/i.test(walk.items[at]?.text ?? '')) sketch.isEach = true
      else sketch.isGroupFirst = true
      return
    case 'by':
      if (sketch.limit !== undefined && sketch.orders.length === 0) walk.direction ??= true
      if (actAt(walk, 0) === 'order' || (sketch.limit !== undefined && sketch.orders.length === 0)) {
        walk.clause = 'order'
        return
      }
      if (/(ed|en|made)$/.test(walk.items[at - 1]?.text ?? '')) return
      if (sketch.selected.some(({ aggregate }) => aggregate)) sketch.isGroupFirst = true
      walk.clause = sketch.selected.some(({ aggregate }) => aggregate)
        ? 'group'
        : walk.clause === 'select'
          ? 'where'
          : walk.clause
      return
    case 'time':
      return readTime(walk, act.step)
    case 'order':
      if (at > 0 || /\bby$/i.test(walk.items[at]?.text ?? '')) walk.clause = 'order'
      return
    case 'direction': {
      const last = sketch.orders.at(-1)
      const next = pastActs(walk, at + 1, 'filler', 'of', 'by')
      const isFollowed = walk.items[next] !== undefined && !walk.items[next]?.act
      if (walk.clause === 'order' && last && (!isFollowed || walk.items[at]?.isAfterComma)) {
        sketch.orders = [...sketch.orders.slice(0, -1), { ...last, descending: act.descending }]
        walk.direction = act.descending
      } else walk.direction = act.descending
      walk.clause = 'order'
      return
    }
    case 'extreme':
      return readExtreme(walk, act)
    case 'top': {
      const next = walk.items[at + 1]
      if (next?.number === undefined) {
        walk.sketch.unknown.push(walk.items[at]?.text ?? '')
        return
      }
      walk.at++
      const column = walk.clause === 'where' ? columnAt(walk, at + 2, isRankable) : undefined
      if (column && isRankable(column)) {
        sketch.orders.push({ figure: { column }, descending: true })
        walk.at = at + 2
      } else if (actAt(walk, at + 2) === 'extreme') {
        const extreme = walk.items[at + 2]?.act
        walk.at = at + 2
        if (extreme?.act === 'extreme') readExtreme(walk, extreme)
      }
      sketch.limit = next.number
      return
    }
    case 'compare':
    case 'between':
    case 'average':
      return readLooseComparison(walk)
    case 'not':
      walk.isNegated = true
      return
    case 'without':
      return readAbsent(walk)
    case 'or':
      walk.isEither = true
      return
    case 'both':
      walk.isBoth = true
      return
    case 'distinct':
      walk.isDistinctNext = true
      return
    case 'everything':
      sketch.isEverything = true
      return
    case 'unsupported':
    case 'null':
      sketch.unknown.push(walk.items[at]?.text ?? '')
      return
    case 'filler':
    case 'is':
    case 'of':
    case 'and':
      return
  }
}

const isRankable = ({ column }: OwnedColumn): boolean => isMeasure(column)

const hasTableBefore = ({ mentions }: SchemaWalk, at: number): boolean => [...mentions.tables.keys()].some((place) => place < at)

function readName(walk: SchemaWalk): void {
  const { items, at } = walk
  const item = items[at]
  if (!item) return
  const table = tableAt(walk, at)
  const [column] = item.columns
  const best = Math.max(column?.coverage ?? 0, table ? 1 : 0)
  if (item.values.length > 0 && best < 0.65) return readLoneValue(walk)
  if (item.columns.length > 0 && (!table || walk.clause !== 'select') && readCondition(walk)) return
  if (item.values.length > 0 && walk.clause === 'where' && best < 1) return readLoneValue(walk)
  if (table && !prefersColumn(walk)) return readTable(walk)
  const shown = walk.clause === 'group' ? shownOf(walk, item.columns) : undefined
  const found = shown ?? columnAt(walk, at)
  if (!found) return table ? readTable(walk) : undefined
  readColumn(walk, found)
}

/** "Card type codes and the number of cards in each type": what is shown already is what is grouped by. */
const shownOf = ({ sketch }: SchemaWalk, columns: readonly OwnedColumn[]): OwnedColumn | undefined =>
  sketch.selected.find(({ column, aggregate }) => !aggregate && columns.some((hit) => hit.column === column?.column))?.column

/** "department" may be a table and a column of the table in question. */
function prefersColumn(walk: SchemaWalk): boolean {
  const { items, at, mentions, clause } = walk
  const item = items[at]
  const own = item?.columns.find(({ table, coverage }) => table === mentions.main && coverage === 1)
  if (!own) return false
  return clause === 'group' || clause === 'order' || (clause === 'select' && tableAt(walk, at) !== mentions.main)
}

function readTable(walk: SchemaWalk): void {
  const { sketch, pending } = walk
  const table = tableAt(walk, walk.at)
  if (!table) return
  if (walk.isDistinctNext && pending.length === 0 && !nextIsColumnOf(walk)) {
    sketch.isDistinct = true
    walk.isDistinctNext = false
  }
  if (pending.length > 0) {
    if (nextIsColumnOf(walk)) return
    const amounts = pending.includes('count')
      ? []
      : table.columns.filter((column) => isMeasure(column) && additivity(column) === 'yes')
    const [amount] = amounts
    const [aggregate] = pending
    const figure: Figure = amount && aggregate ? { aggregate, column: { table, column: amount } } : { aggregate: 'count', table }
    if (!pending.includes('count') && amounts.length !== 1)
      sketch.doubts.push({ part: 'measure', why: `the question does not say which number of ${table.label} is meant` })
    walk.pending = []
    if (walk.clause === 'order') sketch.orders.push({ figure, descending: takeSchemaDirection(walk) })
    else if (walk.clause === 'where' && sketch.selected.length > 0) walk.subject = figure
    else sketch.selected.push(figure)
    return
  }
  if (walk.clause === 'group') {
    if (nextIsColumnOf(walk)) return
    const last = sketch.groups.at(-1)
    if (actAt(walk, walk.at - 1) === 'of' && last && 'column' in last && last.table === table) return
    if (sketch.selected.length === 0) sketch.isGroupFirst = true
    sketch.groups.push(table)
  } else if (walk.clause === 'where') {
    if (table !== sketch.main && !walk.absent) sketch.required.add(table)
  } else if (walk.clause === 'select' && sketch.selected.length > 0 && isListed(walk) && !nextIsColumnOf(walk)) {
    const last = sketch.selected.at(-1)
    const name = nameColumn(table)
    const isName = last?.column !== undefined && !last.aggregate && last.column.column === nameColumn(last.column.table)?.column
    if (name && isName && last.column?.table !== table) sketch.selected.push({ column: name })
    else sketch.doubts.push({ part: 'measure', why: `I don't know what of ${table.label} is to be shown` })
  }
}

/** After "and", a comma or a new verb. */
function isListed({ items, at }: SchemaWalk): boolean {
  const before = items.slice(0, at).findLast((item) => !/^(?:corresponding|respective|related|associated|all)$/i.test(item.text))
  const isJoined = before?.act?.act === 'and' || before?.act?.act === 'ask'
  return isJoined || items[at]?.isAfterComma === true || before?.isAfterComma === true
}

/** "student names": the table only says whose. */
function nextIsColumnOf(walk: SchemaWalk): boolean {
  const next = walk.items[walk.at + 1]
  const table = tableAt(walk, walk.at)
  return (
    next !== undefined &&
    !next.isAfterComma &&
    tableAt(walk, walk.at + 1) === undefined &&
    next.columns.some((hit) => hit.table === table)
  )
}

function readColumn(walk: SchemaWalk, found: OwnedColumn): void {
  const { sketch, pending } = walk
  const isNumber = isMeasure(found.column)
  if (walk.clause === 'group' && pending.length === 0) {
    if (sketch.selected.length === 0) sketch.isGroupFirst = true
    const [last, said] = [sketch.groups.at(-1), walk.items[walk.at - 1]]
    if (said && !said.act && !walk.items[walk.at]?.isAfterComma && said.columns.some((hit) => hit.column === columnOf(last)))
      sketch.doubts.push({ part: 'by', why: `I read “${said.text} ${walk.items[walk.at]?.text ?? ''}” as two columns` })
    sketch.groups.push(found)
    return
  }
  if (walk.clause === 'order') {
    const aggregate = isNumber ? pending.find((one) => one !== 'count') : pending[0]
    walk.pending = []
    sketch.orders.push({ figure: { column: found, ...(aggregate ? { aggregate } : {}) }, descending: takeSchemaDirection(walk) })
    return
  }
  if (
    walk.clause === 'where' &&
    sketch.selected.length > 0 &&
    !(actAt(walk, walk.at - 1) === 'and' && sketch.filters.length === 0 && false)
  ) {
    const [aggregate] = pending
    walk.pending = []
    walk.subject = { column: found, ...(aggregate ? { aggregate } : {}) }
    return
  }
  if (pending.length > 0) {
    if (pending.includes('count') && isNumber)
      sketch.doubts.push({
        part: 'measure',
        why: `the question does not say whether ${calledOf(found.column)} is added up`,
      })
    for (const aggregate of pending)
      sketch.selected.push(
        aggregate !== 'count'
          ? { aggregate, column: found }
          : isNumber
            ? { column: found }
            : { aggregate: 'count-distinct', column: found },
      )
    walk.spread = pending.filter((aggregate) => aggregate !== 'count')
    walk.pending = []
    walk.isDistinctNext = false
    return
  }
  if (walk.spread.length > 0 && (actAt(walk, walk.at - 1) === 'and' || walk.items[walk.at]?.isAfterComma) && isNumber) {
    for (const aggregate of walk.spread) sketch.selected.push({ aggregate, column: found })
    return
  }
  if (
    sketch.selected.length > 0 &&
    sketch.selected.every(({ aggregate }) => aggregate) &&
    !isListed(walk) &&
    !walk.isDistinctNext
  ) {
    walk.mentions.used.add(found.table)
    return
  }
  const before = walk.items[walk.at - 1]
  const isOwner =
    before?.act?.act === 'of' ||
    (before?.act?.act === 'filler' && (/^(?:of|for) all\b/i.test(before.text) || actAt(walk, walk.at - 2) === 'of'))
  if (sketch.selected.length > 0 && isOwner) {
    walk.mentions.used.add(found.table)
    return
  }
  if (walk.isDistinctNext) sketch.isDistinct = true
  walk.isDistinctNext = false
  const beside = before && !before.act && !walk.items[walk.at]?.isAfterComma ? sketch.selected.at(-1)?.column : undefined
  if (beside && before?.columns.some(({ column }) => column === beside.column) && tableAt(walk, walk.at - 1) === undefined)
    sketch.doubts.push({ part: 'measure', why: `I read “${before.text} ${walk.items[walk.at]?.text ?? ''}” as two columns` })
  if (!sketch.selected.some(({ column, aggregate }) => !aggregate && column?.column === found.column))
    sketch.selected.push({ column: found })
}

const columnOf = (group: Sketch['groups'][number] | undefined) => (group && 'column' in group ? group.column : undefined)

export function takeSchemaDirection(walk: SchemaWalk): boolean {
  return walk.direction ?? false
}

function finish(walk: SchemaWalk): void {
  const { sketch, pending } = walk
  if (
    sketch.selected.length === 0 &&
    pending.length === 0 &&
    sketch.groups.length > 0 &&
    sketch.main &&
    sketch.orders.length === 0
  ) {
    sketch.selected.push({ aggregate: 'count', table: sketch.main })
    sketch.isGroupFirst = true
  }
  if (pending.length > 0) {
    if (pending.includes('count') && sketch.main) sketch.selected.push({ aggregate: 'count', table: sketch.main })
    else sketch.unknown.push(pending.join(' '))
  }
  if ((walk.clause === 'order' || walk.direction !== undefined) && sketch.orders.length === 0)
    sketch.orders.push({ figure: rankedFigure(walk) ?? 'first', descending: walk.direction ?? false })
  if (walk.isNegated) sketch.unknown.push('not')
  const left = walk.subject?.column
  const isUsed = [...sketch.filters, ...sketch.absent.flatMap(({ filters }) => filters)].some(
    ({ of }) => of.column === left?.column,
  )
  const isShown = [...sketch.selected, ...sketch.having.map(({ figure }) => figure)].some(
    ({ column }) => column?.column === left?.column,
  )
  if (left && !isUsed && !isShown && !sketch.both)
    sketch.doubts.push({
      part: 'where',
      about: calledOf(left.column),
      why: `I don't know what ${calledOf(left.column)} is to do here`,
    })
  if (isAged(walk))
    sketch.orders = sketch.orders.map((order) =>
      order.figure !== 'first' && order.figure.column && isBorn(order.figure.column)
        ? { ...order, descending: !order.descending }
        : order,
    )
}

/** "From lowest to highest" speaks of the number that is shown. */
function rankedFigure({ items, sketch }: SchemaWalk): Figure | undefined {
  const isOfNumbers = items.some(({ act, text }) => act?.act === 'direction' && /\b(?:low|high|small|large)/i.test(text))
  return isOfNumbers
    ? sketch.selected.findLast(({ column, aggregate }) => aggregate || (column && isMeasure(column.column)))
    : undefined
}

const isBorn = ({ column }: OwnedColumn): boolean =>
  isDate(column) || nameWords(column.name).some((word) => /^(?:birth|born|birthday)$/.test(word))

/** Who is born later is younger. */
const isAged = ({ items }: SchemaWalk): boolean =>
  items.some(({ act, text }) => act?.act === 'direction' && /\b(?:old|young)/i.test(text) && !/recent|new/i.test(text))
