import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** The floor page on a port of its own, compressed as it was made. */
export interface FloorPage {
  readonly url: string
  readonly htmlBytes: number
  close(): Promise<void>
}

/** Makes and serves the floor page; undefined where its generator is not beside the project. */
export async function serveFloorPage(): Promise<FloorPage | undefined> {
  const generator = fileURLToPath(new URL('../../shared/bench/floor.mjs', import.meta.url))
  if (!existsSync(generator)) return undefined
  const folder = await mkdtemp(join(tmpdir(), 'qry-floor-'))
  await promisify(execFile)(process.execPath, [generator, folder])
  const files = new Map<string, Buffer>()
  for (const name of ['index.html', 'small.bin', 'big.bin']) files.set(`/${name}`, await readFile(join(folder, `${name}.br`)))
  const server = createServer((request, response) => {
    const path = request.url === '/' ? '/index.html' : (request.url ?? '')
    const body = files.get(path)
    if (!body) {
      response.writeHead(404)
      response.end()
      return
    }
    response.writeHead(200, {
      'content-encoding': 'br',
      'content-length': body.byteLength,
      'content-type': path.endsWith('.html') ? 'text/html; charset=utf-8' : 'application/octet-stream',
    })
    response.end(body)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve())
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    htmlBytes: files.get('/index.html')?.byteLength ?? 0,
    async close() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
      await rm(folder, { recursive: true, force: true })
    },
  }
}
