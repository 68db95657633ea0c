import type { ChartModel } from './chart-series.ts'
import { type Html, html } from './html.ts'
import { changeText, figureWriter, headlineOf } from './kpi-model.ts'

const WIDTH = 100
const HEIGHT = 28
const PAD = 3

/** A single number in a strip of figures: what it is, the number, its change, the way there. */
export function headlineHtml(title: string, model: ChartModel): Html {
  const headline = headlineOf(model)
  const named = html`<h2 class="meta">${title}${headline?.at && `, ${headline.at}`}</h2>`
  if (!headline) return html`${named}<p class="big num">–</p><p class="meta">No value</p>`
  const written = figureWriter(model)
  const change = changeText(headline, written)
  return html`${named}<p class="big num">${written(headline.value)}</p><p class="ch2 num">${change ?? ''}</p>${sparkHtml(model.series[0]?.ys ?? [])}`
}

function sparkHtml(ys: readonly (number | null)[]): Html | '' {
  const known = ys.flatMap((y, at) => (y === null ? [] : [{ y, at }]))
  if (known.length < 3) return ''
  const low = Math.min(...known.map(({ y }) => y))
  const high = Math.max(...known.map(({ y }) => y))
  const points = known.map(({ y, at }) => {
    const across = (WIDTH * at) / (ys.length - 1)
    const down = HEIGHT - PAD - ((HEIGHT - 2 * PAD) * (y - low)) / (high - low || 1)
    return `${across.toFixed(1)} ${down.toFixed(1)}`
  })
  return html`<svg class="sp" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true"><path d="M${points.join('L')}" fill="none" stroke="var(--c1)" stroke-width="1.8" vector-effect="non-scaling-stroke"/></svg>`
}
