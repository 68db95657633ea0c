import { expect, test } from 'vitest'
import { type ChartKind, ChartSpec } from '../contract/chart.ts'
import { chartProblem } from '../contract/chart-rules.ts'
import { boxOf } from './box-model.ts'
import { fittingSpecs } from './chart-choice.ts'
import { dataOfRows } from './chart-data.ts'
import { chartLabel } from './chart-label.ts'
import { chartModel } from './chart-model.ts'
import { countryOf } from './country.ts'
import { binsOf } from './histogram-model.ts'
import { changeText, figureWriter, headlineOf } from './kpi-model.ts'
import { layBars } from './lay-bars.ts'

const spec = (kind: ChartKind, more: Partial<ChartSpec> = {}): ChartSpec =>
  ChartSpec.parse({ version: 1, kind, x: 'x', y: ['y'], ...more })
const data = (rows: readonly (readonly [string | number | null, number | null])[], type: 'text' | 'date' | 'integer' = 'text') =>
  dataOfRows(
    [
      { name: 'x', type },
      { name: 'y', type: 'number' },
    ],
    rows,
  )
const names = (list: readonly ChartSpec[]) => list.map(({ kind }) => kind)

test('a specification is refused with what to write when a column lacks or is too much', () => {
  const problem = (kind: ChartKind, more: object) =>
    chartProblem({ kind, x: 'x', y: ['y'], stack: 'none', horizontal: false, ...more })
  expect(problem('heatmap', {})).toBe('by= is missing: a heat map needs by=<column>.')
  expect(problem('pie', { y: ['a', 'b'] })).toBe('A pie chart shows at most one column in y=.')
  expect(problem('funnel', { by: 'z' })).toBe('A funnel takes no by=. Leave it out.')
  expect(problem('line', { horizontal: true })).toBe('A line chart does not lie down; bars do.')
  expect(ChartSpec.safeParse({ version: 1, kind: 'bar', x: 'x', y: ['y'], color: 'red' }).success).toBe(false)
  expect(ChartSpec.safeParse({ version: 1, kind: 'combo', x: 'x', y: ['y'] }).success).toBe(false)
})

test('rows of the same x add up, in bars as in slices', () => {
  const rows = data([
    ['a', 1],
    ['b', 5],
    ['a', 2],
    ['b', null],
  ])
  expect(chartModel(spec('bar'), rows).series[0]?.ys).toEqual([3, 5])
  expect(chartModel(spec('pie'), rows).series.map(({ name, ys }) => [name, ys[0]])).toEqual([
    ['b', 5],
    ['a', 3],
  ])
})

test('a pie gathers the ninth part and further, and leaves out what is not above zero', () => {
  const model = chartModel(
    spec('pie'),
    data([...Array.from({ length: 11 }, (_, at) => [`p${at}`, at + 1] as const), ['minus', -4]]),
  )
  expect(model.series).toHaveLength(9)
  expect(model.series.at(-1)).toMatchObject({ name: '3 others', ys: [6], place: 8 })
})

test('bins are round, cover all values, and count each once', () => {
  expect(binsOf([], false)).toMatchObject({ count: 0 })
  expect(binsOf([3, 3, 3], true)).toEqual({ start: 3, width: 1, count: 1 })
  const values = Array.from({ length: 500 }, (_, at) => ((at * 37) % 501) / 10)
  const model = chartModel(spec('histogram', { x: 'y', y: [] }), data(values.map((value) => ['a', value] as const)))
  expect(model.series[0]?.ys.reduce<number>((sum, y) => sum + (y ?? 0), 0)).toBe(500)
  expect(model.categories[0]).toBe('0 – 5')
})

test('a box has quartiles by interpolation, whiskers after Tukey and its outliers', () => {
  expect(boxOf([1, 2, 3, 4, 100])).toEqual({
    low: 1,
    lowerQuartile: 2,
    median: 3,
    upperQuartile: 4,
    high: 4,
    count: 5,
    outliers: [100],
  })
  expect(boxOf([7])).toMatchObject({ low: 7, median: 7, high: 7, outliers: [] })
  expect(boxOf([])).toBeNull()
})

