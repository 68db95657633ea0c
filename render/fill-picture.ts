import { escapeText } from './html.ts'
import { pictureLegend } from './picture-legend.ts'

export interface PictureLook {
  color(name: string): string
  readonly font: string
}

/** A kept picture as a file that stands alone: its colours filled in, its font named, its legend above it, on the sheet's colour. */
export function fillPicture(svg: string, look: PictureLook, hidden?: ReadonlySet<string>): string {
  const [, width = '790', height = '300'] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? []
  const legend = pictureLegend(svg, Number(width), hidden)
  const [top, tall] = [-12 - legend.height, Number(height) + legend.height]
  const root = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${tall}" viewBox="-12 ${top} ${Number(width) + 24} ${tall + 24}" font-family="${escapeText(look.font)}" font-size="12">`
  const ground = `<rect x="-12" y="${top}" width="100%" height="100%" fill="var(--sheet)"/>`
  return svg
    .replace(/^<svg [^>]*>/, () => root + ground + legend.markup)
    .replace(/var\((--[\w-]+)\)/g, (_, name: string) => escapeText(look.color(name)))
}
