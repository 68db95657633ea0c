import { BarChart, LineChart } from 'echarts/charts'
import { DataZoomComponent, GridComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { LegacyGridContainLabel } from 'echarts/features'
import { SVGRenderer } from 'echarts/renderers'
import { expect, test } from 'vitest'
import { ChartSpec } from '../contract/chart.ts'
import { axisNames } from './axis-names.ts'
import { dataOfRows } from './chart-data.ts'
import { chartModel } from './chart-model.ts'
import { chartOption } from './chart-option.ts'
import { layBars } from './lay-bars.ts'

use([BarChart, LineChart, DataZoomComponent, GridComponent, LegacyGridContainLabel, SVGRenderer])

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

/** What stands in a chart of this width, drawn as the page draws it. */
function texts(kind: 'bar' | 'line', width: number): string[] {
  const columns = [
    { name: 'weekday', type: 'text' },
    { name: 'revenue', type: 'number' },
  ] as const
  const data = dataOfRows(
    columns,
    weekdays.map((name, at) => [name, 100 + at]),
  )
  const model = layBars(chartModel(ChartSpec.parse({ version: 1, kind, x: 'weekday', y: ['revenue'] }), data), width)
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height: 260 })
  try {
    chart.setOption(chartOption(model, { width, height: 260, mode: 'live', color: () => '#000', zoom: { start: 0, end: 100 } }))
    return [...chart.renderToSVGString().matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => text)
  } finally {
    chart.dispose()
  }
}

test.each([340, 420, 480, 501, 520, 560, 640, 790])('all weekdays stand in a chart that is %i wide', (width) => {
  for (const kind of ['bar', 'line'] as const) {
    const found = texts(kind, width).filter((text) => /day$|^[A-Z][a-z]{2}$|…/.test(text))
    const isWhole = found.every((name) => weekdays.includes(name))
    expect([kind, found.toSorted()]).toEqual([kind, weekdays.map((name) => (isWhole ? name : name.slice(0, 3))).toSorted()])
  }
})

test('names are whole where they fit, days and months short where they do not, and others are left to be cut', () => {
  expect([...(axisNames(weekdays, 100)?.values() ?? [])]).toEqual(weekdays)
  expect([...(axisNames(weekdays, 50)?.values() ?? [])]).toEqual(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'])
  expect(axisNames(['North', 'A very long name'], 50)).toBeUndefined()
})
