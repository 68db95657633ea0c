import type { CatalogColumn, CatalogTable } from '../../../contract/catalog.ts'
import { isNumeric } from '../../../contract/column.ts'
import type { Aggregate, Cycle, Dimension, Grain, Measure, Plan } from '../../../contract/plan.ts'
import { additivity, datesOf, isCategory, isDate, isMeasure, isUnique } from './columns.ts'
import type { Draft, Pick, Picked } from './draft.ts'
import { pluralOf } from './lemma.ts'
import { nameColumn } from './name-column.ts'
import { calledOf, listed, nameWords, spokenName } from './tokens.ts'

const spoken: Readonly<Record<Aggregate, string>> = {
  count: 'number of',
  'count-distinct': 'number of different',
  sum: 'total',
  average: 'average',
  min: 'lowest',
  max: 'highest',
}

export function measureOf(aggregate: Aggregate, column: CatalogColumn | undefined, table: CatalogTable): Measure {
  if (!column) return { aggregate: 'count', label: `number of ${rowWord(table)}` }
  if (column.isMetric) {
    const figure = aggregate === 'count' || aggregate === 'count-distinct' ? 'sum' : aggregate
    const called = calledOf(column)
    return { aggregate: figure, metric: column.name, label: figure === 'sum' ? called : `${spoken[figure]} ${called}` }
  }
  const name = calledOf(column)
  const isSaid = aggregate === 'sum' && nameWords(column.name).includes('total')
  const timed = isDate(column) ? { min: 'earliest', max: 'latest' }[aggregate as 'min' | 'max'] : undefined
  if (aggregate === 'count-distinct') return { aggregate, column: column.name, label: `number of different ${pluralOf(name)}` }
  return { aggregate, column: column.name, label: isSaid ? name : `${timed ?? spoken[aggregate]} ${name}` }
}

/** What one row is called: the table's label where it is a plural word, else "rows". */
export const rowWord = (table: CatalogTable): string => {
  const word = spokenName(table.label || table.name)
  return /^[\p{L} ]+s$/u.test(word) ? word : 'rows'
}

export const dimensionOf = (column: CatalogColumn, grain?: Grain): Dimension =>
  grain ? { column: column.name, grain, label: grain } : { column: column.name, label: calledOf(column) }

const cycleNames: Readonly<Record<Cycle, string>> = {
  weekday: 'weekday',
  month: 'month of the year',
  quarter: 'quarter of the year',
}
export const cycleOf = ({ name }: CatalogColumn, cycle: Cycle): Dimension => ({ column: name, cycle, label: cycleNames[cycle] })

