import { escapeText } from './html.ts'

export interface PictureLook {
  color(name: string): string
  readonly font: string
}

/** A kept picture as a file that stands alone: its colours filled in, its font named, on the sheet's colour. */
export function fillPicture(svg: string, look: PictureLook): string {
  const [, width = '790', height = '300'] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? []
  const root = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="-12 -12 ${Number(width) + 24} ${Number(height) + 24}" font-family="${escapeText(look.font)}" font-size="12">`
  const ground = '<rect x="-12" y="-12" width="100%" height="100%" fill="var(--sheet)"/>'
  return svg
    .replace(/^<svg [^>]*>/, () => root + ground)
    .replace(/var\((--[\w-]+)\)/g, (_, name: string) => escapeText(look.color(name)))
}
