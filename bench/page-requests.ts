import { type ChildProcess, execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { z } from 'zod'
import { median } from './share-time.ts'

export interface Load {
  readonly perSecond: number
  readonly p99Ms: number
  readonly errors: number
}

export interface PageRequests {
  readonly page: { ours: Load; bare: Load }
  readonly notModified: { ours: Load; bare: Load }
  readonly idleBytes: number
  readonly loadedBytes: number
  readonly bodyBytes: number
}

const Outcome = z.object({
  requests: z.object({ average: z.number() }),
  latency: z.object({ p99: z.number() }),
  errors: z.number(),
  timeouts: z.number(),
  '4xx': z.number(),
  '5xx': z.number(),
})

const start = (file: string): ChildProcess =>
  fork(fileURLToPath(new URL(file, import.meta.url)), {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })

async function hear<Shape extends z.ZodType>(child: ChildProcess, shape: Shape): Promise<z.infer<Shape>> {
  const heard = new AbortController()
  const ended = once(child, 'exit', { signal: heard.signal }).then(() => {
    throw new Error('a server of the benchmark ended early')
  })
  ended.catch(() => undefined)
  const [message] = (await Promise.race([once(child, 'message', { signal: heard.signal }), ended])) as [unknown]
  heard.abort()
  return shape.parse(message)
}

/** One slice of load at 64 connections, by autocannon in a process of its own. */
async function load(url: string, seconds: number, headers: Record<string, string>): Promise<Load> {
  const cannon = createRequire(import.meta.url).resolve('autocannon')
  const given = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
  const args = [cannon, '--json', '--no-progress', '-c', '64', '-d', String(seconds), ...given, url]
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 16_000_000 })
  const outcome = Outcome.parse(JSON.parse(stdout))
  return {
    perSecond: outcome.requests.average,
    p99Ms: outcome.latency.p99,
    errors: outcome.errors + outcome.timeouts + outcome['4xx'] + outcome['5xx'],
  }
}

const inOne = (loads: readonly Load[]): Load => ({
  perSecond: median(loads.map((one) => one.perSecond)),
  p99Ms: median(loads.map((one) => one.p99Ms)),
  errors: loads.reduce((sum, one) => sum + one.errors, 0),
})

/** F3: the public page against bare node:http with the same bytes, in alternating slices of one run; who comes first alternates too, and both collect their garbage after each. */
export async function measurePageRequests(slices = 16, seconds = 1): Promise<PageRequests> {
  const ours = start('./serve-reference.ts')
  const bare = start('./serve-bare.ts')
  try {
    const { url: place, path } = await hear(ours, z.object({ url: z.string(), path: z.string() }))
    const url = place.replace('//localhost:', '//127.0.0.1:')
    const accepts = { 'Accept-Encoding': 'br' }
    await fetch(`${url}${path}`, { headers: accepts })
    await settledPage(`${url}${path}`)
    const answer = await fetch(`${url}${path}`, { headers: accepts })
    const etag = answer.headers.get('etag') ?? ''
    await answer.arrayBuffer()
    const body = await rawBody(`${url}${path}`)
    bare.send({ body: body.toString('base64'), etag })
    const { url: bareUrl } = await hear(bare, z.object({ url: z.string() }))
    const memory = async (server: ChildProcess) => {
      server.send('memory')
      return (await hear(server, z.object({ rssBytes: z.number() }))).rssBytes
    }
    await load(`${url}${path}`, 1, accepts)
    await load(bareUrl, 1, accepts)
    const idleBytes = await memory(ours)
    let loadedBytes = idleBytes
    const run = async (headers: Record<string, string>) => {
      const loads: Record<'ours' | 'bare', Load[]> = { ours: [], bare: [] }
      const turns = {
        async ours() {
          loads.ours.push(await load(`${url}${path}`, seconds, headers))
          loadedBytes = Math.max(loadedBytes, await memory(ours))
        },
        async bare() {
          loads.bare.push(await load(bareUrl, seconds, headers))
          await memory(bare)
        },
      }
      for (let slice = 0; slice < slices; slice++)
        for (const side of slice % 2 === 0 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const)) await turns[side]()
      return { ours: inOne(loads.ours), bare: inOne(loads.bare) }
    }
    const page = await run(accepts)
    const notModified = await run({ ...accepts, 'If-None-Match': etag })
    return { page, notModified, idleBytes, loadedBytes, bodyBytes: body.byteLength }
  } finally {
    ours.send('end')
    bare.send('end')
    await Promise.all([ours, bare].map(async (child) => (child.exitCode === null ? once(child, 'exit') : undefined)))
  }
}

/** Waits until the page comes at its smallest: it is compressed again, slowly, after the first visit. */
export async function settledPage(url: string): Promise<void> {
  let before = 0
  for (let same = 0; same < 6; ) {
    const { byteLength } = await rawBody(url)
    same = byteLength === before ? same + 1 : 0
    before = byteLength
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

/** The body as it is on the wire. */
export async function rawBody(url: string, encoding = 'br'): Promise<Buffer> {
  const { get } = await import('node:http')
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'Accept-Encoding': encoding } }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve(Buffer.concat(chunks)))
    }).on('error', reject)
  })
}
