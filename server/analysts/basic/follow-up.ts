import type { CatalogTable } from '../../../contract/catalog.ts'
import type { Filter, Plan } from '../../../contract/plan.ts'
import { cycleOf, dimensionOf, measureOf } from './build-plan.ts'
import { additivity, datesOf, isMeasure } from './columns.ts'
import type { Draft, Pick } from './draft.ts'
import { withFilter } from './filters.ts'

/** Whether the words stand for nothing alone: no measure, no things to list, only an edit of what went before. */
export const isEdit = (draft: Draft): boolean => {
  const hasMeasure = draft.selected.some(({ column, aggregate }) => aggregate || (column && isMeasure(column)))
  if (isLoose(draft)) return true
  const isNarrowing = draft.edits.has('only') && draft.filters.length > 0 && draft.by.length + draft.selected.length === 0
  if (isNarrowing && !draft.rank && !draft.isList && !draft.asksWhich) return true
  if (draft.isEntityNamed || draft.rank?.by || (draft.asksWhich && draft.edits.size === 0)) return false
  if (hasMeasure) return draft.edits.has('about') || draft.edits.has('also')
  if (draft.isList && !draft.chart && draft.filters.length === 0 && draft.by.length === 0) return false
  if (draft.selected.length > 0) return draft.edits.size > 0 || (draft.rank !== undefined && draft.filters.length === 0)
  return draft.by.length + draft.filters.length + draft.order.length > 0 || draft.chart !== undefined || draft.rank !== undefined
}

/** "average instead": one figure, and nothing that it speaks of. */
const isLoose = (draft: Draft): boolean =>
  draft.loose.length === 1 &&
  draft.selected.length === 1 &&
  !draft.isEntityNamed &&
  !draft.rank &&
  !draft.chart &&
  draft.by.length + draft.filters.length + draft.order.length === 0

/** The last plan with another figure of its one measured column. Leaves alone what would add up prices and rates. */
function editFigure(last: Plan, draft: Draft, table: CatalogTable): Plan | undefined {
  const [measure, ...others] = last.measures
  const column = table.columns.find(({ name }) => name === measure?.column)
  const [aggregate] = draft.loose
  if (!measure || !aggregate || others.length > 0 || !column || !isMeasure(column)) return undefined
  if (aggregate === 'sum' && additivity(column) === 'no') return undefined
  const changed = measureOf(aggregate, column, table)
  draft.doubts = []
  const order = last.order.map((one) => (one.by === measure.label ? { ...one, by: changed.label } : one))
  return { ...last, measures: [changed], order }
}

/** The last plan with a further question's words worked into it; nothing where the words do not fit it. */
export function editPlan(last: Plan, draft: Draft, built: Plan | undefined, table: CatalogTable, pick: Pick): Plan | undefined {
  if (isLoose(draft)) return editFigure(last, draft, table)
  const plan: Plan = { ...last }
  const isListing = last.measures.length === 0 && last.dimensions.length === 0
  const added = draft.by.flatMap(({ column, grain, cycle }) => {
    const timeOfLast = last.dimensions.find((dimension) => dimension.grain ?? dimension.cycle)?.column
    const dates = datesOf(table)
    const chosen = column ?? dates.find(({ name }) => name === timeOfLast) ?? pick('date', dates)
    if (!chosen) return []
    if (cycle) return [cycleOf(chosen, cycle)]
    const fitting = built?.dimensions.find((dimension) => dimension.column === chosen.name)?.grain
    return [dimensionOf(chosen, grain === 'fitting' ? (fitting ?? 'month') : grain)]
  })
  if (added.length < draft.by.length) return undefined
  if (added.length > 0) {
    const isTime = added.some(({ grain, cycle }) => grain ?? cycle)
    const kept = last.dimensions.filter(
      (old) => !added.some((one) => one.column === old.column) && (old.grain || isTime || draft.edits.has('also')),
    )
    plan.dimensions = [...kept, ...added]
    if (isListing) {
      plan.measures = [measureOf('count', undefined, table)]
      plan.columns = []
    }
    plan.order = plan.order.filter(({ by }) => [...plan.measures, ...plan.dimensions].some(({ label }) => label === by))
  }
  const asked = draft.selected.flatMap(({ column, aggregate }) =>
    column && isMeasure(column) ? [measureOf(aggregate ?? last.measures[0]?.aggregate ?? 'sum', column, table)] : [],
  )
  if (asked.length > 0) {
    if (asked.some(({ aggregate }) => aggregate === 'count')) return undefined
    plan.measures = draft.edits.has('also') ? [...last.measures, ...asked] : asked
    plan.order = plan.order.map((order) =>
      last.measures.some(({ label }) => label === order.by) ? { ...order, by: plan.measures[0]?.label ?? order.by } : order,
    )
  } else if (draft.selected.length > 0 && !draft.rank) return undefined
  plan.filters = filtersAfter(last.filters, draft.filters)
  if (draft.rank) {
    const [measure] = plan.measures
    if (!measure || plan.dimensions.length === 0) {
      const by = plan.columns
        .map((name) => table.columns.find((column) => column.name === name))
        .find((column) => column && isMeasure(column))
      if (!by && plan.order.length === 0) return undefined
      if (by && plan.order.length === 0) plan.order = [{ by: by.name, descending: draft.rank.descending }]
    } else plan.order = [{ by: measure.label, descending: draft.rank.descending }]
    plan.limit = draft.rank.limit ?? (draft.rank.isTop ? 10 : 1)
  }
  for (const { picked, descending } of draft.order) {
    const name =
      picked === 'first' ? (last.measures[0]?.label ?? last.dimensions[0]?.label ?? last.columns[0]) : picked.column?.name
    const label =
      [...plan.measures, ...plan.dimensions].find((part) => part.label === name || part.column === name)?.label ??
      (isListing ? name : undefined)
    const column = picked === 'first' ? undefined : picked.column
    if (label) plan.order = [{ by: label, descending }]
    else if (column && isMeasure(column) && additivity(column) === 'yes' && plan.measures.length > 0) {
      const measure = measureOf('sum', column, table)
      plan.measures = [...plan.measures, measure]
      plan.order = [{ by: measure.label, descending }]
    } else return undefined
  }
  if (draft.chart) plan.chart = draft.chart
  return plan
}

/** A new value for a column takes the place of the old one; other columns' filters stay. */
function filtersAfter(before: readonly Filter[], added: readonly Filter[]): Filter[] {
  const kept = before.filter((old) => !added.some(({ column }) => column === old.column))
  return added.reduce<Filter[]>((filters, filter) => withFilter(filters, filter), kept)
}
