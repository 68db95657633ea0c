import type { ChartKind, ChartSpec } from '../../contract/chart.ts'
import type { Cell, Column } from '../../contract/column.ts'

/** A name that would run script, were it read as HTML anywhere. */
export const hostile = '<img src=x onerror=document.title="owned">'

export const sampleColumns: Column[] = [
  { name: 'day', type: 'date' },
  { name: 'region', type: 'text' },
  { name: 'revenue', type: 'number' },
  { name: 'units', type: 'integer' },
  { name: 'country', type: 'text' },
  { name: 'weekday', type: 'text' },
  { name: 'change', type: 'integer' },
]
const countries = [
  'DE',
  'FRA',
  'Sweden',
  'US',
  'BR',
  'JP',
  'ZA',
  'AU',
  'NO',
  'PL',
  'Canada',
  'IN',
  'KE',
  'CL',
  'NZ',
  'IT',
  'Atlantis',
]
const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** Three regions over 120 days; one value is missing. */
export const sampleRows: Cell[][] = Array.from({ length: 360 }, (_, row) => {
  const day = Math.floor(row / 3)
  return [
    new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10),
    ['Nordics', 'DACH', hostile][row % 3] ?? null,
    row === 5 ? null : ((row * 37) % 1000) / 4,
    row,
    countries[row % countries.length] ?? null,
    weekdays[day % 7] ?? null,
    ((row * 29) % 41) - 17,
  ]
})

const make = (kind: ChartKind, spec: Partial<ChartSpec>): ChartSpec => ({
  version: 1,
  kind,
  x: 'day',
  y: ['revenue'],
  stack: 'none',
  horizontal: false,
  ...spec,
})

/** A chart of every kind over those rows. */
export const sampleCharts: Readonly<Record<ChartKind, ChartSpec>> = {
  line: make('line', { by: 'region' }),
  area: make('area', { by: 'region', stack: 'stack' }),
  bar: make('bar', { by: 'region' }),
  scatter: make('scatter', { x: 'units', by: 'region' }),
  bubble: make('bubble', { x: 'units', by: 'region', size: 'revenue' }),
  pie: make('pie', { x: 'region' }),
  donut: make('donut', { x: 'weekday' }),
  histogram: make('histogram', { x: 'revenue', y: [], by: 'region' }),
  box: make('box', { x: 'weekday', y: ['revenue', 'units'] }),
  heatmap: make('heatmap', { x: 'weekday', by: 'region' }),
  geo: make('geo', { x: 'country' }),
  kpi: make('kpi', {}),
  funnel: make('funnel', { x: 'weekday' }),
  waterfall: make('waterfall', { x: 'weekday', y: ['change'] }),
  combo: make('combo', { x: 'weekday', y: ['revenue'], y2: ['units'] }),
}
