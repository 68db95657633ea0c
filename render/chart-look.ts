import type { ChartModel } from './chart-model.ts'
import { REST_PLACE } from './chart-series.ts'
import { groupDigits } from './format-cell.ts'
import { type Html, html, raw } from './html.ts'

/** A series is told apart by colour, dash and marker; all three go by its place. */
export const dashes: readonly (readonly number[])[] = [
  [],
  [7, 4],
  [2, 3],
  [10, 3, 2, 3],
  [14, 4],
  [1, 4],
  [8, 3, 2, 3, 2, 3],
  [4, 4],
  [],
]
export const markers = ['circle', 'rect', 'triangle', 'diamond', 'circle', 'rect', 'triangle', 'diamond', 'circle'] as const
export const colorName = (place: number): string => (place === REST_PLACE ? '--c-rest' : `--c${place + 1}`)

export const WIDE = 790
export const NARROW = 360
const MAX_BARS_HIGH = 40

/** Height in the picture's units, for its width. Lying bars need a row each. */
export function chartHeight(model: ChartModel, width: number): number {
  if (!model.spec.horizontal || model.spec.kind !== 'bar') return width > 500 ? 300 : 250
  const perRow = model.spec.stack === 'none' ? Math.max(30, 14 * model.series.length + 10) : 30
  return Math.min(MAX_BARS_HIGH, Math.max(2, model.categories.length)) * perRow + 40
}

/** Numbers on an axis: grouped, from a million on as `1.2 M`. */
export function axisNumber(value: number): string {
  const size = Math.abs(value)
  for (const [unit, letter] of [
    [1e12, 'T'],
    [1e9, 'B'],
    [1e6, 'M'],
  ] as const) {
    if (size >= unit) return `${groupDigits(String(Number((value / unit).toPrecision(4))))} ${letter}`
  }
  return groupDigits(String(Number(value.toPrecision(10))))
}

/** A value as the tooltip says it: all that is known of it, without the noise of doubles. */
export const pointNumber = (value: number): string => groupDigits(String(Number(value.toPrecision(12))))

const markerPaths = ['', 'M8 2h6v6h-6z', 'M11 1l4 6h-8z', 'M11 1l4 4-4 4-4-4z'] as const

/** What stands before a name in the legend: line with dash and marker, or a field of colour. */
export function legendSample(place: number, kind: ChartModel['spec']['kind']): Html {
  const color = `var(${colorName(place)})`
  if (kind === 'bar') return html`<svg viewBox="0 0 22 10" aria-hidden="true"><path d="M4 0h14v10h-14z" fill="${color}"/></svg>`
  const shape = place % 4
  const paint =
    kind === 'scatter' ? `fill="${color}" fill-opacity=".7"` : `fill="var(--sheet)" stroke="${color}" stroke-width="2"`
  const markerHtml = raw(
    shape === 0 ? `<circle cx="11" cy="5" r="3" ${paint}/>` : `<path d="${markerPaths[shape] ?? ''}" ${paint}/>`,
  )
  const line =
    kind === 'scatter'
      ? ''
      : html`<path d="M0 5h22" stroke="${color}" stroke-width="2" stroke-dasharray="${(dashes[place] ?? []).join(' ')}"/>`
  return html`<svg viewBox="0 0 22 10" aria-hidden="true">${line}${markerHtml}</svg>`
}
