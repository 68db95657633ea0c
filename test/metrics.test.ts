import { afterAll, beforeAll, expect, test } from 'vitest'
import { Person } from './person.ts'
import { startServer, type TestServer } from './server.ts'

let server: TestServer
let owner: Person
beforeAll(async () => {
  server = await startServer()
  owner = await Person.owner(server.address)
})
afterAll(() => server.close())

const metricsOf = async (at: TestServer, headers: Record<string, string> = {}) => {
  const response = await fetch(`${at.address}/metrics`, { headers })
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
}

test('figures of requests, turns, the queue, sources and the process, without a name', async () => {
  const { id } = await owner.conversation([
    (await owner.upload({ name: 'orders.csv', text: 'region,amount\nNorth,10\n' })).body.id,
  ])
  await owner.ask(id, 'total amount by region')
  const shared = (await owner.share(id, 'public')).body
  const path = shared.visibility === 'public' ? `/shared/${shared.token}` : ''
  for (let visit = 0; visit < 3; visit++) await (await fetch(`${server.address}${path}`)).arrayBuffer()
  const { status, type, text } = await metricsOf(server)
  expect([status, type]).toEqual([200, expect.stringContaining('text/plain')])
  expect(text).toMatch(/^qry_request_seconds_count\{door="members",status="2xx"\} [1-9]/m)
  expect(text).toMatch(/^qry_ready_answers_total\{status="2xx"\} [12]$/m)
  expect(text).toMatch(/^qry_turn_seconds_count\{analyst="basic",status="answered"\} 1$/m)
  expect(text).toMatch(/^qry_jobs\{state="waiting"\} 0$/m)
  expect(text).toMatch(/^qry_source_queries 0$/m)
  expect(text).toMatch(/^process_resident_memory_bytes \d/m)
  expect(text).not.toMatch(/ridge|owner@example|ten_|usr_/i)
})

test('beyond loopback they are for keys of who manages the tenant', { timeout: 120_000 }, async () => {
  const behindProxy = await startServer({ QRY_ORIGIN: 'https://qry.example' })
  try {
    const email = 'owner@example.com'
    await Person.owner(behindProxy.address, email)
    await behindProxy.app.tenancy.createUser({ email: 'ben@example.com', password: 'correct horse battery', role: 'analyst' })
    const statusFor = async (address: string) => {
      const key = await behindProxy.app.tenancy.createKey({ email: address, name: 'prometheus' })
      return (await metricsOf(behindProxy, { authorization: `Bearer ${key}` })).status
    }
    expect((await metricsOf(behindProxy)).status).toBe(401)
    expect((await metricsOf(behindProxy, { authorization: 'Bearer qry_wrong' })).status).toBe(401)
    expect(await statusFor('ben@example.com')).toBe(403)
    expect(await statusFor(email)).toBe(200)
  } finally {
    await behindProxy.close()
  }
})
