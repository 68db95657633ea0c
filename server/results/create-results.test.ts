import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { readXlsx } from 'hucre/xlsx'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Cell } from '../../contract/column.ts'
import type { Digest, TenantId, UserId } from '../../contract/id.ts'
import { decodeColumnar } from '../../render/columnar.ts'
import { systemClock } from '../basics/clock.ts'
import { must } from '../basics/must.ts'
import { randomId } from '../basics/random-id.ts'
import { createDuckDb, type DuckDb } from '../duckdb/duckdb.ts'
import type { Blobs } from '../storage/blobs.ts'
import type { Database } from '../storage/database.ts'
import { openDiskBlobs } from '../storage/disk-blobs.ts'
import { migrate } from '../storage/migrate.ts'
import { openMemoryDatabase } from '../storage/pglite-database.ts'
import type { Actor } from '../tenancy/actor.ts'
import { createResults } from './create-results.ts'
import type { KeptTable, Results } from './results.ts'

let folder = ''
let database: Database
let blobs: Blobs
let pools: DuckDb[] = []
let results: Results
let orders: KeptTable

const makeActor = (): Actor => ({
  tenantId: randomId<TenantId>('ten', new Date()),
  userId: randomId<UserId>('usr', new Date()),
  role: 'owner',
  permissions: new Set(),
  groups: [],
  attributes: {},
  via: 'web',
})
const actor = makeActor()
const limits = { rowLimit: 100_000, timeoutMs: 20_000 }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'results-test-'))
  database = await openMemoryDatabase()
  await migrate(database)
  const settings = { size: 1, memoryLimitMb: 400, threads: 2, maxQueue: 10, log: { warn: () => undefined } }
  pools = ['members', 'strangers', 'behind'].map((name) => createDuckDb({ ...settings, tempDir: join(folder, name) }))
  const [duckdb, strangers, behind] = pools
  if (!duckdb || !strangers || !behind) throw new Error('no pools')
  blobs = await openDiskBlobs(join(folder, 'blobs'))
  results = createResults({
    database,
    blobs,
    duckdb,
    strangers,
    behind,
    clock: systemClock,
    tempDir: join(folder, 'results'),
  })
  const path = join(folder, 'orders.csv')
  const rows = Array.from({ length: 1000 }, (_, i) => `${i},${['North', 'south', ''][i % 3]},${(i * 7) % 100}.25,=1+${i}`)
  await writeFile(path, `id,region,amount,note\n${rows.join('\n')}\n`)
  orders = must((await results.importFile(actor, { path, name: 'orders.csv' })).tables[0]).table
})
afterAll(async () => {
  await results.close()
  await Promise.all(pools.map((pool) => pool.close()))
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

const ask = (sql: string) => results.query(actor, [{ name: 'orders', digest: orders.digest }], sql, limits)
const page = (
  request: { sort?: string; desc?: boolean; filter?: string; offset?: number; limit?: number },
  pool?: 'members' | 'strangers',
) => results.page(actor, orders.digest, { offset: 0, limit: 25, ...request }, pool)
const ids = (rows: Cell[][]) => rows.map((row) => row[0])

test('an imported file has types and first rows', () => {
  expect(orders.columns.map(({ type }) => type)).toEqual(['integer', 'text', 'decimal', 'text'])
  expect([orders.rowCount, orders.rows.length, orders.rows[2]]).toEqual([1000, 200, [2, null, '14.25', '=1+2']])
})

test('equal answers are kept once, under one digest', async () => {
  const [first, again] = await Promise.all([
    ask('SELECT region, sum(amount) AS total FROM orders GROUP BY ALL ORDER BY 1'),
    ask('SELECT region, sum(amount) AS total FROM orders GROUP BY ALL ORDER BY 1'),
  ])
  expect(again.digest).toBe(first.digest)
  expect(first.columns).toEqual([
    { name: 'region', type: 'text' },
    { name: 'total', type: 'decimal' },
  ])
  expect((await results.table(actor, first.digest)).rows).toEqual(first.rows)
})

test('an answer can be asked again, as a table of its own', async () => {
  const kept = await ask('SELECT id, list_value(id) AS ids, id * 10000000000000 AS big FROM orders WHERE id > 990')
  const next = await results.query(
    actor,
    [{ name: 'Mein Tisch', digest: kept.digest }],
    'SELECT max(id), max(big) FROM "mein tisch"',
    limits,
  )
  expect(next.rows).toEqual([[999, '9990000000000000']])
})

describe('pages', () => {
  test('plain pages, the first from memory and the last from the file', async () => {
    expect(ids((await page({ limit: 3 })).rows)).toEqual([0, 1, 2])
    const last = await page({ offset: 998, limit: 25 })
    expect([ids(last.rows), last.matchCount]).toEqual([[998, 999], 1000])
    expect((await page({ offset: 5000 })).rows).toEqual([])
  })
  test('sorted up and down, nulls last both ways, equal rows in their order', async () => {
    expect(ids((await page({ sort: '-region,id', limit: 2 })).rows)).toEqual([1, 4])
    expect((await page({ sort: 'region', desc: true, offset: 999 })).rows[0]?.[1]).toBeNull()
    expect((await page({ sort: 'region', offset: 999 })).rows[0]?.[1]).toBeNull()
    expect(ids((await page({ sort: 'amount', limit: 3 }, 'strangers')).rows)).toEqual([0, 100, 200])
    await expect(page({ sort: 'nothing' })).rejects.toMatchObject({ code: 'invalid-input' })
  })
  test('a filter looks into every column, without case, and is never SQL', async () => {
    expect((await page({ filter: 'SOUTH' })).matchCount).toBe(333)
    expect(ids((await page({ filter: '=1+77' })).rows)).toEqual([77, 770, 771, 772, 773, 774, 775, 776, 777, 778, 779])
    expect((await page({ filter: "' OR 1=1 --" })).matchCount).toBe(0)
    expect((await page({ filter: '%' })).matchCount).toBe(0)
  })
})

test('the columnar form holds every cell', async () => {
  const table = decodeColumnar(await results.columnar(actor, orders.digest))
  expect([table.columns, table.rowCount]).toEqual([orders.columns, 1000])
  expect(orders.rows.map((row, at) => row.map((_, column) => table.cell(column, at)))).toEqual(orders.rows)
})

test('a large table is encoded when first asked for, once for many', async () => {
  const large = await ask("SELECT range AS n, 'row ' || range AS t FROM range(30000)")
  const [one, two] = await Promise.all([results.columnar(actor, large.digest), results.columnar(actor, large.digest)])
  expect(one).toEqual(two)
  expect(decodeColumnar(one).cell(1, 29_999)).toBe('row 29999')
})

test('P4 CSV escapes what a spreadsheet would run and leaves numbers alone', async () => {
  const risky = await ask(
    "SELECT * FROM (VALUES ('=1+1', -5, '-5'), ('+49 170', 1, '-1.5'), ('-x', 1, 'a'), ('@SUM(A1)', 1, '+7'), (chr(9) || 'tab', 1, NULL), (chr(13) || 'return', 1, ''), ('a,\"b\"' || chr(10) || 'c', 1, '-1e5=')) AS v(\"=head\", n, t)",
  )
  const csv = await text(await results.csv(actor, risky.digest, { escapeFormulas: true }))
  expect(csv).toBe(
    `'=head,n,t\n'=1+1,-5,-5\n'+49 170,1,-1.5\n'-x,1,a\n'@SUM(A1),1,+7\n'\ttab,1,\n"'\rreturn",1,""\n"a,""b""\nc",1,'-1e5=\n`,
  )
  expect(await text(await results.csv(actor, risky.digest, { escapeFormulas: false }))).toContain('\n=1+1,')
})

test('profile: counts, ends, values, kept in the row', async () => {
  const profile = await results.profile(actor, orders.digest)
  expect(profile[1]).toEqual({
    name: 'region',
    type: 'text',
    distinctCount: 2,
    nullCount: 333,
    min: 'North',
    max: 'south',
    values: [
      { value: 'North', count: 334 },
      { value: 'south', count: 333 },
    ],
  })
  expect(profile[0]?.values).toHaveLength(50)
  expect(await results.profile(actor, orders.digest)).toEqual(profile)
})

test('Excel: dates are dates, text that looks like a formula stays text, long numbers keep their digits', async () => {
  const sql = `SELECT DATE '2026-02-03' AS day, TIMESTAMP '2026-02-03 04:05:06' AS at, '=1+1' AS text, 12345678901234567890::HUGEINT AS big, 1.25::DECIMAL(9,2) AS price, NULL::INTEGER AS nothing, true AS yes FROM orders LIMIT 1`
  const kept = await results.query(actor, [{ name: 'orders', digest: orders.digest }], sql, limits)
  const sheet = must((await readXlsx(await buffer(await results.workbook(actor, kept.digest)))).sheets[0])
  expect(sheet.rows).toEqual([
    ['day', 'at', 'text', 'big', 'price', 'nothing', 'yes'],
    [new Date('2026-02-03T00:00:00Z'), new Date('2026-02-03T04:05:06Z'), '=1+1', '12345678901234567890', 1.25, null, true],
  ])
  expect(sheet.cells?.get('2,0')?.formula).toBeUndefined()
  const all = must((await readXlsx(await buffer(await results.workbook(actor, orders.digest)))).sheets[0])
  expect(all.rows).toHaveLength(1001)
})

test('pictures and files come back byte for byte', async () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><text>ü</text></svg>'
  const pictures = await results.keepPictures(actor, { wide: svg, narrow: svg })
  expect(await results.picture(actor, pictures.wide)).toBe(svg)
  expect(pictures.narrow).toBe(pictures.wide)
  const path = join(folder, 'orders.csv')
  const { digest, bytes } = await results.keepFile(actor, path)
  const kept = await results.file(actor, digest)
  expect(kept.bytes).toBe(bytes)
  expect(await text(await kept.open({ start: 0, end: 1 }))).toBe('id')
})

test('a large file is kept without a second copy of its bytes', async () => {
  const path = join(folder, 'large.csv')
  await writeFile(path, `id\n${'1\n'.repeat(100_000)}`)
  const { digest } = await results.keepFile(actor, path)
  expect((await stat(await blobs.path(actor.tenantId, digest))).ino).toBe((await stat(path)).ino)
})

test('another tenant finds nothing of it', async () => {
  const stranger = makeActor()
  const found = { code: 'not-found' }
  await expect(results.table(stranger, orders.digest)).rejects.toMatchObject(found)
  await expect(results.page(stranger, orders.digest, { offset: 0, limit: 1 })).rejects.toMatchObject(found)
  await expect(results.columnar(stranger, orders.digest)).rejects.toMatchObject(found)
  await expect(results.csv(stranger, orders.digest, { escapeFormulas: true })).rejects.toMatchObject(found)
  await expect(results.workbook(stranger, orders.digest)).rejects.toMatchObject(found)
  await expect(results.parquet(stranger, orders.digest)).rejects.toMatchObject(found)
  await expect(results.file(stranger, orders.digest)).rejects.toMatchObject(found)
  await expect(results.query(stranger, [{ name: 'orders', digest: orders.digest }], 'SELECT 1', limits)).rejects.toMatchObject(
    found,
  )
  await expect(results.picture(actor, orders.digest)).rejects.toMatchObject(found)
  await expect(results.table(actor, 'f'.repeat(64) as Digest)).rejects.toMatchObject(found)
})
