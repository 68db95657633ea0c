import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { renderAsync } from '@resvg/resvg-js'
import { cardSvg } from '../../../render/card-svg.ts'
import type { RenderCard } from '../../sharing/open-share.ts'
import { unpackWoff } from './unpack-woff.ts'

const FONT = 'Onest'
const fonts = ['latin', 'latin-ext', 'cyrillic'].flatMap((script) =>
  [400, 600].map((weight) => `onest-${script}-${weight}-normal`),
)

/** Draws cards (P7) with the fonts that are shipped, so that they look the same on every machine. Fonts are unpacked into `fontDir` for the first. */
export function createCardRenderer(css: string, fontDir: string): RenderCard {
  let unpacked: Promise<string[]> | undefined
  const colors = colorsOf(css)
  const look = { font: FONT, color: (name: string) => colors.get(name) ?? '#17262a' }
  return async ({ snapshot, picture }) => {
    unpacked ??= unpackFonts(fontDir)
    const image = await renderAsync(cardSvg(snapshot, picture, look), {
      font: { loadSystemFonts: false, fontFiles: await unpacked, defaultFontFamily: FONT },
    })
    return image.asPng()
  }
}

async function unpackFonts(fontDir: string): Promise<string[]> {
  await mkdir(fontDir, { recursive: true })
  return Promise.all(
    fonts.map(async (name) => {
      const shipped = fileURLToPath(import.meta.resolve(`@fontsource/onest/files/${name}.woff`))
      const file = join(fontDir, `${name}.ttf`)
      await writeFile(file, unpackWoff(await readFile(shipped)))
      return file
    }),
  )
}

/** The light theme's colours, from the style sheet of the page. */
function colorsOf(css: string): ReadonlyMap<string, string> {
  const light = css.slice(css.indexOf(':root'), css.indexOf('}', css.indexOf(':root')))
  return new Map([...light.matchAll(/(--[\w-]+):\s*(#[0-9a-fA-F]{3,8})/g)].map(([, name = '', value = '']) => [name, value]))
}
