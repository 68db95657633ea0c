import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkExposure } from '../server/cli/check-exposure.ts'
import { connectToServer } from '../server/cli/control-socket.ts'
import type { Finding } from '../server/cli/finding.ts'
import { inspectPlace } from '../server/cli/inspect-place.ts'
import { openDiskBlobs } from '../server/storage/disk-blobs.ts'
import { openMemoryDatabase } from '../server/storage/pglite-database.ts'
import { ServerProcess } from './server-process.ts'

let dataDir: string
let server: ServerProcess

/** Runs the command as a shell would, on the data folder of the server. */
const qry = (
  parameters: string[],
  environment: Record<string, string> = {},
): Promise<{ code: number; out: string; error: string }> =>
  new Promise((resolve) => {
    const options = {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: { ...process.env, QRY_DATA_DIR: dataDir, ...environment },
    }
    execFile(process.execPath, ['server/cli/main.ts', ...parameters], options, (error, out, said) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, error: said }),
    )
  })

const statesOf = (findings: readonly Finding[]) =>
  Object.fromEntries(findings.map(({ promise, what, state }) => [promise ? `${promise} ${what}` : what, state]))
const wrongOf = (findings: readonly Finding[]) =>
  findings.filter(({ state }) => state === 'wrong').map(({ promise, why }) => `${promise}: ${why}`)

/** The doctor beside the server, behind something that changes what the server says. */
async function examineThrough(change: (path: string, answer: Response) => Response | Promise<Response>): Promise<Finding[]> {
  const maker = await connectToServer(dataDir)
  const between: typeof fetch = async (asked, options) =>
    change(new URL(new Request(asked).url).pathname, await fetch(asked, options))
  return checkExposure(server.url, maker, between).finally(() => maker?.close())
}

const withHeader = (answer: Response, name: string, value: string): Response => {
  const headers = new Headers(answer.headers)
  headers.set(name, value)
  return new Response(answer.body, { status: answer.status, headers })
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'qry-doctor-'))
  server = await ServerProcess.start(dataDir)
})
afterAll(async () => {
  await server.stop()
  await rm(dataDir, { recursive: true, force: true })
})

test('B12 before anybody owns the server, the doctor sees what a stranger sees and says what it could not', async () => {
  const { code, out } = await qry(['doctor', '--public-url', server.url])
  expect(code).toBe(0)
  expect(out).toMatch(/^unchecked {2}S9 {3}a revoke closes the page and its parts at once +Nobody owns this server yet/m)
})

test('B12 the doctor finds a server as it should be: P2, S9, S12, S13', async () => {
  await qry(['user', 'create', '--email', 'ada@example.org', '--password', 'a long enough password'])
  const { code, out } = await qry(['doctor', '--public-url', server.url, '--json'])
  const { findings } = JSON.parse(out) as { findings: Finding[] }
  expect(statesOf(findings)).toEqual({
    'readers come over TLS': 'unchecked',
    'P2 robots.txt lets crawlers see that they must not index': 'right',
    'P2 headers of a link that is not there': 'right',
    'S12 every link that is not there gets the same bytes': 'right',
    'P2 headers of the page and its 8 parts': 'right',
    'S13 a session and a key change no byte': 'right',
    'S9 a revoke closes the page and its parts at once': 'right',
  })
  expect(code).toBe(0)
})

test('B12 the doctor finds headers that a proxy takes off or changes (P2)', async () => {
  const found = await examineThrough((_, answer) => {
    const changed = withHeader(answer, 'cache-control', 'public, max-age=60')
    changed.headers.delete('x-robots-tag')
    return withHeader(changed, 'content-security-policy', "default-src 'none'; script-src 'self' 'unsafe-inline'")
  })
  const lacks =
    'there is no x-robots-tag; cache-control lets copies outlive a revoke; content-security-policy lets other scripts run; content-security-policy lets anybody show it in a frame'
  expect(wrongOf(found)).toEqual([`P2: ${lacks}`, expect.stringContaining('/tables/t1.csv: there is no x-robots-tag')])
})

test('B12 the doctor finds a copy that outlives a revoke (S9) and answers that tell links apart (S12)', async () => {
  const kept = new Map<string, Response>()
  const cached = await examineThrough(async (path, answer) => {
    if (answer.ok) kept.set(path, answer.clone())
    return kept.get(path)?.clone() ?? answer
  })
  expect(wrongOf(cached)).toEqual([
    expect.stringContaining('S9: page: is not answered like a link that never was; .json: is not'),
  ])
  const told = await examineThrough(async (path, answer) =>
    answer.status === 404 ? new Response(`${await answer.text()}${path}`, answer) : answer,
  )
  expect(wrongOf(told)).toContain('S12: other bytes')
})

test('B12 the doctor finds a page that a session changes (S13), and a robots.txt that hides it (P2)', async () => {
  const found = await examineThrough((path, answer) => {
    if (path === '/robots.txt') return new Response('User-agent: *\nDisallow: /\n')
    return answer.ok ? withHeader(answer, 'set-cookie', 'seen=1') : answer
  })
  expect(wrongOf(found)).toEqual([
    'P2: robots.txt keeps crawlers from /shared/',
    expect.stringContaining('S13: page: sets a cookie'),
  ])
})

test('B12 without an address the doctor looks at its own place', async () => {
  const right = ['settings', 'commits reach the disk', 'what is kept can be written and read', 'the engine for tables answers']
  const beside = await qry(['doctor', '--json'])
  const { findings } = JSON.parse(beside.out) as { findings: Finding[] }
  expect(beside.code).toBe(0)
  expect(statesOf(findings)).toMatchObject(Object.fromEntries(right.map((what) => [what, expect.stringMatching(/right|weak/)])))
  const named = await qry(['doctor', '--json'], { QRY_ORIGIN: 'shop' })
  expect([named.code, named.error.trim()]).toEqual([1, 'Something is wrong.'])
  expect(named.out).toContain('The setting QRY_ORIGIN is wrong')
})

test('B12 the doctor finds a store that cannot be written, and a database that loses what it acknowledged', async () => {
  const database = await openMemoryDatabase()
  const folder = join(dataDir, 'store')
  const blobs = await openDiskBlobs(folder)
  await rm(folder, { recursive: true })
  await writeFile(folder, 'in the way')
  const found = await inspectPlace({ database, blobs, dataDir })
  expect(statesOf(found)).toMatchObject({
    'database (pglite) answers': 'right',
    'commits reach the disk': 'weak',
    'what is kept can be written and read': 'wrong',
  })
  await database.close()
}, 90_000)

test('B12 wrong usage and a server that does not answer', async () => {
  expect((await qry(['doctor', '--public-url'])).code).toBe(2)
  expect((await qry(['doctor', 'shop.example'])).code).toBe(2)
  const silent = await qry(['doctor', '--public-url', 'http://localhost:1'])
  expect(silent.code).toBe(1)
  expect(silent.error).toMatch(/^localhost:1 does not answer: .+\.$/m)
})
