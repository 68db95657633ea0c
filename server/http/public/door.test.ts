import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeSharingRoom, openStrangersDoor, type SharingRoom } from '../../../test/sharing-room.ts'
import type { Database } from '../../storage/database.ts'
import { openMemoryDatabase } from '../../storage/pglite-database.ts'
import { MissLimit } from './miss-limit.ts'

interface Answer {
  status: number
  headers: Record<string, string>
  bytes: Buffer
  text: string
}

let database: Database
let room: SharingRoom
let door: Awaited<ReturnType<typeof openStrangersDoor>>
let token: string

const ask = (path: string, options: { method?: string; headers?: Record<string, string> } = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = httpRequest(door.url, { ...options, path, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const bytes = Buffer.concat(chunks)
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers as Record<string, string>,
          bytes,
          text: bytes.toString(),
        })
      })
    })
    asked.on('error', reject)
    asked.end()
  })

const publish = async () => {
  const state = await room.sharing.share(room.actor, room.conversationId, 'https://data.example')
  if (state.visibility !== 'public') throw new Error('not public')
  return state.token
}

/** What has to be alike, byte for byte: everything but the time. */
const alike = ({ status, headers: { date: _, ...headers }, text }: Answer) => ({ status, headers, text })

const secrets = [
  'postgres://admin:hunter2@db.internal:5432/x',
  '/var/lib/qry/data',
  'owner@example.org',
  'You are an analyst',
  '10.1.2.3',
]
const planted = secrets.join(' ')

beforeAll(async () => {
  database = await openMemoryDatabase()
  room = await makeSharingRoom({ database })
  door = await openStrangersDoor(room.sharing)
  const files = ['sales.csv', 'sales.csv', '../../etc/passwd', 'CON', 'a"b\nc.csv', 'Übersicht 表.csv'].map(
    (name, index) => room.addUpload(name, `bytes of ${index}`).id,
  )
  const table = room.addTable([
    [2, '=1+1'],
    [1, '<script>alert(1)</script>'],
    [3, 'c'],
  ])
  room.addTurn({
    question: 'How much? <script>alert(1)</script>',
    files,
    tables: [table],
    charts: [
      {
        id: 'inner',
        title: 'Chart',
        label: 'A line',
        tableId: table.id,
        spec: { version: 1, kind: 'line', x: 'id', y: ['id'], stack: 'none', horizontal: false },
      },
    ],
    steps: [
      { id: 's1', kind: 'catalog', title: 'Looked at the tables', input: '', output: { text: planted } },
      {
        id: 's2',
        kind: 'query',
        title: 'Ran SQL',
        input: 'select 1',
        error: { code: 'query-failed', message: `cannot reach ${planted}` },
      },
    ],
  })
  room.addTurn({ status: 'failed', answer: '', error: { code: 'internal', message: `Traceback: ${planted}` } })
  room.addTurn({ answer: 'the end' })
  token = await publish()
})

afterAll(async () => {
  await door.close()
  await database.close()
})

test('P2 the page has the headers that keep it safe, private and fresh', async () => {
  for (const path of [
    '',
    '.json',
    '.md',
    '/tables/t1.json',
    '/tables/t1.columns',
    '/tables/t1.csv',
    '/tables/t1.parquet',
    '/files/sales.csv',
    '/nothing',
  ]) {
    const { headers } = await ask(`/shared/${token}${path}`)
    expect(headers).toMatchObject({
      'x-robots-tag': 'noindex, nofollow, noarchive',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
      vary: 'Accept-Encoding',
      'cross-origin-resource-policy': 'same-origin',
    })
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
    expect(headers['content-security-policy']).not.toMatch(/unsafe-(inline|eval)/)
    expect(headers['set-cookie']).toBeUndefined()
  }
})

