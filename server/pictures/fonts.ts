import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sha256 } from '../basics/sha256.ts'
import { readWoff, writeFont } from './font-tables.ts'
import { mergeFonts } from './merge-fonts.ts'

/** The font of all pictures. */
export const FONT = 'Onest'
/** It comes in a file per script; the first ones win. */
const scripts = ['latin', 'latin-ext', 'vietnamese', 'cyrillic', 'cyrillic-ext', 'math', 'symbols']
const weights = [400, 600]

/** Lays the shipped fonts into `folder`, a file per weight, as the drawing library reads no WOFF. */
export async function layFonts(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  return Promise.all(
    weights.map(async (weight) => {
      const shipped = await Promise.all(
        scripts.map((script) =>
          readFile(fileURLToPath(import.meta.resolve(`@fontsource/onest/files/onest-${script}-${weight}-normal.woff`))),
        ),
      )
      const bytes = writeFont(mergeFonts(shipped.map(readWoff), FONT))
      const path = join(folder, `${sha256(bytes).slice(0, 16)}.ttf`)
      await writeFile(`${path}.part`, bytes)
      await rename(`${path}.part`, path)
      return path
    }),
  )
}
