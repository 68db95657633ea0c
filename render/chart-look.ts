import type { ChartSpec } from '../contract/chart.ts'
import { type ChartModel, FIRST_CLASS, isCells, isCloud, isLying, isRound, REST_PLACE } from './chart-series.ts'
import { type Html, html, raw } from './html.ts'
import { KPI_HEIGHT } from './kpi-svg.ts'

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
export const colorName = (place: number): string =>
  place === REST_PLACE ? '--c-rest' : place >= FIRST_CLASS ? `--q${place - FIRST_CLASS + 1}` : `--c${place + 1}`

/** What depends on where the chart is drawn. `color` resolves `--c1`; in pictures it gives `var(--c1)`, on a canvas the value. */
export interface ChartLook {
  readonly width: number
  readonly height: number
  readonly mode: 'live' | 'picture'
  color(name: string): string
  readonly font?: string
  readonly hidden?: ReadonlySet<string>
  /** Part of the long axis that is shown, in percent. */
  readonly zoom?: { readonly start: number; readonly end: number }
}

/** A part of the engine's option. */
export type Drawing = Record<string, unknown>

export const FONT_SIZE = 12
export const cutName = (name: string, length: number): string => (name.length > length ? `${name.slice(0, length - 1)}…` : name)

export const WIDE = 790
export const NARROW = 360
const MAX_BARS_HIGH = 40

/** Height in the picture's units, for its width. Lying bars and cells need a row each. */
export function chartHeight(model: ChartModel, width: number): number {
  const { spec } = model
  if (spec.kind === 'kpi') return KPI_HEIGHT
  if (model.rows) return Math.max(2, model.rows.length) * (spec.kind === 'geo' ? (width > 500 ? 38 : 30) : 26) + 40
  if (!isLying(spec)) return width > 500 ? 300 : 250
  const perRow = spec.stack === 'none' ? Math.max(spec.kind === 'funnel' ? 40 : 30, 14 * model.series.length + 10) : 30
  return Math.min(MAX_BARS_HIGH, Math.max(2, model.categories.length)) * perRow + 40
}

const markerPaths = ['', 'M8 2h6v6h-6z', 'M11 1l4 6h-8z', 'M11 1l4 4-4 4-4-4z'] as const

/** What stands before a name in the legend: line with dash and marker, a dot, or a field of colour. */
export function legendSample(place: number, spec: ChartSpec, isSecond = false): Html {
  const color = `var(${colorName(place)})`
  if (hasFields(spec) && !isSecond)
    return html`<svg viewBox="0 0 22 10" aria-hidden="true"><path d="M4 0h14v10h-14z" fill="${color}"/></svg>`
  const isDot = isCloud(spec)
  const shape = spec.kind === 'bubble' ? 0 : place % 4
  const paint = isDot ? `fill="${color}" fill-opacity=".7"` : `fill="var(--sheet)" stroke="${color}" stroke-width="2"`
  const markerHtml = raw(
    shape === 0 ? `<circle cx="11" cy="5" r="3" ${paint}/>` : `<path d="${markerPaths[shape] ?? ''}" ${paint}/>`,
  )
  const line = isDot
    ? ''
    : html`<path d="M0 5h22" stroke="${color}" stroke-width="2" stroke-dasharray="${(dashes[place] ?? []).join(' ')}"/>`
  return html`<svg viewBox="0 0 22 10" aria-hidden="true">${line}${markerHtml}</svg>`
}

const hasFields = (spec: ChartSpec): boolean =>
  isCells(spec) || isRound(spec) || ['bar', 'combo', 'histogram', 'box', 'waterfall', 'funnel'].includes(spec.kind)