/** Turns what the clauses say into one plan, or says nothing where they come to nothing. Notes new doubts in the draft. */
export function buildPlan(draft: Draft, table: CatalogTable, pick: Pick): Plan | undefined {
  const plan: Plan = {
    version: 1,
    table: table.name,
    measures: [],
    dimensions: dimensionsOf(draft, table, pick),
    columns: [],
    filters: draft.filters,
    order: [],
  }
  if (draft.chart) plan.chart = draft.chart
  const aggregates = draft.selected.filter((picked) => picked.aggregate)
  const plain = draft.selected.flatMap((picked) => (picked.column && !picked.aggregate ? [picked.column] : []))
  const isGrouped = plan.dimensions.length > 0

  const addMeasure = ({ aggregate, column }: Picked): Measure => {
    const measure = measureOf(aggregate ?? (column ? defaultAggregate(draft, column, pick) : 'count'), column, table)
    const known = plan.measures.find(({ label }) => label === measure.label)
    if (!known) plan.measures.push(measure)
    return known ?? measure
  }
  const addDimension = (column: CatalogColumn): void => {
    if (!plan.dimensions.some((dimension) => dimension.column === column.name))
      plan.dimensions.push(dimensionOf(column, isDate(column) ? 'day' : undefined))
  }

  const inTotal = totalled(draft, plan, plain, table)
  if (draft.having.length + inTotal.length > 0) {
    for (const column of plain) if (!isMeasure(column)) addDimension(column)
    if (plan.dimensions.length === 0) {
      draft.refusals.push('The question does not say whose rows are counted or added up.')
      return undefined
    }
    for (const picked of aggregates) addMeasure(picked)
    plan.filters = plan.filters.filter((filter) => !inTotal.some((other) => other.of === filter))
    plan.having = [...draft.having, ...inTotal].map(({ picked, filter }) => ({ ...filter, column: addMeasure(picked).label }))
    if (draft.rank) {
      draft.refusals.push('I can rank groups or keep them by a figure, one at a time.')
      return undefined
    }
  } else if (draft.rank) {
    if (!buildRanking(draft, plan, plain, aggregates, table, pick, addMeasure, addDimension)) return undefined
  } else if (aggregates.length > 0) {
    for (const picked of aggregates) addMeasure(picked)
    for (const column of plain)
      if (isMeasure(column)) addMeasure({ column })
      else addDimension(column)
  } else if (isGrouped) {
    for (const column of plain) {
      if (isMeasure(column)) addMeasure({ column })
      else if (plain.length === 1) {
        addMeasure({ aggregate: 'count-distinct', column })
        draft.doubts.push({ part: 'measure', why: `I count the different ${calledOf(column)}` })
      } else addDimension(column)
    }
    if (plan.measures.length === 0) {
      addMeasure({ aggregate: 'count' })
      if (!draft.isEntityNamed && draft.filters.length === 0)
        draft.doubts.push({ part: 'measure', why: 'the question does not say what to count or add up' })
    }
  } else if (plain.length > 0) {
    const [only] = plain
    if (plain.length === 1 && only && isMeasure(only) && additivity(only) === 'yes' && !(draft.isList && draft.isEntityNamed))
      addMeasure({ aggregate: 'sum', column: only })
    else if (
      plain.every((column) => !isMeasure(column)) &&
      (draft.isDistinct || (plain.length === 1 && only && isCategory(only, table)))
    )
      for (const column of plain) addDimension(column)
    else plan.columns = [...new Set(plain.map(({ name }) => name))]
  } else if (isFragmentOfTime(draft, plan)) {
    addMeasure({ aggregate: 'count' })
  } else if (!draft.isEntityNamed) {
    if (draft.filters.length === 0) return undefined
    draft.doubts.push({ part: 'from', why: 'the question does not say what to show; I list the rows' })
  }
  if (draft.isDistinct && plan.columns.length > 0)
    draft.doubts.push({ part: 'by', why: 'I can list different values of text columns only' })
  for (const { picked, descending } of draft.order)
    plan.order.push({ by: orderName(picked, plan, table, draft, addMeasure), descending })
  return plan
}

/** "Orders last month" asks how many there were; "show" and "which" ask for the rows. */
const isFragmentOfTime = ({ isEntityNamed, isList, asksWhich, isDistinct, order }: Draft, { filters }: Plan): boolean =>
  isEntityNamed &&
  !isList &&
  !asksWhich &&
  !isDistinct &&
  order.length === 0 &&
  filters.some(({ operator }) => operator === 'between') &&
  filters.every(({ operator }) => operator === 'between' || operator === '=')

/** "Products with revenue over 1000", where a product has many rows: what all its rows come to may be meant, and that is asked. */
function totalled(draft: Draft, plan: Plan, plain: readonly CatalogColumn[], table: CatalogTable) {
  const [subject] = plain
  const isOfThings =
    plain.length === 1 &&
    subject !== undefined &&
    isCategory(subject, table) &&
    (subject.distinctCount ?? table.rowCount) <= table.rowCount / 2 &&
    plan.dimensions.length === 0
  if (!isOfThings || draft.rank || draft.isEntityNamed || draft.selected.some(({ aggregate }) => aggregate)) return []
  return draft.filters.flatMap((filter) => {
    const column = table.columns.find(({ name }) => name === filter.column)
    const isCompared = ['<', '<=', '>', '>='].includes(filter.operator) && filter.figure === undefined
    if (!column || !isCompared || !isMeasure(column) || additivity(column) !== 'yes') return []
    draft.doubts.push({
      part: 'where',
      about: filter.label,
      why: `I add up ${calledOf(column)} for each ${calledOf(subject)}; single rows may be meant`,
    })
    return [{ of: filter, picked: { aggregate: 'sum' as const, column }, filter: { ...filter, label: `total ${filter.label}` } }]
  })
}

