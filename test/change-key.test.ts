import { execFile, spawn } from 'node:child_process'
import { glob, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { eq, getTableColumns, getTableName, is, ne, sql } from 'drizzle-orm'
import { PgTable } from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SourceId, TenantId } from '../contract/id.ts'
import type { IdentityProvider } from '../contract/identity-provider.ts'
import type { Model, ModelState } from '../contract/model.ts'
import type { SecondFactorOffer } from '../contract/person.ts'
import type { ShareState } from '../contract/share.ts'
import { randomId } from '../server/basics/random-id.ts'
import { sleep } from '../server/basics/sleep.ts'
import { sealedColumns } from '../server/sealed-columns.ts'
import { openConnection, sealConnection } from '../server/sources/sealed-connection.ts'
import { sources } from '../server/sources/tables.ts'
import { changeKey } from '../server/storage/change-key.ts'
import type { Database } from '../server/storage/database.ts'
import { type KeyRing, openSecret } from '../server/storage/file-secret.ts'
import { openDatabase } from '../server/storage/open-database.ts'
import { openMemoryDatabase } from '../server/storage/pglite-database.ts'
import { rowsOf } from '../server/storage/statement-error.ts'
import { decodeBase32, totpCode } from '../server/tenancy/totp.ts'
import { startIdentityProvider } from './identity-provider.ts'
import { KEY, openModelRoom } from './models/model-room.ts'
import { Person } from './person.ts'
import { ServerProcess } from './server-process.ts'
import { BotApiPeer } from './telegram/bot-api-peer.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const password = 'correct horse battery'
const ROWS = 1_000
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qry-key-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const keysIn = async (dataDir: string) => (await readFile(join(dataDir, 'secret.key'), 'utf8')).trim().split('\n')

/** All that is kept, as text. */
async function everything(database: Database): Promise<string> {
  const reader = database.beyondTenants()
  const tables = rowsOf(
    await reader.execute(sql`select table_name as name from information_schema.tables where table_schema = 'public'`),
  )
  const texts: string[] = []
  for (const { name } of tables) {
    const rows = rowsOf(
      await reader.execute(sql`select row_to_json(kept)::text as line from ${sql.identifier(String(name))} kept`),
    )
    texts.push(...rows.map(({ line }) => String(line)))
  }
  return texts.join('\n')
}

test('every column that is called sealed is one that a change of the key reaches', async () => {
  const files = await Array.fromAsync(glob('server/*/tables.ts', { cwd: root }))
  const modules: object[] = await Promise.all(files.map((file) => import(join(root, file))))
  const tables = modules.flatMap((module) => Object.values(module).filter((value) => is(value, PgTable)))
  expect(tables.length).toBeGreaterThan(30)
  const named = tables.flatMap((table) =>
    Object.keys(getTableColumns(table))
      .filter((property) => /seal/i.test(property))
      .map((property) => `${getTableName(table)}.${property}`),
  )
  expect(named.sort()).toEqual(sealedColumns.map(({ table, property }) => `${getTableName(table)}.${property}`).sort())
})

