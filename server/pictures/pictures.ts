import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { renderAsync } from '@resvg/resvg-js'
import { fillPicture, type PictureLook } from '../../render/fill-picture.ts'
import { FONT, layFonts } from './fonts.ts'

/**
 * Our SVG files as PNG, for where nobody draws SVG: Telegram, letters, link previews. Always in the light colours and in the font that is
 * shipped, so that they look the same on every machine.
 */
export interface Pictures {
  /** A kept chart or a table on the sheet's colour, twice as large, at most 4,000 pixels a side. */
  png(svg: string): Promise<Buffer>
  /** A picture that fills in its own look, as large as it says. */
  draw(make: (look: PictureLook) => string): Promise<Buffer>
}

const ZOOM = 2
/** More is refused by Telegram as a photo, and a tall or wide one is unreadable. */
const MAX_SIDE = 4_000

/** `folder` is where the fonts are laid out for the first picture. */
export function createPictures(folder: string): Pictures {
  let preparing: Promise<Awaited<ReturnType<typeof prepare>>> | undefined

  const prepare = async () => {
    const [fontFiles, colors] = await Promise.all([layFonts(folder), lightColors()])
    const look: PictureLook = { font: FONT, color: (name) => colors.get(name) ?? '#17262a' }
    const render = async (svg: string, zoom: number): Promise<Buffer> => {
      const font = { loadSystemFonts: false, fontFiles, defaultFontFamily: FONT }
      return (await renderAsync(svg, { font, fitTo: { mode: 'zoom', value: zoom } })).asPng()
    }
    return { look, render }
  }

  return {
    async png(svg) {
      const { look, render } = await (preparing ??= prepare())
      const filled = fillPicture(svg, look)
      const [, width = 0, height = 0] = (/ width="([\d.]+)" height="([\d.]+)"/.exec(filled) ?? []).map(Number)
      return render(filled, Math.min(ZOOM, MAX_SIDE / Math.max(width, height, 1)))
    },
    async draw(make) {
      const { look, render } = await (preparing ??= prepare())
      return render(make(look), 1)
    },
  }
}

/** The light theme's colours, from the style sheet of the pages. */
async function lightColors(): Promise<ReadonlyMap<string, string>> {
  const css = await readFile(fileURLToPath(new URL('../../web/viewer/tokens.css', import.meta.url)), 'utf8')
  const light = css.slice(css.indexOf(':root'), css.indexOf('@media'))
  return new Map([...light.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value]))
}
