import type { EChartsCoreOption } from 'echarts/core'
import { axisNumber, colorName, dashes, markers, pointNumber } from './chart-look.ts'
import type { ChartModel } from './chart-model.ts'
import { type ChartSeries, REST_PLACE } from './chart-series.ts'

/** What depends on where the chart is drawn. `color` resolves `--c1`; in pictures it gives `var(--c1)`, on a canvas the value. */
export interface ChartLook {
  readonly width: number
  readonly mode: 'live' | 'picture'
  color(name: string): string
  readonly font?: string
  readonly hidden?: ReadonlySet<string>
  /** Part of the long axis that is shown, in percent. */
  readonly zoom?: { readonly start: number; readonly end: number }
}

const FONT_SIZE = 12
const LABELLED_BARS = 24

/** The engine's option for a chart: plain data, and functions of ours only. Nothing in it is text that is read as HTML. */
export function chartOption(model: ChartModel, look: ChartLook): EChartsCoreOption {
  const { spec } = model
  const isLying = spec.kind === 'bar' && spec.horizontal
  const shown = model.series.filter((series) => !look.hidden?.has(series.name))
  const text = { color: look.color('--ink-3'), fontSize: FONT_SIZE, fontFamily: look.font ?? 'sans-serif' }
  const named = endLabels(model, look) ? Math.min(150, Math.max(...model.series.map((series) => textWidth(series.name))) + 26) : 0
  const long = longAxis(model, look, text, isLying)
  const value = valueAxis(model, look, text, isLying)
  const barRoom = isLying && hasBarLabels(model) ? 44 : 0
  return {
    animation: false,
    useUTC: true,
    textStyle: text,
    aria: { enabled: false },
    grid: {
      left: 10,
      right: Math.max(isLying ? 18 + barRoom : 14, named),
      top: isLying ? 4 : 12,
      bottom: 4,
      outerBoundsMode: 'none',
      containLabel: true,
    },
    xAxis: isLying ? value : long,
    yAxis: isLying ? long : value,
    ...(look.mode === 'live' ? { dataZoom: [zoomOf(look, isLying)] } : {}),
    series: shown.flatMap((series) => drawnSeries(model, series, look, isLying)),
  }
}

const zoomOf = (look: ChartLook, isLying: boolean): Axis => ({
  type: 'inside',
  disabled: true,
  filterMode: 'none',
  [isLying ? 'yAxisIndex' : 'xAxisIndex']: 0,
  start: look.zoom?.start ?? 0,
  end: look.zoom?.end ?? 100,
})
const textWidth = (text: string): number => Math.min(22, text.length) * 6.6
const cutName = (name: string, length: number): string => (name.length > length ? `${name.slice(0, length - 1)}…` : name)
const endLabels = (model: ChartModel, look: ChartLook): boolean =>
  look.width > 500 &&
  model.series.length > 1 &&
  (model.spec.kind === 'line' || (model.spec.kind === 'area' && model.spec.stack === 'none'))

type Axis = Record<string, unknown>

function longAxis(model: ChartModel, look: ChartLook, text: Axis, isLying: boolean): Axis {
  const shared = {
    axisLine: { show: true, lineStyle: { color: look.color('--rule-2'), width: 1 } },
    axisTick: { show: false },
    splitLine: { show: false },
  }
  const label = { ...text, hideOverlap: true, margin: 10 }
  if (model.xKind === 'category') {
    const width = isLying
      ? look.width > 500
        ? 190
        : 108
      : Math.max(40, (look.width - 60) / Math.max(1, Math.min(12, model.categories.length)) - 6)
    return {
      ...shared,
      type: 'category',
      data: [...model.categories],
      inverse: isLying,
      boundaryGap: model.spec.kind === 'bar',
      axisLabel: {
        ...label,
        ...(isLying ? { color: look.color('--ink-2'), hideOverlap: false } : {}),
        width,
        overflow: 'truncate',
        ellipsis: '…',
      },
    }
  }
  if (model.xKind === 'time') {
    const formats = {
      year: '{yyyy}',
      month: '{MMM}',
      day: '{d} {MMM}',
      hour: '{HH}:{mm}',
      minute: '{HH}:{mm}',
      second: '{HH}:{mm}:{ss}',
      millisecond: '{HH}:{mm}:{ss}',
      none: '{d} {MMM}',
    }
    return {
      ...shared,
      type: 'time',
      boundaryGap: false,
      splitNumber: look.width > 500 ? 8 : 3,
      axisLabel: { ...label, formatter: formats },
    }
  }
  const isYear = /year|jahr/i.test(model.spec.x)
  return {
    ...shared,
    type: 'value',
    scale: true,
    ...(model.xType === 'integer' ? { minInterval: 1 } : {}),
    splitNumber: look.width > 500 ? 8 : 4,
    axisLabel: { ...label, formatter: (value: number) => (isYear ? String(value) : axisNumber(value)) },
  }
}

