import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
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
    const blocking = [
      ...html.matchAll(/<link[^>]+rel="stylesheet"[^>]*href="([^"]+)"/g),
      ...html.matchAll(/<script(?![^>]*\b(?:type="module"|async|defer)\b)[^>]*src="([^"]+)"/g),
    ]
    const modules = [...html.matchAll(/<script[^>]*type="module"[^>]*src="([^"]+)"/g)]
    const weigh = async (found: RegExpMatchArray[]) => {
      let sum = 0
      for (const match of found) sum += (await rawBody(new URL(match[1] ?? '', reference.url).href)).byteLength
      return sum
    }
    const blockingBytes = await weigh(blocking)
    return {
      beforePaintBytes: (await rawBody(url)).byteLength + blockingBytes,
      scriptBytes: (await weigh(modules)) + blockingBytes,
      requestsBeforePaint: 1 + blocking.length,
      floorBytes: await floorBytes(),
    }
  } finally {
    await reference.close()
  }
}

async function floorBytes(): Promise<number | undefined> {
  const generator = fileURLToPath(new URL('../../shared/bench/floor.mjs', import.meta.url))
  if (!existsSync(generator)) return undefined
  const folder = await mkdtemp(join(tmpdir(), 'qry-floor-'))
  try {
    await promisify(execFile)(process.execPath, [generator, folder])
    return (await readFile(join(folder, 'index.html.br'))).byteLength
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
