import type { ChartSpec } from '../contract/chart.ts'
import { axisNumber, partNumber } from './axis-number.ts'
import { type ChartLook, colorName, type Drawing, FONT_SIZE } from './chart-look.ts'
import { type ChartModel, type ChartSeries, FIRST_CLASS, isCells } from './chart-series.ts'

/** Kinds that the engine has no series for, or a heavier one. */
export const hasShapes = (spec: ChartSpec): boolean =>
  isCells(spec) || spec.kind === 'box' || spec.kind === 'waterfall' || spec.kind === 'funnel'

interface Place {
  coord(point: readonly number[]): number[]
  size(span: readonly number[]): number[]
}

/** A series as one group: a path for all its shapes, so that pictures stay small on the wire, and the texts on them. */
export function shapeSeries(model: ChartModel, series: ChartSeries, look: ChartLook): Drawing {
  const { kind } = model.spec
  const draw = isCells(model.spec) ? cells : kind === 'box' ? boxes : kind === 'waterfall' ? floatingBars : stages
  return {
    type: 'custom',
    name: series.name,
    silent: true,
    clip: true,
    encode: kind === 'funnel' ? { x: [1, 2], y: 0 } : { x: 0, y: [1, 2] },
    data: series.xs.map((x, at) => [x, ...extent(kind, series, at)]),
    renderItem: ({ dataIndexInside }: { readonly dataIndexInside: number }, place: Place) =>
      dataIndexInside === 0 ? { type: 'group', children: draw(model, series, look, place) } : undefined,
  }
}

/** From where to where a shape reaches on the value axis. */
function extent(kind: ChartSpec['kind'], series: ChartSeries, at: number): [number | null, number | null] {
  const y = series.ys[at] ?? null
  if (kind === 'funnel') return [-(y ?? 0) / 2, (y ?? 0) / 2]
  const box = series.boxes?.[at]
  if (box) return [Math.min(box.low, ...box.outliers), Math.max(box.high, ...box.outliers)]
  return kind === 'waterfall' ? [series.zs?.[at] ?? null, y] : [y, y]
}

const round = (value: number): number => Math.round(value * 10) / 10
const rectangle = (x: number, y: number, width: number, height: number): string =>
  `M${round(x)} ${round(y)}h${round(width)}v${round(height)}h${round(-width)}z`

const path = (pathData: string, style: Drawing): Drawing => ({ type: 'path', shape: { pathData }, style })
const words = (look: ChartLook, x: number, y: number, text: string, style: Drawing): Drawing => ({
  type: 'text',
  style: {
    x: round(x),
    y: round(y),
    text,
    fontSize: FONT_SIZE,
    fontFamily: look.font ?? 'sans-serif',
    verticalAlign: 'middle',
    ...style,
  },
})

function cells(model: ChartModel, series: ChartSeries, look: ChartLook, place: Place): Drawing[] {
  const [width = 0, height = 0] = place.size([1, 1])
  const gap = width > 6 ? 2 : width > 3 ? 1 : 0
  const at = series.xs.map((x, point) => place.coord([x, series.ys[point] ?? 0]))
  const fill = look.color(colorName(series.place))
  const drawn = at.map(([x = 0, y = 0]) =>
    rectangle(x - width / 2 + gap / 2, y - height / 2 + gap / 2, width - gap, height - gap),
  )
  const ink = look.color(series.place >= FIRST_CLASS + 3 ? '--sheet' : '--ink')
  const texts = series.texts ?? (width > 44 && model.rows ? (series.zs ?? []).map(axisNumber) : [])
  return [
    path(drawn.join(''), { fill }),
    ...texts.map((text, point) => words(look, at[point]?.[0] ?? 0, at[point]?.[1] ?? 0, text, { fill: ink, align: 'center' })),
  ]
}

const WIDEST_BOX = 56

