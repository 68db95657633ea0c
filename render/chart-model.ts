import type { ChartSpec } from '../contract/chart.ts'
import type { Cell, Column, ColumnType } from '../contract/column.ts'
import { type ChartSeries, REST_PLACE } from './chart-series.ts'
import { isNumberType, isTimeType } from './format-cell.ts'
import { reduceEvenly, reduceLine, reduceScatter } from './reduce-points.ts'

/** Rows as a chart reads them; `ColumnarTable` is one, `dataOfRows` makes one. */
export interface ChartData {
  readonly columns: readonly Column[]
  readonly rowCount: number
  cell(columnIndex: number, row: number): Cell
}

export interface ChartModel {
  readonly spec: ChartSpec
  readonly xKind: 'category' | 'time' | 'value'
  readonly xType: ColumnType
  /** Texts of the x axis where `xKind` is `category`. */
  readonly categories: readonly string[]
  readonly series: readonly ChartSeries[]
  /** The finest part of the dates that differs. */
  readonly grain: DateGrain
  /** Points were left out so that the picture stays quick; extremes are kept. */
  readonly isReduced: boolean
}

export type DateGrain = 'year' | 'month' | 'day' | 'second'
export const MAX_POINTS = 5_000
const MAX_SERIES = 8

/** Rows that travel with a turn, as chart data. */
export const dataOfRows = (columns: readonly Column[], rows: readonly (readonly Cell[])[]): ChartData => ({
  columns,
  rowCount: rows.length,
  cell: (columnIndex, row) => rows[row]?.[columnIndex] ?? null,
})

const numberOf = (cell: Cell): number | null => {
  if (cell === null || cell === '' || typeof cell === 'boolean') return null
  const number = Number(cell)
  return Number.isFinite(number) ? number : null
}
const timeOf = (cell: Cell): number | null => {
  if (typeof cell !== 'string') return null
  const at = Date.parse(cell.length === 10 ? `${cell}T00:00:00Z` : cell.endsWith('Z') ? cell : `${cell}Z`)
  return Number.isNaN(at) ? null : at
}

const grainOf = (times: Iterable<number>): DateGrain => {
  let grain: DateGrain = 'year'
  let count = 0
  for (const time of times) {
    const at = new Date(time)
    count++
    if (time % 86_400_000 !== 0) return 'second'
    if (at.getUTCDate() !== 1) grain = 'day'
    else if (at.getUTCMonth() !== 0 && grain === 'year') grain = 'month'
  }
  return count < 2 && grain === 'year' ? 'day' : grain
}

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `2026`, `Oct 2026`, `9 Oct 2026` or `9 Oct 2026, 14:20`, by grain. */
export function timeLabel(time: number, grain: DateGrain): string {
  const at = new Date(time)
  const year = String(at.getUTCFullYear())
  const month = `${monthNames[at.getUTCMonth()] ?? ''} ${year}`
  if (grain === 'year') return year
  if (grain === 'month') return month
  const day = `${at.getUTCDate()} ${month}`
  return grain === 'day' ? day : `${day}, ${at.toISOString().slice(11, 16)}`
}

interface Group {
  readonly name: string
  readonly points: Map<number, number | null> | [number, number | null][]
  total: number
}

/** Reads a chart's series from a table. Throws a RangeError for a column that is not there. */
export function chartModel(spec: ChartSpec, data: ChartData, maxPoints = MAX_POINTS): ChartModel {
  const indexOf = (name: string): number => {
    const index = data.columns.findIndex((column) => column.name === name)
    if (index < 0) throw new RangeError(`The table has no column "${name}". Name one of its columns.`)
    return index
  }
  const xIndex = indexOf(spec.x)
  const yIndexes = spec.y.map(indexOf)
  const byIndex = spec.by === undefined ? undefined : indexOf(spec.by)
  const xType = data.columns[xIndex]?.type ?? 'text'
  const xKind = spec.kind === 'bar' ? 'category' : isTimeType(xType) ? 'time' : isNumberType(xType) ? 'value' : 'category'
  const categories = new Map<string, number>()
  const categoryCells: Cell[] = []
  const placeX = (cell: Cell): number | null => {
    if (xKind === 'time') return timeOf(cell)
    if (xKind === 'value') return numberOf(cell)
    const key = cell === null ? '–' : String(cell)
    const known = categories.get(key)
    if (known !== undefined) return known
    if (categories.size >= maxPoints) return null
    categories.set(key, categories.size)
    categoryCells.push(cell)
    return categories.size - 1
  }
  const groups = new Map<string, Group>()
  const isScatter = spec.kind === 'scatter'
  let left = 0
  for (let row = 0; row < data.rowCount; row++) {
    const x = placeX(data.cell(xIndex, row))
    if (x === null) {
      left++
      continue
    }
    const byName = byIndex === undefined ? undefined : (data.cell(byIndex, row) ?? '–')
    for (const [place, yIndex] of yIndexes.entries()) {
      const y = numberOf(data.cell(yIndex, row))
      const measure = spec.y[place] ?? ''
      const name = byName === undefined ? measure : yIndexes.length > 1 ? `${String(byName)}, ${measure}` : String(byName)
      let group = groups.get(name)
      if (!group) {
        group = { name, points: isScatter ? [] : new Map(), total: 0 }
        groups.set(name, group)
      }
      group.total += Math.abs(y ?? 0)
      if (Array.isArray(group.points)) group.points.push([x, y])
      else group.points.set(x, y)
    }
  }
  const times =
    xKind === 'time'
      ? timesOf(groups.values())
      : isTimeType(xType)
        ? categoryCells.map(timeOf).filter((time) => time !== null)
        : []
  const grain = grainOf(times)
  const order = categoryOrder(categoryCells, xType, byIndex !== undefined)
  const labels = order.map((place) => categoryLabel(categoryCells[place] ?? null, xType, grain))
  const rank = new Map(order.map((place, position) => [place, position]))
  const series = seriesOf([...groups.values()], spec, xKind === 'category' ? (x) => rank.get(x) ?? x : (x) => x)
  const isStacked = spec.stack !== 'none' && !isScatter
  const reduce = isScatter ? reduceScatter : isStacked ? reduceEvenly : reduceLine
  const reduced = xKind === 'category' && !isScatter ? series : series.map((one) => reduce(one, maxPoints))
  const isReduced =
    (categories.size >= maxPoints && left > 0) || reduced.some((one, place) => one.xs.length < (series[place]?.xs.length ?? 0))
  return { spec, xKind, xType, categories: labels, series: reduced, grain, isReduced }
}

