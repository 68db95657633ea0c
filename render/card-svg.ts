import type { Snapshot } from '../contract/snapshot.ts'
import type { PictureLook } from './fill-picture.ts'
import { formatInstant, formatPlural } from './format-cell.ts'
import { type Html, html, raw } from './html.ts'
import { pictureLegend } from './picture-legend.ts'

/** What link previews ask for, in pixels. */
export const CARD = { width: 1200, height: 630 } as const
const EDGE = 72

/**
 * The picture that a link preview shows (P7), as an SVG file: the card's title, who shared it, and the chart that its owner chose. Neutral unless they chose:
 * nothing of the conversation is on it. `chart` is that chart's kept picture.
 */
export function cardSvg(
  snapshot: Pick<Snapshot, 'cardTitle' | 'by' | 'turns' | 'frozenAt'>,
  chart: string | undefined,
  look: PictureLook,
): string {
  const size = chart === undefined ? 60 : 42
  const lines = linesOf(snapshot.cardTitle, chart === undefined ? { letters: 32, most: 3 } : { letters: 48, most: 2 })
  const top = chart === undefined ? 330 - (lines.length - 1) * 36 : 96
  const said = [
    ...(snapshot.cardTitle.includes(snapshot.by) ? [] : [snapshot.by]),
    formatPlural(snapshot.turns.length, 'question'),
    `frozen ${formatInstant(snapshot.frozenAt, 3).split(',', 1)[0] ?? ''}`,
  ].join(', ')
  const title = lines.map(
    (line, place) =>
      html`<text x="${EDGE}" y="${top + place * size * 1.2}" font-size="${size}" font-weight="600" fill="var(--ink)">${line}</text>`,
  )
  const below = top + lines.length * size * 1.2
  const card = html`<svg xmlns="http://www.w3.org/2000/svg" width="${CARD.width}" height="${CARD.height}" viewBox="0 0 ${CARD.width} ${CARD.height}" font-family="${look.font}"><rect width="100%" height="100%" fill="var(--paper)"/><rect width="100%" height="10" fill="var(--accent)"/>${title}${
    chart === undefined
      ? html`<text x="${EDGE}" y="${below + 6}" font-size="28" fill="var(--ink-2)">${said}</text>`
      : chartHtml(chart, below - 16)
  }<g fill="none" stroke="var(--accent)" stroke-width="2" transform="translate(${EDGE} 556) scale(1.7)"><circle cx="10" cy="9" r="6.5"/><path d="M9 13.5h10M9 17h10" stroke-width="1.5"/></g><text x="${EDGE + 44}" y="581" font-size="24" font-weight="600" fill="var(--ink)">QRY</text>${
    chart !== undefined &&
    html`<text x="${CARD.width - EDGE}" y="581" font-size="24" text-anchor="end" fill="var(--ink-2)">${said}</text>`
  }</svg>`
  return card.markup.replace(/var\((--[\w-]+)\)/g, (_, name: string) => look.color(name))
}

/** The chart in what is left between title and foot, as large as it goes, its legend above it. */
function chartHtml(chart: string, top: number): Html {
  const [, width = '790', height = '300'] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(chart) ?? []
  const legend = pictureLegend(chart, Number(width))
  const inside = chart.slice(chart.indexOf('>') + 1)
  return html`<svg x="${EDGE}" y="${top}" width="${CARD.width - 2 * EDGE}" height="${540 - top}" viewBox="0 ${-legend.height} ${width} ${Number(height) + legend.height}" font-size="12">${raw(legend.markup + inside)}`
}

/** The title over a few lines; what is longer ends in an ellipsis. */
function linesOf(title: string, { letters, most }: { letters: number; most: number }): string[] {
  const cut = (line: string): string => `${line.slice(0, letters - 1).trimEnd()}…`
  const lines: string[] = []
  for (const word of title.split(/\s+/)) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < letters) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word.length > letters ? cut(word) : word)
  }
  return lines.length <= most ? lines : [...lines.slice(0, most - 1), cut(`${lines[most - 1] ?? ''} ${lines[most] ?? ''}`)]
}