function valueAxis(model: ChartModel, look: ChartLook, text: Axis, isLying: boolean): Axis {
  const isPercent = model.spec.stack === 'percent'
  return {
    type: 'value',
    scale: model.spec.kind === 'line' || model.spec.kind === 'scatter' ? farFromZero(model) : false,
    ...(isPercent ? { max: 100 } : {}),
    splitNumber: isLying && look.width < 500 ? 3 : 4,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: {
      ...text,
      margin: 8,
      hideOverlap: true,
      formatter: (value: number) => (isPercent ? `${value} %` : axisNumber(value)),
    },
    splitLine: { lineStyle: { color: look.color('--rule'), width: 1 } },
  }
}

/** Lines start at zero unless that would squeeze them into less than a third of the height. */
function farFromZero(model: ChartModel): boolean {
  let [low, high] = [Infinity, -Infinity]
  for (const { ys } of model.series) {
    for (const y of ys) {
      if (y === null) continue
      low = Math.min(low, y)
      high = Math.max(high, y)
    }
  }
  return model.spec.kind === 'scatter' || (low > 0 && low > high * 0.66) || (high < 0 && high < low * 0.66)
}

const hasBarLabels = (model: ChartModel): boolean =>
  model.spec.kind === 'bar' &&
  model.series.length === 1 &&
  model.spec.stack === 'none' &&
  model.categories.length <= LABELLED_BARS &&
  model.spec.horizontal

function drawnSeries(model: ChartModel, series: ChartSeries, look: ChartLook, isLying: boolean): Axis[] {
  const { spec } = model
  const color = look.color(colorName(series.place))
  const data = series.xs.map((x, at): (number | null)[] => (isLying ? [series.ys[at] ?? null, x] : [x, series.ys[at] ?? null]))
  const shared = {
    name: series.name,
    data,
    color,
    silent: true,
    ...(spec.stack === 'none' || spec.kind === 'scatter' ? {} : { stack: 'all' }),
  }
  if (spec.kind === 'bar') {
    const label = hasBarLabels(model)
      ? {
          show: true,
          position: 'right',
          color: look.color('--ink'),
          fontSize: FONT_SIZE,
          formatter: (point: { value: unknown }) => pointNumber(Number((point.value as number[])[0])),
        }
      : { show: false }
    return [
      {
        ...shared,
        type: 'bar',
        barMaxWidth: isLying ? 16 : 44,
        barGap: '8%',
        barCategoryGap: '28%',
        itemStyle: { borderRadius: 1 },
        label,
      },
    ]
  }
  if (spec.kind === 'scatter') {
    const dot = markers[series.place] ?? 'circle'
    if (look.mode === 'picture') return [cloud(series, color)]
    return [{ ...shared, type: 'scatter', symbol: dot, symbolSize: 6, itemStyle: { opacity: 0.65 } }]
  }
  const isArea = spec.kind === 'area'
  const line = {
    ...shared,
    type: 'line',
    showSymbol: series.xs.length === 1,
    symbol: markers[series.place] ?? 'circle',
    symbolSize: 7,
    connectNulls: false,
    lineStyle: {
      width: series.place === REST_PLACE ? 1 : isArea && spec.stack !== 'none' ? 1.5 : 2,
      type: dashOf(series.place),
      color,
      join: 'round',
    },
    ...(isArea ? { areaStyle: { color, opacity: spec.stack === 'none' ? 0.14 : 0.42 } } : {}),
  }
  return [line, ...endMark(model, series, look, color)]
}

