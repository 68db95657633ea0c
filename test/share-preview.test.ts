import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ShareState } from '../contract/share.ts'
import { Person } from './person.ts'
import { startServer, type TestServer } from './server.ts'

let server: TestServer
let owner: Person
let id: string

beforeAll(async () => {
  server = await startServer()
  owner = await Person.owner(server.url)
})
afterAll(() => server.close())

const look = async (policy?: object) =>
  (await owner.call<{ key: string; path: string }>('POST', `/api/conversations/${id}/share/preview`, policy ? { policy } : {}))
    .body
const share = (body: object) => owner.call<ShareState>('PUT', `/api/conversations/${id}/share`, { visibility: 'public', ...body })
const publicOf = ({ status, body }: { status: number; body: ShareState }) => {
  if (status !== 200 || body.visibility !== 'public') throw new Error(JSON.stringify(body))
  return body
}
const bytesOf = async (url: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(url, { headers })
  return { status: answer.status, text: Buffer.from(await answer.arrayBuffer()).toString('latin1') }
}

test('B2 the owner sees, before a link exists, the very bytes that it will serve', async () => {
  id = (await owner.conversation()).id
  await owner.ask(id, '/sql select i as n, i * 2 as twice from range(40) t(i)')
  const { key, path } = await look({ title: 'Numbers' })
  expect(await owner.call('GET', `/api/conversations/${id}/share`)).toMatchObject({ body: { visibility: 'private' } })
  const paths = ['', '/snapshot.json', '/tables/t1.json?sort=n&desc=true', '/tables/t1.columns', '/tables/t1.csv', '.md']
  const seen = await Promise.all(paths.map((below) => bytesOf(server.url + path + below, owner.headers)))
  expect(seen.map(({ status }) => status)).toEqual(paths.map(() => 200))
  expect(seen[0]?.text).toContain('<h1>Numbers</h1>')
  const { url } = publicOf(await share({ policy: { title: 'Numbers' }, preview: key }))
  const base = new URL(url).pathname
  const inAnAddress = [encodeURIComponent(path), encodeURIComponent(base)] as const
  for (const [place, below] of paths.entries()) {
    const served = await bytesOf(url + below)
    expect(served.text, below).toBe(seen[place]?.text.replaceAll(path, base).replaceAll(...inAnAddress))
  }
})

test('B2 before an update as well; what has changed since the look is not made public by it', async () => {
  await owner.ask(id, '/sql select 1 as later')
  const stale = await look()
  await owner.ask(id, '/sql select 2 as latest')
  expect((await share({ preview: stale.key })).body).toMatchObject({ error: { code: 'conflict' } })
  const { key, path } = await look()
  const seen = await bytesOf(`${server.url + path}/snapshot.json`, owner.headers)
  const { url, version } = publicOf(await share({ preview: key }))
  expect(version).toBe(2)
  expect((await bytesOf(`${url}/snapshot.json`)).text).toBe(seen.text)
})

test('B2 a preview opens for its owner alone, and for an hour', async () => {
  const { path } = await look()
  const gone = await bytesOf(`${server.url}/shared/${'A'.repeat(32)}`)
  const shut = [
    await bytesOf(server.url + path),
    await bytesOf(server.url + path, { cookie: 'qry_session=nobody' }),
    await bytesOf(`${server.url + path}x`, owner.headers),
    await bytesOf(`${server.url + path}/tables/t9.json`, owner.headers),
  ]
  for (const answer of shut) expect(answer).toEqual(gone)
  expect(gone.status).toBe(404)
})
