import type { ChartModel } from './chart-series.ts'
import { escapeText } from './html.ts'
import { changeText, figureWriter, headlineOf } from './kpi-model.ts'

export const KPI_HEIGHT = 128
const SPARK = { top: 24, bottom: 100 } as const
const FIGURE_SCALE = 3

/** What stands inside the picture of a single number: the figure, its change, and the way there as a line. */
export function kpiSvgBody(model: ChartModel, width: number): string {
  const headline = headlineOf(model)
  if (!headline) return `<text x="0" y="60" fill="var(--ink-3)">No value</text>`
  const text = (x: number, y: number, fill: string, content: string): string =>
    `<text x="${x}" y="${y}" fill="var(${fill})">${escapeText(content)}</text>`
  const written = figureWriter(model)
  const change = changeText(headline, written)
  const figure = `<g transform="translate(0 56) scale(${FIGURE_SCALE})">${text(0, 0, '--ink', written(headline.value))}</g>`
  return [
    ...(headline.at ? [text(0, 12, '--ink-3', headline.at)] : []),
    figure,
    ...(change ? [text(0, 82, '--ink-2', change)] : []),
    spark(model, width),
  ].join('')
}

function spark(model: ChartModel, width: number): string {
  const ys = model.series[0]?.ys ?? []
  const known = ys.filter((y) => y !== null)
  if (known.length < 3) return ''
  const [low, high] = [Math.min(...known), Math.max(...known)]
  const [left, right] = [width * 0.5, width - 8]
  const point = (y: number, at: number): [number, number] => [
    left + ((right - left) * at) / (ys.length - 1),
    SPARK.bottom - ((SPARK.bottom - SPARK.top) * (y - low)) / (high - low || 1),
  ]
  let path = ''
  let isDown = false
  let end: [number, number] = [left, SPARK.bottom]
  for (const [at, y] of ys.entries()) {
    if (y !== null) {
      end = point(y, at)
      path += `${isDown ? 'L' : 'M'}${end[0].toFixed(1)} ${end[1].toFixed(1)}`
    }
    isDown = y !== null
  }
  return `<path d="${path}" fill="none" stroke="var(--c1)" stroke-width="2" stroke-linejoin="round"/><circle cx="${end[0].toFixed(1)}" cy="${end[1].toFixed(1)}" r="3.5" fill="var(--sheet)" stroke="var(--c1)" stroke-width="2"/>`
}