const lastOf = (series: ChartSeries): number | null => series.ys.findLast((y) => y !== null) ?? null
const LABEL_LINE = 18
const PLOT_HEIGHT = 240

/** Whether a name at the end of a line stands clear of those before it; the others have the legend. */
function hasRoom(model: ChartModel, series: ChartSeries, look: ChartLook): boolean {
  let [low, high] = [farFromZero(model) ? Infinity : 0, farFromZero(model) ? -Infinity : 0]
  for (const { ys } of model.series) {
    for (const y of ys) {
      if (y === null) continue
      low = Math.min(low, y)
      high = Math.max(high, y)
    }
  }
  const height = (one: ChartSeries): number => (((lastOf(one) ?? 0) - low) / (high - low || 1)) * PLOT_HEIGHT
  const labelled: ChartSeries[] = []
  for (const one of model.series) {
    if (look.hidden?.has(one.name) || one.place === REST_PLACE) continue
    if (labelled.every((other) => Math.abs(height(other) - height(one)) >= LABEL_LINE)) labelled.push(one)
  }
  return labelled.includes(series)
}

const dashOf = (place: number): number[] | 'solid' => {
  const dash = dashes[place] ?? []
  return dash.length > 0 ? [...dash] : 'solid'
}

/** The last point with its marker, and the series' name where there is room. */
function endMark(model: ChartModel, series: ChartSeries, look: ChartLook, color: string): Axis[] {
  if (model.series.length < 2 || series.place === REST_PLACE || (model.spec.kind === 'area' && model.spec.stack !== 'none'))
    return []
  const last = series.ys.findLastIndex((y) => y !== null)
  if (last < 0) return []
  return [
    {
      type: 'scatter',
      name: series.name,
      silent: true,
      clip: false,
      data: [[series.xs[last], series.ys[last]]],
      symbol: markers[series.place] ?? 'circle',
      symbolSize: 7,
      z: 4,
      itemStyle: { color: look.color('--sheet'), borderColor: color, borderWidth: 2, opacity: 1 },
      label:
        endLabels(model, look) && hasRoom(model, series, look)
          ? {
              show: true,
              position: 'right',
              distance: 8,
              color: look.color('--ink-2'),
              fontSize: FONT_SIZE,
              formatter: () => cutName(series.name, 22),
            }
          : { show: false },
    },
  ]
}

interface CustomDrawing {
  readonly dataIndexInside: number
}
interface CustomPlace {
  coord(point: number[]): number[]
}

/** All points of a scatter picture in one path of round dots on whole units, doubles left out: small on the wire. */
function cloud(series: ChartSeries, color: string): Axis {
  return {
    type: 'custom',
    name: series.name,
    silent: true,
    data: series.xs.map((x, at) => [x, series.ys[at] ?? null]),
    renderItem: (drawing: CustomDrawing, place: CustomPlace) => {
      if (drawing.dataIndexInside !== 0) return undefined
      const dots = new Set<string>()
      for (let at = 0; at < series.xs.length; at++) {
        const [x = 0, y = 0] = place.coord([series.xs[at] ?? 0, series.ys[at] ?? 0])
        dots.add(`M${Math.round(x / 2) * 2} ${Math.round(y / 2) * 2}h.01`)
      }
      return {
        type: 'path',
        shape: { pathData: [...dots].sort().join('') },
        style: { fill: 'none', stroke: color, lineWidth: 5, lineCap: 'round', opacity: 0.65 },
      }
    },
  }
}
