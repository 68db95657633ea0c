import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts'
import { GridComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { LegacyGridContainLabel } from 'echarts/features'
import { SVGRenderer } from 'echarts/renderers'
import type { ChartSpec } from '../contract/chart.ts'
import { allowPicture, type PictureSeries } from './allow-picture.ts'
import { chartHeight, NARROW, WIDE } from './chart-look.ts'
import { type ChartData, chartModel } from './chart-model.ts'
import { chartOption } from './chart-option.ts'
import { escapeText } from './html.ts'

use([BarChart, CustomChart, LineChart, ScatterChart, GridComponent, LegacyGridContainLabel, SVGRenderer])

const POINTS = { wide: 500, narrow: 220 } as const
const STACKED = { wide: 240, narrow: 110 } as const
const DOTS = { wide: 300, narrow: 140 } as const

/**
 * Draws a chart as an SVG file of 790 or 360 units in width, its colours left to the page's `--c1` and so on. Its root carries `data-series`.
 * Throws a RangeError when the specification names a column that the data has not.
 */
export function chartSvg(spec: ChartSpec, data: ChartData, width: 'wide' | 'narrow'): string {
  const model = chartModel(spec, data, (spec.kind === 'scatter' ? DOTS : spec.stack === 'none' ? POINTS : STACKED)[width])
  const units = width === 'wide' ? WIDE : NARROW
  const height = chartHeight(model, units)
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: units, height })
  try {
    chart.setOption(chartOption(model, { width: units, mode: 'picture', color: (name) => `var(${name})` }))
    const drawn = chart.renderToSVGString({ useViewBox: true })
    const inside = drawn.slice(drawn.indexOf('>') + 1, drawn.lastIndexOf('</svg>'))
    const series: PictureSeries[] = model.series.map(({ name, place }) => ({ name, place }))
    const root = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${units} ${height}" data-series="${escapeText(JSON.stringify(series))}">`
    return allowPicture(`${root}${inside}</svg>`)
  } finally {
    chart.dispose()
  }
}
