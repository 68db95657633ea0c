import type { ChartSpec } from '../contract/chart.ts'
import { type ChartData, categoriesOf, columnPlace, numberOf } from './chart-data.ts'
import type { BoxFigures, ChartModel } from './chart-series.ts'

const MOST_BOXES = 60
const MOST_OUTLIERS = 60

/** One box for each value of x and measure; whiskers reach to the last point within 1.5 × the quartile distance (Tukey). */
export function boxModel(spec: ChartSpec, data: ChartData): ChartModel {
  const measures = spec.y.map((name) => columnPlace(data, name))
  const x = spec.x === undefined ? undefined : columnPlace(data, spec.x)
  const categories = x === undefined ? undefined : categoriesOf(data, x, MOST_BOXES)
  const labels = categories ? categories.labels : spec.y
  const piles = measures.map(() => labels.map((): number[] => []))
  let left = 0
  for (let row = 0; row < data.rowCount; row++) {
    for (const [place, column] of measures.entries()) {
      const y = numberOf(data.cell(column, row))
      const at = x === undefined ? place : categories?.placeOf(data.cell(x, row))
      if (at === undefined) left++
      else if (y !== null) piles[place]?.[at]?.push(y)
    }
  }
  const series = measures.map((_, place) => {
    const boxes = (piles[place] ?? []).map(boxOf)
    return {
      name: spec.y[place] ?? '',
      place,
      xs: labels.map((_label, at) => at),
      ys: boxes.map((box) => box?.median ?? null),
      boxes,
    }
  })
  return {
    spec,
    xKind: 'category',
    xType: x === undefined ? 'text' : (data.columns[x]?.type ?? 'text'),
    categories: [...labels],
    series: x === undefined ? merge(series, labels.length) : series,
    grain: 'day',
    isReduced: left > 0,
  }
}

type BoxSeries = ChartModel['series'][number]

/** Without x every measure has one box, and all are one series. */
function merge(series: readonly BoxSeries[], count: number): BoxSeries[] {
  const boxes = Array.from({ length: count }, (_, at) => series[at]?.boxes?.[at] ?? null)
  return [{ name: 'values', place: 0, xs: boxes.map((_, at) => at), ys: boxes.map((box) => box?.median ?? null), boxes }]
}

/** The five figures of a pile of numbers; quartiles by linear interpolation. */
export function boxOf(values: readonly number[]): BoxFigures | null {
  if (values.length === 0) return null
  const sorted = Float64Array.from(values).sort()
  const at = (part: number): number => {
    const place = part * (sorted.length - 1)
    const below = sorted[Math.floor(place)] ?? 0
    return below + (place - Math.floor(place)) * ((sorted[Math.ceil(place)] ?? below) - below)
  }
  const [lowerQuartile, median, upperQuartile] = [at(0.25), at(0.5), at(0.75)]
  const reach = 1.5 * (upperQuartile - lowerQuartile)
  const inside = sorted.filter((value) => value >= lowerQuartile - reach && value <= upperQuartile + reach)
  const outliers = [...sorted].filter((value) => value < lowerQuartile - reach || value > upperQuartile + reach)
  const step = Math.max(1, Math.ceil(outliers.length / MOST_OUTLIERS))
  return {
    low: inside[0] ?? median,
    lowerQuartile,
    median,
    upperQuartile,
    high: inside[inside.length - 1] ?? median,
    count: values.length,
    outliers: outliers.filter((_, place) => place % step === 0 || place === outliers.length - 1),
  }
}
