import type { ChartSpec } from '../contract/chart.ts'
import type { ColumnType } from '../contract/column.ts'
import type { DateGrain } from './chart-data.ts'

/** Place of the neutral "other". */
export const REST_PLACE = 8
/** Places from here on are classes of size, light to dark: those of heat maps. */
export const FIRST_CLASS = 10
export const CLASSES = 6

/** The five figures of a box, and the points beyond its whiskers. */
export interface BoxFigures {
  readonly low: number
  readonly lowerQuartile: number
  readonly median: number
  readonly upperQuartile: number
  readonly high: number
  readonly count: number
  readonly outliers: readonly number[]
}

/** `place` 0 to 7 picks colour, dash and marker; `REST_PLACE` is the neutral "other". `xs` are milliseconds, numbers, or places in `categories`. */
export interface ChartSeries {
  readonly name: string
  readonly place: number
  readonly xs: readonly number[]
  readonly ys: readonly (number | null)[]
  /** A third figure for each point: a bubble's size, a cell's value, where a floating bar starts. */
  readonly zs?: readonly number[]
  /** What stands on each tile. */
  readonly texts?: readonly string[]
  /** What the tip says of each point. */
  readonly heads?: readonly string[]
  readonly boxes?: readonly (BoxFigures | null)[]
  /** Drawn as a line along the axis at the right. */
  readonly isSecond?: boolean
}

export interface ChartModel {
  readonly spec: ChartSpec
  readonly xKind: 'category' | 'time' | 'value'
  readonly xType: ColumnType
  /** Texts of the x axis where `xKind` is `category`. */
  readonly categories: readonly string[]
  /** Texts of the upright axis where cells stand in rows. */
  readonly rows?: readonly string[]
  readonly series: readonly ChartSeries[]
  /** The finest part of the dates that differs. */
  readonly grain: DateGrain
  /** Points were left out so that the picture stays quick; extremes are kept. */
  readonly isReduced: boolean
}

export const MAX_POINTS = 5_000
export const MAX_SERIES = 8

/** Kinds whose points stand alone: dots and bubbles. */
export const isCloud = ({ kind }: ChartSpec): boolean => kind === 'scatter' || kind === 'bubble'
/** Whether series stand on one another. */
export const isStacked = (spec: ChartSpec): boolean =>
  (spec.stack !== 'none' && spec.kind !== 'scatter') || (spec.kind === 'histogram' && spec.by !== undefined)
/** Whether the long axis goes down. */
export const isLying = (spec: ChartSpec): boolean => (spec.kind === 'bar' && spec.horizontal) || spec.kind === 'funnel'
/** Round charts have no axes at all. */
export const isRound = ({ kind }: ChartSpec): boolean => kind === 'pie' || kind === 'donut'
export const isCells = ({ kind }: ChartSpec): boolean => kind === 'heatmap' || kind === 'geo'
/** Kinds with an axis to look closer at. */
export const canZoom = (spec: ChartSpec): boolean =>
  !isRound(spec) && spec.kind !== 'geo' && spec.kind !== 'kpi' && spec.kind !== 'funnel'

const RIGHT = ' (right)'
/** How a measure on the axis at the right is named. */
export const secondName = (measure: string): string => `${measure}${RIGHT}`
export const isSecondName = (spec: ChartSpec, name: string): boolean =>
  spec.y2?.some((measure) => name === secondName(measure)) ?? false