test('one of every kind of secret works on after the change, and nothing of the old key is left', {
  timeout: 120_000,
}, async () => {
  const peer = new BotApiPeer()
  const provider = await startIdentityProvider()
  const room = await openModelRoom({}, { TELEGRAM_API_ROOT: await peer.listen(), QRY_ORIGIN: 'https://qry.example' })
  try {
    const { server, owner } = room
    const model = await room.connect()
    const { id: conversationId } = await owner.conversation([])
    const { body: upload } = await owner.upload({ name: 'a.csv', text: 'region,amount\nNorth,1\n' }, conversationId)
    expect(upload.name).toBe('a.csv')
    await owner.ask(conversationId, 'total amount by region')
    const shared = await owner.share(conversationId, 'public')
    const links = `/api/conversations/${conversationId}/share/links`
    const link = await owner.call<{ url: string }>('POST', links, { label: 'the bank' })
    const config = { url: 'postgres://reader:kept-password@127.0.0.1:1/shop' }
    const source = await owner.call<{ id: string }>('POST', '/api/sources', { kind: 'postgres', name: 'Shop', config })
    expect((await owner.call('PUT', '/api/telegram', { token: peer.token })).status).toBe(200)
    const { issuer, clientId, clientSecret } = provider
    const settings = { name: 'Office', issuer, clientId }
    const kept = await owner.call<IdentityProvider>('POST', '/api/identity-providers', { ...settings, clientSecret })
    expect([shared.status, link.status, source.status, kept.status]).toEqual([200, 201, 201, 201])
    await fetch(`${server.address}/api/sign-in/through/${kept.body.id}`, { redirect: 'manual' })
    const { body: offer } = await owner.call<SecondFactorOffer>('POST', '/api/me/second-factor')
    const code = (steps: number) => totpCode(decodeBase32(offer.key), Math.floor(Date.now() / 30_000) + steps)
    await owner.call('PUT', '/api/me/second-factor', { pending: offer.pending, code: code(0), password })

    const [oldKey = ''] = await keysIn(server.dataDir)
    const before = await everything(server.app.database)
    const [oldPrefix = ''] = /v2\.[0-9a-f]{8}\./.exec(before) ?? []
    const count = before.split(oldPrefix).length - 1
    expect(count).toBeGreaterThanOrEqual(sealedColumns.length - 1)
    expect(await server.app.changeKey()).toEqual({ resealed: count, lost: {}, place: 'secret.key' })
    const after = await everything(server.app.database)
    expect(after.split(oldPrefix)).toHaveLength(1)
    expect(after.match(/v2\.[0-9a-f]{8}\./g)).toHaveLength(count)
    expect(await keysIn(server.dataDir)).not.toContain(oldKey)

    const again = await owner.call<ShareState>('GET', `/api/conversations/${conversationId}/share`)
    expect(again.body).toEqual(shared.body)
    expect(JSON.stringify((await owner.call('GET', links)).body)).toContain(link.body.url)
    expect((await owner.call('PATCH', `/api/identity-providers/${kept.body.id}`, settings)).status).toBe(200)
    expect((await owner.call('GET', '/api/telegram')).status).toBe(200)
    room.scripted.script([{ reply: { text: 'Yes.' } }])
    const tried = { provider: 'openai-compatible', model: 'scripted', baseUrl: room.scripted.baseUrl }
    const state = await owner.call<Model & { state: ModelState }>('PATCH', `/api/models/${model.id}`, { config: tried })
    expect([state.body.state.ok, room.scripted.sent[0]?.headers['authorization']]).toEqual([true, `Bearer ${KEY}`])
    const signIn = { email: 'owner@example.com', password, code: code(1) }
    const came = await fetch(`${server.address}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(signIn),
    })
    expect(came.status).toBe(200)
    const renamed = await owner.call<{ state?: { message: string } }>('PATCH', `/api/sources/${source.body.id}`, {
      name: 'Shop 2',
    })
    expect(renamed.status).toBe(200)
  } finally {
    await room.close()
    await peer.close()
    await provider.close()
  }
})

type Place = ReturnType<typeof placeOf>
const placeOf = () => ({ tenantId: randomId<TenantId>('ten', new Date()), id: randomId<SourceId>('src', new Date()) })
const rowOf = (ring: KeyRing, password: string, place: Place = placeOf()) => ({
  ...place,
  ...sealConnection(ring, place.tenantId, place.id, { tls: 'prefer', password }),
  kind: 'postgres' as const,
  name: place.id,
  createdAt: new Date(),
})
const passwordsIn = async (database: Database, ring: KeyRing) =>
  (await database.beyondTenants().select().from(sources).where(ne(sources.sealedSecrets, ''))).map(
    (row) => openConnection(ring, row).password,
  )

test('a change that ends at any step loses nothing and goes on when asked again', async () => {
  const dataDir = join(folder, 'steps')
  const database = await openMemoryDatabase()
  const first = await openSecret({ dataDir })
  const passwords = Array.from({ length: 250 }, (_, index) => `password ${index}`)
  await database
    .beyondTenants()
    .insert(sources)
    .values(passwords.map((password) => rowOf(first, password)))
  await database
    .beyondTenants()
    .insert(sources)
    .values({ ...rowOf(first, ''), sealedSecrets: '' })
  const [oldKey] = await keysIn(dataDir)
  let isWhole = false
  let ends = 0
  for (; !isWhole; ends++) {
    let left = ends
    const dying: Database = {
      ...database,
      beyondTenantsTransaction: (work) =>
        database.beyondTenantsTransaction(async (writer) => {
          const result = await work(writer)
          if (left-- === 0) throw new Error('the machine ends')
          return result
        }),
    }
    const ring = await openSecret({ dataDir })
    isWhole = await changeKey(dying, ring, sealedColumns, { dataDir, wait: async () => undefined }).then(
      () => true,
      (error: Error) => {
        expect(error.message).toBe('the machine ends')
        return false
      },
    )
    const kept = await passwordsIn(database, await openSecret({ dataDir }))
    expect(kept).toEqual(expect.arrayContaining(passwords))
    expect(await keysIn(dataDir)).toHaveLength(isWhole ? 1 : 2)
  }
  expect(ends).toBeGreaterThan(2)
  expect(await keysIn(dataDir)).not.toContain(oldKey)
  await database.close()
})

test('a key of the settings gives way to another, and what no key opens is said and keeps the keys', async () => {
  const dataDir = join(folder, 'settings')
  const database = await openMemoryDatabase()
  const lost = rowOf(await openSecret({ dataDir, secret: 'nobody knows this key' }), 'lost')
  const named = rowOf(await openSecret({ dataDir, secret: 'the first key of them' }), 'named')
  const made = rowOf(await openSecret({ dataDir }), 'made')
  await database.beyondTenants().insert(sources).values([lost, named, made])
  const secret = 'the second key of them'
  const change = async (otherSecrets: string[]) =>
    changeKey(database, await openSecret({ dataDir, secret, otherSecrets }), sealedColumns, {
      dataDir,
      secret,
      wait: async () => undefined,
    })
  const place = 'QRY_SECRET'
  expect(await change(['the first key of them'])).toEqual({ resealed: 2, lost: { 'sources.sealed_secrets': 1 }, place })
  expect(await keysIn(dataDir)).toHaveLength(1)
  await database.beyondTenants().delete(sources).where(eq(sources.id, lost.id))
  expect(await change([])).toEqual({ resealed: 0, lost: {}, place })
  await expect(keysIn(dataDir)).rejects.toThrow('ENOENT')
  expect(await passwordsIn(database, await openSecret({ dataDir, secret }))).toEqual(expect.arrayContaining(['named', 'made']))
  await database.close()
})

test('rotate-key is killed without a server and goes on beside one, which never stops to open what it kept', {
  timeout: 240_000,
}, async () => {
  const dataDir = join(folder, 'killed')
  const env = { ...process.env, QRY_DATA_DIR: dataDir, QRY_DEMO: '0' }
  const parameters = ['server/cli/main.ts', 'rotate-key', '--json']
  let server = await ServerProcess.start(dataDir)
  const owner = await Person.owner(server.url)
  const { body: upload } = await owner.upload({ name: 'orders.csv', text: 'region,amount\nNorth,10\n' })
  const { id } = await owner.conversation([upload.id])
  await owner.ask(id, 'total amount by region')
  const { status, body: shared } = await owner.share(id, 'public')
  expect(status).toBe(200)
  await server.stop()
  const ring = await openSecret({ dataDir })
  const database = await openDatabase({ dataDir, log: () => undefined })
  const rows = Array.from({ length: ROWS }, (_, index) => rowOf(ring, `password ${index}`))
  for (let at = 0; at < ROWS; at += 500)
    await database
      .beyondTenants()
      .insert(sources)
      .values(rows.slice(at, at + 500))
  await database.close()

  const child = spawn(process.execPath, parameters, { cwd: root, env, stdio: 'ignore' })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  while ((await keysIn(dataDir)).length === 1 && child.exitCode === null) await sleep(5)
  child.kill('SIGKILL')
  await ended
  const keys = await keysIn(dataDir)
  expect(keys).toHaveLength(2)

  server = await ServerProcess.start(dataDir)
  try {
    const { stdout } = await promisify(execFile)(process.execPath, parameters, { cwd: root, env })
    expect(JSON.parse(stdout)).toMatchObject({ lost: {}, place: 'secret.key' })
    expect(await keysIn(dataDir)).toEqual([keys[0]])
    const { body } = await owner.at(server.url).call<ShareState>('GET', `/api/conversations/${id}/share`)
    expect(body).toMatchObject({ visibility: 'public', token: 'token' in shared ? shared.token : '' })
  } finally {
    await server.stop()
  }
  const again = await openDatabase({ dataDir, log: () => undefined })
  expect(new Set(await passwordsIn(again, await openSecret({ dataDir }))).size).toBe(ROWS)
  await again.close()
})
