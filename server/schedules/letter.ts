import { cellFormat, formatCell, formatPlural, isNumberType } from '../../render/format-cell.ts'
import { type Html, html } from '../../render/html.ts'
import { markdownTable } from '../../render/markdown-text.ts'
import { proseHtml } from '../../render/prose-html.ts'
import type { Attachment, Letter } from '../mail/mail.ts'
import { csvName, type Report, type ReportPart, type ReportTable } from './report.ts'

const ink = '#17262a'
const grey = '#55656a'
const rule = '#d9ddd6'
const font = "Onest,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"

/**
 * A report as a letter: charts are pictures within it, tables their first rows with all of them as CSV beside, and a text part for who reads without HTML.
 * Styles stand at the elements, as mail programs drop style sheets.
 */
export function letterOf(report: Report, { to, name, page }: { to: string; name: string; page: string | undefined }): Letter {
  const attachments: Attachment[] = []
  const parts = report.parts.map((part, place) => {
    if (part.kind === 'picture')
      attachments.push({ name: `chart-${place + 1}.png`, type: 'image/png', bytes: part.png, inlineId: inlineId(place) })
    if (part.kind === 'table' && part.csv)
      attachments.push({ name: csvName(part.title), type: 'text/csv; charset=utf-8', bytes: part.csv })
    return partHtml(part, place)
  })
  const notes = [report.reason, ...report.problems].filter((note) => note !== '')
  const foot = html`<p style="margin:28px 0 0;padding-top:12px;border-top:1px solid ${rule};color:${grey};font-size:13px">${report.url && html`<a href="${report.url}" style="color:#0b6b63">Open it in QRY</a>. `}Sent by your schedule “${name}”.${page && html` <a href="${page}" style="color:#0b6b63">Change, pause or delete it</a>.`}</p>`
  const body = html`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${name}</title></head><body style="margin:0;padding:24px 16px;background:#fff;color:${ink};font:15px/1.5 ${font}"><div style="max-width:680px;margin:0 auto"><h1 style="margin:0 0 4px;font-size:22px;line-height:1.3">${report.title}</h1>${notes.map((note) => html`<p style="margin:4px 0;color:${grey}">${note}</p>`)}${parts}${foot}</div></body></html>`
  const text = [
    report.title,
    ...notes,
    ...report.parts.map(partText),
    ...(report.url ? [`Open it in QRY: ${report.url}`] : []),
    `Sent by your schedule “${name}”.${page ? ` Change, pause or delete it: ${page}` : ''}`,
  ].join('\n\n')
  return { to, subject: name, text: `${text}\n`, html: body.markup, attachments }
}

const inlineId = (place: number): string => `part-${place + 1}@qry`

const headingHtml = (title: string): Html | '' =>
  title === '' ? '' : html`<h2 style="margin:24px 0 6px;font-size:16px;line-height:1.4">${title}</h2>`

function partHtml(part: ReportPart, place: number): Html {
  switch (part.kind) {
    case 'text':
      return html`${headingHtml(part.title)}${proseHtml(part.markdown)}`
    case 'picture':
      return html`${headingHtml(part.title)}<img src="cid:${inlineId(place)}" alt="${part.label}" width="680" style="display:block;width:100%;max-width:680px;height:auto;border:1px solid ${rule}">`
    case 'table':
      return html`${headingHtml(part.title)}${tableHtml(part)}`
  }
}

function tableHtml(part: ReportTable): Html {
  const { table, rows } = part
  const laid = table.columns.map((column, place) => {
    const cells = rows.map((row) => row[place] ?? null)
    const format = cellFormat(column, cells)
    const style = `padding:6px 10px;text-align:${isNumberType(column.type) ? 'right' : 'left'}`
    return { name: column.name, style, texts: cells.map((cell) => (cell === null ? '–' : formatCell(cell, format))) }
  })
  const head = laid.map(
    ({ name, style }) => html`<th scope="col" style="${style};background:#eceee8;font-weight:600">${name}</th>`,
  )
  const body = rows.map(
    (_, place) =>
      html`<tr>${laid.map(({ style, texts }) => html`<td style="${style};border-top:1px solid ${rule}">${texts[place]}</td>`)}</tr>`,
  )
  return html`<div style="overflow-x:auto"><table style="border-collapse:collapse;width:100%;font-size:14px"><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div><p style="margin:4px 0 0;color:${grey};font-size:13px">${countOf(part)}</p>`
}

/** What is shown of a table, and where the rest is. */
function countOf({ table: { rowCount, truncated }, rows, csv }: ReportTable): string {
  const all = `${formatPlural(rowCount, 'row')}${truncated ? ' of more' : ''}`
  const shown = rowCount > rows.length ? `The first ${rows.length} of ${all}.` : `${all}.`
  return rowCount === 0
    ? 'No rows.'
    : `${shown} ${csv ? 'All of them are in the CSV file.' : 'Too large for a letter: open it in QRY for the rest.'}`
}

function partText(part: ReportPart): string {
  const heading = part.title === '' ? [] : [part.title]
  switch (part.kind) {
    case 'text':
      return [...heading, part.markdown.trim()].join('\n\n')
    case 'picture':
      return [...heading, part.label].join('\n')
    case 'table':
      return [...heading, markdownTable(part.table.columns, part.rows), countOf(part)].join('\n')
  }
}
