import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts'
import { GridComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { LabelLayout, LegacyGridContainLabel } from 'echarts/features'
import { SVGRenderer } from 'echarts/renderers'
import type { ChartSpec } from '../contract/chart.ts'
import { allowMarkup } from './allow-markup.ts'
import { chartHeight, NARROW, WIDE } from './chart-look.ts'
import { type ChartData, chartModel } from './chart-model.ts'
import { chartOption } from './chart-option.ts'
import { escapeText } from './html.ts'

use([BarChart, CustomChart, LineChart, ScatterChart, GridComponent, LabelLayout, LegacyGridContainLabel, SVGRenderer])

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))
const rulesFor = (prefix: string) => ({
  elements: words('svg g path rect circle ellipse line polyline polygon text tspan defs clipPath'),
  attributes: words(
    'xmlns viewBox data-series d x y x1 y1 x2 y2 cx cy r rx ry width height points transform id clip-path fill fill-opacity fill-rule clip-rule stroke stroke-opacity stroke-width stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit opacity text-anchor dominant-baseline dy dx',
  ),
  droppedWhole: words(
    'script style foreignobject image a use animate animatetransform animatemotion set iframe object embed filter pattern mask',
  ),
  attributeValue(name: string, value: string): string | undefined {
    if (name === 'data-series') return value
    if (name === 'xmlns') return value === 'http://www.w3.org/2000/svg' ? value : undefined
    if (name === 'id') return /^[\w-]+$/.test(value) ? prefix + value : undefined
    if (name === 'clip-path') {
      const target = /^url\(#([\w-]+)\)$/.exec(value)?.[1]
      return target === undefined ? undefined : `url(#${prefix}${target})`
    }
    if (name === 'fill' || name === 'stroke')
      return /^(none|transparent|currentColor|var\(--[\w-]+\)|#[0-9a-f]{3,8}|rgba?\([\d\s.,%]+\))$/i.test(value)
        ? value
        : undefined
    if (name === 'd' || name === 'points' || name === 'transform')
      return /^[\w\s.,()+-]*$/.test(value)
        ? value.replace(/\d+\.\d{2,}/g, (number) => String(Number(Number(number).toFixed(name === 'transform' ? 2 : 1))))
        : undefined
    return /^[\w\s.,%+-]*$/.test(value) ? value : undefined
  },
})

/** A picture as the allow list lets it through; ids get the prefix, so that several pictures can stand in one page. */
export const allowPicture = (svg: string, idPrefix = ''): string => allowMarkup(svg, rulesFor(idPrefix))

/** What a picture remembers for the legend: series by name and place. */
export interface PictureSeries {
  readonly name: string
  readonly place: number
}

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
