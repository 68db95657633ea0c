import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SharePolicyChange } from '../../../contract/share.ts'
import { makeSharingRoom, openStrangersDoor, type SharingRoom } from '../../../test/sharing-room.ts'
import { slugOfHost } from '../../basics/slug-of-host.ts'
import type { Database } from '../../storage/database.ts'
import { openMemoryDatabase } from '../../storage/pglite-database.ts'
import { publicRoutes, type ReadRouteKind, routeOf, unlockTokenOf } from './route.ts'

interface Row {
  /** Below the link's own address, of what the link holds. */
  readonly path: string
  /** The same kind of thing, of another link only. */
  readonly foreign?: string
  /** The policies that take it off the page. */
  readonly goneUnder?: readonly SharePolicyChange[]
}

/** One row for each public route that is read: a new route without one fails. */
const rows: Record<ReadRouteKind, Row> = {
  page: { path: '' },
  'json-twin': { path: '.json', goneUnder: [{ twins: false }] },
  'markdown-twin': { path: '.md', goneUnder: [{ twins: false }] },
  snapshot: { path: '/snapshot.json', goneUnder: [{ twins: false }] },
  offline: { path: '/offline.html', goneUnder: [{ downloads: false }] },
  card: { path: '/card.png' },
  columns: { path: '/tables/t1.columns', foreign: '/tables/t2.columns' },
  rows: { path: '/tables/t1.json', foreign: '/tables/t2.json' },
  csv: { path: '/tables/t1.csv', foreign: '/tables/t2.csv', goneUnder: [{ downloads: false }] },
  parquet: { path: '/tables/t1.parquet', foreign: '/tables/t2.parquet', goneUnder: [{ downloads: false }] },
  picture: { path: '/charts/c1.svg', foreign: '/charts/c2.svg' },
  'narrow-picture': { path: '/charts/c1-narrow.svg', foreign: '/charts/c2-narrow.svg' },
  figure: { path: '/figures/f1', foreign: '/figures/f2' },
  file: { path: '/files/sales.csv', foreign: '/files/other.csv', goneUnder: [{ downloads: false }] },
}

interface Answer {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly text: string
}

let database: Database
let door: Awaited<ReturnType<typeof openStrangersDoor>>
let gone: Answer

/** Reads, or with a body sends. */
const ask = (path: string, headers: Record<string, string> = {}, body?: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST'
    const asked = httpRequest(door.url, { path, method, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('latin1').on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => {
        const { date: _, ...kept } = response.headers
        resolve({ status: response.statusCode ?? 0, headers: kept, text })
      })
    })
    asked.on('error', reject)
    asked.end(body)
  })

/** A conversation with one of everything, shared. */
async function makeLink(policy: SharePolicyChange = {}, isLarge = false): Promise<{ room: SharingRoom; token: string }> {
  const room = await makeSharingRoom({ database })
  const table = room.addTable([[1, 'a']])
  const pictures = { wide: room.addPicture('<svg id="wide"></svg>'), narrow: room.addPicture('<svg id="narrow"></svg>') }
  const spec = { version: 1 as const, kind: 'line' as const, x: 'id', y: ['id'], stack: 'none' as const, horizontal: false }
  const chart = { id: 'inner', title: 'Chart', label: 'A line', tableId: table.id, spec, pictures }
  const figure = { id: 'inner', kind: 'svg' as const, title: 'Figure', digest: room.addPicture('<svg id="figure"></svg>') }
  room.addTurn({ files: [room.addUpload('sales.csv', 'x').id], tables: [table], charts: [chart], figures: [figure] })
  if (isLarge) {
    const other = { ...room.addTable([[2, 'b']]), id: 'second' }
    const file = room.addUpload('other.csv', 'y').id
    room.addTurn({ files: [file], tables: [other], charts: [{ ...chart, id: 'second', tableId: other.id }], figures: [figure] })
  }
  const state = await room.sharing.share(room.actor, room.conversationId, '', policy)
  if (state.visibility !== 'public') throw new Error('not public')
  return { room, token: state.token }
}

