import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { Person } from './person.ts'
import { startServer, type TestServer } from './server.ts'

let server: TestServer
let owner: Person

/** What comes back on one connection for these bytes, until the server closes it. */
const exchange = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(server.address).port), '127.0.0.1', () => socket.write(text))
    let heard = ''
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1')
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(heard))
  })

const lines = (...all: string[]): string => `${all.join('\r\n')}\r\n\r\n`
const statuses = (heard: string): number[] => [...heard.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map((found) => Number(found[1]))

beforeAll(async () => {
  server = await startServer()
  owner = await Person.owner(server.url)
})
afterAll(() => server.close())

test('F3 pages, their 304 and HEAD are answered in order on one connection, until it is to be closed', async () => {
  const { body } = await owner.upload({ name: 'orders.csv', text: 'region,amount\nNorth,10\n' })
  const { id } = await owner.conversation([body.id])
  await owner.ask(id, 'select * from orders')
  const { body: share } = await owner.share(id, 'public')
  if (share.visibility !== 'public') throw new Error('not public')
  const path = new URL(share.url).pathname
  const etag = (await fetch(share.url)).headers.get('etag') ?? ''
  const asked = (method: string, ...more: string[]) =>
    lines(`${method} ${path} HTTP/1.1`, 'Host: x', 'Accept-Encoding: gzip, deflate', ...more)
  const kept = `If-None-Match: ${etag}`
  const heard = await exchange(
    asked('GET', kept) + asked('HEAD') + asked('HEAD', kept) + asked('GET', kept) + asked('GET', kept, 'Connection: close'),
  )
  expect(statuses(heard)).toEqual([304, 200, 304, 304, 304])
  const last = heard.slice(heard.lastIndexOf('HTTP/1.1'))
  expect(last).toMatch(/^Connection: close\r$/m)
  expect(last).toMatch(/^X-Robots-Tag: noindex, nofollow, noarchive\r$/m)
  expect(last.endsWith('\r\n\r\n')).toBe(true)
  expect(statuses(await exchange(lines(`GET ${path} HTTP/1.0`, 'Accept-Encoding: gzip, deflate', kept)))).toEqual([304])
})

test('a request that says nothing of a body has none, at every door', async () => {
  const post = (path: string, ...more: string[]) =>
    exchange(lines(`POST ${path} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...more)).then((heard) => statuses(heard)[0])
  const empty = (path: string, ...more: string[]) => post(path, 'Content-Length: 0', ...more)
  const key = `Authorization: Bearer ${await server.app.tenancy.createKey({ email: 'owner@example.com', name: 'test' })}`
  const form = 'Content-Type: multipart/form-data; boundary=x'
  const asked = [
    ['/api/conversations', key],
    ['/api/session'],
    ['/api/uploads', key, form],
    [`/shared/${'x'.repeat(32)}/unlock`],
    ['/telegram/unknown'],
    ['/'],
  ] as const
  for (const [path, ...more] of asked) {
    const status = await post(path, ...more)
    expect([path, status]).toEqual([path, await empty(path, ...more)])
  }
})

test('an event stream ends when its reader leaves', async () => {
  const { id } = await owner.conversation()
  const events = vi.spyOn(server.app.conversations, 'events')
  const key = await server.app.tenancy.createKey({ email: 'owner@example.com', name: 'reader' })
  const leaving = new AbortController()
  const stream = await fetch(`${server.address}/api/conversations/${id}/events`, {
    headers: { authorization: `Bearer ${key}` },
    signal: leaving.signal,
  })
  expect(stream.status).toBe(200)
  await vi.waitFor(() => expect(events).toHaveBeenCalledOnce())
  const signal = events.mock.lastCall?.[3]
  expect(signal?.aborted).toBe(false)
  leaving.abort()
  await vi.waitFor(() => expect(signal?.aborted).toBe(true))
})