function buildRanking(
  draft: Draft,
  plan: Plan,
  plain: readonly CatalogColumn[],
  aggregates: readonly Picked[],
  table: CatalogTable,
  pick: Pick,
  addMeasure: (picked: Picked) => Measure,
  addDimension: (column: CatalogColumn) => void,
): boolean {
  const { rank } = draft
  if (!rank) return false
  const subjects = plain.filter((column) => !isMeasure(column))
  const numbers = plain.filter(isMeasure)
  let by: Picked | undefined =
    rank.by ?? aggregates[0] ?? (numbers[0] && (rank.isTop || rank.limit !== undefined) ? { column: numbers[0] } : undefined)
  if (rank.isTime && !by) {
    const dates = datesOf(table)
    const column = pick('date', dates)
    if (!column) return false
    if (dates.length > 1) draft.doubts.push({ part: 'order', why: `there is ${listed(dates.map(calledOf))}` })
    by = { column }
  }
  if (!by && draft.order.length > 0) {
    const [first] = draft.order
    by = first && first.picked !== 'first' ? first.picked : undefined
    draft.order = []
  }
  if (!by && (subjects.length > 0 || plan.dimensions.length > 0)) {
    by = { aggregate: 'count' }
    if (!(rank.isCount && !rank.isTop))
      draft.doubts.push({ part: 'order', why: 'the question does not say by what to rank; I count rows' })
  }
  if (!by && draft.isEntityNamed && rank.isTop && rank.limit !== undefined && Number.isInteger(rank.limit) && rank.limit > 0) {
    draft.doubts.push({ part: 'top', why: 'the question does not say by what to rank; I take the first rows as they come' })
    plan.limit = rank.limit
    return true
  }
  if (!by) return false
  const rest = aggregates.filter((picked) => picked !== by)
  const isOwnName = ({ name, distinctCount = 0 }: CatalogColumn): boolean =>
    draft.isEntityNamed && name === nameColumn(table)?.column.name && distinctCount >= table.rowCount / 2
  const isRepeated =
    subjects.some((column) => !isUnique(column, table)) &&
    !subjects.some((column) => isUnique(column, table) || isOwnName(column))
  const hasSubject = subjects.length > 0 || draft.isEntityNamed
  const isGrouped =
    (by.aggregate !== undefined && (subjects.length > 0 || plan.dimensions.length > 0)) ||
    (isRepeated && !(by.column && isDate(by.column))) ||
    (plan.dimensions.length > 0 && !rank.isTop && hasSubject && subjects.length > 0)
  const limit = rank.limit ?? (rank.isTop ? 10 : 1)
  if (!Number.isInteger(limit) || limit < 1) return false
  if (rank.isTop && rank.limit === undefined)
    draft.doubts.push({ part: 'top', why: 'the question does not say how many; I show ten' })

  if (isGrouped || (plan.dimensions.length > 0 && rank.isTop) || draft.by.some(({ isAsked }) => isAsked)) {
    for (const column of subjects) addDimension(column)
    const isExtreme = by.column && !by.aggregate && additivity(by.column) !== 'yes' && rank.limit === undefined && !rank.isTop
    const measure = addMeasure(isExtreme && by.column ? { aggregate: rank.descending ? 'max' : 'min', column: by.column } : by)
    for (const picked of rest) addMeasure(picked)
    plan.order = [{ by: measure.label, descending: rank.descending }]
    plan.limit = limit
    return true
  }
  if (by.aggregate) {
    if (draft.isEntityNamed && by.aggregate !== 'count') return false
    return false
  }
  if (!by.column) return false
  if (!hasSubject && rank.limit === undefined && !rank.isTop && numbers.every((column) => column === by?.column)) {
    addMeasure({ aggregate: rank.descending ? 'max' : 'min', column: by.column })
    for (const picked of rest) addMeasure(picked)
    return true
  }
  const named = [...subjects, ...numbers.filter((column) => column !== by?.column)]
  plan.columns = draft.isEntityNamed && named.length === 0 ? [] : [...new Set([...named, by.column].map(({ name }) => name))]
  plan.order = [{ by: by.column.name, descending: rank.descending }]
  plan.limit = limit
  return true
}