/** Links that do not open any more, and one whose time is over. */
async function closedTokens(): Promise<string[]> {
  const revoked = await makeLink()
  await revoked.room.sharing.revoke(revoked.room.actor, revoked.room.conversationId)
  const deleted = await makeLink()
  await deleted.room.sharing.closeLink(deleted.room.actor, deleted.room.conversationId)
  const expired = await makeLink({ expiresAt: '2020-01-01T00:00:00Z' })
  return [revoked.token, deleted.token, expired.token]
}

/** Asks at a door of its own, where each tenant has a host. */
async function onTenantHosts(room: SharingRoom, work: (host: string) => Promise<void>): Promise<void> {
  const before = door
  door = await openStrangersDoor(room.sharing, { slugOfHost: (host) => slugOfHost(host, 'example.com') })
  try {
    await work(`${room.actor.tenantId}.example.com`)
  } finally {
    await door.close()
    door = before
  }
}

beforeAll(async () => {
  database = await openMemoryDatabase()
  const room = await makeSharingRoom({ database })
  door = await openStrangersDoor(room.sharing)
  gone = await ask(`/shared/${'A'.repeat(32)}`)
})
afterAll(async () => {
  await door.close()
  await database.close()
})

test('P1 every public route has its row here, and the router knows each', () => {
  expect([...Object.keys(rows), 'unlock'].sort()).toEqual(Object.keys(publicRoutes).sort())
  expect(unlockTokenOf(`/shared/${'A'.repeat(32)}/unlock`)).toBe('A'.repeat(32))
  for (const [kind, { path, foreign }] of Object.entries(rows)) {
    expect(routeOf(`/shared/${'A'.repeat(32)}${path}`)?.kind).toBe(kind)
    if (foreign !== undefined) expect(routeOf(`/shared/${'A'.repeat(32)}${foreign}`)?.kind).toBe(kind)
  }
})

describe.each(Object.entries(rows))('P1 the gate before %s', (_, { path, foreign, goneUnder = [] }) => {
  const expectGone = async (token: string, headers: Record<string, string> = {}) =>
    expect(await ask(`/shared/${token}${path}`, headers)).toEqual(gone)

  test('opens for a right link, with the safe headers (P2), and reads no session (S13)', async () => {
    const { token } = await makeLink()
    const stranger = await ask(`/shared/${token}${path}`)
    expect(stranger.status).toBe(200)
    expect(stranger.headers).toMatchObject({
      'x-robots-tag': 'noindex, nofollow, noarchive',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
      'x-frame-options': 'DENY',
    })
    const policy = String(stranger.headers['content-security-policy'])
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'$/)
    expect(policy).not.toMatch(/unsafe-/)
    expect(stranger.headers['set-cookie']).toBeUndefined()
    expect(stranger.headers['etag']).toBeDefined()
    const colleague = { Cookie: 'qry_session=abc', Authorization: 'Bearer qry_x' }
    expect(await ask(`/shared/${token}${path}`, colleague)).toEqual(stranger)
  })

  test('S12 is shut for a wrong, a revoked, an expired and a deleted link, with the same bytes', async () => {
    await expectGone('B'.repeat(32))
    await expectGone('short')
    for (const token of await closedTokens()) await expectGone(token)
  })

  test('S9 is shut from the moment the revoke has answered, though it was read just before', async () => {
    const { room, token } = await makeLink()
    const before = door
    door = await openStrangersDoor(room.sharing)
    expect((await ask(`/shared/${token}${path}`)).status).toBe(200)
    await room.sharing.revoke(room.actor, room.conversationId)
    await expectGone(token)
    await door.close()
    door = before
  })

  test("S27 is shut on another tenant's origin, open on its own", async () => {
    const { room, token } = await makeLink()
    await onTenantHosts(room, async (host) => {
      expect((await ask(`/shared/${token}${path}`, { Host: host })).status).toBe(200)
      await expectGone(token, { Host: 'other.example.com' })
      expect((await ask(`/shared/${token}${path}`, { Host: 'example.com' })).status).toBe(200)
    })
  })

  test('S24 is shut while the tenant has sharing switched off', async () => {
    const { room, token } = await makeLink()
    await room.switchSharing(false)
    await expectGone(token)
    await room.switchSharing(true)
    const own = await openStrangersDoor(room.sharing)
    const answer = await fetch(`${own.url}/shared/${token}${path}`)
    expect(answer.status).toBe(200)
    await answer.arrayBuffer()
    await own.close()
  })

  test('B3 is shut where the policy takes it off the page', async () => {
    for (const policy of goneUnder) await expectGone((await makeLink(policy)).token)
  })

  test('B3 answers a link that waits for its password with 401 and a form, whether the thing is there or not', async () => {
    const { token } = await makeLink({ password: 'open sesame' })
    for (const asked of [path, foreign ?? path]) {
      const answer = await ask(`/shared/${token}${asked}`)
      expect([answer.status, answer.headers['etag'], answer.headers['set-cookie']]).toEqual([401, undefined, undefined])
      expect(answer.text).toContain(`action="/shared/${token}/unlock"`)
    }
  })

  test('P2 keeps apart from who opened it where not everybody who has the link may see it', async () => {
    const opener = async (token: string, headers: Record<string, string> = {}) =>
      (await ask(`/shared/${token}${path}`, headers)).headers['cross-origin-opener-policy']
    expect(await opener((await makeLink()).token)).toBeUndefined()
    const { token } = await makeLink({ password: 'open sesame' })
    expect(await opener(token)).toBe('same-origin')
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
    const { headers } = await ask(`/shared/${token}/unlock`, form, 'password=open sesame')
    expect(await opener(token, { Cookie: String(headers['set-cookie']).split(';', 1)[0] ?? '' })).toBe('same-origin')
  })

  test('P1 is shut for what only another link holds', async () => {
    if (foreign === undefined) return
    const small = await makeLink()
    const large = await makeLink({}, true)
    expect((await ask(`/shared/${large.token}${foreign}`)).status).toBe(200)
    expect(await ask(`/shared/${small.token}${foreign}`)).toEqual(gone)
  })

  test('P6 guessing is slowed, a right link always answers', async () => {
    const { room, token } = await makeLink()
    const guarded = await openStrangersDoor(room.sharing, { trustProxy: true, monotonicMs: () => 0 })
    const from = async (address: string, asked: string) => {
      const answer = await fetch(`${guarded.url}/shared/${asked}${path}`, { headers: { 'X-Forwarded-For': address } })
      await answer.arrayBuffer()
      return answer.status
    }
    const guesses: number[] = []
    for (let guess = 0; guess < 130; guess++) guesses.push(await from('9.9.9.9', String(guess).padStart(32, 'z')))
    expect(guesses.slice(0, 100).every((status) => status === 404)).toBe(true)
    expect(guesses.slice(120)).toContain(429)
    expect(await from('9.9.9.9', token)).toBe(200)
    await guarded.close()
  })
})

