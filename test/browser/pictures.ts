import { globSync, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'

const root = fileURLToPath(new URL('../../', import.meta.url))
const isDrawing = process.env['PICTURES'] === '1'
/** Where every picture goes, to be looked at; without it only those that the documents show are drawn, where they show them. */
const folder = process.env['PICTURES_IN']

/** Names of the pictures in README.md and the guide. */
export function shownPictures(): Set<string> {
  const documents = ['README.md', ...globSync('docs/guide/*.md', { cwd: root })]
  return new Set(
    documents.flatMap((path) =>
      [...readFileSync(join(root, path), 'utf8').matchAll(/pictures\/([\w-]+)\.png/g)].map(([, name = '']) => name),
    ),
  )
}

/** Draws a page as it stands, with `PICTURES=1`. */
export async function drawPicture(page: Page, name: string, { isWhole = false } = {}): Promise<void> {
  if (!isDrawing || (folder === undefined && !shownPictures().has(name))) return
  const place = folder ?? join(root, 'docs/pictures')
  await mkdir(place, { recursive: true })
  await page.screenshot({ path: join(place, `${name}.png`), fullPage: isWhole })
}
