import type { ChartSeries } from './chart-series.ts'

/** Keeps the lowest and highest point of each of `maxPoints / 2` stretches of equal count, and the ends; gaps stay gaps. */
export function reduceLine(series: ChartSeries, maxPoints: number): ChartSeries {
  const count = series.xs.length
  if (count <= maxPoints) return series
  const kept: number[] = [0]
  const stretches = Math.max(1, Math.floor(maxPoints / 2) - 1)
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = 1 + Math.floor((stretch * (count - 2)) / stretches)
    const to = 1 + Math.floor(((stretch + 1) * (count - 2)) / stretches)
    let low = -1
    let high = -1
    let gap = -1
    for (let at = from; at < to; at++) {
      const y = series.ys[at] ?? null
      if (y === null) gap = at
      else {
        if (low < 0 || y < (series.ys[low] ?? 0)) low = at
        if (high < 0 || y > (series.ys[high] ?? 0)) high = at
      }
    }
    kept.push(...[...new Set([low, high, gap])].filter((at) => at >= 0).sort((a, b) => a - b))
  }
  kept.push(count - 1)
  return pick(series, kept)
}

/** Keeps points at equal steps: what is stacked needs the same places in every series. */
export function reduceEvenly(series: ChartSeries, maxPoints: number): ChartSeries {
  const count = series.xs.length
  if (count <= maxPoints) return series
  return pick(
    series,
    Array.from({ length: maxPoints }, (_, at) => Math.round((at * (count - 1)) / (maxPoints - 1))),
  )
}

/** Leaves out points that lie on others: one for each cell of a grid that gets coarser until few enough are left. */
export function reduceScatter(series: ChartSeries, maxPoints: number): ChartSeries {
  const count = series.xs.length
  if (count <= maxPoints) return series
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity]
  for (let at = 0; at < count; at++) {
    const [x = 0, y] = [series.xs[at], series.ys[at] ?? 0]
    left = Math.min(left, x)
    right = Math.max(right, x)
    bottom = Math.min(bottom, y)
    top = Math.max(top, y)
  }
  for (let cells = 1024; ; cells = Math.floor(cells * 0.8)) {
    const seen = new Set<number>()
    const kept: number[] = []
    for (let at = 0; at < count; at++) {
      const column = Math.floor((((series.xs[at] ?? 0) - left) / (right - left || 1)) * cells)
      const key = column * 4096 + Math.floor((((series.ys[at] ?? 0) - bottom) / (top - bottom || 1)) * cells)
      if (seen.has(key)) continue
      seen.add(key)
      kept.push(at)
    }
    if (kept.length <= maxPoints || cells < 4) return pick(series, kept)
  }
}

const pick = (series: ChartSeries, kept: readonly number[]): ChartSeries => ({
  ...series,
  xs: kept.map((at) => series.xs[at] ?? 0),
  ys: kept.map((at) => series.ys[at] ?? null),
  ...(series.zs ? { zs: kept.map((at) => series.zs?.[at] ?? 0) } : {}),
})
