import type { ChartSpec } from '../contract/chart.ts'
import type { Cell, ColumnType } from '../contract/column.ts'
import { type ChartData, categoryKey, categoryLabel, columnPlace, grainOf, numberOf, timeOf } from './chart-data.ts'
import { type ChartModel, type ChartSeries, isCloud, isStacked, MAX_SERIES, REST_PLACE, secondName } from './chart-series.ts'
import { isNumberType, isTimeType } from './format-cell.ts'
import { reduceEvenly, reduceLine, reduceScatter } from './reduce-points.ts'

/** x, y and, of a bubble, its size. */
type Point = [x: number, y: number | null, z?: number]

interface Group {
  readonly name: string
  readonly points: Map<number, number | null> | Point[]
  readonly isSecond: boolean
  total: number
}

/** The series of lines, areas, bars, clouds and combos. */
export function seriesModel(spec: ChartSpec, data: ChartData, maxPoints: number): ChartModel {
  const xIndex = columnPlace(data, spec.x ?? '')
  const measures = [...spec.y, ...(spec.y2 ?? [])]
  const yIndexes = measures.map((name) => columnPlace(data, name))
  const byIndex = spec.by === undefined ? undefined : columnPlace(data, spec.by)
  const sizeIndex = spec.size === undefined ? undefined : columnPlace(data, spec.size)
  const xType = data.columns[xIndex]?.type ?? 'text'
  const hasBars = spec.kind === 'bar' || spec.kind === 'combo'
  const xKind = hasBars ? 'category' : isTimeType(xType) ? 'time' : isNumberType(xType) ? 'value' : 'category'
  const categories = new Map<string, number>()
  const categoryCells: Cell[] = []
  const placeX = (cell: Cell): number | null => {
    if (xKind === 'time') return timeOf(cell)
    if (xKind === 'value') return numberOf(cell)
    const key = categoryKey(cell)
    const known = categories.get(key)
    if (known !== undefined) return known
    if (categories.size >= maxPoints) return null
    categories.set(key, categories.size)
    categoryCells.push(cell)
    return categories.size - 1
  }
  const groups = new Map<string, Group>()
  const isScatter = isCloud(spec)
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
      const isSecond = place >= spec.y.length
      const measure = isSecond ? secondName(measures[place] ?? '') : (measures[place] ?? '')
      const size = sizeIndex === undefined ? undefined : numberOf(data.cell(sizeIndex, row))
      if (size === null) continue
      const name = byName === undefined ? measure : yIndexes.length > 1 ? `${String(byName)}, ${measure}` : String(byName)
      let group = groups.get(name)
      if (!group) {
        group = { name, points: isScatter ? [] : new Map(), isSecond, total: 0 }
        groups.set(name, group)
      }
      group.total += Math.abs(y ?? 0)
      if (Array.isArray(group.points)) group.points.push(size === undefined ? [x, y] : [x, y, Math.max(0, size)])
      else group.points.set(x, addUp(group.points.get(x), y))
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
  const reduce = isScatter ? reduceScatter : isStacked(spec) ? reduceEvenly : reduceLine
  const reduced = xKind === 'category' && !isScatter ? series : series.map((one) => reduce(one, maxPoints))
  const isReduced =
    (categories.size >= maxPoints && left > 0) || reduced.some((one, place) => one.xs.length < (series[place]?.xs.length ?? 0))
  return { spec, xKind, xType, categories: labels, series: reduced, grain, isReduced }
}

/** Rows of the same x and series add up. */
const addUp = (known: number | null | undefined, y: number | null): number | null =>
  known === undefined || known === null ? y : known + (y ?? 0)

function* timesOf(groups: Iterable<Group>): Iterable<number> {
  for (const { points } of groups) for (const [time] of points) yield time
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
  const points = (group: Group): Point[] => {
    const list = [...group.points].map(([x, y, z]: Point): Point => (z === undefined ? [placeOf(x), y] : [placeOf(x), y, z]))
    return isCloud(spec) ? list.filter(([, y]) => y !== null) : list.sort((a, b) => a[0] - b[0])
  }
  const lists = kept.map((group) => ({ name: group.name, isSecond: group.isSecond, points: points(group) }))
  if (rest.length > 0) lists.push({ name: `${rest.length} others`, isSecond: false, points: restPoints(rest.map(points), spec) })
  const filled = isStacked(spec) ? stackable(lists, spec.stack === 'percent') : lists
  return filled.map(({ name, isSecond, points: list }, place) => ({
    name,
    place: place === MAX_SERIES ? REST_PLACE : place,
    xs: list.map(([x]) => x),
    ys: list.map(([, y]) => y),
    ...(spec.size === undefined ? {} : { zs: list.map(([, , z]) => z ?? 0) }),
    ...(isSecond ? { isSecond } : {}),
  }))
}

/** What adds up is added up; lines that don't are drawn one after another, with a gap between. */
function restPoints(lists: readonly Point[][], spec: ChartSpec): Point[] {
  if (isCloud(spec)) return lists.flat()
  if (spec.kind !== 'bar' && spec.stack === 'none')
    return lists.flatMap((list) => [...list, [list.at(-1)?.[0] ?? 0, null] as Point])
  const sums = new Map<number, number>()
  for (const [x, y] of lists.flat()) sums.set(x, (sums.get(x) ?? 0) + (y ?? 0))
  return [...sums].sort((a, b) => a[0] - b[0])
}

interface PointList {
  readonly name: string
  readonly isSecond: boolean
  readonly points: Point[]
}

function stackable(lists: readonly PointList[], isPercent: boolean): PointList[] {
  const xs = [...new Set(lists.flatMap(({ points }) => points.map(([x]) => x)))].sort((a, b) => a - b)
  const maps = lists.map(({ points }) => new Map(points.map(([x, y]) => [x, y])))
  const sums = xs.map((x) => maps.reduce((sum, map) => sum + Math.abs(map.get(x) ?? 0), 0))
  return lists.map(({ name, isSecond }, place) => ({
    name,
    isSecond,
    points: xs.map((x, at): Point => {
      const y = maps[place]?.get(x) ?? 0
      return [x, isPercent ? (sums[at] ? (100 * y) / (sums[at] ?? 1) : 0) : y]
    }),
  }))
}
