import type { ChartSpec } from '../contract/chart.ts'
import type { Cell, ColumnType } from '../contract/column.ts'
import { axisNumber } from './axis-number.ts'
import { type ChartData, categoriesOf, categoryKey, columnPlace, numberOf, timeOf } from './chart-data.ts'
import { type ChartModel, type ChartSeries, CLASSES, FIRST_CLASS } from './chart-series.ts'
import { continentNames, countryOf } from './country.ts'
import { isNumberType, isTimeType } from './format-cell.ts'

const MOST_COLUMNS = 400
const MOST_ROWS = 60
const TILES_ACROSS = 12
const FEWEST_ACROSS = 8

interface ValueCell {
  readonly column: number
  readonly row: number
  readonly value: number
  readonly head: string
  readonly text?: string
}

/** A cell for each pair of x and `by`; the sizes fall into classes that are shades, each a series of its own. */
export function heatModel(spec: ChartSpec, data: ChartData): ChartModel {
  const [x, by, y] = [columnPlace(data, spec.x ?? ''), columnPlace(data, spec.by ?? ''), columnPlace(data, spec.y[0] ?? '')]
  const columns = categoriesOf(data, x, MOST_COLUMNS, inOrder)
  const rows = categoriesOf(data, by, MOST_ROWS, inOrder)
  const sums = new Map<number, number>()
  let left = 0
  for (let row = 0; row < data.rowCount; row++) {
    const value = numberOf(data.cell(y, row))
    const [column, line] = [columns.placeOf(data.cell(x, row)), rows.placeOf(data.cell(by, row))]
    if (value === null) continue
    if (column === undefined || line === undefined) left++
    else sums.set(line * MOST_COLUMNS + column, (sums.get(line * MOST_COLUMNS + column) ?? 0) + value)
  }
  const cells = [...sums].map(([key, value]): ValueCell => {
    const [row, column] = [Math.floor(key / MOST_COLUMNS), key % MOST_COLUMNS]
    return { row, column, value, head: `${rows.labels[row] ?? ''}, ${columns.labels[column] ?? ''}` }
  })
  return {
    spec,
    xKind: 'category',
    xType: data.columns[x]?.type ?? 'text',
    categories: columns.labels,
    rows: rows.labels,
    series: classesOf(cells),
    grain: 'day',
    isReduced: left > 0,
  }
}

/**
 * A tile for each country, in the row of its part of the world, largest first. Codes of two or three letters and English
 * names are known (ISO 3166); what is not stands in a row of its own.
 */
export function geoModel(spec: ChartSpec, data: ChartData): ChartModel {
  const [x, y] = [columnPlace(data, spec.x ?? ''), columnPlace(data, spec.y[0] ?? '')]
  const totals = new Map<string, { readonly code: string; readonly name: string; readonly continent: string; value: number }>()
  for (let row = 0; row < data.rowCount; row++) {
    const value = numberOf(data.cell(y, row))
    if (value === null) continue
    const text = categoryKey(data.cell(x, row))
    const country = countryOf(text) ?? { code: text.slice(0, 3), name: text, continent: 'Elsewhere' }
    const known = totals.get(country.name)
    if (known) known.value += value
    else totals.set(country.name, { ...country, value })
  }
  const rows: string[] = []
  const cells: ValueCell[] = []
  for (const continent of [...continentNames, 'Elsewhere']) {
    const tiles = [...totals.values()].filter((one) => one.continent === continent).sort((a, b) => b.value - a.value)
    const firstRow = rows.length
    for (let row = 0; row * TILES_ACROSS < tiles.length; row++) rows.push(row === 0 ? continent : '')
    for (const [place, { code, name, value }] of tiles.entries())
      cells.push({
        row: firstRow + Math.floor(place / TILES_ACROSS),
        column: place % TILES_ACROSS,
        value,
        head: name,
        text: code,
      })
  }
  return {
    spec,
    xKind: 'category',
    xType: 'text',
    categories: Array.from({ length: cells.reduce((most, { column }) => Math.max(most, column + 1), FEWEST_ACROSS) }, () => ''),
    rows,
    series: classesOf(cells),
    grain: 'day',
    isReduced: false,
  }
}

/** Days of the week and months by name keep the order of the rows; numbers, times and the rest go up. */
function inOrder(a: Cell, b: Cell, type: ColumnType): number {
  if (isTimeType(type)) return (timeOf(a) ?? 0) - (timeOf(b) ?? 0)
  return isNumberType(type) ? (numberOf(a) ?? 0) - (numberOf(b) ?? 0) : 0
}

/** Equal steps from the least to the greatest value, rounded where that keeps them apart. */
function classesOf(cells: readonly ValueCell[]): ChartSeries[] {
  const values = cells.map(({ value }) => value)
  const [low, high] = [values.reduce((a, b) => Math.min(a, b), Infinity), values.reduce((a, b) => Math.max(a, b), -Infinity)]
  const step = (high - low) / CLASSES || 1
  const bound = (place: number): number => Number((low + place * step).toPrecision(3))
  const classOf = (value: number): number => {
    for (let place = CLASSES - 1; place > 0; place--) if (value >= bound(place)) return place
    return 0
  }
  const classes = Array.from({ length: CLASSES }, (): ValueCell[] => [])
  for (const cell of cells) classes[low === high ? CLASSES - 2 : classOf(cell.value)]?.push(cell)
  return classes.flatMap((members, place): ChartSeries[] => {
    if (members.length === 0) return []
    const from = place === 0 ? Math.min(bound(0), low) : bound(place)
    const to = place === CLASSES - 1 ? Math.max(bound(CLASSES), high) : bound(place + 1)
    return [
      {
        name:
          low === high
            ? axisNumber(low)
            : `${axisNumber(Number(from.toPrecision(3)))} – ${axisNumber(Number(to.toPrecision(3)))}`,
        place: FIRST_CLASS + place,
        xs: members.map(({ column }) => column),
        ys: members.map(({ row }) => row),
        zs: members.map(({ value }) => value),
        heads: members.map(({ head }) => head),
        ...(members[0]?.text === undefined ? {} : { texts: members.map(({ text }) => text ?? '') }),
      },
    ]
  })
}
