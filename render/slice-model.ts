import type { ChartSpec } from '../contract/chart.ts'
import { type ChartData, categoriesOf, columnPlace, numberOf } from './chart-data.ts'
import { type ChartModel, type ChartSeries, MAX_POINTS, MAX_SERIES, REST_PLACE } from './chart-series.ts'

const MOST_STAGES = 30

/** Parts of a whole, largest first, each a series of its own; the ninth and further are "others". What is not above zero is no part. */
export function sliceModel(spec: ChartSpec, data: ChartData): ChartModel {
  const all = sumsOf(spec, data, MAX_POINTS).filter(({ value }) => value > 0)
  const sorted = all.sort((a, b) => b.value - a.value)
  const kept = sorted.length > MAX_SERIES + 1 ? sorted.slice(0, MAX_SERIES) : sorted
  const rest = sorted.slice(kept.length)
  const restValue = rest.reduce((sum, { value }) => sum + value, 0)
  const parts = rest.length > 0 ? [...kept, { name: `${rest.length} others`, value: restValue }] : kept
  return {
    ...frame(spec),
    categories: parts.map(({ name }) => name),
    series: parts.map(
      ({ name, value }, place): ChartSeries => ({
        name,
        place: place >= MAX_SERIES ? REST_PLACE : place,
        xs: [place],
        ys: [value],
      }),
    ),
  }
}

/** Stages in the order of the rows. */
export function funnelModel(spec: ChartSpec, data: ChartData): ChartModel {
  const stages = sumsOf(spec, data, MOST_STAGES)
  return {
    ...frame(spec),
    categories: stages.map(({ name }) => name),
    series: [{ name: spec.y[0] ?? '', place: 0, xs: stages.map((_, place) => place), ys: stages.map(({ value }) => value) }],
  }
}

const frame = (spec: ChartSpec) => ({ spec, xKind: 'category', xType: 'text', grain: 'day', isReduced: false }) as const

/** The measure added up for each value of x, in the order of the rows. */
export function sumsOf(spec: ChartSpec, data: ChartData, most: number): { readonly name: string; value: number }[] {
  const [x, y] = [columnPlace(data, spec.x ?? ''), columnPlace(data, spec.y[0] ?? '')]
  const categories = categoriesOf(data, x, most)
  const sums = categories.labels.map((name) => ({ name, value: 0 }))
  for (let row = 0; row < data.rowCount; row++) {
    const sum = sums[categories.placeOf(data.cell(x, row)) ?? -1]
    if (sum) sum.value += numberOf(data.cell(y, row)) ?? 0
  }
  return sums
}
