import type { Column, Row } from '../contract/column.ts'
import { withBar } from './cell-bar.ts'
import { type CellFormat, cellFormat, formatPlural, isNumberType } from './format-cell.ts'
import { type Html, type HtmlValue, html, raw } from './html.ts'
import { icons } from './icons.ts'
import { cellHtml, LONG_TEXT, rangeText, rowsAtFirst } from './table-cell.ts'

export interface TableView {
  /** Unique in the page; its heading is `<id>-title`. */
  readonly id: string
  readonly title: string
  readonly columns: readonly Column[]
  /** The first rows, at least `min(rowCount, 25)` of them. */
  readonly rows: readonly Row[]
  readonly rowCount: number
  readonly truncated: boolean
  readonly csvUrl?: string | undefined
  /** What else it can be had as, such as Excel. */
  readonly otherFormats?: readonly { readonly name: string; readonly url: string }[] | undefined
  /** Where the whole table lies in its columnar encoding; sort and pages need it. */
  readonly dataUrl?: string | undefined
  /** Where the server gives sorted pages (`TablePage`), for big tables while `dataUrl` is on its way. */
  readonly pageUrl?: string | undefined
  readonly proofId?: string | undefined
}

const ROWS_WITHOUT_DATA = 200

const headHtml = (column: Column, format: CellFormat, isSortable: boolean): Html => {
  const name = html`<span class="cut">${column.name}</span>`
  return html`<th scope="col" class="${isNumberType(column.type) ? 'n' : ''}" data-name="${column.name}" data-type="${column.type}"${
    format.decimals === undefined ? '' : html` data-decimals="${format.decimals}"`
  }${format.fullBar === undefined ? '' : html` data-bar="${format.fullBar}"`}${format.isGrouped ? html` data-grouped` : ''}${format.period === undefined ? '' : html` data-period="${format.period}"`}>${
    isSortable
      ? html`<button type="button"${column.name.length > LONG_TEXT ? html` title="${column.name}"` : ''}>${name}${icons.unsorted}</button>`
      : html`<span>${name}</span>`
  }</th>`
}

/** A table as it stands in the page: readable without script, brought to life by `mountTable`. */
export function tableHtml(view: TableView): Html {
  const shownRows = view.rows.slice(
    0,
    view.dataUrl === undefined && view.rows.length >= view.rowCount ? ROWS_WITHOUT_DATA : rowsAtFirst(view.rowCount),
  )
  const plainFormats = view.columns.map((column, place) =>
    cellFormat(
      column,
      view.rows.map((row) => row[place] ?? null),
    ),
  )
  const formats = withBar(view.columns, plainFormats, view.rows)
  const isSortable = view.dataUrl !== undefined
  const more = view.rowCount - shownRows.length
  const body = shownRows
    .map((row) => `<tr>${formats.map((format, place) => cellHtml(row[place] ?? null, format)).join('')}</tr>`)
    .join('')
  const tools: HtmlValue[] = [
    view.proofId !== undefined && html`<a class="btn q" href="#${view.proofId}" aria-label="Proof of ${view.title}">Proof</a>`,
    view.csvUrl !== undefined &&
      html`<a class="btn q" href="${view.csvUrl}" download aria-label="${view.title} as CSV">${icons.download}CSV</a>`,
    view.otherFormats !== undefined &&
      html`<details class="formats"><summary class="btn q icon" aria-label="Other formats of ${view.title}">${icons.down}</summary><div class="menu picmenu">${view.otherFormats.map(({ name, url }) => html`<a href="${url}" download aria-label="${view.title} as ${name}">${icons.download}${name}</a>`)}</div></details>`,
  ]
  const address = html`${view.dataUrl === undefined ? '' : html` data-columns="${view.dataUrl}"`}${view.pageUrl === undefined ? '' : html` data-page="${view.pageUrl}"`}`
  return html`<section class="tbl" id="${view.id}" aria-labelledby="${view.id}-title" data-rows="${view.rowCount}"${view.truncated ? html` data-truncated` : ''}${address}><header><div class="cap"><h3 id="${view.id}-title">${view.title}</h3><span class="meta num">${formatPlural(view.rowCount, 'row')} · ${formatPlural(view.columns.length, 'column')}</span></div><span class="row noprint tools">${tools}</span></header><div class="scroll" tabindex="0" role="region" aria-label="${view.title}, scrolls sideways"><table><thead><tr>${view.columns.map((column, place) => headHtml(column, formats[place] ?? { type: column.type, isGrouped: false }, isSortable))}</tr></thead><tbody>${raw(body)}</tbody></table></div><nav class="pager" aria-label="Pages of ${view.title}"><span class="num range">${rangeText(Math.min(1, view.rowCount), shownRows.length, view.rowCount, view.truncated)}</span>${
    more > 0 &&
    html`<span class="more push">${formatPlural(more, 'more row')}${view.csvUrl === undefined ? '' : html`: <a href="${view.csvUrl}" download>CSV</a>`}</span>`
  }</nav></section>`
}
