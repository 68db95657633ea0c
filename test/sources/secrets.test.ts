import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Source } from '../../contract/source.ts'
import { openMemoryDatabase } from '../../server/storage/pglite-database.ts'
import { openModelRoom } from '../models/model-room.ts'
import { Person } from '../person.ts'
import { startServer, type TestServer } from '../server.ts'
import { startTdsPeer } from './tds-peer.ts'

const PLANTED = 'planted-Zq7-secret'
const HOST = 'planted-host.invalid'

let server: TestServer
let owner: Person
let database: Awaited<ReturnType<typeof openMemoryDatabase>>
const said: string[] = []

beforeAll(async () => {
  database = await openMemoryDatabase()
  const sink = new Writable({
    write(chunk: Buffer, _, done) {
      said.push(chunk.toString())
      done()
    },
  })
  server = await startServer({}, { database, log: pino({ level: 'trace' }, sink) })
  owner = await Person.owner(server.url)
})
afterAll(() => server.close())

test('a planted password is nowhere: not in answers, errors, logs, the database, the data folder', async () => {
  const answers: unknown[] = []
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await owner.call<Source & { id: string }>(method, path, body)
    answers.push(answer.body)
    return answer.body
  }
  const url = `postgres://reader:${PLANTED}@${HOST}:5432/shop`
  const source = await call('POST', '/api/sources', { kind: 'postgres', name: 'Shop', config: { url } })
  expect(source.state?.ok).toBe(false)
  await call('POST', '/api/sources', { kind: 'mysql', name: 'Shop', config: { url } })
  await call('POST', '/api/sources', { kind: 'mysql', name: 'Other', config: { host: HOST, user: 'x', password: PLANTED } })
  await call('POST', '/api/sources/test', { kind: 'postgres', config: { url } })
  await call('GET', '/api/sources')
  await call('GET', `/api/sources/${source.id}`)
  const certificates = { certificate: PLANTED, clientCertificate: PLANTED, clientKey: PLANTED, signingKey: PLANTED }
  await call('PATCH', `/api/sources/${source.id}`, { config: { password: `${PLANTED}-new`, ...certificates } })
  await call('POST', `/api/sources/${source.id}/look`, { table: 'x' })
  const ssh = { host: '127.0.0.1', port: 1, user: 'tunnel' }
  const ways = { ssh, sshPassword: PLANTED, sshKey: PLANTED, sshPassphrase: PLANTED }
  await call('PATCH', `/api/sources/${source.id}`, { config: { password: PLANTED, ...ways } })
  await call('POST', `/api/sources/${source.id}/test`)
  await call('GET', `/api/sources/${source.id}/catalog`)
  const conversation = await call('POST', '/api/conversations', { sourceId: source.id })
  const turn = await owner.ask(conversation.id, '/sql SELECT 1')
  answers.push(turn)
  expect(turn.status).toBe('failed')
  await call('GET', '/api/audit')

  expect(JSON.stringify(answers)).not.toContain(PLANTED)
  expect(turn.error?.message).not.toContain(HOST)
  expect(said.join('')).not.toContain(PLANTED)
  const kept = await database.beyondTenants().execute("SELECT string_agg(s::text, ' ') AS text FROM sources s")
  expect(JSON.stringify(kept)).toContain(HOST)
  expect(JSON.stringify(kept)).not.toContain(PLANTED)
  for (const file of await readdir(server.dataDir, { recursive: true, withFileTypes: true }))
    if (file.isFile()) expect((await readFile(join(file.parentPath, file.name))).includes(PLANTED)).toBe(false)
})

test('a planted password is in no prompt, no snapshot and no public page', async () => {
  const peer = await startTdsPeer({ password: PLANTED })
  const room = await openModelRoom()
  try {
    await room.connect()
    const config = { host: '127.0.0.1', port: peer.port, database: 'shop', user: 'reader', password: PLANTED, tls: 'off' }
    const source = (await room.owner.call<Source>('POST', '/api/sources', { kind: 'sqlserver', name: 'Shop', config })).body
    expect(source.state?.ok).toBe(true)
    const { id } = (await room.owner.call<{ id: string }>('POST', '/api/conversations', { sourceId: source.id })).body
    room.scripted.script([
      { reply: { calls: [{ name: 'run_sql', input: { sql: 'SELECT no rows FROM orders', title: 'Orders' } }] } },
      { reply: { text: 'There are none.' } },
    ])
    await room.ask(id, 'How many orders are there, and which password reads them?')
    expect(JSON.stringify(room.scripted.sent)).toContain('big_orders')
    expect(JSON.stringify(room.scripted.sent)).not.toContain(PLANTED)

    const shared = await room.owner.share(id, 'public')
    if (shared.body.visibility !== 'public') throw new Error(JSON.stringify(shared.body))
    const page = await (await fetch(room.server.address + new URL(shared.body.url).pathname)).text()
    expect(page).toContain('There are none.')
    expect(JSON.stringify(shared.body) + page).not.toContain(PLANTED)
    for (const file of await readdir(room.server.dataDir, { recursive: true, withFileTypes: true }))
      if (file.isFile()) expect((await readFile(join(file.parentPath, file.name))).includes(PLANTED)).toBe(false)
  } finally {
    await room.close()
    await peer.close()
  }
}, 120_000)
