import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { KnownError } from '../../contract/error.ts'
import type { SourceId } from '../../contract/id.ts'
import { makeSourcesRoom, type SourcesRoom } from './sources-room.ts'
import { openDuckDb, openMysql, openPostgres, openSqlite, type TestDatabase } from './test-databases.ts'

/** What got out of one fence or another in trials, against real engines and logins that may do anything: the fences before the login's own rights must hold. */
const escapes: Readonly<
  Record<string, { open: () => Promise<TestDatabase | undefined>; setUp: readonly string[]; statements: readonly string[] }>
> = {
  PostgreSQL: {
    open: () => openPostgres({ isSuperuser: true }),
    setUp: [
      'CREATE TABLE orders (id int)',
      'INSERT INTO orders VALUES (1)',
      "CREATE FUNCTION sneak() RETURNS int LANGUAGE sql VOLATILE AS 'INSERT INTO orders VALUES (2) RETURNING id'",
      'CREATE SEQUENCE numbers',
      'CREATE VIEW sneaky AS SELECT sneak() AS x',
    ],
    statements: [
      'COMMIT; CREATE TABLE got_out (id int)',
      'SET default_transaction_read_only = off',
      'SET TRANSACTION READ WRITE',
      "SELECT set_config('transaction_read_only', 'off', false), sneak()",
      'SELECT sneak()',
      'SELECT * FROM sneaky',
      "SELECT nextval('numbers')",
      "COPY orders TO PROGRAM 'cat'",
      'WITH x AS (INSERT INTO orders VALUES (3) RETURNING id) SELECT * FROM x',
      'SELECT * INTO got_out FROM orders',
      "SELECT pg_read_file('/etc/passwd')",
      "SELECT lo_import('/etc/passwd')",
      "SELECT query_to_xml('INSERT INTO orders VALUES (4)', true, true, '')",
      'EXPLAIN ANALYZE DELETE FROM orders',
      'SELECT * FROM orders FOR UPDATE',
    ],
  },
  'MariaDB, MySQL': {
    open: () => openMysql({ isRoot: true }),
    setUp: [
      'CREATE TABLE orders (id int)',
      'INSERT INTO orders VALUES (1)',
      'CREATE FUNCTION sneak() RETURNS int MODIFIES SQL DATA BEGIN INSERT INTO orders VALUES (2); RETURN 1; END',
    ],
    statements: [
      'CREATE TABLE got_out (id int)',
      'COMMIT; CREATE TABLE got_out (id int)',
      'SELECT 1 /*! INTO OUTFILE "/tmp/qry-got-out" */',
      "SELECT * FROM orders INTO OUTFILE '/tmp/qry-got-out'",
      "SELECT 1 --1 INTO OUTFILE '/tmp/qry-got-out'",
      "SELECT LOAD_FILE('/etc/passwd')",
      'SET SESSION TRANSACTION READ WRITE',
      'SELECT sneak()',
      'TRUNCATE orders',
      'SELECT * FROM orders FOR UPDATE',
    ],
  },
  SQLite: {
    open: openSqlite,
    setUp: ['CREATE TABLE orders (id INTEGER)', 'INSERT INTO orders VALUES (1)'],
    statements: [
      'CREATE TABLE got_out (id INTEGER)',
      "ATTACH '/tmp/qry-got-out' AS x",
      "VACUUM INTO '/tmp/qry-got-out'",
      'PRAGMA query_only = 0',
      'PRAGMA writable_schema = 1',
      "SELECT load_extension('/tmp/x')",
      "SELECT * FROM pragma_table_info('orders')",
      'WITH x AS (SELECT 1) INSERT INTO orders SELECT * FROM x',
    ],
  },
  DuckDB: {
    open: openDuckDb,
    setUp: ['CREATE TABLE orders (id INTEGER)', 'INSERT INTO orders VALUES (1)'],
    statements: [
      'CREATE TABLE got_out (id INTEGER)',
      'CREATE TEMP TABLE got_out (id INTEGER)',
      "COPY orders TO '/tmp/qry-got-out'",
      "COPY (SELECT 1) TO '/tmp/qry-got-out'",
      "SELECT * FROM read_csv('/etc/passwd')",
      "SELECT * FROM '/etc/passwd'",
      "SELECT * FROM enable_logging(storage='file', storage_config={'path': '/tmp/qry-got-out'})",
      "ATTACH '/tmp/qry-got-out' AS x",
      'SET enable_external_access = true',
      'INSTALL httpfs',
      "SELECT getenv('HOME')",
      'SELECT * FROM duckdb_settings()',
      'PRAGMA database_list',
      "EXPORT DATABASE '/tmp/qry-got-out'",
      'SELECT 1; DROP TABLE orders',
    ],
  },
}

let room: SourcesRoom
beforeAll(async () => {
  room = await makeSourcesRoom()
})
afterAll(() => room.close())

for (const [name, { open, setUp, statements }] of Object.entries(escapes))
  describe(name, async () => {
    const database = await open()
    if (!database && process.env['CI'] !== 'true') return test.skip(`left out: there is no ${name} on this machine`)
    if (!database) throw new Error(`there is no ${name} on this machine`)
    let id: SourceId
    const ask = (sql: string) => room.sources.query(room.admin, id, sql, { rowLimit: 10, timeoutMs: 30_000 })
    beforeAll(async () => {
      await database.run(...setUp)
      id = await room.add(database.destination)
      await room.untilProfiled(id)
    })
    afterAll(() => database.close())

    test.each(statements)('%s', async (sql) => {
      const error: unknown = await ask(sql).then(
        () => 'it ran',
        (refusal: unknown) => refusal,
      )
      expect(error).toBeInstanceOf(KnownError)
    })

    test('and nothing was written', async () => {
      expect(await database.look('SELECT count(*) FROM orders')).toEqual(['1'])
      await expect(database.look('SELECT count(*) FROM got_out')).rejects.toThrow(/got_out/)
    })

    test('and the source still answers', async () => {
      expect((await ask('SELECT id FROM orders')).rows).toEqual([[1]])
    })
  })
