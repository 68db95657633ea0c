import type { ChartKind, ChartSpec } from '../contract/chart.ts'
import { type ChartData, categoriesOf, columnPlace, numberOf } from './chart-data.ts'
import { countryOf } from './country.ts'
import { isNumberType, isTimeType } from './format-cell.ts'

const MOST_CHOICES = 6
const MOST_PARTS = 12
const MOST_STEPS = 30
const MOST_BARS = 200
const MOST_CELLS = 400

/** What of a table's shape decides which kinds fit it. */
interface Shape {
  readonly isOrdered: boolean
  readonly isNumber: boolean
  readonly isSingle: boolean
  readonly xCount: number
  readonly hasNegative: boolean
  readonly onlyFalls: boolean
  readonly isCountries: boolean
}

/** The ways in which the same columns can be shown, the given one among them; a single one where nothing else fits. */
export function fittingSpecs(spec: ChartSpec, data: ChartData): ChartSpec[] {
  if (spec.x === undefined || spec.kind === 'histogram' || spec.kind === 'box' || spec.kind === 'kpi') return [spec]
  const shape = shapeOf(spec, data)
  const measures = [...spec.y, ...(spec.y2 ?? [])]
  const bare: ChartSpec = {
    version: 1,
    kind: spec.kind,
    x: spec.x,
    y: measures,
    ...(spec.by === undefined ? {} : { by: spec.by }),
    stack: 'none',
    horizontal: false,
    ...(spec.subtitle === undefined ? {} : { subtitle: spec.subtitle }),
  }
  const made = (kind: ChartKind): ChartSpec => {
    if (kind === spec.kind) return spec
    if (kind === 'combo') return { ...bare, kind, y: measures.slice(0, 1), y2: measures.slice(1, 5) }
    if (kind === 'bar') return { ...bare, kind, horizontal: !shape.isOrdered && shape.xCount > 8 && spec.by === undefined }
    return { ...bare, kind, ...(kind === 'area' && spec.by !== undefined ? { stack: 'stack' as const } : {}) }
  }
  const order: readonly ChartKind[] = [
    'line',
    'area',
    'bar',
    'combo',
    'scatter',
    'bubble',
    'pie',
    'donut',
    'funnel',
    'waterfall',
    'heatmap',
    'geo',
  ]
  const fitting = order.filter((kind) => kind === spec.kind || fits(kind, spec, shape))
  const chosen = fitting.slice(0, MOST_CHOICES)
  if (!chosen.includes(spec.kind)) chosen[chosen.length - 1] = spec.kind
  return chosen.map(made)
}

function fits(kind: ChartKind, spec: ChartSpec, shape: Shape): boolean {
  const { isOrdered, isNumber, isSingle, xCount } = shape
  if (spec.kind === 'scatter' || spec.kind === 'bubble') return kind === 'scatter'
  switch (kind) {
    case 'line':
    case 'area':
      return isOrdered && xCount > 1
    case 'bar':
      return xCount <= MOST_BARS
    case 'combo':
      return spec.by === undefined && spec.y.length + (spec.y2?.length ?? 0) > 1
    case 'scatter':
      return isNumber
    case 'pie':
    case 'donut':
      return isSingle && !isOrdered && !shape.hasNegative && xCount > 1 && xCount <= MOST_PARTS
    case 'funnel':
      return isSingle && !isOrdered && shape.onlyFalls && xCount > 2 && xCount <= MOST_PARTS
    case 'waterfall':
      return isSingle && shape.hasNegative && xCount > 1 && xCount <= MOST_STEPS
    case 'heatmap':
      return spec.by !== undefined && spec.y.length === 1 && xCount <= MOST_CELLS
    case 'geo':
      return isSingle && shape.isCountries
    default:
      return false
  }
}

function shapeOf(spec: ChartSpec, data: ChartData): Shape {
  const x = columnPlace(data, spec.x ?? '')
  const type = data.columns[x]?.type ?? 'text'
  const categories = categoriesOf(data, x, MOST_CELLS + 1)
  const measures = [...spec.y, ...(spec.y2 ?? [])]
  const y = columnPlace(data, measures[0] ?? '')
  let before = Infinity
  let hasNegative = false
  let onlyFalls = true
  for (let row = 0; row < data.rowCount; row++) {
    const value = numberOf(data.cell(y, row)) ?? 0
    if (value < 0) hasNegative = true
    if (value > before) onlyFalls = false
    before = value
  }
  const known = categories.cells.filter((cell) => typeof cell === 'string' && countryOf(cell)).length
  return {
    isOrdered: isTimeType(type) || isNumberType(type),
    isNumber: isNumberType(type),
    isSingle: measures.length === 1 && spec.by === undefined,
    xCount: categories.cells.length,
    hasNegative,
    onlyFalls: onlyFalls && !hasNegative,
    isCountries: known > 1 && known >= categories.cells.length * 0.6,
  }
}
