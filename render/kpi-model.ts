import type { ChartSpec } from '../contract/chart.ts'
import { axisNumber } from './axis-number.ts'
import { type ChartData, categoriesOf, columnPlace, numberOf, timeOf } from './chart-data.ts'
import { type ChartModel, type ChartSeries, MAX_POINTS } from './chart-series.ts'
import { cellFormat, formatCell, isTimeType } from './format-cell.ts'

/** The measures along x, rows of the same x added up. Without x only the first row counts. */
export function kpiModel(spec: ChartSpec, data: ChartData): ChartModel {
  const columns = spec.y.map((name) => columnPlace(data, name))
  const frame = { spec, xKind: 'category', grain: 'day' } as const
  const series = (sums: readonly (readonly (number | null)[])[]): ChartSeries[] =>
    spec.y.map((name, place) => ({ name, place, xs: (sums[place] ?? []).map((_, at) => at), ys: sums[place] ?? [] }))
  if (spec.x === undefined) {
    const first = columns.map((column) => (data.rowCount > 0 ? [numberOf(data.cell(column, 0))] : []))
    return { ...frame, xType: 'text', categories: first[0]?.length ? [''] : [], series: series(first), isReduced: false }
  }
  const x = columnPlace(data, spec.x)
  const categories = categoriesOf(data, x, MAX_POINTS, (a, b, type) =>
    isTimeType(type) ? (timeOf(a) ?? 0) - (timeOf(b) ?? 0) : 0,
  )
  const sums = columns.map(() => categories.labels.map((): number | null => null))
  for (let row = 0; row < data.rowCount; row++) {
    const at = categories.placeOf(data.cell(x, row)) ?? -1
    for (const [place, column] of columns.entries()) {
      const [sum, y] = [sums[place], numberOf(data.cell(column, row))]
      if (sum && at >= 0 && y !== null) sum[at] = (sum[at] ?? 0) + y
    }
  }
  return {
    ...frame,
    xType: data.columns[x]?.type ?? 'text',
    categories: categories.labels,
    series: series(sums),
    isReduced: false,
  }
}

export interface Headline {
  readonly value: number
  /** Where on x it stands, empty without one. */
  readonly at: string
  readonly before?: { readonly value: number; readonly name: string }
}

/** The last value that is there, and what it is compared with: the second measure, else the value before. */
export function headlineOf(model: ChartModel): Headline | undefined {
  const [main, second] = model.series
  const last = main?.ys.findLastIndex((y) => y !== null) ?? -1
  const value = main?.ys[last]
  if (value === undefined || value === null) return undefined
  const at = model.categories[last] ?? ''
  const other = second?.ys[last]
  if (second && other !== undefined && other !== null) return { value, at, before: { value: other, name: second.name } }
  const before = main?.ys.slice(0, last).findLastIndex((y) => y !== null) ?? -1
  const earlier = main?.ys[before]
  if (earlier === undefined || earlier === null) return { value, at }
  return { value, at, before: { value: earlier, name: model.categories[before] ?? '' } }
}

const SHORT_FROM = 1e6

/** Writes figures with the places that their column has, as a table does: `102,920.50`; from a million on in short. */
export function figureWriter({ series }: ChartModel): (value: number) => string {
  const format = cellFormat(
    { name: '', type: 'number' },
    series.flatMap(({ ys }) => ys),
  )
  return (value) => (Math.abs(value) < SHORT_FROM ? formatCell(value, format) : axisNumber(value))
}

/** `+6.2 % against Sep 2026`; plain difference where the base is zero. */
export function changeText({ value, before }: Headline, number: (value: number) => string): string | undefined {
  if (!before) return undefined
  const against = before.name === '' ? '' : ` against ${before.name}`
  if (value === before.value) return `no change${against}`
  const sign = value > before.value ? '+' : '\u2212'
  const part = Math.abs((value - before.value) / before.value)
  const size = before.value === 0 ? number(Math.abs(value)) : `${(100 * part).toFixed(part < 1 ? 1 : 0)} %`
  return `${sign}${size}${against}`
}
