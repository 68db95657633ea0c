import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { KnownError } from '../../../contract/error.ts'

const Manifest = z.record(
  z.string(),
  z.object({ file: z.string(), css: z.array(z.string()).default([]), imports: z.array(z.string()).default([]) }),
)

/** What the public page needs of the browser build. */
export interface PageAssets {
  /** Put into the page itself; the policy names all by their hashes. */
  readonly title: string
  readonly css: string
  readonly fonts: string
  /** `/assets/…`, loaded after the text is there. */
  readonly script: string
}

/** What an offline copy has in it. */
export interface OfflineAssets {
  /** The whole module. */
  readonly script: string
  /** The fonts that the style sheet names, by their address there: WOFF2 in base64. */
  readonly fonts: ReadonlyMap<string, string>
}

const ENTRY = 'share/page.ts'
const TITLE = 'share/title.css'
const FONTS = 'viewer/fonts.css'

/** Reads the browser build through its manifest. Throws `unavailable` when there is none. */
export async function readPageAssets(webDir: string): Promise<PageAssets> {
  const manifest = await readManifest(webDir)
  const entry = manifest[ENTRY]
  const title = manifest[TITLE]
  const fonts = manifest[FONTS]
  if (!entry || !title || !fonts)
    throw new KnownError('unavailable', `The browser build in ${webDir} has no public page. Build it again: npm start`)
  const sheets = new Set([...entry.imports.flatMap((name) => manifest[name]?.css ?? []), ...entry.css])
  const read = (file: string) => readFile(join(webDir, file), 'utf8')
  const css = (await Promise.all([...sheets].map(read))).join('\n')
  return { title: await read(title.file), css, fonts: await read(fonts.file), script: `/${entry.file}` }
}

/** Reads what an offline copy needs beside the style: `sheet` names its font files. Throws `unavailable` when the build is an older one. */
export async function readOfflineAssets(webDir: string, sheet: string): Promise<OfflineAssets> {
  const addresses = new Set([...sheet.matchAll(/url\((\/assets\/[\w.-]+\.woff2)\)/g)].map((match) => match[1] ?? ''))
  const fonts = [...addresses].map(async (address) => [address, await readFile(join(webDir, address), 'base64')] as const)
  try {
    return { script: await readFile(join(webDir, 'offline.js'), 'utf8'), fonts: new Map(await Promise.all(fonts)) }
  } catch (cause) {
    throw new KnownError('unavailable', `The browser build in ${webDir} has no offline copy. Build it again: npm start`, {
      cause,
    })
  }
}

async function readManifest(webDir: string): Promise<z.infer<typeof Manifest>> {
  try {
    return Manifest.parse(JSON.parse(await readFile(join(webDir, '.vite', 'manifest.json'), 'utf8')))
  } catch (cause) {
    throw new KnownError('unavailable', `The browser files are not built in ${webDir}. Run: npm start`, { cause })
  }
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** What the offline copy may do: run its own script, and reach nothing. */
export const offlinePolicy = (sheets: readonly string[], script: string): string =>
  `default-src 'none'; script-src ${hashOf(script)}; style-src ${sheets.map(hashOf).join(' ')}; img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'`

/** The page's policy (P2): own scripts only, the inlined sheets by their hashes, nothing from elsewhere. Who may frame it is said with each answer. */
export function contentSecurityPolicy(sheets: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' ${sheets.map(hashOf).join(' ')}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

/** The policy with the origins that may show the page in a frame; nobody may where there are none. */
export function framingHeaders(policy: string, embedOrigins: readonly string[]): string[] {
  const allowed = embedOrigins.filter((origin) => /^https?:\/\/[^\s;,'"/]+$/.test(origin))
  if (allowed.length === 0) return ['Content-Security-Policy', `${policy}; frame-ancestors 'none'`, 'X-Frame-Options', 'DENY']
  return ['Content-Security-Policy', `${policy}; frame-ancestors ${allowed.join(' ')}`]
}
