import { type ChartLook, colorName, cutName, type Drawing, dashes, FONT_SIZE, markers } from './chart-look.ts'
import { type ChartModel, type ChartSeries, isCloud, isStacked, REST_PLACE } from './chart-series.ts'
import { cellFormat, formatCell } from './format-cell.ts'

const LABELLED_BARS = 24

/** Whether lying bars carry their figures. */
export const hasBarLabels = (model: ChartModel): boolean =>
  model.spec.kind === 'bar' &&
  model.series.length === 1 &&
  model.spec.stack === 'none' &&
  model.categories.length <= LABELLED_BARS &&
  model.spec.horizontal

/** Whether names stand at the ends of lines. */
export const hasEndLabels = (model: ChartModel, look: ChartLook): boolean =>
  look.width > 500 &&
  model.series.length > 1 &&
  (model.spec.kind === 'line' || (model.spec.kind === 'area' && model.spec.stack === 'none'))

/** Lines start at zero unless that would squeeze them into less than a third of the height. */
export function farFromZero(model: ChartModel): boolean {
  let [low, high] = [Infinity, -Infinity]
  for (const { ys } of model.series) {
    for (const y of ys) {
      if (y === null) continue
      low = Math.min(low, y)
      high = Math.max(high, y)
    }
  }
  return isCloud(model.spec) || (low > 0 && low > high * 0.66) || (high < 0 && high < low * 0.66)
}

/** The engine's series for one of ours: its line, bars or dots, and the mark at its end. */
export function drawnSeries(model: ChartModel, series: ChartSeries, look: ChartLook, isLying: boolean): Drawing[] {
  const { spec } = model
  const color = look.color(colorName(series.place))
  const data = series.xs.map((x, at): (number | null)[] => (isLying ? [series.ys[at] ?? null, x] : [x, series.ys[at] ?? null]))
  const shared = {
    name: series.name,
    data,
    color,
    silent: true,
    ...(isStacked(spec) ? { stack: 'all' } : {}),
    ...(series.isSecond ? { yAxisIndex: 1 } : {}),
  }
  if (spec.kind === 'bar' || spec.kind === 'histogram' || (spec.kind === 'combo' && !series.isSecond)) {
    const isCount = spec.kind === 'histogram'
    const figures = cellFormat({ name: '', type: 'number' }, series.ys)
    const label = hasBarLabels(model)
      ? {
          show: true,
          position: 'right',
          color: look.color('--ink'),
          fontSize: FONT_SIZE,
          formatter: (point: { value: unknown }) => formatCell(Number((point.value as number[])[0]), figures),
        }
      : { show: false }
    return [
      {
        ...shared,
        type: 'bar',
        ...(isCount ? {} : { barMaxWidth: isLying ? 16 : 44 }),
        barGap: '8%',
        barCategoryGap: isCount ? '4%' : '28%',
        itemStyle: { borderRadius: 1 },
        label,
      },
    ]
  }
  if (isCloud(spec)) {
    const dot = markers[series.place] ?? 'circle'
    if (series.zs) return [bubbles(model, series, color, look)]
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
  return [series.isSecond ? { ...line, showSymbol: series.xs.length <= 24, z: 3 } : line, ...endMark(model, series, look, color)]
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
function endMark(model: ChartModel, series: ChartSeries, look: ChartLook, color: string): Drawing[] {
  const { spec } = model
  if (model.series.length < 2 || series.place === REST_PLACE || spec.kind === 'combo') return []
  if (spec.kind === 'area' && spec.stack !== 'none') return []
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
        hasEndLabels(model, look) && hasRoom(model, series, look)
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
function cloud(series: ChartSeries, color: string): Drawing {
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

const LARGEST_BUBBLE = 44

/** Bubbles whose area shows their size, as one path: small on the wire. The largest of all series is equally large in each picture. */
function bubbles(model: ChartModel, series: ChartSeries, color: string, look: ChartLook): Drawing {
  const largest = Math.max(1e-300, ...model.series.flatMap(({ zs }) => (zs ?? []).reduce((a, b) => Math.max(a, b), 0)))
  const radius = (look.width > 500 ? LARGEST_BUBBLE : LARGEST_BUBBLE * 0.6) / 2
  return {
    type: 'custom',
    name: series.name,
    silent: true,
    clip: true,
    encode: { x: 0, y: 1 },
    data: series.xs.map((x, at) => [x, series.ys[at] ?? null]),
    renderItem: (drawing: CustomDrawing, place: CustomPlace) => {
      if (drawing.dataIndexInside !== 0) return undefined
      const circles = series.xs.map((x, at) => {
        const [middle = 0, y = 0] = place.coord([x, series.ys[at] ?? 0])
        const r = Math.round(Math.max(1.5, radius * Math.sqrt((series.zs?.[at] ?? 0) / largest)) * 10) / 10
        return `M${Math.round(middle - r)} ${Math.round(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`
      })
      return {
        type: 'path',
        shape: { pathData: circles.join('') },
        style: { fill: color, fillOpacity: 0.5, stroke: look.color('--sheet'), lineWidth: 1 },
      }
    },
  }
}
