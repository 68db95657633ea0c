import type { FigureKind } from '../contract/figure.ts'
import { type Html, html } from './html.ts'

export interface FigureView {
  /** Unique in the page; its heading is `<id>-title`. */
  readonly id: string
  readonly kind: FigureKind
  readonly title: string
  /** Where its bytes lie; without it only its title stands in the page. */
  readonly url: string | undefined
}

const waiting: Readonly<Record<FigureKind, string>> = {
  svg: 'This picture is on the live page.',
  png: 'This picture is on the live page.',
  plotly: 'An interactive Plotly chart. It is drawn by the browser, in a frame of its own.',
  'vega-lite': 'An interactive Altair chart. It is drawn by the browser, in a frame of its own.',
  html: 'Formatted output of the cell, shown by the browser in a frame of its own.',
}

/** A figure of a Python cell: a picture as it is, a chart as a place that `mountFigure` fills with a frame. */
export function figureHtml({ id, kind, title, url }: FigureView): Html {
  const isPicture = (kind === 'svg' || kind === 'png') && url !== undefined
  const source = !isPicture && url !== undefined && html` data-figure="${url}" data-kind="${kind}"`
  return html`<figure class="fig cellfig" id="${id}" aria-labelledby="${id}-title"${source}><header><div class="cap"><h3 id="${id}-title">${title}</h3></div></header><div class="body">${
    isPicture ? html`<img src="${url}" alt="${title}" loading="lazy">` : html`<p class="meta nopic">${waiting[kind]}</p>`
  }</div></figure>`
}
