import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { serveFloorPage } from './floor-page.ts'
import { rawBody, settledPage } from './page-requests.ts'
import { shareReference, startReferenceApp } from './reference-app.ts'

export interface PageWeight {
  /** The page and what blocks its first paint, compressed as sent. */
  readonly beforePaintBytes: number
  readonly scriptBytes: number
  readonly requestsBeforePaint: number
  /** The floor page, when its generator is at hand. */
  readonly floorBytes: number | undefined
}

/** Bytes on the wire before the first paint (F2), and of the scripts that the page itself names (F4). */
export async function measurePageWeight(): Promise<PageWeight> {
  const reference = await startReferenceApp()
  try {
    const { path } = await shareReference(reference)
    const url = `${reference.url}${path}`
    await settledPage(url)
    const html = Buffer.from(await (await fetch(url)).arrayBuffer()).toString()
    const sheets = [...html.matchAll(/<link[^>]+rel="stylesheet"[^>]*href="([^"]+)"/g)]
    const scripts = [...html.matchAll(/<script[^>]*\ssrc="([^"]+)"[^>]*>/g)]
    const isDeferred = (tag: string) => /type="module"|\sasync\b|\sdefer\b/.test(tag)
    const blocking = [...sheets, ...scripts.filter(([tag]) => !isDeferred(tag))]
    let blockingBytes = 0
    for (const match of blocking) blockingBytes += (await rawBody(new URL(match[1] ?? '', reference.url).href)).byteLength
    let scriptBytes = 0
    for (const file of await tableScripts(reference.webDir)) scriptBytes += (await rawBody(`${reference.url}/${file}`)).byteLength
    return {
      beforePaintBytes: (await rawBody(url)).byteLength + blockingBytes,
      scriptBytes,
      requestsBeforePaint: 1 + blocking.length,
      floorBytes: await floorBytes(),
    }
  } finally {
    await reference.close()
  }
}

const Manifest = z.record(
  z.string(),
  z.object({ file: z.string(), imports: z.array(z.string()).default([]), dynamicImports: z.array(z.string()).default([]) }),
)

/** The page's own script and all that it loads by itself: the chart engine and the extras of a table come when they are first touched. */
async function tableScripts(webDir: string): Promise<Set<string>> {
  const manifest = Manifest.parse(JSON.parse(await readFile(join(webDir, '.vite', 'manifest.json'), 'utf8')))
  const files = new Set<string>()
  const walk = (name: string): void => {
    const chunk = manifest[name]
    if (!chunk || files.has(chunk.file) || /chart|table-extras/.test(name)) return
    files.add(chunk.file)
    for (const next of [...chunk.imports, ...chunk.dynamicImports]) walk(next)
  }
  walk('share/page.ts')
  return files
}

async function floorBytes(): Promise<number | undefined> {
  const floor = await serveFloorPage()
  await floor?.close()
  return floor?.htmlBytes
}
