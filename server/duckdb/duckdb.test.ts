import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { must } from '../basics/must.ts'
import { createDuckDb, type DuckDb } from './duckdb.ts'
import type { JobResult } from './job.ts'

let folder = ''
let duckdb: DuckDb
let orders = ''
let files = 0
const log = { warn: () => undefined }
const options = () => ({ size: 1, memoryLimitMb: 300, threads: 2, tempDir: join(folder, 'spill'), maxQueue: 2, log })
const output = () => join(folder, `out-${++files}.parquet`)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'duckdb-test-'))
  duckdb = createDuckDb(options())
  const csv = join(folder, 'orders.csv')
  await writeFile(csv, 'id,region,amount,sold on\n1,North,10.50,2024-01-05\n2,South,3.25,2024-02-29\n3,North,7.00,2024-03-01\n')
  const imported = await duckdb.run(
    { kind: 'import', path: csv, name: 'orders.csv', output: join(folder, 'imported') },
    { timeoutMs: 20_000 },
  )
  orders = must(imported.tables[0]).file
})
afterAll(async () => {
  await duckdb.close()
  await rm(folder, { recursive: true, force: true })
})

const query = (
  sql: string,
  more: { rowLimit?: number; timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<JobResult<'query'>> =>
  duckdb.run(
    { kind: 'query', sql, tables: [{ name: 'orders', path: orders }], rowLimit: more.rowLimit ?? 1000, output: output() },
    { timeoutMs: more.timeoutMs ?? 10_000, signal: more.signal },
  )
const endless = 'SELECT count(*) FROM range(100000000000) a, range(1000) b'
const failure = async (sql: string): Promise<{ code: string; message: string }> => {
  try {
    await query(sql)
  } catch (error) {
    return error as { code: string; message: string }
  }
  throw new Error(`went through: ${sql}`)
}

describe('what must not get out', () => {
  const escapes: [string, string][] = [
    ["COPY (SELECT 1) TO '/tmp/escape.csv'", 'not-read-only'],
    ["COPY orders FROM '/etc/passwd'", 'not-read-only'],
    ["ATTACH '/tmp/x.db'", 'not-read-only'],
    ['INSTALL httpfs', 'not-read-only'],
    ['LOAD httpfs', 'not-read-only'],
    ["PRAGMA memory_limit='10GB'", 'not-read-only'],
    ['PRAGMA database_list', 'not-read-only'],
    ["SET memory_limit='10GB'", 'not-read-only'],
    ['RESET ALL', 'not-read-only'],
    ["SELECT * FROM read_csv('/etc/passwd')", 'not-read-only'],
    ["SELECT * FROM read_text('/etc/passwd')", 'not-read-only'],
    ["SELECT * FROM main.read_blob('/proc/self/environ')", 'not-read-only'],
    ["SELECT * FROM read_parquet('file.parquet')", 'not-read-only'],
    ["SELECT * FROM glob('/**')", 'not-read-only'],
    ["SELECT * FROM sniff_csv('/etc/passwd')", 'not-read-only'],
    ["FROM '/etc/passwd'", 'query-failed'],
    ["SELECT * FROM '/proc/self/environ'", 'query-failed'],
    ["SELECT * FROM 'orders.parquet'", 'query-failed'],
    ['SELECT 1; SELECT 2', 'not-read-only'],
    ["SELECT 1; COPY orders TO '/tmp/escape.csv'", 'not-read-only'],
    ["SELECT 1) TO '/tmp/escape.csv' --", 'query-failed'],
    ["SELECT getenv('HOME')", 'not-read-only'],
    ["SELECT current_setting('temp_directory')", 'not-read-only'],
    ['SELECT current_query()', 'not-read-only'],
    ["SELECT * FROM enable_logging(storage='file', storage_config={'path': '/tmp/escape'})", 'not-read-only'],
    ['SELECT * FROM (WITH a AS (SELECT * FROM enable_logging()) SELECT * FROM a)', 'not-read-only'],
    ['SELECT (SELECT count(*) FROM duckdb_settings())', 'not-read-only'],
    ['SELECT * FROM duckdb_settings', 'query-failed'],
    ['WITH duckdb_settings AS (SELECT * FROM duckdb_settings) SELECT * FROM duckdb_settings', 'query-failed'],
    ['SELECT * FROM duckdb_settings WHERE EXISTS (WITH duckdb_views AS (SELECT 1) SELECT 1)', 'query-failed'],
    ['SELECT * FROM information_schema.tables', 'query-failed'],
    ['SELECT * FROM pg_catalog.pg_settings', 'query-failed'],
    ['SELECT * FROM sqlite_master', 'query-failed'],
    ['SELECT * FROM duckdb_secrets()', 'not-read-only'],
    ["SELECT * FROM query('SELECT 1')", 'not-read-only'],
    ["SELECT * FROM query_table('orders')", 'not-read-only'],
    ["SELECT * FROM json_execute_serialized_sql('{}')", 'not-read-only'],
    ["SELECT * FROM histogram('duckdb_settings', 'name')", 'not-read-only'],
    ['SELECT * FROM checkpoint()', 'not-read-only'],
    ['SHOW ALL TABLES', 'query-failed'],
    ['SHOW DATABASES', 'query-failed'],
    ['CREATE TABLE x (a INT)', 'not-read-only'],
    ['CREATE OR REPLACE VIEW orders AS SELECT 1', 'not-read-only'],
    ['INSERT INTO orders VALUES (1)', 'not-read-only'],
    ['UPDATE orders SET id = 1', 'not-read-only'],
    ['DELETE FROM orders', 'not-read-only'],
    ['DROP VIEW orders', 'not-read-only'],
    ['TRUNCATE orders', 'not-read-only'],
    ['WITH x AS (INSERT INTO orders VALUES (1) RETURNING *) SELECT * FROM x', 'not-read-only'],
    ['EXPLAIN ANALYZE INSERT INTO orders VALUES (1)', 'not-read-only'],
    ["EXPLAIN ANALYZE COPY orders TO '/tmp/escape.csv'", 'not-read-only'],
    ['CALL enable_logging()', 'not-read-only'],
    ["EXPORT DATABASE '/tmp/escape'", 'not-read-only'],
    ["IMPORT DATABASE '/tmp/escape'", 'not-read-only'],
    ['BEGIN', 'not-read-only'],
    ['VACUUM', 'not-read-only'],
    ['PREPARE p AS SELECT 1', 'not-read-only'],
    ["SET VARIABLE a = (SELECT content FROM read_text('/etc/passwd'))", 'not-read-only'],
    ['PIVOT orders ON region USING sum(amount)', 'not-read-only'],
    ['', 'not-read-only'],
    ['-- nothing', 'not-read-only'],
    ['SELECT $1', 'query-failed'],
  ]
  for (const [sql, code] of escapes) {
    test(sql || '(nothing)', async () => {
      const { code: answered, message } = await failure(sql)
      expect(answered).toBe(code)
      expect(message).not.toContain(folder)
    })
  }
  test('nothing was written', () => {
    expect(['/tmp/escape.csv', '/tmp/escape', '/tmp/x.db'].filter((path) => existsSync(path))).toEqual([])
  })
})

describe('what must go through', () => {
  const legal: [string, unknown[][]][] = [
    ['SELECT 1', [[1]]],
    ['SELECT 1;', [[1]]],
    ["SELECT ';' AS a; -- done; really", [[';']]],
    ['FROM orders SELECT count(*)', [[3]]],
    ['TABLE orders LIMIT 1', [[1, 'North', '10.50', '2024-01-05']]],
    ['WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS y FROM a) SELECT * FROM a, b', [[1, 2]]],
    [
      'SELECT id, row_number() OVER (ORDER BY amount DESC) FROM orders ORDER BY id',
      [
        [1, 1],
        [2, 3],
        [3, 2],
      ],
    ],
    ["PIVOT (SELECT region, amount FROM orders) ON region IN ('North', 'South') USING sum(amount)", [['17.50', '3.25']]],
    ['SELECT id FROM orders QUALIFY rank() OVER (PARTITION BY region ORDER BY amount DESC) = 1 ORDER BY id', [[1], [2]]],
    ['SELECT list_transform([1, 2], lambda x: x + 1)', [['[2,3]']]],
    ['WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT n FROM t', [[1], [2], [3]]],
    ['SELECT unnest([1, 2])', [[1], [2]]],
    ['SELECT * FROM unnest([1, 2])', [[1], [2]]],
    ["SELECT {'a': 1, 'b': [true]}", [['{"a":1,"b":[true]}']]],
    [
      'SELECT date_trunc(\'month\', "sold on"), "sold on" + INTERVAL 1 DAY FROM orders WHERE id = 1',
      [['2024-01-01T00:00:00', '2024-01-06T00:00:00']],
    ],
    [
      'SELECT region, count(*) FROM orders GROUP BY ROLLUP (region) ORDER BY 2 DESC, 1',
      [
        [null, 3],
        ['North', 2],
        ['South', 1],
      ],
    ],
    ['SELECT 1 UNION ALL SELECT 2 EXCEPT SELECT 3 ORDER BY 1', [[1], [2]]],
    [
      'SELECT r.range, d FROM range(2) r, LATERAL (SELECT r.range * 2 AS d)',
      [
        [0, 0],
        [1, 2],
      ],
    ],
    ['SELECT 1 AS a, 2 AS A, 3 AS b', [[1, 2, 3]]],
    ['SELECT sum(id), sum(amount), avg(amount) FROM orders', [[6, '20.75', 20.75 / 3]]],
    [
      "SELECT 9223372036854775807, 1::UTINYINT, 0.1::FLOAT, 'x'::BLOB, TIME '10:00:00', TIMESTAMPTZ '2024-01-01 00:00:00+01', NULL, INTERVAL 1 DAY, 'NaN'::DOUBLE",
      [['9223372036854775807', 1, 0.1, 'eA==', '10:00:00', '2023-12-31T23:00:00Z', null, '1 day', 'NaN']],
    ],
    [
      'SELECT o.* EXCLUDE (id) REPLACE (upper(region) AS region) FROM main.orders o WHERE id = 2',
      [['SOUTH', '3.25', '2024-02-29']],
    ],
    ['SELECT column_name FROM (DESCRIBE orders) LIMIT 1', [['id']]],
    ['SELECT id FROM orders ORDER BY amount LIMIT 2', [[2], [3]]],
    [
      "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v(n, t) ASOF JOIN (SELECT 1 AS n) USING (n) ORDER BY n",
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
  ]
  for (const [sql, rows] of legal) {
    test(sql, async () => {
      expect((await query(sql)).rows).toEqual(rows)
    })
  }
  test('repeated names get suffixes', async () => {
    const { columns } = await query('SELECT 1 AS a, 2 AS A, 3 AS a_2, 4 AS " "')
    expect(columns.map((column) => column.name)).toEqual(['a', 'A_3', 'a_2', 'column_4'])
  })
  test('one row more than the limit is said, and cut', async () => {
    const cut = await query('SELECT range AS n FROM range(5000)', { rowLimit: 3000 })
    expect([cut.truncated, cut.rowCount, cut.rows.length, cut.rows[199]]).toEqual([true, 3000, 200, [199]])
    expect((await query('SELECT range AS n FROM range(3000)', { rowLimit: 3000 })).truncated).toBe(false)
  })
})

describe('errors for people', () => {
  test('a misspelt column is proposed, with line and caret', async () => {
    const { code, message } = await failure('SELECT\n  amuont FROM orders')
    expect(code).toBe('query-failed')
    expect(message).toContain('amount')
    expect(message).toMatch(/LINE 2: {3}amuont FROM orders\n\s+\^/)
    expect(message).not.toMatch(/Error:/)
  })
  test('a slip of grammar shows its place', async () => {
    expect((await failure('SELECT *\nFORM orders')).message).toContain('LINE 2: FORM orders')
  })
  test('an unknown table names those that are there', async () => {
    expect((await failure('SELECT * FROM order_lines')).message).toBe('There is no table named order_lines. Tables here: orders.')
  })
  test('a value that does not fit says so', async () => {
    const { message } = await failure('SELECT CAST(region AS INTEGER) FROM orders')
    expect(message).toContain("Could not convert string 'North'")
    expect(message).not.toContain('parquet')
  })
})

describe('limits', () => {
  test('a query past its time is stopped, the next one runs', async () => {
    await expect(query(endless, { timeoutMs: 300 })).rejects.toMatchObject({ code: 'limit-exceeded' })
    expect((await query('SELECT 1')).rows).toEqual([[1]])
  })
  test('cancelled within a second', async () => {
    const stop = new AbortController()
    const running = query(endless, { signal: stop.signal })
    setTimeout(() => stop.abort(), 300)
    const before = Date.now()
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
    expect(Date.now() - before).toBeLessThan(1300)
  })
  test('what ignores the interrupt is killed', async () => {
    const before = Date.now()
    await expect(
      query("SELECT length(repeat('x', 3000000000)) + length(repeat('y', 3000000000))", { timeoutMs: 200 }),
    ).rejects.toMatchObject({ code: 'limit-exceeded' })
    expect(Date.now() - before).toBeLessThan(4000)
    expect((await query('SELECT 1')).rows).toEqual([[1]])
  })
  test('too much memory is an answer, not an end', async () => {
    await expect(query("SELECT list(range::VARCHAR || repeat('x', 100)) FROM range(50000000)")).rejects.toMatchObject({
      code: 'limit-exceeded',
    })
    expect((await query('SELECT 1')).rows).toEqual([[1]])
  })
  test('a full queue refuses', async () => {
    const stop = new AbortController()
    const waiting = Array.from({ length: 3 }, () => query(endless, { signal: stop.signal }))
    const ends = Promise.allSettled(waiting)
    await new Promise((resolve) => setTimeout(resolve, 50))
    await expect(query('SELECT 1')).rejects.toMatchObject({ code: 'too-many-requests' })
    stop.abort()
    for (const end of await ends) expect(end).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } })
    expect((await query('SELECT 1')).rows).toEqual([[1]])
  })
  test('a child that dies is an error, and the next job runs', async () => {
    const running = query(endless)
    const ended = expect(running).rejects.toMatchObject({
      code: 'query-failed',
      message: expect.stringContaining('stopped') as string,
    })
    await new Promise((resolve) => setTimeout(resolve, 300))
    for (const pid of childrenOf(process.pid)) process.kill(pid, 'SIGSEGV')
    await ended
    expect((await query('SELECT 1')).rows).toEqual([[1]])
  })
})

