import type { ChartSpec } from '../contract/chart.ts'
import type { ChartData } from './chart-data.ts'
import { type ChartModel, type ChartSeries, REST_PLACE } from './chart-series.ts'
import { sumsOf } from './slice-model.ts'

const MOST_STEPS = 60
const TOTAL = 'Total'

/** Changes in the order of the rows, each starting where the last one ended, and their total. */
export function waterfallModel(spec: ChartSpec, data: ChartData): ChartModel {
  const steps = sumsOf(spec, data, MOST_STEPS)
  const floating: { readonly at: number; readonly from: number; readonly to: number }[] = []
  let level = 0
  for (const [at, { value }] of steps.entries()) {
    floating.push({ at, from: level, to: level + value })
    level += value
  }
  const total = { at: steps.length, from: 0, to: level }
  const series = (name: string, place: number, bars: typeof floating): ChartSeries[] =>
    bars.length === 0
      ? []
      : [{ name, place, xs: bars.map(({ at }) => at), ys: bars.map(({ to }) => to), zs: bars.map(({ from }) => from) }]
  return {
    spec,
    xKind: 'category',
    xType: 'text',
    categories: steps.length === 0 ? [] : [...steps.map(({ name }) => name), TOTAL],
    series: [
      ...series(
        'Increase',
        0,
        floating.filter(({ from, to }) => to >= from),
      ),
      ...series(
        'Decrease',
        1,
        floating.filter(({ from, to }) => to < from),
      ),
      ...(steps.length === 0 ? [] : series(TOTAL, REST_PLACE, [total])),
    ],
    grain: 'day',
    isReduced: false,
  }
}
