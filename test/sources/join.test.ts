import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SourceId } from '../../contract/id.ts'
import type { NamedTable } from '../../server/results/results.ts'
import type { Actor } from '../../server/tenancy/actor.ts'
import { makeSourcesRoom, type SourcesRoom } from './sources-room.ts'
import { openMysql, openPostgres, openSqlite, type TestDatabase } from './test-databases.ts'

const databases: TestDatabase[] = []
const postgres = await openPostgres()
const mysql = await openMysql()
const isHere = postgres !== undefined && mysql !== undefined
const limits = { rowLimit: 1000, timeoutMs: 60_000 }

describe.skipIf(!isHere)(`questions across sources${isHere ? '' : ' (left out: no PostgreSQL or no MariaDB here)'}`, () => {
  let room: SourcesRoom
  let ids: Record<'shop' | 'crm' | 'stock', SourceId>
  let files: NamedTable[]

  beforeAll(async () => {
    if (!postgres || !mysql) return
    const sqlite = await openSqlite()
    databases.push(postgres, mysql, sqlite)
    await postgres.run(
      'CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer, sku text, day date, amount numeric(10,2))',
      "INSERT INTO orders SELECT n, n % 4, 'S' || n % 3, DATE '2026-01-01' + n, n * 1.5 FROM generate_series(1, 40) n",
      'CREATE TABLE huge AS SELECT n AS id FROM generate_series(1, 1000005) n',
    )
    await mysql.run(
      'CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR(50), region VARCHAR(20))',
      "INSERT INTO customers VALUES (0, 'Ada', 'North'), (1, 'Ben', 'South'), (2, 'Cy', 'North'), (3, 'Di', 'East')",
    )
    await sqlite.run('CREATE TABLE products (sku TEXT, title TEXT)', "INSERT INTO products VALUES ('S0', 'Boot'), ('S1', 'Tent')")
    room = await makeSourcesRoom()
    const named = async (database: TestDatabase, name: string) => {
      const id = await room.add(database.destination)
      await room.sources.change(room.admin, id, { name })
      return id
    }
    ids = {
      shop: await named(postgres, 'Shop warehouse'),
      crm: await named(mysql, 'CRM'),
      stock: await named(sqlite, 'Stock'),
    }
    const path = joinPath(tmpdir(), `qry-join-${process.pid}.csv`)
    await writeFile(path, 'region,target\nNorth,100\nSouth,200\n')
    const made = await room.results.importFile(room.admin, { path, name: 'targets.csv' })
    files = made.tables.map(({ table }) => ({ name: 'targets', digest: table.digest }))
  }, 120_000)
  afterAll(async () => {
    await room?.close()
    for (const database of databases) await database.close()
  })

  const ask = async (actor: Actor, sql: string, own?: SourceId) =>
    room.sources.join(actor, { sql, sources: await room.sources.names(actor), own, files }, limits)

  test('PostgreSQL, MariaDB, SQLite and a file are joined, and it says what was read of each', { timeout: 120_000 }, async () => {
    const sql = `SELECT c.region, count(*) AS orders, max(t.target) AS target
      FROM shop_warehouse.public.orders o JOIN "CRM".customers AS c ON c.id = o.customer_id
      LEFT JOIN stock.products p USING (sku) LEFT JOIN targets t ON t.region = c.region
      WHERE p.title = 'Boot' AND o.id <= 30 GROUP BY c.region ORDER BY c.region`
    const answer = await ask(room.admin, sql)
    expect(answer?.rows).toEqual([
      ['East', 3, null],
      ['North', 5, 100],
      ['South', 2, 200],
    ])
    expect(answer?.note).toBe(
      '30 rows of orders from Shop warehouse, 4 rows of customers from CRM, 1 rows of products from Stock',
    )
    const own = await ask(room.admin, 'SELECT sum(amount) AS total FROM orders JOIN crm.customers USING (id)', ids.shop)
    expect(own?.rows).toEqual([['9.00']])
    expect(await ask(room.admin, 'SELECT count(*) FROM public.orders', ids.shop)).toBeUndefined()
    const withFile = await ask(room.admin, 'SELECT count(*) FROM orders, files.targets', ids.shop)
    expect(withFile?.rows).toEqual([[80]])
  })

  test('who may not ask one side gets no answer, and a row policy holds on its side', { timeout: 120_000 }, async () => {
    const { admin, sources } = room
    const sql = 'SELECT c.name FROM crm.customers c JOIN shop_warehouse.orders o ON o.id = c.id ORDER BY 1'
    const north = room.member({ region: 'North' })
    const everyone = { isForEveryone: true, roles: [], groups: [], people: [] }
    await sources.changeAccess(admin, ids.crm, { ...everyone, policies: [{ table: 'customers', filter: 'region = {{region}}' }] })
    expect((await ask(north, sql))?.rows).toEqual([['Cy']])
    const nobody = room.member()
    expect((await ask(nobody, sql))?.rows).toEqual([])
    await sources.changeAccess(admin, ids.shop, { ...everyone, isForEveryone: false, roles: ['owner'], policies: [] })
    await expect(ask(north, sql)).rejects.toMatchObject({ code: 'query-failed', message: expect.not.stringContaining('Shop') })
    expect((await ask(admin, sql))?.rowCount).toBe(3)
    await sources.changeAccess(admin, ids.shop, { ...everyone, policies: [] })
    await sources.changeAccess(admin, ids.crm, { ...everyone, policies: [] })
  })

  test('writing, reaching out and too much are refused, each with its place', { timeout: 120_000 }, async () => {
    const { admin } = room
    const refused = (sql: string) => ask(admin, sql).then(JSON.stringify, ({ code, message }) => `${code}: ${message}`)
    expect(await refused('DELETE FROM crm.customers')).toContain('not-read-only')
    expect(await refused('SELECT 1 FROM crm.customers; DROP TABLE crm.customers')).toContain('not-read-only')
    expect(await refused("SELECT * FROM crm.customers, read_csv('/etc/passwd')")).toContain('not-read-only')
    expect(await refused("SELECT * FROM crm.customers, '/etc/passwd'")).toMatch(/query-failed|not-read-only/)
    expect(await refused('SELECT * FROM crm.customers, duckdb_settings()')).toContain('not-read-only')
    expect(await refused('SELECT * FROM crm.nothing')).toContain('There is no table nothing in CRM.')
    expect(await refused('SELECT * FROM crm.mysql.user')).toContain('query-failed')
    expect(await refused('SELECT * FROM crm.customers, elsewhere.x')).toContain('There is no table named elsewhere.x')
    expect(await refused('SELECT count(*) FROM shop_warehouse.huge h, crm.customers c')).toContain(
      'limit-exceeded: Shop warehouse, huge: it has more than 1,000,000 rows',
    )
    const narrowed = await ask(admin, 'SELECT count(*) FROM shop_warehouse.huge h, crm.customers c WHERE h.id > 1000000')
    expect(narrowed?.rows).toEqual([[20]])
  })

  test('what is passed on to a source never changes the answer', { timeout: 120_000 }, async () => {
    const from = 'FROM crm.customers c LEFT JOIN shop_warehouse.orders o ON o.customer_id = c.id'
    const same = async (where: string, written: string) => {
      const one = await ask(room.admin, `SELECT c.id, o.id AS order_id ${from} WHERE ${where} ORDER BY ALL`)
      const other = await ask(room.admin, `SELECT c.id, o.id AS order_id ${from} WHERE ${written} ORDER BY ALL`)
      expect(one?.rows).toEqual(other?.rows)
    }
    await same("c.region = 'north'", "(c.region || '') = 'north'")
    await same("o.day >= DATE '2026-02-01' AND o.amount < 50", "o.day + 0 >= DATE '2026-02-01' AND o.amount + 0 < 50")
    await same("(o.sku = 'S1') AND NOT c.id = 3", "(o.sku || '') = 'S1' AND NOT c.id = 3")
    await same("c.region = 'North' OR o.id = 1", "(c.region || '') = 'North' OR o.id + 0 = 1")
  })
})