function* timesOf(groups: Iterable<Group>): Iterable<number> {
  for (const { points } of groups) for (const [time] of points) yield time
}

const categoryLabel = (cell: Cell, type: ColumnType, grain: DateGrain): string => {
  const time = isTimeType(type) ? timeOf(cell) : null
  return time === null ? (cell === null ? '–' : String(cell)) : timeLabel(time, grain)
}

/** Dates and numbers of several series stand in their order; else the order of the rows is meant. */
function categoryOrder(cells: readonly Cell[], type: ColumnType, isSplit: boolean): number[] {
  const places = cells.map((_, place) => place)
  const value = isTimeType(type) ? timeOf : numberOf
  if (!isSplit || !(isTimeType(type) || isNumberType(type))) return places
  return places.sort((a, b) => (value(cells[a] ?? null) ?? 0) - (value(cells[b] ?? null) ?? 0))
}

function seriesOf(groups: readonly Group[], spec: ChartSpec, placeOf: (x: number) => number): ChartSeries[] {
  const kept = groups.length > MAX_SERIES ? [...groups].sort((a, b) => b.total - a.total).slice(0, MAX_SERIES) : groups
  const rest = groups.filter((group) => !kept.includes(group))
  const isStacked = spec.stack !== 'none' && spec.kind !== 'scatter'
  const points = (group: Group): [number, number | null][] => {
    const list = [...group.points].map(([x, y]): [number, number | null] => [placeOf(x), y])
    return spec.kind === 'scatter' ? list.filter(([, y]) => y !== null) : list.sort((a, b) => a[0] - b[0])
  }
  const lists = kept.map((group) => ({ name: group.name, points: points(group) }))
  if (rest.length > 0) lists.push({ name: `${rest.length} others`, points: restPoints(rest.map(points), spec) })
  const filled = isStacked ? stackable(lists, spec.stack === 'percent') : lists
  return filled.map(({ name, points: list }, place) => ({
    name,
    place: place === MAX_SERIES ? REST_PLACE : place,
    xs: list.map(([x]) => x),
    ys: list.map(([, y]) => y),
  }))
}

/** What adds up is added up; lines that don't are drawn one after another, with a gap between. */
function restPoints(lists: readonly [number, number | null][][], spec: ChartSpec): [number, number | null][] {
  if (spec.kind === 'scatter') return lists.flat()
  if (spec.kind !== 'bar' && spec.stack === 'none')
    return lists.flatMap((list) => [...list, [list.at(-1)?.[0] ?? 0, null] as [number, null]])
  const sums = new Map<number, number>()
  for (const [x, y] of lists.flat()) sums.set(x, (sums.get(x) ?? 0) + (y ?? 0))
  return [...sums].sort((a, b) => a[0] - b[0])
}

function stackable(
  lists: readonly { name: string; points: [number, number | null][] }[],
  isPercent: boolean,
): { name: string; points: [number, number | null][] }[] {
  const xs = [...new Set(lists.flatMap(({ points }) => points.map(([x]) => x)))].sort((a, b) => a - b)
  const maps = lists.map(({ points }) => new Map(points))
  const sums = xs.map((x) => maps.reduce((sum, map) => sum + Math.abs(map.get(x) ?? 0), 0))
  return lists.map(({ name }, place) => ({
    name,
    points: xs.map((x, at): [number, number] => {
      const y = maps[place]?.get(x) ?? 0
      return [x, isPercent ? (sums[at] ? (100 * y) / (sums[at] ?? 1) : 0) : y]
    }),
  }))
}
