import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Digest, TenantId, UserId } from '../../contract/id.ts'
import { systemClock } from '../basics/clock.ts'
import { randomId } from '../basics/random-id.ts'
import { createDuckDb, type DuckDb } from '../duckdb/duckdb.ts'
import type { Database } from '../storage/database.ts'
import { openDiskBlobs } from '../storage/disk-blobs.ts'
import { migrate } from '../storage/migrate.ts'
import { openMemoryDatabase } from '../storage/pglite-database.ts'
import type { Actor } from '../tenancy/actor.ts'
import { createResults } from './create-results.ts'
import type { Results } from './results.ts'

let folder = ''
let database: Database
let pool: DuckDb
let results: Results
const actor: Actor = {
  tenantId: randomId<TenantId>('ten', new Date()),
  userId: randomId<UserId>('usr', new Date()),
  role: 'owner',
  permissions: new Set(),
  groups: [],
  attributes: {},
  via: 'web',
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'compare-test-'))
  database = await openMemoryDatabase()
  await migrate(database)
  const settings = { size: 1, memoryLimitMb: 400, threads: 1, maxQueue: 10, log: { warn: () => undefined } }
  pool = createDuckDb({ ...settings, tempDir: join(folder, 'members') })
  const blobs = await openDiskBlobs(join(folder, 'blobs'))
  results = createResults({
    database,
    blobs,
    duckdb: pool,
    strangers: pool,
    behind: pool,
    clock: systemClock,
    tempDir: join(folder, 'temp'),
  })
})
afterAll(async () => {
  await results.close()
  await pool.close()
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

const made = async (sql: string): Promise<Digest> =>
  (await results.query(actor, [], sql, { rowLimit: 1_000_000, timeoutMs: 20_000 })).digest
const compare = async (before: string, after: string) => results.compare(actor, await made(before), await made(after))
const values = (columns: string, ...rows: string[]) => `SELECT * FROM (VALUES ${rows.join(', ')}) v(${columns})`
const none = { changedCells: 0, addedRows: 0, removedRows: 0, addedColumns: [], removedColumns: [] }

describe('B13 comparing a kept table with a later one', () => {
  test('B13 matches rows by the words that tell them apart, wherever they stand', async () => {
    const found = await compare(
      values('total, region', "(10, 'North')", "(20, 'South')", "(30, 'East')"),
      values('total, region', "(30, 'East')", "(25, 'South')", "(40, 'West')"),
    )
    expect(found).toEqual({
      ...none,
      matchedBy: ['region'],
      changedCells: 1,
      addedRows: 1,
      removedRows: 1,
      changes: [{ row: ['South'], column: 'total', frozen: 20, now: 25 }],
      added: [['West']],
      removed: [['North']],
    })
  })

  test('B13 takes further columns until rows are told apart, and never a measured number', async () => {
    const found = await compare(
      values('region, year, total', "('North', 2024, 1.5)", "('North', 2025, 2.5)", "('South', 2024, 3.5)"),
      values('region, year, total', "('North', 2024, 1.5)", "('North', 2025, 2.6)", "('South', 2024, 3.5)"),
    )
    expect(found).toMatchObject({ matchedBy: ['region', 'year'], changedCells: 1, addedRows: 0, removedRows: 0 })
    expect(found.changes).toEqual([{ row: ['North', 2025], column: 'total', frozen: '2.5', now: '2.6' }])
  })

  test('B13 compares a single row by its place, and rows that nothing tells apart as well', async () => {
    expect(await compare('SELECT 5 AS n', 'SELECT 7 AS n')).toMatchObject({
      matchedBy: [],
      changes: [{ row: [1], column: 'n', frozen: 5, now: 7 }],
    })
    const found = await compare(values('a', '(0.5)', '(0.5)', '(1.5)'), values('a', '(0.5)', '(0.7)', '(1.5)', '(2.5)'))
    expect(found).toMatchObject({ matchedBy: [], changedCells: 1, addedRows: 1, removedRows: 0, added: [[4]] })
    expect(found.changes).toEqual([{ row: [2], column: 'a', frozen: '0.5', now: '0.7' }])
  })

  test('B13 tells an empty cell from a full one, and forgives the last digits of sums', async () => {
    const found = await compare(
      values('k, a, b', "('x', NULL, 0.1::DOUBLE)", "('y', 'v', 'inf'::DOUBLE)"),
      values('k, a, b', "('x', 'w', 0.1::DOUBLE + 1e-15)", "('y', NULL, 'inf'::DOUBLE)"),
    )
    expect(found.changes).toEqual([
      { row: ['x'], column: 'a', frozen: null, now: 'w' },
      { row: ['y'], column: 'a', frozen: 'v', now: null },
    ])
  })

  test('B13 says which columns came and went, and compares those of another type by what they say', async () => {
    const found = await compare("SELECT 'x' AS k, 1 AS a, 2 AS gone", 'SELECT \'x\' AS k, \'1\' AS a, 3 AS "new ""one"')
    expect(found).toEqual({
      ...none,
      matchedBy: [],
      addedColumns: ['new "one'],
      removedColumns: ['gone'],
      changes: [],
      added: [],
      removed: [],
    })
  })

  test('B13 counts everything and shows the first of it', async () => {
    const found = await compare(
      "SELECT 'k' || range AS k, range AS v FROM range(5000)",
      "SELECT 'k' || range AS k, range + 1 AS v FROM range(6000)",
    )
    expect(found).toMatchObject({ changedCells: 5000, addedRows: 1000, removedRows: 0 })
    expect([found.changes.length, found.added.length]).toEqual([50, 50])
  })

  test('B13 another tenant’s table is not there to compare', async () => {
    const digest = await made('SELECT 41 AS n')
    const other = { ...actor, tenantId: randomId<TenantId>('ten', new Date()) }
    await expect(results.compare(other, digest, digest)).rejects.toMatchObject({ code: 'not-found' })
  })
})