test('P2 everything that is shown carries an entity tag and answers 304 to it, through the gate', async () => {
  for (const path of [
    '',
    '.json',
    '.md',
    '/tables/t1.json',
    '/tables/t1.columns',
    '/tables/t1.csv',
    '/tables/t1.parquet',
    '/files/sales.csv',
  ]) {
    const first = await ask(`/shared/${token}${path}`)
    expect(first.status).toBe(200)
    const etag = first.headers.etag ?? ''
    const second = await ask(`/shared/${token}${path}`, { headers: { 'If-None-Match': `W/"x", ${etag}` } })
    expect([second.status, second.bytes.byteLength, second.headers.etag]).toEqual([304, 0, etag])
    expect((await ask(`/shared/${'x'.repeat(32)}${path}`, { headers: { 'If-None-Match': etag } })).status).toBe(404)
  }
})

test('the page comes compressed as asked, and HEAD says the same without a body', async () => {
  const plain = await ask(`/shared/${token}`)
  const br = await ask(`/shared/${token}`, { headers: { 'Accept-Encoding': 'gzip, deflate, br' } })
  const gzip = await ask(`/shared/${token}`, { headers: { 'Accept-Encoding': 'gzip, br;q=0' } })
  expect(br.headers['content-encoding']).toBe('br')
  expect(brotliDecompressSync(br.bytes)).toEqual(plain.bytes)
  expect(gunzipSync(gzip.bytes)).toEqual(plain.bytes)
  expect(new Set([plain, br, gzip].map((answer) => answer.headers.etag)).size).toBe(3)
  const columns = await ask(`/shared/${token}/tables/t1.columns`, { headers: { 'Accept-Encoding': 'br' } })
  expect(brotliDecompressSync(columns.bytes)).toEqual((await ask(`/shared/${token}/tables/t1.columns`)).bytes)
  const head = await ask(`/shared/${token}`, { method: 'HEAD' })
  expect([head.status, head.bytes.byteLength, head.headers['content-length']]).toEqual([200, 0, String(plain.bytes.byteLength)])
})

test('P1 S12 whatever does not open is answered alike, byte for byte, for the page and for everything below it', async () => {
  const make = async () => {
    const one = await makeSharingRoom({ database })
    const upload = one.addUpload('sales.csv', 'x')
    one.addTurn({ files: [upload.id], tables: [one.addTable([[1, 'a']])] })
    const state = await one.sharing.share(one.actor, one.conversationId, '')
    if (state.visibility !== 'public') throw new Error('not public')
    expect((await ask(`/shared/${state.token}`)).status).toBe(200)
    return { one, token: state.token }
  }
  const revoked = await make()
  await revoked.one.sharing.revoke(revoked.one.actor, revoked.one.conversationId)
  const expired = await make()
  await expired.one.sharing.changePolicy(expired.one.actor, expired.one.conversationId, '', { expiresAt: '2020-01-01T00:00:00Z' })
  const off = await make()
  await off.one.switchSharing(false)
  await room.sharing.tenantChanged(off.one.actor.tenantId)
  await new Promise((resolve) => setTimeout(resolve, 2_100))
  const gone = alike(await ask(`/shared/${'A'.repeat(32)}`))
  expect(gone.status).toBe(404)
  const below = [
    '',
    '.json',
    '.md',
    '/tables/t1.json?sort=nonsense',
    '/tables/t1.columns',
    '/tables/t1.csv',
    '/tables/t1.parquet',
    '/files/sales.csv',
  ]
  for (const dead of [revoked, expired, off, { token: 'never-existed' }]) {
    for (const path of below) expect(alike(await ask(`/shared/${dead.token}${path}`)), path).toEqual(gone)
  }
  const wrong = [
    '/tables/t2.json',
    '/tables/t1.exe',
    '/tables/inner-1.json',
    '/files/other.csv',
    '/files/..%2f..%2fetc%2fpasswd',
    '/',
    '/charts/c1.svg',
    '/%',
    '%00',
    '/files/%E0%A4',
    '/../x',
    `/${'x'.repeat(6_000)}`,
  ]
  for (const path of wrong) expect(alike(await ask(`/shared/${token}${path}`)), path).toEqual(gone)
  expect(alike(await ask('/shared/'))).toEqual(gone)
  expect(alike(await ask('/shared'))).toEqual(gone)
  const compressed = { headers: { 'Accept-Encoding': 'br', Range: 'bytes=0-1', Cookie: 'qry_session=x' } }
  expect(alike(await ask(`/shared/${revoked.token}`, compressed))).toEqual(
    alike(await ask(`/shared/${'B'.repeat(32)}/files/x`, compressed)),
  )
})