/** Amounts are added up. Prices and rates are averaged, and that is said as a doubt, since nobody asked for it. */
function defaultAggregate(draft: Draft, column: CatalogColumn, pick: Pick): Aggregate {
  const kind = additivity(column)
  if (kind === 'yes') return 'sum'
  if (!isNumeric(column.type)) return 'count-distinct'
  const chosen =
    pick<Aggregate>(`aggregate ${column.name}`, kind === 'no' ? ['average', 'max', 'min'] : ['sum', 'average']) ?? 'average'
  draft.doubts.push({
    part: 'measure',
    about: calledOf(column),
    why: `the question does not say whether ${calledOf(column)} is added up or averaged`,
  })
  return chosen
}

function dimensionsOf(draft: Draft, table: CatalogTable, pick: Pick): Dimension[] {
  const dimensions: Dimension[] = []
  const isGrainSaid = draft.by.some(({ grain, column }) => grain !== undefined && grain !== 'fitting' && !column)
  for (const { column, grain, cycle } of draft.by) {
    if (grain === 'fitting' && isGrainSaid) continue
    const named = draft.selected
      .filter((picked) => picked.column && isDate(picked.column) && !picked.aggregate)
      .flatMap((picked) => picked.column ?? [])
    const dates = named.length > 0 ? named : datesOf(table)
    const chosen = column ?? pick('date', dates)
    if (!chosen) {
      const stored = table.columns.find((other) => other.name.toLowerCase() === (grain ?? cycle))
      if (stored) dimensions.push(dimensionOf(stored))
      else draft.refusals.push('There is no date column in this data to group by time.')
      continue
    }
    if (!column && dates.length > 1)
      draft.doubts.push({ part: 'by', why: `the time may be meant of ${listed(dates.map(calledOf))}` })
    const dimension = cycle ? cycleOf(chosen, cycle) : dimensionOf(chosen, grain === 'fitting' ? fittingGrain(chosen) : grain)
    if (!dimensions.some((other) => other.column === dimension.column && other.label === dimension.label))
      dimensions.push(dimension)
  }
  return dimensions
}

/** Days for two months of data, weeks for half a year, months for five years, else years. */
function fittingGrain({ min, max }: CatalogColumn): Grain {
  const days = (Date.parse(String(max)) - Date.parse(String(min))) / 86_400_000
  if (Number.isNaN(days)) return 'month'
  return days <= 62 ? 'day' : days <= 183 ? 'week' : days <= 1830 ? 'month' : 'year'
}

function orderName(
  picked: Picked | 'first',
  plan: Plan,
  table: CatalogTable,
  draft: Draft,
  addMeasure: (picked: Picked) => Measure,
): string {
  if (picked === 'first') {
    const first =
      plan.measures[0]?.label ??
      plan.dimensions[0]?.label ??
      plan.columns.find((name) => table.columns.some((column) => column.name === name && column.type === 'text')) ??
      plan.columns[0]
    if (first) return first
    draft.doubts.push({ part: 'order', why: 'the question does not say what to sort by' })
    return table.columns[0]?.name ?? ''
  }
  const { column } = picked
  const isSummed = plan.measures.length > 0 || plan.dimensions.length > 0
  if (!column || !isSummed) return column ? column.name : addMeasure(picked).label
  const dimension = plan.dimensions.find((other) => other.column === column.name)
  if (dimension) return dimension.label
  if (!isMeasure(column) && !plan.measures.some((measure) => measure.column === column.name))
    draft.doubts.push({ part: 'order', why: `${calledOf(column)} is not in the answer to sort by` })
  return plan.measures.find((measure) => measure.column === column.name)?.label ?? addMeasure(picked).label
}
