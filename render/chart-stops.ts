import { axisNumber, partNumber, pointNumber } from './axis-number.ts'
import { xLabel } from './chart-label.ts'
import { type ChartModel, type ChartSeries, isCells, isCloud, isRound } from './chart-series.ts'

export interface StopLine {
  readonly name: string
  /** Place of the series whose colour stands before it. */
  readonly place: number
  readonly value: string
}

/** What one tip tells: all series at one x, or one dot, cell or slice. `x` and `y` are on the axes; a slice has none. */
export interface Stop {
  readonly head: string
  readonly x: number
  readonly y: number
  /** Name of the series, where the stop belongs to one alone. */
  readonly series?: string
  readonly lines: readonly StopLine[]
}

/** All stops of the series that are not hidden, in the order that arrow keys follow. */
export function chartStops(model: ChartModel, hidden: ReadonlySet<string>): Stop[] {
  const { spec } = model
  const shown = model.series.filter(({ name }) => !hidden.has(name))
  if (isRound(spec)) return sliceStops(model, shown)
  if (isCloud(spec)) return shown.flatMap((series) => cloudStops(model, series))
  if (isCells(spec)) return shown.flatMap((series) => cellStops(model, series)).sort((a, b) => a.y - b.y || a.x - b.x)
  return alongStops(model, shown)
}

/** Whether a tip belongs to a single point, which is found by its distance in both directions. */
export const hasPointStops = ({ spec }: ChartModel): boolean => isCloud(spec) || isCells(spec)

function alongStops(model: ChartModel, shown: readonly ChartSeries[]): Stop[] {
  const byX = new Map<number, { y: number; lines: StopLine[] }>()
  for (const series of shown) {
    for (const [point, x] of series.xs.entries()) {
      const y = series.ys[point] ?? null
      if (y === null) continue
      const stop = byX.get(x) ?? { y, lines: [] }
      stop.lines.push(...linesAt(model, series, point, y))
      byX.set(x, stop)
    }
  }
  return [...byX].sort((a, b) => a[0] - b[0]).map(([x, { y, lines }]) => ({ head: xLabel(model, x), x, y, lines }))
}

function linesAt({ spec, categories }: ChartModel, series: ChartSeries, point: number, y: number): StopLine[] {
  const line = (name: string, value: string): StopLine => ({ name, place: series.place, value })
  if (spec.stack === 'percent') return [line(series.name, `${pointNumber(Number(y.toFixed(1)))} %`)]
  const box = series.boxes?.[point]
  if (box) {
    const prefix = spec.y.length > 1 && spec.x !== undefined ? `${series.name}, ` : ''
    return [
      line(`${prefix}high`, pointNumber(box.high)),
      line(`${prefix}upper quartile`, pointNumber(box.upperQuartile)),
      line(`${prefix}median`, pointNumber(box.median)),
      line(`${prefix}lower quartile`, pointNumber(box.lowerQuartile)),
      line(`${prefix}low`, pointNumber(box.low)),
      ...(prefix ? [] : [line('values', pointNumber(box.count))]),
    ]
  }
  if (spec.kind === 'waterfall') {
    if (series.xs[point] === categories.length - 1) return [line(series.name, pointNumber(y))]
    const change = y - (series.zs?.[point] ?? 0)
    return [line('change', `${change > 0 ? '+' : ''}${pointNumber(change)}`), line('then', pointNumber(y))]
  }
  const first = series.ys[0] ?? 0
  if (spec.kind === 'funnel' && first !== 0)
    return [line(series.name, pointNumber(y)), line(`of ${categories[0] ?? ''}`, partNumber(y / first))]
  return [line(series.name, pointNumber(y))]
}

function cloudStops(model: ChartModel, series: ChartSeries): Stop[] {
  const { spec } = model
  return series.xs.map((x, point): Stop => {
    const y = series.ys[point] ?? 0
    const size = series.zs?.[point]
    const name = model.series.length === 1 ? (spec.y[0] ?? '') : series.name
    return {
      head: `${spec.x ?? ''} ${xLabel(model, x)}`,
      x,
      y,
      series: series.name,
      lines: [
        { name, place: series.place, value: pointNumber(y) },
        ...(size === undefined ? [] : [{ name: spec.size ?? '', place: series.place, value: pointNumber(size) }]),
      ],
    }
  })
}

const cellStops = ({ spec }: ChartModel, series: ChartSeries): Stop[] =>
  series.xs.map((x, point) => ({
    head: series.heads?.[point] ?? '',
    x,
    y: series.ys[point] ?? 0,
    series: series.name,
    lines: [{ name: spec.y[0] ?? '', place: series.place, value: pointNumber(series.zs?.[point] ?? 0) }],
  }))

function sliceStops({ spec }: ChartModel, shown: readonly ChartSeries[]): Stop[] {
  const total = shown.reduce((sum, { ys }) => sum + (ys[0] ?? 0), 0)
  return shown.map((series, x): Stop => {
    const y = series.ys[0] ?? 0
    return {
      head: series.name,
      x,
      y,
      series: series.name,
      lines: [
        { name: spec.y[0] ?? '', place: series.place, value: pointNumber(y) },
        { name: `of ${axisNumber(total)}`, place: series.place, value: partNumber(total === 0 ? 0 : y / total) },
      ],
    }
  })
}