function boxes(model: ChartModel, series: ChartSeries, look: ChartLook, place: Place): Drawing[] {
  const [band = 0] = place.size([1, 0])
  const width = Math.min(WIDEST_BOX, (band * 0.6) / model.series.length)
  const color = look.color(colorName(series.place))
  let outline = ''
  let medians = ''
  let dots = ''
  for (const [at, box] of (series.boxes ?? []).entries()) {
    if (!box) continue
    const shift = (series.place - (model.series.length - 1) / 2) * width * 1.15
    const pixel = (value: number): number => round(place.coord([at, value])[1] ?? 0)
    const middle = round((place.coord([at, box.median])[0] ?? 0) + shift)
    const left = round(middle - width / 2)
    const [top, bottom] = [pixel(box.upperQuartile), pixel(box.lowerQuartile)]
    const whisker = (from: number, to: number): string =>
      `M${middle} ${from}V${to}M${round(middle - width / 4)} ${to}h${round(width / 2)}`
    outline += `${rectangle(left, top, width, bottom - top)}${whisker(top, pixel(box.high))}${whisker(bottom, pixel(box.low))}`
    medians += `M${left} ${pixel(box.median)}h${round(width)}`
    dots += box.outliers.map((value) => `M${middle} ${pixel(value)}h.01`).join('')
  }
  return [
    path(outline, { fill: color, fillOpacity: 0.14, stroke: color, lineWidth: 1.5 }),
    path(medians, { fill: 'none', stroke: color, lineWidth: 3 }),
    ...(dots ? [path(dots, { fill: 'none', stroke: color, lineWidth: 4, lineCap: 'round', opacity: 0.6 })] : []),
  ]
}

const WIDEST_BAR = 44
const LABELLED_STEPS = 16

function floatingBars(model: ChartModel, series: ChartSeries, look: ChartLook, place: Place): Drawing[] {
  const [band = 0] = place.size([1, 0])
  const width = Math.min(WIDEST_BAR, band * 0.72)
  const color = look.color(colorName(series.place))
  const last = model.categories.length - 1
  let bars = ''
  let links = ''
  const labels: Drawing[] = []
  for (const [point, at] of series.xs.entries()) {
    const [from, to] = [series.zs?.[point] ?? 0, series.ys[point] ?? 0]
    const [x = 0, y = 0] = place.coord([at, Math.max(from, to)])
    const below = place.coord([at, Math.min(from, to)])[1] ?? 0
    bars += rectangle(x - width / 2, y, width, Math.max(1, below - y))
    const end = round(place.coord([at, to])[1] ?? 0)
    if (at < last) links += `M${round(x + width / 2)} ${end}h${round(band - width)}`
    const change = at === last ? to : to - from
    if (last < LABELLED_STEPS && band > 40)
      labels.push(
        words(look, x, y - 8, `${at !== last && change > 0 ? '+' : ''}${axisNumber(change)}`, {
          fill: look.color('--ink-2'),
          align: 'center',
        }),
      )
  }
  return [
    ...(links ? [path(links, { fill: 'none', stroke: look.color('--rule-2'), lineWidth: 1 })] : []),
    path(bars, { fill: color }),
    ...labels,
  ]
}

function stages(_model: ChartModel, series: ChartSeries, look: ChartLook, place: Place): Drawing[] {
  const band = place.size([0, 1])[1] ?? 0
  const height = band * 0.62
  const color = look.color(colorName(series.place))
  const first = series.ys[0] ?? 0
  const at = series.ys.map((y, row) => {
    const [left = 0, middle = 0] = place.coord([-(y ?? 0) / 2, row])
    return { left, right: place.coord([(y ?? 0) / 2, row])[0] ?? 0, middle }
  })
  let between = ''
  for (const [row, { left, right, middle }] of at.entries()) {
    const next = at[row + 1]
    if (next)
      between += `M${round(left)} ${round(middle + height / 2)}H${round(right)}L${round(next.right)} ${round(next.middle - height / 2)}H${round(next.left)}z`
  }
  return [
    ...(between ? [path(between, { fill: color, opacity: 0.2 })] : []),
    path(at.map(({ left, right, middle }) => rectangle(left, middle - height / 2, right - left, height)).join(''), {
      fill: color,
    }),
    ...at.map(({ left, right, middle }, row) => {
      const y = series.ys[row] ?? 0
      const text = first === 0 ? axisNumber(y) : `${axisNumber(y)} · ${partNumber(y / first)}`
      const fits = right - left > text.length * 7
      return fits
        ? words(look, (left + right) / 2, middle, text, { fill: look.color('--sheet'), align: 'center' })
        : words(look, right + 6, middle, text, { fill: look.color('--ink'), align: 'left' })
    }),
  ]
}
