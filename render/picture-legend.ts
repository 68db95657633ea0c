import { keptSeries } from './allow-picture.ts'
import { colorName, cutName, FONT_SIZE } from './chart-look.ts'
import { escapeText } from './html.ts'
import { textWidth } from './text-width.ts'

const LINE = 22
const SWATCH = 10
const GAP = 6
const BETWEEN = 18
const LONGEST = 40

interface PictureLegend {
  /** Drawn above the picture's own top, from `-height` to nought. */
  readonly markup: string
  readonly height: number
}

/**
 * The legend of a picture that stands alone, where no page has one beside it: a field of each series' colour and its name, in as many lines as
 * it takes. Nothing for one series, and for what is no chart.
 */
export function pictureLegend(svg: string, width: number, hidden: ReadonlySet<string> = new Set()): PictureLegend {
  const series = (keptSeries(svg) ?? []).filter(({ name }) => !hidden.has(name))
  if (series.length < 2) return { markup: '', height: 0 }
  let [left, line] = [0, 0]
  const placed = series.map(({ name, place }) => {
    const text = cutName(name.replace(/\s+/g, ' '), LONGEST)
    const wide = SWATCH + GAP + textWidth(text, FONT_SIZE)
    if (left > 0 && left + wide > width) [left, line] = [0, line + 1]
    const entry = { text, place, left, top: line * LINE }
    left += wide + BETWEEN
    return entry
  })
  const height = (line + 1) * LINE + GAP
  const entries = placed.map(({ text, place, left: x, top }) => {
    const y = top - height
    return `<rect x="${x}" y="${y + 2}" width="${SWATCH}" height="${SWATCH}" rx="2" fill="var(${colorName(place)})"/><text x="${x + SWATCH + GAP}" y="${y + 11}" fill="var(--ink-2)">${escapeText(text)}</text>`
  })
  return { markup: `<g font-size="${FONT_SIZE}">${entries.join('')}</g>`, height }
}