test('S9 a revoke is seen by the very next request, on every route', async () => {
  const one = await makeSharingRoom({ database })
  one.addTurn({ tables: [one.addTable([[1, 'a']])], files: [one.addUpload('x.csv', 'x').id] })
  const other = await openStrangersDoor(one.sharing)
  const state = await one.sharing.share(one.actor, one.conversationId, '')
  if (state.visibility !== 'public') throw new Error('not public')
  const paths = ['', '.json', '/tables/t1.columns', '/tables/t1.json', '/files/x.csv'].map(
    (path) => `${other.url}/shared/${state.token}${path}`,
  )
  expect(await Promise.all(paths.map(async (path) => (await fetch(path)).status))).toEqual(paths.map(() => 200))
  await one.sharing.revoke(one.actor, one.conversationId)
  expect(await Promise.all(paths.map(async (path) => (await fetch(path)).status))).toEqual(paths.map(() => 404))
  await other.close()
})

test('S13 a signed-in colleague sees the same bytes as a stranger', async () => {
  const stranger = alike(await ask(`/shared/${token}`))
  expect(alike(await ask(`/shared/${token}`, { headers: { Cookie: 'qry_session=abc', Authorization: 'Bearer qry_x' } }))).toEqual(
    stranger,
  )
})

test('S19 nothing that is not in the snapshot is in any byte that is sent', async () => {
  const paths = ['', '.json', '.md', '/tables/t1.json', '/tables/t1.columns', '/tables/t1.csv', '/files/sales.csv', '/nothing']
  for (const path of paths) {
    const answer = await ask(`/shared/${token}${path}`)
    const everything = `${JSON.stringify(answer.headers)}${answer.text}`
    for (const secret of [
      ...secrets,
      room.conversationId,
      room.actor.userId,
      room.actor.tenantId,
      ...room.turns.map((turn) => turn.id),
    ])
      expect(everything, `${path} tells ${secret}`).not.toContain(secret)
    expect(everything).not.toMatch(/(ten|usr|cnv|trn|upl|shr)_[0-9a-z]{20}/)
  }
})

test('S16 a table comes sorted and in pages; a column that is not there is said to be wrong', async () => {
  const page = JSON.parse((await ask(`/shared/${token}/tables/t1.json?sort=id&desc=true&limit=2`)).text) as { rows: unknown[][] }
  expect(page.rows.map((row) => row[0])).toEqual([3, 2])
  expect((await ask(`/shared/${token}/tables/t1.json?sort=nonsense`)).status).toBe(400)
  expect((await ask(`/shared/${token}/tables/t1.json?limit=ten`)).status).toBe(400)
})

test('S18 P4 files come byte for byte as attachments under safe names, equal names apart', async () => {
  const { files } = JSON.parse((await ask(`/shared/${token}.json`)).text) as { files: { name: string; link: string }[] }
  expect(files.map((file) => file.name)).toEqual([
    'sales.csv',
    'sales (2).csv',
    'passwd',
    '_CON',
    'a_b_c.csv',
    'Übersicht 表.csv',
  ])
  for (const [index, file] of files.entries()) {
    const answer = await ask(file.link)
    expect([answer.status, answer.text]).toEqual([200, `bytes of ${index}`])
    expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="[^"\\]+"; filename\*=UTF-8''[\w.%()-]+$/)
  }
  expect((await ask(files[5]?.link ?? '')).headers['content-disposition']).toContain(
    "filename*=UTF-8''%C3%9Cbersicht%20%E8%A1%A8.csv",
  )
  expect((await ask(`/shared/${token}/files/_CON`)).headers['content-type']).toBe('application/octet-stream')
  expect((await ask(`/shared/${token}/files/sales.csv`)).headers['content-type']).toBe('text/csv')
})

