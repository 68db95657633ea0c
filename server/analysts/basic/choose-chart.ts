import type { ChartSpec } from '../../../contract/chart.ts'
import { type Column, isNumeric, isTemporal, type Row } from '../../../contract/column.ts'
import type { Plan } from '../../../contract/plan.ts'

const MOST_BARS = 40
const MOST_SERIES = 12
const LONG_LABEL = 14
/** Characters of labels that stand side by side under the bars of a wide picture. */
const LABEL_ROOM = 80

/** The chart that fits a result's shape, a wish in the plan first; none for a single number or where a table says it better. */
export function chooseChart(plan: Plan, columns: readonly Column[], rows: readonly Row[]): ChartSpec | undefined {
  const has = (name: string): boolean => columns.some((column) => column.name === name)
  if (plan.compare) return comparisonChart(plan, columns, rows)
  const measures = plan.measures
    .map(({ label }) => label)
    .filter((label) => columns.some((column) => column.name === label && isNumeric(column.type)))
  const make = (spec: Partial<ChartSpec> & Pick<ChartSpec, 'kind' | 'x' | 'y'>): ChartSpec => ({
    version: 1,
    stack: 'none',
    horizontal: false,
    ...spec,
  })
  if (rows.length < 2) return undefined
  if (plan.dimensions.length === 0 || (plan.chart && measures.length === 0)) {
    const numeric = columns.filter((column) => isNumeric(column.type))
    const [x, y] = numeric
    if (plan.measures.length > 0 && plan.dimensions.length === 0) return undefined
    if (x && y && (plan.chart === 'scatter' || (!plan.chart && plan.columns.length === 2 && numeric.length === 2)))
      return make({ kind: 'scatter', x: x.name, y: [y.name] })
    if (plan.chart && x && y && numeric.length === columns.length) return make({ kind: plan.chart, x: x.name, y: [y.name] })
    const [first, second, third] = columns
    if (plan.chart && first && second && third && columns.length === 3 && isNumeric(second.type))
      return make({ kind: plan.chart, x: first.name, y: [second.name], by: third.name })
    const head = columns.find((column) => !isNumeric(column.type))
    if (!plan.chart || !head || !x) return undefined
    return make({
      kind: plan.chart,
      x: head.name,
      y: [x.name],
      horizontal: plan.chart === 'bar' && hasLongLabels(head.name, columns, rows),
    })
  }
  if (measures.length === 0) return undefined
  const time = plan.dimensions.find((dimension) => dimension.grain !== undefined && has(dimension.label))
  const categories = plan.dimensions.filter((dimension) => dimension !== time)
  const [category, second] = categories
  if (plan.chart === 'scatter' && measures.length >= 2)
    return make({ kind: 'scatter', x: measures[0] ?? '', y: [measures[1] ?? ''] })
  if (time) {
    if (categories.length > 1 || (category && different(category.label, columns, rows) > MOST_SERIES)) return undefined
    return make({
      kind: plan.chart ?? (category && plan.measures[0]?.isShare ? 'area' : 'line'),
      x: time.label,
      y: category ? measures.slice(0, 1) : measures.slice(0, 8),
      ...(category ? { by: category.label } : {}),
      ...(category && plan.measures[0]?.isShare && !plan.chart ? { stack: 'percent' as const } : {}),
    })
  }
  if (!category || categories.length > 2) return undefined
  if (!plan.chart && different(category.label, columns, rows) > MOST_BARS) return undefined
  if (second && different(second.label, columns, rows) > MOST_SERIES) return undefined
  if (plan.measures[0]?.isShare && second && !plan.chart)
    return make({ kind: 'bar', x: category.label, y: measures.slice(0, 1), by: second.label, stack: 'percent' })
  const kind =
    plan.chart ?? (isTemporal(columns.find((column) => column.name === category.label)?.type ?? 'text') ? 'line' : 'bar')
  return make({
    kind,
    x: category.label,
    y: second ? measures.slice(0, 1) : measures.slice(0, 8),
    ...(second ? { by: second.label } : {}),
    horizontal: kind === 'bar' && hasLongLabels(category.label, columns, rows),
  })
}

/** One figure against its earlier one as a number with its change; several as pairs, along a time as two lines. */
function comparisonChart(plan: Plan, columns: readonly Column[], rows: readonly Row[]): ChartSpec | undefined {
  const [measure] = plan.measures
  const [dimension, ...others] = plan.dimensions
  if (!measure || !plan.compare || others.length > 0 || rows.length === 0) return undefined
  const y = [measure.label, `${measure.label}, ${plan.compare.label}`]
  if (!y.every((name) => columns.some((column) => column.name === name && isNumeric(column.type)))) return undefined
  const plain = { version: 1, stack: 'none', horizontal: false } as const
  if (!dimension) return { ...plain, kind: 'kpi', y }
  if (rows.length < 2 || (!dimension.grain && rows.length > MOST_BARS)) return undefined
  const kind =
    plan.chart === 'bar' || plan.chart === 'line' || plan.chart === 'area' ? plan.chart : dimension.grain ? 'line' : 'bar'
  const isLying = kind === 'bar' && hasLongLabels(dimension.label, columns, rows)
  return { ...plain, kind, x: dimension.label, y, horizontal: isLying }
}

const cells = (name: string, columns: readonly Column[], rows: readonly Row[]) => {
  const place = columns.findIndex((column) => column.name === name)
  return rows.map((row) => row[place])
}
const different = (name: string, columns: readonly Column[], rows: readonly Row[]): number =>
  new Set(cells(name, columns, rows)).size
/** Labels that would be cut under upright bars: one is long, or all together are. */
function hasLongLabels(name: string, columns: readonly Column[], rows: readonly Row[]): boolean {
  const labels = [...new Set(cells(name, columns, rows).map((cell) => String(cell ?? '')))]
  const longest = Math.max(0, ...labels.map((label) => label.length))
  return longest > LONG_LABEL || longest * labels.length > LABEL_ROOM
}