describe('the engine of the last query', () => {
  const over = (name: string, path: string, sql: string, rowLimit = 1000) =>
    duckdb.run({ kind: 'query', sql, tables: [{ name, path }], rowLimit, output: output() }, { timeoutMs: 10_000 })

  test('tables of another file are others, also under the same name', async () => {
    const fewer = output()
    await duckdb.run(
      {
        kind: 'query',
        sql: 'SELECT * FROM orders WHERE id < 2',
        tables: [{ name: 'orders', path: orders }],
        rowLimit: 9,
        output: fewer,
      },
      { timeoutMs: 10_000 },
    )
    for (const [path, count] of [
      [orders, 3],
      [fewer, 1],
      [orders, 3],
    ] as const)
      expect((await over('orders', path, 'SELECT count(*) FROM orders')).rows).toEqual([[count]])
    await expect(over('sales', orders, 'SELECT count(*) FROM orders')).rejects.toMatchObject({ code: 'query-failed' })
  })

  test('it answers each question with rows of its own, after cut and failed ones too', async () => {
    const sql = (from: number) => `SELECT range + ${from} AS n FROM range(5)`
    expect((await over('orders', orders, sql(0), 2)).rows).toEqual([[0], [1]])
    expect((await over('orders', orders, sql(10), 3)).rows).toEqual([[10], [11], [12]])
    await expect(over('orders', orders, 'SELECT nothing FROM orders')).rejects.toMatchObject({ code: 'query-failed' })
    expect((await over('orders', orders, sql(20), 2)).rows).toEqual([[20], [21]])
    await expect(over('orders', orders, 'SELECT * FROM "kept rows"')).rejects.toMatchObject({ code: 'query-failed' })
  })

  test('nothing is left of what it wrote, and what it must not touch it does not', async () => {
    const { rows } = await over('orders', orders, 'SELECT count(*) FROM orders')
    expect(rows).toEqual([[3]])
    const written = readdirSync(join(folder, 'spill'), { recursive: true }).filter((name) => String(name).endsWith('.parquet'))
    expect(written).toEqual([])
    expect(await failure("SELECT * FROM read_parquet('answers/1.parquet')")).toMatchObject({ code: 'not-read-only' })
  })
})