describe('P1 the gate before unlock', () => {
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const unlock = (token: string, password: string, headers: Record<string, string> = {}) =>
    ask(`/shared/${token}/unlock`, { ...form, ...headers }, `password=${password}`)

  test('S12 is shut for a wrong, a revoked, an expired and a deleted link, with the same bytes', async () => {
    for (const token of ['B'.repeat(32), ...(await closedTokens())]) expect(await unlock(token, 'x')).toEqual(gone)
    expect(await ask(`/shared/${'B'.repeat(32)}/unlock`)).toEqual(gone)
  })

  test('S24, S27 is shut while sharing is off, and on the origin of another tenant', async () => {
    const { room, token } = await makeLink({ password: 'open sesame' })
    await onTenantHosts(room, async (host) => {
      expect(await unlock(token, 'open sesame', { Host: 'other.example.com' })).toEqual(gone)
      expect((await unlock(token, 'open sesame', { Host: host })).status).toBe(303)
      await room.switchSharing(false)
      expect(await unlock(token, 'open sesame', { Host: host })).toEqual(gone)
    })
  })

  test('B3 asks again without the password, and opens every part with it', async () => {
    const { token } = await makeLink({ password: 'open sesame' })
    for (const password of ['', 'open']) {
      const refused = await unlock(token, password)
      expect([refused.status, refused.headers['set-cookie']]).toEqual([401, undefined])
    }
    const { status, headers } = await unlock(token, 'open sesame')
    expect([status, headers['location']]).toEqual([303, `/shared/${token}`])
    const [cookie = ''] = headers['set-cookie'] ?? []
    const Cookie = cookie.split(';')[0] ?? ''
    for (const { path } of Object.values(rows)) expect((await ask(`/shared/${token}${path}`, { Cookie })).status).toBe(200)
  })
})
