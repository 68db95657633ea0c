import type { ChartSpec } from '../contract/chart.ts'
import { chartColumns } from '../contract/chart-rules.ts'
import { allowPicture, keptSeries, type PictureSeries } from './allow-picture.ts'
import type { ChartData } from './chart-data.ts'
import { legendHtml } from './chart-legend.ts'
import { chartModel } from './chart-model.ts'
import { canZoom } from './chart-series.ts'
import { cellFormat, formatCount } from './format-cell.ts'
import { escapeText, type Html, html, raw } from './html.ts'
import { icons } from './icons.ts'
import { cellHtml } from './table-cell.ts'

export interface ChartView {
  /** Unique in the page; its heading is `<id>-title`. */
  readonly id: string
  readonly title: string
  /** The sentence for people who can't see the picture. */
  readonly label: string
  readonly spec: ChartSpec
  /** SVG files as `chartSvg` made them; without them the data stands alone. */
  readonly pictures?: { readonly wide: string; readonly narrow: string } | undefined
  /** The first rows of the chart's table. */
  readonly data: ChartData
  readonly rowCount: number
  /** Where the whole table lies in its columnar encoding; a live chart needs it. */
  readonly dataUrl?: string | undefined
  readonly proofId?: string | undefined
}

const ROWS_IN_FOLD = 25

/** A chart as it stands in the page: two pictures, legend, data in a fold. `mountChart` brings it to life. */
export function chartHtml(view: ChartView): Html {
  const isLive = view.dataUrl !== undefined
  const legend = legendHtml(seriesOf(view), view.spec)
  const zoom =
    canZoom(view.spec) &&
    html`<button type="button" class="btn q" data-do="reset" hidden>Reset zoom</button><button type="button" class="btn q icon" data-do="zoom" aria-label="Zoom in on ${view.title}">${icons.zoomIn}</button>`
  const tools =
    isLive &&
    html`<span class="row noprint tools" hidden>${zoom}<button type="button" class="btn q icon" data-do="download" aria-label="Download picture of ${view.title}">${icons.download}</button></span>`
  const address = isLive && html` data-columns="${view.dataUrl}" data-spec="${JSON.stringify(view.spec)}"`
  return html`<figure class="fig" id="${view.id}" aria-labelledby="${view.id}-title"${address}><header><div class="cap"><h3 id="${view.id}-title">${view.title}</h3>${
    view.spec.subtitle !== undefined && html`<span class="meta">${view.spec.subtitle}</span>`
  }</div>${view.proofId !== undefined && html`<a class="btn q noprint prf" href="#${view.proofId}" aria-label="Proof of ${view.title}">Proof</a>`}${tools}</header>${legend}<div class="body" data-label="${view.label}">${
    view.pictures
      ? [picture(view, view.pictures.wide, 'w-w'), picture(view, view.pictures.narrow, 'w-n')]
      : html`<p class="meta nopic">${view.label}</p>`
  }</div>${dataFold(view)}</figure>`
}

function picture(view: ChartView, svg: string, width: 'w-w' | 'w-n'): Html {
  const root = `<svg class="ch ${width}" role="img" aria-label="${escapeText(view.label)}" `
  return raw(
    allowPicture(svg, `${view.id}-${width}-`)
      .replace(/\n/g, '')
      .replace(/^<svg /, () => root)
      .replace(/ data-series="[^"]*"/, ''),
  )
}

/** Series as the picture knows them, since it was drawn from all rows; else as the first rows show them. */
function seriesOf(view: ChartView): readonly PictureSeries[] {
  const kept = view.pictures && keptSeries(view.pictures.wide)
  if (kept) return kept
  try {
    return chartModel(view.spec, view.data).series
  } catch (cause) {
    if (cause instanceof RangeError) return []
    throw cause
  }
}

function dataFold(view: ChartView): Html {
  const places = chartColumns(view.spec)
    .map((name) => view.data.columns.findIndex((column) => column.name === name))
    .filter((place) => place >= 0)
  const rowCount = Math.min(view.data.rowCount, ROWS_IN_FOLD)
  const columns = places.map((place) => {
    const column = view.data.columns[place] ?? { name: '', type: 'text' as const }
    const cells = Array.from({ length: rowCount }, (_, row) => view.data.cell(place, row))
    return { column, cells, format: cellFormat(column, cells) }
  })
  const isNumeric = (type: string): boolean => type === 'integer' || type === 'decimal' || type === 'number'
  const rows = Array.from(
    { length: rowCount },
    (_, row) => `<tr>${columns.map(({ cells, format }) => cellHtml(cells[row] ?? null, format)).join('')}</tr>`,
  ).join('')
  const count =
    view.rowCount > rowCount ? `first ${rowCount} of ${formatCount(view.rowCount)} rows` : `${formatCount(view.rowCount)} rows`
  return html`<details class="fold"><summary>${icons.fold}<span>As a table</span><span class="meta num push">${count}</span></summary><div><div class="scroll" tabindex="0" role="region" aria-label="Data of ${view.title}, scrolls sideways"><table><thead><tr>${columns.map(
    ({ column }) => html`<th scope="col" class="${isNumeric(column.type) ? 'n' : ''}"><span>${column.name}</span></th>`,
  )}</tr></thead><tbody>${raw(rows)}</tbody></table></div></div></details>`
}
