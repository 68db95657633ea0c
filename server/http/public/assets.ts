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
  /** Put into the page itself; the policy names it by its hash. */
  readonly css: string
  /** `/assets/…`, loaded after the text is there. */
  readonly script: string
}

const ENTRY = 'share/page.ts'

/** Reads the browser build through its manifest. Throws `unavailable` when there is none. */
export async function readPageAssets(webDir: string): Promise<PageAssets> {
  const manifest = await readManifest(webDir)
  const entry = manifest[ENTRY]
  if (!entry) throw new KnownError('unavailable', `The browser build in ${webDir} has no public page. Build it again: npm start`)
  const sheets = new Set([...entry.imports.flatMap((name) => manifest[name]?.css ?? []), ...entry.css])
  const css = await Promise.all([...sheets].map((file) => readFile(join(webDir, file), 'utf8')))
  return { css: css.join('\n'), script: `/${entry.file}` }
}

async function readManifest(webDir: string): Promise<z.infer<typeof Manifest>> {
  try {
    return Manifest.parse(JSON.parse(await readFile(join(webDir, '.vite', 'manifest.json'), 'utf8')))
  } catch (cause) {
    throw new KnownError('unavailable', `The browser files are not built in ${webDir}. Run: npm start`, { cause })
  }
}

/** The page's policy (P2): own scripts only, the inlined style by its hash, nothing from elsewhere. Who may frame it is said with each answer. */
export function contentSecurityPolicy(css: string): string {
  const hash = createHash('sha256').update(css).digest('base64')
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'sha256-${hash}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
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
