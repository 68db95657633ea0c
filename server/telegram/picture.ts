import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { renderAsync } from '@resvg/resvg-js'
import { decompress } from 'wawoff2'
import { fillPicture } from '../../render/fill-picture.ts'
import { sha256 } from '../basics/sha256.ts'

/** Draws our SVG files as PNG, twice as large, in the light colours and fonts of the app. */
export interface Pictures {
  png(svg: string): Promise<Buffer>
}

const FONTS = [
  ['@fontsource-variable/onest', /-wght-normal\.woff2$/],
  ['@fontsource-variable/jetbrains-mono', /-wght-normal\.woff2$/],
] as const
const ZOOM = 2
/** More is refused by Telegram as a photo, and a tall or wide one is unreadable. */
const MAX_SIDE = 4_000

/** `folder` is where the fonts are laid out once, as the drawing library reads no WOFF2. */
export function createPictures(folder: string): Pictures {
  let look: Promise<{ fontFiles: string[]; colors: Map<string, string> }> | undefined

  const prepare = async () => {
    const [fontFiles, tokens] = await Promise.all([
      layFonts(folder),
      readFile(fileURLToPath(new URL('../../web/viewer/tokens.css', import.meta.url)), 'utf8'),
    ])
    const light = tokens.slice(tokens.indexOf(':root'), tokens.indexOf('@media'))
    const colors = new Map(Array.from(light.matchAll(/(--[\w-]+):\s*([^;]+);/g), ([, name = '', value = '']) => [name, value]))
    return { fontFiles, colors }
  }

  return {
    async png(svg) {
      look ??= prepare()
      const { fontFiles, colors } = await look
      const filled = fillPicture(svg, { color: (name) => colors.get(name) ?? '#000', font: 'Onest' })
      const [, width = 0, height = 0] = (/ width="([\d.]+)" height="([\d.]+)"/.exec(filled) ?? []).map(Number)
      const zoom = Math.min(ZOOM, MAX_SIDE / Math.max(width, height, 1))
      const font = { loadSystemFonts: false, fontFiles, defaultFontFamily: 'Onest', monospaceFamily: 'JetBrains Mono' }
      return (await renderAsync(filled, { font, fitTo: { mode: 'zoom', value: zoom } })).asPng()
    },
  }
}

async function layFonts(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const resolve = createRequire(import.meta.url).resolve
  const laid: string[] = []
  for (const [name, wanted] of FONTS) {
    const files = join(dirname(resolve(`${name}/package.json`)), 'files')
    for (const file of (await readdir(files)).filter((candidate) => wanted.test(candidate))) {
      // NOTE: one after another, and copied: the decoder hands out its own memory.
      const bytes = Buffer.from(await decompress(await readFile(join(files, file))))
      const path = join(folder, `${sha256(bytes).slice(0, 16)}.ttf`)
      await writeFile(`${path}.part`, bytes)
      await rename(`${path}.part`, path)
      laid.push(path)
    }
  }
  return laid
}
