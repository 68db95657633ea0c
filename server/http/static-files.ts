import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
}

export interface StaticFile {
  readonly contentType: string
  readonly isHashed: boolean
  /** The bytes in the best encoding that `accepts` names; compressed once, on first use. */
  encoded(accepts: string): Promise<{ encoding: 'br' | 'gzip' | undefined; bytes: Uint8Array }>
}

/** The built browser files, read into memory at start, by their path under the folder (`assets/app-1a2b.js`). */
export async function readStaticFiles(folder: string): Promise<Map<string, StaticFile>> {
  const files = new Map<string, StaticFile>()
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    if (!entry.isFile() || entry.parentPath.includes('.vite')) continue
    const path = join(entry.parentPath, entry.name)
    const name = path
      .slice(folder.length)
      .replace(/^[/\\]+/, '')
      .replaceAll('\\', '/')
    files.set(name, staticFile(await readFile(path), name))
  }
  return files
}

function staticFile(bytes: Uint8Array, name: string): StaticFile {
  const ending = extname(name)
  const isText = ['.html', '.js', '.css', '.svg', '.json', '.txt'].includes(ending)
  const made = new Map<string, Promise<Uint8Array>>()
  const once = (encoding: 'br' | 'gzip') => {
    const known = made.get(encoding) ?? compress(bytes, encoding)
    made.set(encoding, known)
    return known
  }
  return {
    contentType: contentTypes[ending] ?? 'application/octet-stream',
    isHashed: name.startsWith('assets/'),
    async encoded(accepts) {
      const encoding = !isText ? undefined : /\bbr\b/.test(accepts) ? 'br' : /\bgzip\b/.test(accepts) ? 'gzip' : undefined
      return { encoding, bytes: encoding ? await once(encoding) : bytes }
    },
  }
}

const compress = (bytes: Uint8Array, encoding: 'br' | 'gzip'): Promise<Uint8Array> =>
  encoding === 'br'
    ? promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })
    : promisify(gzip)(bytes, { level: 9 })