test('a part of a file can be asked for', async () => {
  const path = `/shared/${token}/files/sales.csv`
  const part = async (range: string, more: Record<string, string> = {}) => {
    const { status, text, headers } = await ask(path, { headers: { Range: range, ...more } })
    return [status, text, headers['content-range']]
  }
  expect(await part('bytes=0-4')).toEqual([206, 'bytes', 'bytes 0-4/10'])
  expect(await part('bytes=6-')).toEqual([206, 'of 0', 'bytes 6-9/10'])
  expect(await part('bytes=-1')).toEqual([206, '0', 'bytes 9-9/10'])
  expect(await part('bytes=0-999')).toEqual([206, 'bytes of 0', 'bytes 0-9/10'])
  expect(await part('bytes=10-')).toEqual([416, '', 'bytes */10'])
  expect(await part('bytes=5-2')).toEqual([200, 'bytes of 0', undefined])
  expect(await part('rows=1-2')).toEqual([200, 'bytes of 0', undefined])
  expect(await part('bytes=0-1', { 'If-Range': '"another"' })).toEqual([200, 'bytes of 0', undefined])
  expect((await ask(path, { method: 'HEAD' })).headers['content-length']).toBe('10')
})

test('P4 CSV escapes formulas unless asked not to', async () => {
  const escaped = await ask(`/shared/${token}/tables/t1.csv`)
  expect(escaped.text).toContain("2,'=1+1")
  expect(escaped.headers['content-disposition']).toContain('filename="Orders by region.csv"')
  expect((await ask(`/shared/${token}/tables/t1.csv?raw=1`)).text).toContain('2,=1+1')
})

test('only GET and HEAD are answered, whatever the token', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])
    for (const path of [token, 'never']) expect((await ask(`/shared/${path}`, { method })).status).toBe(405)
  expect((await ask('/sharedX')).status).toBe(418)
  expect((await ask('/')).status).toBe(418)
})

test('what is not a proper address is gone, and the door stays up', async () => {
  const { port } = new URL(door.url)
  const raw = (line: string) =>
    new Promise<string>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.end(`${line}\r\nHost: x\r\nConnection: close\r\n\r\n`))
      let text = ''
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1')
      })
      socket.on('close', () => resolve(text.slice(0, 12)))
    })
  expect(await raw(`GET /shared/${token}/files/%ff%fe HTTP/1.1`)).toBe('HTTP/1.1 404')
  expect(await raw('GET /shared/__proto__ HTTP/1.1')).toBe('HTTP/1.1 404')
  expect(await raw(`GET /shared/${token}/tables/t1.json?${'a=b&'.repeat(2000)} HTTP/1.1`)).toBe('HTTP/1.1 404')
  expect((await ask(`/shared/${token}?utm_source=x`)).status).toBe(200)
})

test('P6 guessing is slowed per address, a right token always answers, one closed link stays a plain 404', async () => {
  const guarded = await openStrangersDoor(room.sharing, { trustProxy: true })
  const from = (address: string, path: string) =>
    fetch(`${guarded.url}/shared/${path}`, { headers: { 'X-Forwarded-For': address } }).then(async (answer) => {
      await answer.arrayBuffer()
      return answer.status
    })
  const guesses: number[] = []
  for (let guess = 0; guess < 200; guess++) guesses.push(await from('9.9.9.9', String(guess).padStart(32, 'z')))
  expect(guesses.slice(0, 100).every((status) => status === 404)).toBe(true)
  expect(guesses.slice(120)).toContain(429)
  expect(await from('9.9.9.9', token)).toBe(200)
  expect(await from('8.8.8.8', 'y'.repeat(32))).toBe(404)
  for (let again = 0; again < 200; again++) expect(await from('7.7.7.7', 'w'.repeat(32))).toBe(404)
  await guarded.close()
})

test('P6 misses fill no memory', () => {
  const limit = new MissLimit(() => 0)
  for (let address = 0; address < 12_000; address++) limit.allows(String(address), 'token')
  expect(limit.size).toBeLessThanOrEqual(10_000)
})
