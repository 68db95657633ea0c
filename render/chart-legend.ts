import type { ChartSpec } from '../contract/chart.ts'
import type { PictureSeries } from './allow-picture.ts'
import { legendSample } from './chart-look.ts'
import { isSecondName } from './chart-series.ts'
import { type Html, html } from './html.ts'

/** The legend: each entry a button that shows and hides its series. One series needs none. */
export const legendHtml = (series: readonly PictureSeries[], spec: ChartSpec): Html | false =>
  series.length > 1 &&
  spec.kind !== 'kpi' &&
  html`<div class="legend" role="group" aria-label="Series shown">${series.map(
    ({ name, place }) =>
      html`<button type="button" aria-pressed="true" data-series="${name}">${legendSample(place, spec, isSecondName(spec, name))}<span class="cut">${name}</span></button>`,
  )}</div>`
