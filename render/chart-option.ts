import type { EChartsCoreOption } from 'echarts/core'
import { axisNames } from './axis-names.ts'
import { axisNumber } from './axis-number.ts'
import { type ChartLook, type Drawing, FONT_SIZE } from './chart-look.ts'
import { drawnSeries, farFromZero, hasBarLabels, hasEndLabels } from './chart-marks.ts'
import { type ChartModel, isCells, isCloud, isLying, isRound } from './chart-series.ts'
import { hasShapes, shapeSeries } from './chart-shapes.ts'
import { slicesOption } from './chart-slices.ts'
import { isTimeType } from './format-cell.ts'

/** The engine's option for a chart: plain data, and functions of ours only. Nothing in it is text that is read as HTML. */
export function chartOption(model: ChartModel, look: ChartLook): EChartsCoreOption {
  const { spec } = model
  const lies = isLying(spec)
  const shown = model.series.filter((series) => !look.hidden?.has(series.name))
  const text = { color: look.color('--ink-3'), fontSize: FONT_SIZE, fontFamily: look.font ?? 'sans-serif' }
  const shared = { animation: false, useUTC: true, textStyle: text, aria: { enabled: false } }
  if (isRound(spec)) return { ...shared, series: slicesOption(model, look, text) }
  const named = hasEndLabels(model, look) ? Math.min(150, Math.max(...model.series.map(({ name }) => textWidth(name))) + 26) : 0
  const long = longAxis(model, look, text, lies, look.width - 60 - named)
  const value = isCells(spec) ? rowAxis(model, look, text) : valueAxis(model, look, text, lies)
  const second = spec.y2 ? secondAxis(look, text) : undefined
  const barRoom = lies && hasBarLabels(model) ? 44 : spec.kind === 'funnel' ? 4 : 0
  return {
    ...shared,
    grid: {
      left: 10,
      right: Math.max(lies ? 18 + barRoom : 14, named),
      top: lies || isCells(spec) ? 4 : 12,
      bottom: 4,
      outerBoundsMode: 'none',
      containLabel: true,
    },
    xAxis: lies ? value : long,
    yAxis: lies ? long : second ? [value, second] : value,
    ...(look.mode === 'live' ? { dataZoom: [zoomOf(look, lies)] } : {}),
    series: hasShapes(spec)
      ? shown.map((series) => shapeSeries(model, series, look))
      : shown.flatMap((series) => drawnSeries(model, series, look, lies)),
  }
}

const zoomOf = (look: ChartLook, lies: boolean): Drawing => ({
  type: 'inside',
  disabled: true,
  filterMode: 'none',
  [lies ? 'yAxisIndex' : 'xAxisIndex']: 0,
  start: look.zoom?.start ?? 0,
  end: look.zoom?.end ?? 100,
})
const textWidth = (text: string): number => Math.min(22, text.length) * 6.6
/** `length`: how long the axis is, about. */
function longAxis(model: ChartModel, look: ChartLook, text: Drawing, lies: boolean, length: number): Drawing {
  const shared = {
    axisLine: { show: model.spec.kind !== 'funnel', lineStyle: { color: look.color('--rule-2'), width: 1 } },
    axisTick: { show: false },
    splitLine: { show: false },
    ...bubbleRoom(model),
  }
  const label = { ...text, hideOverlap: true, margin: 10 }
  if (model.xKind === 'category') {
    const room = length / Math.max(1, model.categories.length)
    const names = lies || isTimeType(model.xType) ? undefined : axisNames(model.categories, room)
    const width = lies
      ? look.width > 500
        ? 190
        : 108
      : Math.max(isTimeType(model.xType) ? 76 : 40, (look.width - 60) / Math.max(1, Math.min(12, model.categories.length)) - 6)
    return {
      ...shared,
      type: 'category',
      data: [...model.categories],
      inverse: lies,
      boundaryGap: !['line', 'area', 'scatter', 'bubble'].includes(model.spec.kind),
      ...(model.spec.kind === 'geo' ? { show: false } : {}),
      axisLabel: {
        ...label,
        ...(lies ? { color: look.color('--ink-2'), hideOverlap: false } : {}),
        ...(names
          ? { interval: 0, hideOverlap: false, formatter: (name: string) => names.get(name) ?? name }
          : { width, overflow: 'truncate', ellipsis: '…' }),
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
  const isYear = /year|jahr/i.test(model.spec.x ?? '')
  return {
    ...shared,
    type: 'value',
    scale: true,
    ...(model.xType === 'integer' ? { minInterval: 1 } : {}),
    splitNumber: look.width > 500 ? 8 : 4,
    axisLabel: { ...label, formatter: (value: number) => (isYear ? String(value) : axisNumber(value)) },
  }
}

function valueAxis(model: ChartModel, look: ChartLook, text: Drawing, lies: boolean): Drawing {
  const isPercent = model.spec.stack === 'percent'
  return {
    type: 'value',
    scale: model.spec.kind === 'box' || model.spec.kind === 'line' || isCloud(model.spec) ? farFromZero(model) : false,
    ...(model.spec.kind === 'funnel' ? { show: false, ...funnelExtent(model) } : {}),
    ...(isPercent ? { max: 100, interval: 25 } : {}),
    ...bubbleRoom(model),
    splitNumber: lies && look.width < 500 ? 2 : 4,
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

/** Room at the edges for half a bubble. */
const bubbleRoom = ({ spec }: ChartModel): Drawing => (spec.kind === 'bubble' ? { boundaryGap: ['4%', '8%'] } : {})

/** Both sides of a funnel reach as far as its widest stage. */
function funnelExtent(model: ChartModel): Drawing {
  const widest = Math.max(1e-9, ...model.series.flatMap(({ ys }) => ys.map((y) => Math.abs(y ?? 0)))) / 2
  return { min: -widest, max: widest }
}

/** The rows of a heat map or of countries, first row on top. */
const rowAxis = (model: ChartModel, look: ChartLook, text: Drawing): Drawing => ({
  type: 'category',
  data: [...(model.rows ?? [])],
  inverse: true,
  axisLine: { show: false },
  axisTick: { show: false },
  splitLine: { show: false },
  axisLabel: {
    ...text,
    color: look.color('--ink-2'),
    margin: 8,
    interval: 0,
    width: look.width > 500 ? 150 : 84,
    overflow: 'truncate',
    ellipsis: '…',
  },
})

const secondAxis = (look: ChartLook, text: Drawing): Drawing => ({
  type: 'value',
  position: 'right',
  splitNumber: 4,
  alignTicks: true,
  axisLine: { show: false },
  axisTick: { show: false },
  axisLabel: { ...text, margin: 8, hideOverlap: true, formatter: (value: number) => axisNumber(value) },
  splitLine: { show: false, lineStyle: { color: look.color('--rule') } },
})