test('a pool rests when nothing has run for a moment', async () => {
  const stop = new AbortController()
  const running = query(endless, { signal: stop.signal })
  const order: string[] = []
  const rested = duckdb.rest().then(() => order.push('rest'))
  await new Promise((resolve) => setTimeout(resolve, 500))
  order.push('still running')
  stop.abort()
  await expect(running).rejects.toMatchObject({ code: 'cancelled' })
  await rested
  expect(order).toEqual(['still running', 'rest'])
  const next = expect(query(endless, { signal: AbortSignal.timeout(800) })).rejects.toMatchObject({ code: 'cancelled' })
  await new Promise((resolve) => setTimeout(resolve, 200))
  await expect(duckdb.rest(AbortSignal.timeout(100))).rejects.toThrow()
  await next
})

const childrenOf = (parent: number): number[] => {
  const lines = execFileSync('ps', ['-eo', 'pid,ppid,args'], { encoding: 'utf8' }).split('\n')
  return lines
    .filter((line) => line.includes('duckdb/child/main'))
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, of]) => of === parent)
    .map(([pid]) => must(pid))
}

test('kill -9 of the server leaves no child', { timeout: 60_000 }, async () => {
  const program = `
    import { createDuckDb } from ${JSON.stringify(new URL('./duckdb.ts', import.meta.url).href)}
    const pool = createDuckDb({ size: 2, memoryLimitMb: 200, threads: 1, tempDir: ${JSON.stringify(join(folder, 'other'))}, maxQueue: 1, log: { warn() {} } })
    pool.run({ kind: 'query', sql: 'SELECT count(*) FROM range(100000000000) a, range(1000) b', tables: [], rowLimit: 1, output: ${JSON.stringify(join(folder, 'never.parquet'))} }, { timeoutMs: 60000 })
    setInterval(() => undefined, 1000)`
  const server = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' })
  await expect.poll(() => childrenOf(must(server.pid)).length, { timeout: 10_000 }).toBe(2)
  await new Promise((resolve) => setTimeout(resolve, 500))
  const children = childrenOf(must(server.pid))
  server.kill('SIGKILL')
  const alive = (): number => children.filter((pid) => existsSync(`/proc/${pid}`)).length
  // NOTE: on a busy machine they may be loading still, and hear of it when they are done.
  await expect.poll(alive, { timeout: 30_000 }).toBe(0)
})

test.runIf(existsSync('/proc/self/task'))('every thread of a pool that works behind gives way to all other work', async () => {
  const tempDir = join(folder, 'behind')
  const behind = createDuckDb({ ...options(), tempDir, isBehind: true })
  try {
    await behind.run({ kind: 'digest', path: orders }, { timeoutMs: 20_000 })
    const child = readdirSync('/proc').find((pid) => /^\d+$/.test(pid) && commandOf(pid).includes(tempDir))
    const tasks = `/proc/${must(child)}/task`
    const nices = readdirSync(tasks).map(
      (thread) => readFileSync(`${tasks}/${thread}/stat`, 'utf8').split(') ')[1]?.split(' ')[16],
    )
    expect(new Set(nices)).toEqual(new Set(['19']))
    expect(nices.length).toBeGreaterThan(5)
  } finally {
    await behind.close()
  }
})

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
