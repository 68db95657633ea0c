import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeSharingRoom, openStrangersDoor, type SharingRoom } from '../../../test/sharing-room.ts'

let room: SharingRoom
let door: Awaited<ReturnType<typeof openStrangersDoor>>
let token: string

beforeAll(async () => {
  room = await makeSharingRoom()
  door = await openStrangersDoor(room.sharing, { trustProxy: true })
  room.addTurn({ tables: [room.addTable([[1, 'a']])], files: [room.addUpload('x.csv', 'inside').id], answer: 'the inside' })
  const state = await room.sharing.share(room.actor, room.conversationId, '', { password: 'open sesame' })
  if (state.visibility !== 'public') throw new Error('not public')
  token = state.token
  expect(state.policy.hasPassword).toBe(true)
  expect(JSON.stringify(state)).not.toMatch(/sesame|scrypt/)
})
afterAll(async () => {
  await door.close()
  await room.database.close()
})

const parts = ['', '.json', '.md', '/snapshot.json', '/card.png', '/offline.html', '/tables/t1.json', '/tables/t1.columns']
const paths = [...parts, '/tables/t1.csv', '/tables/t1.parquet', '/files/x.csv']
const ask = (path: string, cookie = '') => fetch(`${door.url}/shared/${path}`, { headers: cookie ? { Cookie: cookie } : {} })
const give = (password: string, options: { json?: boolean; from?: string; at?: string } = {}) =>
  fetch(`${door.url}/shared/${options.at ?? token}/unlock`, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'Content-Type': options.json ? 'application/json' : 'application/x-www-form-urlencoded',
      'X-Forwarded-For': options.from ?? '1.1.1.1',
    },
    body: options.json ? JSON.stringify({ password }) : new URLSearchParams({ password }),
  })
const keyOf = (answer: Response) => answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''

test('B3 P1 a locked link answers 401 with a form and nothing else, for the page and for all below it', async () => {
  for (const path of [...paths, '/v1']) {
    const answer = await ask(token + path)
    const text = await answer.text()
    expect([path, answer.status, answer.headers.get('set-cookie')]).toEqual([path, 401, null])
    expect(text).toContain(`action="/shared/${token}/unlock"`)
    expect(text).not.toMatch(/inside|Orders|Harbour|question 1/)
    expect(answer.headers.get('content-security-policy')).toContain("form-action 'self'")
  }
})

test('B3 the right password opens this link, page and parts, by a cookie of its own path', async () => {
  const answer = await give('open sesame')
  expect([answer.status, answer.headers.get('location')]).toEqual([303, `/shared/${token}`])
  const cookies = answer.headers.getSetCookie()
  expect(cookies).toHaveLength(3)
  for (const cookie of cookies)
    expect(cookie).toMatch(/Path=\/shared\/[\w-]{32}(\.json|\.md)?; Max-Age=\d+; HttpOnly; SameSite=Lax$/)
  for (const path of paths) expect([path, (await ask(token + path, keyOf(answer))).status]).toEqual([path, 200])
  expect((await ask(`${token}/files/nothing`, keyOf(answer))).status).toBe(404)
  const json = await give('open sesame', { json: true })
  expect([json.status, await json.json()]).toEqual([200, { ok: true }])
})

test('B3 a key opens no other link, none after the password changed, and not when it is made up', async () => {
  const key = keyOf(await give('open sesame', { from: '2.2.2.2' }))
  const other = await makeSharingRoom({ database: room.database })
  other.addTurn()
  const state = await other.sharing.share(other.actor, other.conversationId, '', { password: 'open sesame' })
  if (state.visibility !== 'public') throw new Error('not public')
  const elsewhere = await openStrangersDoor(other.sharing)
  const status = async (cookie: string) =>
    (await fetch(`${elsewhere.url}/shared/${state.token}`, { headers: { Cookie: cookie } })).status
  expect(await status(key)).toBe(401)
  await elsewhere.close()
  for (const made of ['qry_unlock=', 'qry_unlock=x.y.z', `${key}x`]) expect((await ask(token, made)).status).toBe(401)
  await room.sharing.changePolicy(room.actor, room.conversationId, '', { password: 'another one' })
  expect((await ask(token, key)).status).toBe(401)
  await room.sharing.changePolicy(room.actor, room.conversationId, '', { password: null })
  expect((await ask(token)).status).toBe(200)
  await room.sharing.changePolicy(room.actor, room.conversationId, '', { password: 'open sesame' })
  expect((await ask(token)).status).toBe(401)
})

test('B3 P6 guessing a password is slowed per address and link; dead links answer as always', async () => {
  const gone = await ask('A'.repeat(32))
  const dead = await give('open sesame', { at: 'A'.repeat(32) })
  expect([dead.status, await dead.text()]).toEqual([404, await gone.text()])
  const statuses: number[] = []
  for (let guess = 0; guess < 8; guess++) statuses.push((await give(`guess ${guess}`, { from: '3.3.3.3', json: true })).status)
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429])
  expect((await give('open sesame', { from: '3.3.3.3' })).status).toBe(429)
  expect((await give('open sesame', { from: '4.4.4.4' })).status).toBe(303)
  const wrong = await give('nope', { from: '5.5.5.5' })
  expect(await wrong.text()).toContain('That is not the password.')
  room.now = new Date(room.now.getTime() + 3_700_000)
  expect((await give('open sesame', { from: '3.3.3.3' })).status).toBe(303)
})
