import { chartRules } from '../contract/chart-rules.ts'
import { axisNumber, partNumber } from './axis-number.ts'
import { timeLabel } from './chart-data.ts'
import { type ChartModel, isCells, isRound } from './chart-series.ts'
import { formatCount, formatPlural } from './format-cell.ts'
import { changeText, figureWriter, headlineOf } from './kpi-model.ts'

/** One sentence that says what is to be seen: kind, measure, how many, from where to where, and the extremes. */
export function chartLabel(model: ChartModel): string {
  const { spec, series } = model
  const kind = chartRules[spec.kind].name.replace(/^an? /, '')
  const title = kind.charAt(0).toUpperCase() + kind.slice(1)
  const measures = [...spec.y, ...(spec.y2 ?? [])].join(', ') || 'rows'
  const subject = `${title}: ${measures}${spec.x === undefined ? '' : ` by ${spec.x}`}`
  const count = Math.max(0, ...series.map((one) => one.xs.length))
  if (count === 0) return `${subject}, no values.`
  if (spec.kind === 'kpi') return numberLabel(model, subject)
  if (isRound(spec) || isCells(spec) || spec.kind === 'waterfall') return partsLabel(model, subject)
  const names =
    series.length > 1
      ? ` in ${formatPlural(series.length, 'series', 'series')} (${series
          .slice(0, 4)
          .map((one) => one.name)
          .join(', ')}${series.length > 4 ? ' and more' : ''})`
      : ''
  const points = model.isReduced
    ? `about ${formatCount(count)} points`
    : formatPlural(
        count,
        pointWords[spec.kind] ?? 'point',
        `${pointWords[spec.kind] ?? 'point'}${spec.kind === 'box' ? 'es' : 's'}`,
      )
  const opening = `${subject}${names}, ${points}${extent(model)}`
  const found = extremes(model)
  if (!found || spec.stack === 'percent') return `${opening}.`
  const say = ([series, x, y]: Found): string => `${axisNumber(y)} at ${xLabel(model, x)}${names ? ` (${series})` : ''}`
  const what = spec.kind === 'box' ? ' median' : ''
  return `${opening}. Highest${what}: ${say(found.highest)}; lowest${what}: ${say(found.lowest)}.`
}

const pointWords: Readonly<Partial<Record<ChartModel['spec']['kind'], string>>> = {
  bar: 'value',
  combo: 'value',
  histogram: 'bin',
  box: 'box',
  funnel: 'stage',
}

function numberLabel(model: ChartModel, subject: string): string {
  const headline = headlineOf(model)
  if (!headline) return `${subject}, no values.`
  const written = figureWriter(model)
  const change = changeText(headline, written)
  return `${subject}, ${written(headline.value)}${headline.at ? ` at ${headline.at}` : ''}${change ? `, ${change}` : ''}.`
}

/** Charts whose series are parts or classes: how many there are, and the largest and smallest. */
function partsLabel(model: ChartModel, subject: string): string {
  const { spec } = model
  const parts = model.series.flatMap(({ name, xs, ys, zs, heads }) =>
    xs.map((x, at): readonly [string, number] => {
      if (isRound(spec)) return [name, ys[at] ?? 0]
      if (isCells(spec)) return [heads?.[at] ?? '', zs?.[at] ?? 0]
      return [model.categories[x] ?? '', x === model.categories.length - 1 ? (ys[at] ?? 0) : (ys[at] ?? 0) - (zs?.[at] ?? 0)]
    }),
  )
  const total = parts.reduce((sum, [, value]) => sum + value, 0)
  if (spec.kind === 'waterfall') {
    const end = parts.find(([name]) => name === model.categories.at(-1))
    return `${subject}, ${formatPlural(model.categories.length - 1, 'step')}, ${axisNumber(end?.[1] ?? 0)} in all.`
  }
  const sorted = parts.toSorted((a, b) => b[1] - a[1])
  const say = ([name, value]: readonly [string, number]): string =>
    `${name} ${isRound(spec) ? partNumber(value / total) : axisNumber(value)}`
  const [first, last] = [sorted[0] ?? (['', 0] as const), sorted.at(-1) ?? (['', 0] as const)]
  const word = isRound(spec) ? 'part' : spec.kind === 'geo' ? 'tile' : 'cell'
  return `${subject}, ${formatPlural(parts.length, word)}. Largest: ${say(first)}; smallest: ${say(last)}.`
}

/** What stands on the x axis at a place, in words. */
export function xLabel(model: ChartModel, x: number): string {
  if (model.xKind === 'category') return model.categories[x] ?? ''
  if (model.xKind === 'time') return timeLabel(x, model.grain)
  return /year|jahr/i.test(model.spec.x ?? '') ? String(x) : axisNumber(x)
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
