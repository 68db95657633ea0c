import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SharePolicyChange } from '../../../contract/share.ts'
import { makeSharingRoom, openStrangersDoor, type SharingRoom } from '../../../test/sharing-room.ts'
import type { Database } from '../../storage/database.ts'
import { openMemoryDatabase } from '../../storage/pglite-database.ts'
import { type PublicRouteKind, publicRoutes, routeOf } from './route.ts'

interface Row {
  /** Below the link's own address, of what the link holds. */
  readonly path: string
  /** The same kind of thing, of another link only. */
  readonly foreign?: string
  /** The policies that take it off the page. */
  readonly goneUnder?: readonly SharePolicyChange[]
}

/** One row for each public route: a new route without one fails. */
const rows: Record<PublicRouteKind, Row> = {
  page: { path: '' },
  'json-twin': { path: '.json', goneUnder: [{ twins: false }] },
  'markdown-twin': { path: '.md', goneUnder: [{ twins: false }] },
  snapshot: { path: '/snapshot.json', goneUnder: [{ twins: false }] },
  offline: { path: '/offline.html', goneUnder: [{ downloads: false }] },
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

const ask = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = httpRequest(door.url, { path, headers, agent: false }, (response) => {
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
    asked.end()
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
  expect(Object.keys(rows).sort()).toEqual(Object.keys(publicRoutes).sort())
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
    const revoked = await makeLink()
    expect((await ask(`/shared/${revoked.token}${path}`)).status).toBe(200)
    await revoked.room.sharing.revoke(revoked.room.actor, revoked.room.conversationId)
    const deleted = await makeLink()
    await deleted.room.sharing.closeLink(deleted.room.actor, deleted.room.conversationId)
    const expired = await makeLink({ expiresAt: '2020-01-01T00:00:00Z' })
    const leased = await openStrangersDoor(revoked.room.sharing)
    const before = door
    door = leased
    for (const { token } of [revoked, deleted, expired]) await expectGone(token)
    door = before
    await leased.close()
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

  test('P1 is shut for what only another link holds', async () => {
    if (foreign === undefined) return
    const small = await makeLink()
    const large = await makeLink({}, true)
    expect((await ask(`/shared/${large.token}${foreign}`)).status).toBe(200)
    expect(await ask(`/shared/${small.token}${foreign}`)).toEqual(gone)
  })

  test('P6 guessing is slowed, a right link always answers', async () => {
    const { room, token } = await makeLink()
    const guarded = await openStrangersDoor(room.sharing, { trustProxy: true })
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
