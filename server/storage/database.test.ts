import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { bigint, boolean, doublePrecision, integer, jsonb, numeric, pgTable, text } from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TenantId } from '../../contract/id.ts'
import { sleep } from '../basics/sleep.ts'
import type { Database } from './database.ts'
import { migrate } from './migrate.ts'
import { openDatabase } from './open-database.ts'
import { openPgliteDatabase } from './pglite-database.ts'
import { rowsOf } from './statement-error.ts'
import { instant } from './tables.ts'

const scope = { tenantId: 'ten_00000000000000000000a' as TenantId }
const folder = mkdtempSync(join(tmpdir(), 'qry-database-'))
execFileSync('chmod', ['711', folder])
const silent = () => {}
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const samples = pgTable('conformance_samples', {
  id: integer('id').primaryKey(),
  words: text('words'),
  large: bigint('large', { mode: 'bigint' }),
  count: bigint('count', { mode: 'number' }),
  amount: numeric('amount'),
  ratio: doublePrecision('ratio'),
  isGood: boolean('is_good'),
  body: jsonb('body'),
  at: instant('at'),
})

const service = 'postgres://postgres@127.0.0.1:5432'
const hasService = await new Promise<boolean>((resolve) => {
  const socket = connect(5432, '127.0.0.1', () => resolve(!socket.destroy().connecting)).on('error', () => resolve(false))
})
if (!hasService) console.log('skipped: the conformance of a PostgreSQL server, as none answers on 127.0.0.1:5432')
const serviceName = `qry_conformance_${process.pid}`

async function withService(statement: string): Promise<void> {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: `${service}/postgres` })
  await client.connect()
  await client.query(statement)
  await client.end()
}

const engines: [string, boolean, () => Promise<Database>][] = [
  ['embedded', true, () => openDatabase({ dataDir: join(folder, 'embedded'), log: silent })],
  ['pglite', true, () => openPgliteDatabase(join(folder, 'pglite'))],
  [
    'postgres',
    hasService || process.env.CI === 'true',
    async () => {
      await withService(`create database ${serviceName}`)
      return openDatabase({ dataDir: folder, databaseUrl: `${service}/${serviceName}`, log: silent })
    },
  ],
]
afterAll(async () => {
  if (hasService) await withService(`drop database if exists ${serviceName} with (force)`)
})

