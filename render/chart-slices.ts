import { axisNumber, partNumber } from './axis-number.ts'
import { type ChartLook, colorName, cutName, type Drawing, FONT_SIZE } from './chart-look.ts'
import type { ChartModel, ChartSeries } from './chart-series.ts'

/** A slice as it lies in the picture; angles in radians, clockwise from the top. */
export interface Slice {
  readonly series: ChartSeries
  readonly part: number
  readonly from: number
  readonly to: number
}

export interface Pie {
  readonly x: number
  readonly y: number
  readonly inner: number
  readonly outer: number
  readonly total: number
  readonly slices: readonly Slice[]
}

/** Where the slices lie that are not hidden. */
export function pieOf(model: ChartModel, width: number, height: number, hidden?: ReadonlySet<string>): Pie {
  const shown = model.series.filter(({ name }) => !hidden?.has(name))
  const total = shown.reduce((sum, { ys }) => sum + (ys[0] ?? 0), 0)
  const outer = Math.max(20, Math.min(height / 2 - 26, width / 2 - (width > 500 ? 110 : 84)))
  let angle = 0
  const slices = shown.map((series): Slice => {
    const part = total === 0 ? 0 : (series.ys[0] ?? 0) / total
    const from = angle
    angle += part * 2 * Math.PI
    return { series, part, from, to: angle }
  })
  return { x: width / 2, y: height / 2, inner: model.spec.kind === 'donut' ? outer * 0.62 : 0, outer, total, slices }
}

/** A point at an angle and distance from the middle. */
export const pointOn = (pie: Pie, angle: number, distance: number): [number, number] => [
  pie.x + Math.sin(angle) * distance,
  pie.y - Math.cos(angle) * distance,
]

const SMALLEST_NAMED = 0.035
const LABEL_LINE = 15

/** Sectors with their names beside them, and in a donut the total. */
export function slicesOption(model: ChartModel, look: ChartLook, text: Drawing): Drawing[] {
  const pie = pieOf(model, look.width, look.height, look.hidden)
  const sectors = pie.slices.map(
    ({ series, from, to }): Drawing => ({
      type: 'sector',
      shape: {
        cx: pie.x,
        cy: pie.y,
        r0: pie.inner,
        r: pie.outer,
        startAngle: from - Math.PI / 2,
        endAngle: to - Math.PI / 2,
      },
      style: {
        fill: look.color(colorName(series.place)),
        stroke: look.color('--sheet'),
        lineWidth: pie.slices.length > 1 ? 1.5 : 0,
      },
    }),
  )
  const middle: Drawing[] =
    pie.inner > 0
      ? [label(text, pie.x, pie.y, axisNumber(pie.total), 'center', { fill: look.color('--ink'), fontWeight: 500 })]
      : []
  return [
    {
      type: 'custom',
      coordinateSystem: 'none',
      silent: true,
      data: [[0]],
      renderItem: () => ({ type: 'group', children: [...sectors, ...names(pie, look, text), ...middle] }),
    },
  ]
}

/** Names of the slices that are wide enough, pushed apart where they would touch. */
function names(pie: Pie, look: ChartLook, text: Drawing): Drawing[] {
  const characters = Math.max(8, Math.floor((look.width / 2 - pie.outer - 24) / 6.8))
  const named = pie.slices.filter(({ part }) => part >= SMALLEST_NAMED)
  return [-1, 1].flatMap((side) => {
    const onSide = named
      .map((slice) => {
        const angle = (slice.from + slice.to) / 2
        const [x, y] = pointOn(pie, angle, pie.outer + 12)
        return { slice, x, y, side: Math.sin(angle) < 0 ? -1 : 1 }
      })
      .filter((one) => one.side === side)
      .sort((a, b) => a.y - b.y)
    let lowest = -Infinity
    return onSide.map(({ slice, x, y }) => {
      lowest = Math.max(y, lowest + LABEL_LINE)
      const part = partNumber(slice.part)
      const content = `${cutName(slice.series.name, Math.max(4, characters - part.length - 1))} ${part}`
      return label(text, x, lowest, content, side < 0 ? 'right' : 'left', { fill: look.color('--ink-2') })
    })
  })
}

const label = (text: Drawing, x: number, y: number, content: string, align: string, style: Drawing): Drawing => ({
  type: 'text',
  style: {
    ...text,
    fontSize: FONT_SIZE,
    x: Math.round(x),
    y: Math.round(y),
    text: content,
    align,
    verticalAlign: 'middle',
    ...style,
  },
})
