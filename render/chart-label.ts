import { axisNumber } from './chart-look.ts'
import { type ChartModel, timeLabel } from './chart-model.ts'
import { formatCount, formatPlural } from './format-cell.ts'

const kinds = { line: 'Line chart', area: 'Area chart', bar: 'Bar chart', scatter: 'Scatter chart' } as const

/** One sentence that says what is to be seen: kind, measure, how many, from where to where, and the extremes. */
export function chartLabel(model: ChartModel): string {
  const { spec, series } = model
  const measures = spec.y.join(', ')
  const count = Math.max(0, ...series.map((one) => one.xs.length))
  if (count === 0) return `${kinds[spec.kind]}: ${measures} by ${spec.x}, no values.`
  const names =
    series.length > 1
      ? ` in ${formatPlural(series.length, 'series', 'series')} (${series
          .slice(0, 4)
          .map((one) => one.name)
          .join(', ')}${series.length > 4 ? ' and more' : ''})`
      : ''
  const points = model.isReduced
    ? `about ${formatCount(count)} points`
    : formatPlural(count, spec.kind === 'bar' ? 'value' : 'point')
  const opening = `${kinds[spec.kind]}: ${measures} by ${spec.x}${names}, ${points}${extent(model)}`
  const found = extremes(model)
  if (!found || spec.stack === 'percent') return `${opening}.`
  const say = ([series, x, y]: Found): string => `${axisNumber(y)} at ${xLabel(model, x)}${names ? ` (${series})` : ''}`
  return `${opening}. Highest: ${say(found.highest)}; lowest: ${say(found.lowest)}.`
}

/** What stands on the x axis at a place, in words. */
export function xLabel(model: ChartModel, x: number): string {
  if (model.xKind === 'category') return model.categories[x] ?? ''
  return model.xKind === 'time' ? timeLabel(x, model.grain) : /year|jahr/i.test(model.spec.x) ? String(x) : axisNumber(x)
}

function extent(model: ChartModel): string {
  if (model.xKind === 'category') return ''
  let [from, to] = [Infinity, -Infinity]
  for (const { xs } of model.series) {
    for (const x of xs) {
      from = Math.min(from, x)
      to = Math.max(to, x)
    }
  }
  return from === to ? '' : `, ${xLabel(model, from)} to ${xLabel(model, to)}`
}

type Found = readonly [series: string, x: number, y: number]

function extremes(model: ChartModel): { highest: Found; lowest: Found } | undefined {
  let highest: Found | undefined
  let lowest: Found | undefined
  for (const { name, xs, ys } of model.series) {
    for (const [at, y] of ys.entries()) {
      if (y === null) continue
      if (!highest || y > highest[2]) highest = [name, xs[at] ?? 0, y]
      if (!lowest || y < lowest[2]) lowest = [name, xs[at] ?? 0, y]
    }
  }
  return highest && lowest ? { highest, lowest } : undefined
}
