import type { CatalogTable } from '../../../contract/catalog.ts'
import { isTemporal } from '../../../contract/column.ts'
import type { Chip, Plan } from '../../../contract/plan.ts'
import type { Doubt } from './draft.ts'
import { spokenName } from './tokens.ts'

/** The reading of a plan, in the order in which people say it. Doubts mark the chips they concern. */
export function chipsOf(plan: Plan, table: CatalogTable, doubts: readonly Doubt[] = []): Chip[] {
  const chips: Chip[] = []
  const add = (part: Chip['part'], value: string): void => {
    const isUnsure = doubts.some((doubt) => doubt.part === part && (doubt.about === undefined || value.includes(doubt.about)))
    chips.push({ part, value, unsure: isUnsure })
  }
  add('from', table.label || table.name)
  const measures = plan.measures.filter(({ isHidden }) => !isHidden)
  for (const { label } of measures) add('measure', label)
  if (plan.measures.length === 0 && plan.dimensions.length === 0)
    add('measure', plan.columns.length > 0 ? plan.columns.map(spokenName).join(', ') : 'all columns')
  for (const { label, column, grain, cycle, width } of plan.dimensions.filter(({ isHidden }) => !isHidden))
    add(
      'by',
      (grain ?? cycle) ? `${label} of ${spokenName(column)}` : width ? `${spokenName(column)} in steps of ${width}` : label,
    )
  for (const filter of plan.filters) {
    const type = table.columns.find((column) => column.name === filter.column)?.type
    if (type && isTemporal(type) && filter.values.length > 0)
      add('period', `${filter.label}${daysOf(filter.label, filter.values.map(String), filter.operator)}`)
    else add('where', filter.label)
  }
  for (const { label } of [...(plan.related ?? []), ...(plan.having ?? [])]) add('where', label)
  if (plan.compare) add('period', `compared with ${plan.compare.label}`)
  if (plan.isExplained) add('by', 'where the change sits')
  if (plan.second)
    add(
      'where',
      `${plan.second.kind === 'both' ? 'and also' : 'but not'} ${plan.second.filters.map(({ label }) => label).join(', ')}`,
    )
  if (plan.isDistinct) add('measure', 'each once')
  for (const { by, descending } of plan.order) add('order', `${spokenName(by)}, ${descending ? 'highest' : 'lowest'} first`)
  if (plan.limit !== undefined) add('top', String(plan.limit))
  if (plan.chart) add('as', `${plan.chart} chart`)
  if (doubts.length > 0 && !chips.some(({ unsure }) => unsure)) {
    const parts = new Set<string>(doubts.map(({ part }) => part))
    const at = Math.max(
      0,
      chips.findIndex(({ part }) => parts.has(part)),
    )
    return chips.map((chip, place) => (place === at ? { ...chip, unsure: true } : chip))
  }
  return chips
}

/** The days behind "last 30 days", so that nobody has to guess where they begin. */
function daysOf(label: string, values: readonly string[], operator: string): string {
  if (/\d{4}-\d{2}-\d{2}$/.test(label)) return ''
  const [from, before] = values
  if (operator !== 'between' || !from || !before) return ` (${operator === '<' ? 'before' : 'from'} ${from ?? ''})`
  const last = new Date(Date.parse(before) - 86_400_000).toISOString().slice(0, 10)
  return from === last ? ` (${from})` : ` (${from} to ${last})`
}
