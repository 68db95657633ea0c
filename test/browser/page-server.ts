import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import type { Snapshot } from '../../contract/snapshot.ts'
import { gonePageHtml, inlineSheets, sharedPageHtml } from '../../render/shared-page-html.ts'

export interface PageContent {
  readonly snapshot: Snapshot
  readonly pictures: ReadonlyMap<string, string>
  /** Columnar bytes of each table by its id in the snapshot. */
  readonly tables: ReadonlyMap<string, Uint8Array>
}

export interface PageServer {
  readonly url: string
  readonly html: string
  readonly requests: string[]
  close(): Promise<void>
}

const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.woff2': 'font/woff2', '.css': 'text/css' }
const web = fileURLToPath(new URL('../../web', import.meta.url))

/** Builds the public page's own entry into a folder. */
export async function buildShareEntry(folder: string): Promise<void> {
  await build({
    root: web,
    configFile: false,
    logLevel: 'error',
    build: {
      outDir: folder,
      emptyOutDir: true,
      manifest: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 1000,
      rollupOptions: {
        input: { share: join(web, 'share/page.ts'), title: join(web, 'share/title.css'), fonts: join(web, 'viewer/fonts.css') },
      },
    },
  })
}

/** Serves one frozen page under the policy of the real door, from a folder that `buildShareEntry` filled. */
export async function startPageServer(folder: string, content: PageContent): Promise<PageServer> {
  const manifest = JSON.parse(await readFile(join(folder, '.vite/manifest.json'), 'utf8')) as Record<
    string,
    { file: string; css?: string[] }
  >
  const entry = manifest['share/page.ts']
  const style = {
    title: await readFile(join(folder, manifest['share/title.css']?.file ?? ''), 'utf8'),
    css: await readFile(join(folder, entry?.css?.[0] ?? ''), 'utf8'),
    fonts: await readFile(join(folder, manifest['viewer/fonts.css']?.file ?? ''), 'utf8'),
  }
  const html = sharedPageHtml({
    snapshot: content.snapshot,
    snapshotDigest: createHash('sha256').update(JSON.stringify(content.snapshot)).digest('hex'),
    basePath: '/shared/token',
    pictures: (digest) => content.pictures.get(digest),
    assets: { ...style, script: `/${entry?.file ?? ''}` },
  })
  const hashes = inlineSheets(style).map((sheet) => `'sha256-${createHash('sha256').update(sheet).digest('base64')}'`)
  const policy = `default-src 'none'; script-src 'self'; style-src 'self' ${hashes.join(' ')}; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'`
  const requests: string[] = []
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '/').split('?')[0] ?? '')
    requests.push(path)
    const table = /^\/shared\/token\/tables\/(\w+)\.columns$/.exec(path)?.[1]
    const answer = async (): Promise<[string, string | Uint8Array]> => {
      if (path === '/shared/token') return ['text/html; charset=utf-8', html]
      if (path === '/gone') return ['text/html; charset=utf-8', gonePageHtml(style)]
      if (table !== undefined) return ['application/octet-stream', content.tables.get(table) ?? '']
      return [types[extname(path)] ?? 'application/octet-stream', await readFile(join(folder, path))]
    }
    answer().then(
      ([type, body]) => response.writeHead(200, { 'content-type': type, 'content-security-policy': policy }).end(body),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/shared/token`,
    html,
    requests,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export const removeFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true })
