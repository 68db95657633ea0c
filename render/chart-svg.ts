import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts'
import { GridComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { LegacyGridContainLabel } from 'echarts/features'
import { SVGRenderer } from 'echarts/renderers'
import type { ChartSpec } from '../contract/chart.ts'
import { allowPicture, type PictureSeries } from './allow-picture.ts'
import type { ChartData } from './chart-data.ts'
import { chartHeight, NARROW, WIDE } from './chart-look.ts'
import { chartModel } from './chart-model.ts'
import { chartOption } from './chart-option.ts'
import { type ChartModel, isCloud, isStacked } from './chart-series.ts'
import { escapeText } from './html.ts'
import { kpiSvgBody } from './kpi-svg.ts'
import { layBars } from './lay-bars.ts'

use([BarChart, CustomChart, LineChart, ScatterChart, GridComponent, LegacyGridContainLabel, SVGRenderer])

const POINTS = { wide: 500, narrow: 220 } as const
const STACKED = { wide: 240, narrow: 110 } as const
const DOTS = { wide: 300, narrow: 140 } as const

/**
 * Draws a chart as an SVG file of 790 or 360 units in width, its colours left to the page's `--c1` and so on. Its root carries `data-series`.
 * Throws a RangeError when the specification names a column that the data has not.
 */
export function chartSvg(
  spec: ChartSpec,
  data: ChartData,
  width: 'wide' | 'narrow',
  hidden: ReadonlySet<string> = new Set(),
): string {
  const units = width === 'wide' ? WIDE : NARROW
  const model = layBars(chartModel(spec, data, (isCloud(spec) ? DOTS : isStacked(spec) ? STACKED : POINTS)[width]), units)
  const height = chartHeight(model, units)
  const series: PictureSeries[] = spec.kind === 'kpi' ? [] : model.series.map(({ name, place }) => ({ name, place }))
  const root = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${units} ${height}" data-series="${escapeText(JSON.stringify(series))}">`
  const inside = spec.kind === 'kpi' ? kpiSvgBody(model, units) : engineSvgBody(model, units, height, hidden)
  return allowPicture(`${root}${inside}</svg>`)
}

function engineSvgBody(model: ChartModel, width: number, height: number, hidden: ReadonlySet<string>): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height })
  try {
    chart.setOption(chartOption(model, { width, height, mode: 'picture', color: (name) => `var(${name})`, hidden }))
    const drawn = chart.renderToSVGString({ useViewBox: true })
    return drawn.slice(drawn.indexOf('>') + 1, drawn.lastIndexOf('</svg>'))
  } finally {
    chart.dispose()
  }
}
