import type { ChartSpec } from '../contract/chart.ts'
import { axisNumber } from './axis-number.ts'
import { type ChartData, categoriesOf, columnPlace, numberOf } from './chart-data.ts'
import { type ChartModel, MAX_SERIES, REST_PLACE } from './chart-series.ts'

const FEWEST_BINS = 5
const MOST_BINS = 40

/** Counts rows (or adds up a column) in bins of equal, round width; `by` stands its series on one another. */
export function histogramModel(spec: ChartSpec, data: ChartData): ChartModel {
  const x = columnPlace(data, spec.x ?? '')
  const weight = spec.y[0] === undefined ? undefined : columnPlace(data, spec.y[0])
  const by = spec.by === undefined ? undefined : columnPlace(data, spec.by)
  const names = by === undefined ? undefined : categoriesOf(data, by, MAX_SERIES)
  const values: number[] = []
  for (let row = 0; row < data.rowCount; row++) {
    const value = numberOf(data.cell(x, row))
    if (value !== null) values.push(value)
  }
  const { start, width, count } = binsOf(values, data.columns[x]?.type === 'integer')
  const isSplit = names !== undefined && by !== undefined
  const labels = isSplit ? names.labels : [spec.y[0] ?? 'rows']
  const sums = Array.from({ length: labels.length + 1 }, () => Array.from({ length: count }, () => 0))
  let others = false
  for (let row = 0; row < data.rowCount; row++) {
    const value = numberOf(data.cell(x, row))
    const amount = weight === undefined ? 1 : numberOf(data.cell(weight, row))
    if (value === null || amount === null) continue
    const place = isSplit ? (names.placeOf(data.cell(by, row)) ?? labels.length) : 0
    if (place === labels.length) others = true
    const sum = sums[place]
    const bin = Math.min(count - 1, Math.floor((value - start) / width + 1e-9))
    if (sum) sum[bin] = (sum[bin] ?? 0) + amount
  }
  const bins = Array.from({ length: count }, (_, bin) => bin)
  return {
    spec,
    xKind: 'category',
    xType: 'text',
    categories: bins.map((bin) => `${axisNumber(start + bin * width)} – ${axisNumber(start + (bin + 1) * width)}`),
    series: [...labels, ...(others ? ['others'] : [])].map((name, place) => ({
      name,
      place: place === labels.length ? REST_PLACE : place,
      xs: bins,
      ys: sums[place] ?? [],
    })),
    grain: 'day',
    isReduced: false,
  }
}

/** Bins after Freedman and Diaconis (2 × quartile distance / cube root of the count), their width rounded to 1, 2 or 5 times a power of ten. */
export function binsOf(values: number[], isWhole: boolean): { start: number; width: number; count: number } {
  if (values.length === 0) return { start: 0, width: 1, count: 0 }
  const sorted = Float64Array.from(values).sort()
  const [low, high] = [sorted[0] ?? 0, sorted[sorted.length - 1] ?? 0]
  const at = (part: number): number => sorted[Math.floor(part * (sorted.length - 1))] ?? 0
  const spread = high - low || 1
  const wanted = (2 * (at(0.75) - at(0.25))) / Math.cbrt(sorted.length)
  const width = roundWidth(Math.min(spread / FEWEST_BINS, Math.max(spread / MOST_BINS, wanted)), isWhole)
  const start = Math.floor(low / width + 1e-9) * width
  return { start, width, count: Math.max(1, Math.floor((high - start) / width + 1e-9) + 1) }
}

function roundWidth(width: number, isWhole: boolean): number {
  const power = 10 ** Math.floor(Math.log10(width))
  const round = ([5, 2, 1].find((step) => step * power <= width * 1.001) ?? 1) * power
  return isWhole ? Math.max(1, round) : round
}