test('a waterfall starts each step where the last ended and closes with the total', () => {
  const model = chartModel(
    spec('waterfall'),
    data([
      ['a', 10],
      ['b', -4],
      ['c', 1],
    ]),
  )
  expect(model.categories).toEqual(['a', 'b', 'c', 'Total'])
  expect(model.series.map(({ name, zs, ys }) => [name, zs, ys])).toEqual([
    ['Increase', [0, 6], [10, 7]],
    ['Decrease', [10], [6]],
    ['Total', [0], [7]],
  ])
  expect(chartLabel(model)).toBe('Waterfall: y by x, 3 steps, 7 in all.')
})

test('countries are known by both codes and by name, and stand in the row of their part of the world', () => {
  expect(countryOf('de')).toMatchObject({ code: 'DE', name: 'Germany', continent: 'Europe' })
  expect(countryOf('BRA')?.code).toBe('BR')
  expect(countryOf('the Netherlands')?.code).toBe('NL')
  expect(countryOf('UK')?.code).toBe('GB')
  expect(countryOf('Atlantis')).toBeUndefined()
  const model = chartModel(
    spec('geo'),
    data([
      ['FR', 2],
      ['DEU', 5],
      ['Germany', 1],
      ['Atlantis', 3],
    ]),
  )
  expect(model.rows).toEqual(['Europe', 'Elsewhere'])
  const tiles = model.series.flatMap(({ texts, zs }) => (texts ?? []).map((text, at) => [text, zs?.[at]]))
  expect(tiles).toEqual(
    expect.arrayContaining([
      ['DE', 6],
      ['FR', 2],
      ['Atl', 3],
    ]),
  )
})

test('a single number compares the last day with the one before, or with a second column', () => {
  const days = data(
    [
      ['2026-02-01', 12],
      ['2026-01-01', 10],
    ],
    'date',
  )
  const headline = headlineOf(chartModel(spec('kpi'), days))
  expect(headline).toEqual({ value: 12, at: 'Feb 2026', before: { value: 10, name: 'Jan 2026' } })
  expect(headline && changeText(headline, String)).toBe('+20.0 % against Jan 2026')
  const pair = dataOfRows(
    [
      { name: 'now', type: 'number' },
      { name: 'plan', type: 'number' },
    ],
    [[3, 4]],
  )
  const other = headlineOf(chartModel(ChartSpec.parse({ version: 1, kind: 'kpi', y: ['now', 'plan'] }), pair))
  expect(other && changeText(other, String)).toBe('−25.0 % against plan')
})

test('a figure is written with the places of its column, from a million on in short', () => {
  const written = figureWriter(
    chartModel(
      spec('kpi'),
      data([
        ['a', 102_920.5],
        ['b', 237.69],
      ]),
    ),
  )
  expect([102_920.5, 237.69, 1_234_567].map(written)).toEqual(['102,920.50', '237.69', '1.235 M'])
})

test('standing bars lie down where their names have no room, and only there', () => {
  const lies = (names: readonly string[], width: number, more: Partial<ChartSpec> = {}) =>
    layBars(chartModel(spec('bar', more), data(names.map((name) => [name, 1]))), width).spec.horizontal
  const categories = ['Outerwear', 'Footwear', 'Camp', 'Layers', 'Packs', 'Accessories']
  expect([lies(categories, 360), lies(categories, 790), lies(['Web', 'Store'], 360)]).toEqual([true, false, false])
  const days = data(
    [
      ['2026-01-01', 1],
      ['2026-02-01', 2],
    ],
    'date',
  )
  expect(layBars(chartModel(spec('bar'), days), 120).spec.horizontal).toBe(false)
})

test('the kinds on offer follow from the shape of the data', () => {
  const days = data(
    [
      ['2026-01-01', 1],
      ['2026-01-02', 2],
    ],
    'date',
  )
  expect(names(fittingSpecs(spec('line'), days))).toEqual(['line', 'area', 'bar'])
  const falling = data([
    ['visit', 9],
    ['cart', 5],
    ['pay', 2],
  ])
  expect(names(fittingSpecs(spec('bar'), falling))).toEqual(['bar', 'pie', 'donut', 'funnel'])
  const signed = data([
    ['a', 9],
    ['b', -5],
  ])
  expect(names(fittingSpecs(spec('bar'), signed))).toEqual(['bar', 'waterfall'])
  const countries = data([
    ['SE', 9],
    ['NO', 11],
    ['DK', 4],
  ])
  expect(names(fittingSpecs(spec('bar'), countries))).toEqual(['bar', 'pie', 'donut', 'geo'])
  for (const fitting of fittingSpecs(spec('bar'), countries)) expect(ChartSpec.parse(fitting)).toEqual(fitting)
})