describe.each(engines)('database: %s', (kind, canRun, open) => {
  let database: Database
  beforeAll(async () => {
    if (!canRun) return
    database = await open()
    await database
      .beyondTenants()
      .execute(
        sql`create table conformance_samples (id integer primary key, words text, large bigint, count bigint, amount numeric, ratio double precision, is_good boolean, body jsonb, at timestamptz)`,
      )
  })
  afterAll(async () => {
    await database?.close()
  })

  test.runIf(canRun)('says what it is, and migrating twice changes nothing', async () => {
    expect(database).toMatchObject({ kind, syncs: kind !== 'pglite' })
    await migrate(database)
    expect(await migrate(database)).toBe(0)
    await database.ping()
  })

  test.runIf(canRun)('every type comes back as it went in', async () => {
    const row = {
      id: 1,
      words: 'Grüße, 世界 👋 \' " \\',
      large: 9_223_372_036_854_775_807n,
      count: 9_007_199_254_740_991,
      amount: '12345678901234567890.000000001',
      ratio: 0.1,
      isGood: true,
      body: { list: [1, 'two', null, { deep: true }], text: 'ü' },
      at: new Date('2026-03-29T02:30:00.123Z'),
    }
    await database.write(scope).insert(samples).values(row)
    expect(await database.read(scope).select().from(samples)).toEqual([row])
    const [raw] = rowsOf(
      await database.beyondTenants().execute(sql`select large, count(*) as n from conformance_samples group by 1`),
    )
    expect(raw).toEqual({ large: '9223372036854775807', n: '1' })
    for (const body of ['a text', 7, [1], null]) {
      await database.write(scope).update(samples).set({ body })
      expect((await database.read(scope).select().from(samples))[0]?.body).toEqual(body)
    }
    expect(await database.read(scope).$count(samples)).toBe(1)
  })

  test.runIf(canRun)('a transaction that throws leaves nothing', async () => {
    const failing = database.transaction(scope, async (writer) => {
      await writer.insert(samples).values({ id: 100 })
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    expect(await database.read(scope).$count(samples, sql`id = 100`)).toBe(0)
  })

  test.runIf(canRun)('a refused statement says why without its values', async () => {
    const insert = () => database.write(scope).insert(samples).values({ id: 200, words: 'a secret word' })
    await insert()
    const error = await insert().then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({ name: 'StatementError', sqlState: '23505', constraint: 'conformance_samples_pkey' })
    expect(String(error)).not.toContain('secret')
  })

  test.runIf(canRun)('forty transactions at once count to forty', async () => {
    await database.write(scope).insert(samples).values({ id: 300, count: 0 })
    await Promise.all(
      Array.from({ length: 40 }, () =>
        database.transaction(scope, async (writer) => {
          const [row] = rowsOf(await writer.execute(sql`select count from conformance_samples where id = 300 for update`))
          await writer
            .update(samples)
            .set({ count: Number(row?.count) + 1 })
            .where(sql`id = 300`)
        }),
      ),
    )
    expect(await database.read(scope).select({ count: samples.count }).from(samples).where(sql`id = 300`)).toEqual([
      { count: 40 },
    ])
  })

  test.runIf(canRun)('a database of a newer program, or of another history, is refused', async () => {
    const history = database.beyondTenants()
    await history.execute(sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('later', 99999999999999)`)
    await expect(migrate(database)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('newer QRY') })
    await history.execute(sql`delete from drizzle.__drizzle_migrations where hash = 'later'`)
    await history.execute(sql`update drizzle.__drizzle_migrations set hash = 'x' || hash`)
    await expect(migrate(database)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('Step 1') })
  })
})

/** A program that opens the folder, then inserts rows one by one and prints each that was acknowledged. */
const writer = `
import { sql } from 'drizzle-orm'
import { openDatabase } from '${fileURLToPath(new URL('./open-database.ts', import.meta.url))}'
const database = await openDatabase({ dataDir: process.argv[1], log: (text) => console.error(text) })
const tables = database.beyondTenants()
await tables.execute(sql\`create table if not exists acknowledged (n integer primary key)\`)
const last = (await tables.execute(sql\`select coalesce(max(n), 0) as n from acknowledged\`)).rows[0].n
console.log('kind ' + database.kind)
for (let n = last + 1; ; n++) {
  await tables.execute(sql\`insert into acknowledged values (\${n})\`)
  process.stdout.write(n + '\\n')
}`
const root = fileURLToPath(new URL('../..', import.meta.url))

async function writeAndKill(dataDir: string, command: string[] = []): Promise<{ kind: string; acknowledged: number }> {
  const [file, ...parameters] = [...command, process.execPath, '--input-type=module-typescript', '-e', writer, dataDir]
  const child = spawn(file, parameters, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  let complained = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    complained += chunk.toString()
  })
  const ended = new Promise((resolve) => child.once('close', resolve))
  while (!/\n20\d*\n|\n[3-9]\d+\n/.test(said) && child.exitCode === null) await sleep(5)
  await sleep(Math.random() * 60)
  child.kill('SIGKILL')
  await ended
  const lines = said.split('\n').slice(0, -1)
  if (lines.length < 2) throw new Error(`the writer wrote nothing: ${complained}`)
  return { kind: lines[0] ?? '', acknowledged: Number(lines.at(-1)) }
}

const pidIn = (dataDir: string): number =>
  Number(readFileSync(join(dataDir, 'postgres-18', 'postmaster.pid'), 'utf8').split('\n')[0])

test('kill -9 amid acknowledged commits loses none, five rounds', { timeout: 120_000 }, async () => {
  const dataDir = join(folder, 'killed')
  for (let round = 0; round < 5; round++) {
    const { kind, acknowledged } = await writeAndKill(dataDir)
    expect(kind).toBe('kind embedded')
    const database = await openDatabase({ dataDir, log: silent })
    const [row] = rowsOf(await database.beyondTenants().execute(sql`select count(*)::int as n, max(n) as last from acknowledged`))
    await database.close()
    expect(Number(row?.last)).toBeGreaterThanOrEqual(acknowledged)
    expect(row?.n).toBe(row?.last)
  }
})

test('a folder that is open is refused, in words, and free again afterwards', async () => {
  const dataDir = join(folder, 'twice')
  const first = await openDatabase({ dataDir, log: silent })
  await expect(openDatabase({ dataDir, log: silent })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('Another QRY'),
  })
  await first.close()
  await (await openDatabase({ dataDir, log: silent })).close()
})

test('when the server is killed, callers hear unavailable until it runs again', async () => {
  const dataDir = join(folder, 'server-killed')
  const said: string[] = []
  const database = await openDatabase({ dataDir, log: (sentence) => said.push(sentence) })
  await database.beyondTenants().execute(sql`create table kept (n integer)`)
  await database.beyondTenants().execute(sql`insert into kept values (7)`)
  process.kill(pidIn(dataDir), 'SIGKILL')
  const codes = new Set<unknown>()
  for (let tries = 0; tries < 600; tries++) {
    const error: unknown = await database.ping().then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    if (error === undefined && said.some((sentence) => sentence.includes('runs again'))) break
    if (error !== undefined) codes.add((error as { code?: unknown }).code)
    await sleep(20)
  }
  expect(rowsOf(await database.beyondTenants().execute(sql`select n from kept`))).toEqual([{ n: 7 }])
  expect([...codes]).toEqual(['unavailable'])
  await database.close()
})

test('a server that an earlier process left behind is stopped first', async () => {
  const dataDir = join(folder, 'orphan')
  await (await openDatabase({ dataDir, log: silent })).close()
  const { findPostgresPrograms } = await import('./embedded-binaries.ts')
  const { file, parameters, ...identity } = findPostgresPrograms(dataDir).command('postgres', [
    ...[
      '-D',
      join(dataDir, 'postgres-18'),
      '-c',
      'listen_addresses=',
      '-c',
      `unix_socket_directories=${join(dataDir, 'postgres-18')}`,
    ],
  ])
  const orphan = spawn(file, parameters, { ...identity, stdio: 'ignore', env: { LC_ALL: 'C' } })
  const ended = new Promise((resolve) => orphan.once('exit', resolve))
  while (!existsSync(join(dataDir, 'postgres-18', 'postmaster.pid')) || pidIn(dataDir) !== orphan.pid) await sleep(10)
  const said: string[] = []
  const database = await openDatabase({ dataDir, log: (sentence) => said.push(sentence) })
  await ended
  expect(said.join()).toContain(`process ${orphan.pid}`)
  expect(pidIn(dataDir)).not.toBe(orphan.pid)
  await database.close()
})

const isRootOnLinux = process.platform === 'linux' && process.getuid?.() === 0

test.runIf(isRootOnLinux)('an ordinary user runs it as well', async () => {
  const dataDir = mkdtempSync(join(folder, 'ordinary-'))
  const uid = Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }))
  const gid = Number(execFileSync('id', ['-g', 'nobody'], { encoding: 'utf8' }))
  chownSync(dataDir, uid, gid)
  const asNobody = ['setpriv', '--reuid', String(uid), '--regid', String(gid), '--clear-groups']
  expect((await writeAndKill(dataDir, asNobody)).kind).toBe('kind embedded')
  expect((await writeAndKill(dataDir, asNobody)).acknowledged).toBeGreaterThan(20)
})

test.runIf(isRootOnLinux)('root runs it where no other user can enter', async () => {
  const closed = mkdtempSync(join(folder, 'closed-'))
  const said: string[] = []
  const database = await openDatabase({ dataDir: join(closed, 'data'), log: (sentence) => said.push(sentence) })
  expect([database.kind, said]).toEqual(['embedded', []])
  await database.close()
})

test('a path too long for a socket is no obstacle', async () => {
  const database = await openDatabase({ dataDir: join(folder, 'long-'.repeat(30)), log: silent })
  expect(database.kind).toBe('embedded')
  await database.close()
})
