import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { KnownError } from '../../contract/error.ts'
import type { SourceId } from '../../contract/id.ts'
import type { SourceKind } from '../../contract/source-kind.ts'
import { makeSourcesRoom, type SourcesRoom } from './sources-room.ts'
import { openDuckDb, openMysql, openPostgres, openSqlite, type TestDatabase } from './test-databases.ts'

/** Forbidden rows have ids from 1000 on and a note that says so. */
const setUp = [
  'CREATE TABLE customers (id int, name varchar(20))',
  "INSERT INTO customers VALUES (1, 'Ada'), (2, 'Bo')",
  'CREATE TABLE orders (id int, customer_id int, region varchar(20), note varchar(20))',
  "INSERT INTO orders VALUES (1, 1, 'North', 'fine'), (2, 2, 'North', 'fine'), (1000, 1, 'South', 'secret'), (1001, 2, 'South', 'secret'), (1002, 1, NULL, 'secret')",
  'CREATE TABLE ids (id int)',
  'INSERT INTO ids VALUES (1000)',
  'CREATE VIEW all_orders AS SELECT * FROM orders',
]

const quote = (kind: SourceKind, name: string): string => (kind === 'mysql' ? `\`${name}\`` : `"${name}"`)

/** Ways to write the guarded table. */
function tableNames(kind: SourceKind, schema: string): string[] {
  return [
    'orders',
    quote(kind, 'orders'),
    `${schema}.orders`,
    `${quote(kind, schema)}.${quote(kind, 'orders')}`,
    'ORDERS',
    '/* x */ orders',
  ]
}

/** A relation that holds the guarded rows, however deep they lie in it. */
function relations(kind: SourceKind, schema: string): fc.Arbitrary<string> {
  const { relation } = fc.letrec<{ relation: string }>((tie) => ({
    relation: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      fc.constantFrom(...tableNames(kind, schema)),
      tie('relation').map((inner) => `(SELECT * FROM ${inner} AS a)`),
      tie('relation').map((inner) => `(SELECT b.* FROM ${inner} b LEFT JOIN customers ON customers.id = b.customer_id)`),
      tie('relation').map((inner) => `(SELECT * FROM ${inner} c UNION SELECT * FROM ${inner} d)`),
      tie('relation').map((inner) => `(WITH w AS (SELECT * FROM ${inner} e) SELECT * FROM w)`),
    ),
  }))
  return relation
}

const forms: readonly ((relation: string) => string)[] = [
  (r) => `SELECT * FROM ${r} AS t`,
  (r) => `SELECT t.id, t.note FROM ${r} t WHERE t.region <> 'North' OR t.region IS NULL OR 1 = 1`,
  (r) => `SELECT max(t.id) AS id, max(t.note) AS note FROM ${r} t`,
  (r) => `WITH w AS (SELECT * FROM ${r} AS t), v AS (SELECT * FROM w) SELECT * FROM v`,
  (r) => `SELECT t.id FROM ${r} t UNION ALL SELECT u.id FROM ${r} u`,
  (r) => `SELECT c.id, (SELECT max(t.id) FROM ${r} t WHERE t.customer_id = c.id) AS most FROM customers c`,
  (r) => `SELECT 1 AS leaked FROM customers c WHERE EXISTS (SELECT 1 FROM ${r} t WHERE t.customer_id = c.id AND t.id >= 1000)`,
  (r) => `SELECT 1 AS leaked FROM customers WHERE 1000 IN (SELECT t.id FROM ${r} t)`,
  (r) =>
    `SELECT c.id, l.most FROM customers c JOIN LATERAL (SELECT max(t.id) AS most FROM ${r} t WHERE t.customer_id = c.id) l ON 1 = 1`,
  (r) => `SELECT t.id, max(t.id) OVER () AS most FROM ${r} t ORDER BY (SELECT count(*) FROM ${r} u)`,
  (r) => `SELECT CASE WHEN (SELECT count(*) FROM ${r} t WHERE t.note = 'secret') > 0 THEN 'secret' END AS told`,
  (r) => `SELECT t.id FROM customers c, ${r} t WHERE t.id > c.id`,
]

/** What each engine has beside these, or has misread. None may run and tell. */
const traps: Readonly<Partial<Record<SourceKind, readonly string[]>>> = {
  postgres: [
    'TABLE orders',
    'SELECT * FROM ONLY orders',
    'SELECT o FROM orders o',
    'SELECT row_to_json(o) FROM orders o',
    'SELECT * FROM orders TABLESAMPLE SYSTEM (100)',
    'SELECT sneak()',
    'SELECT * FROM sneak_rows()',
    "SELECT query_to_xml('SELECT * FROM orders', true, true, '')",
    'EXPLAIN ANALYZE SELECT * FROM orders',
    "SELECT most_common_vals::text AS secret FROM pg_stats WHERE tablename = 'orders'",
    'WITH orders AS (SELECT * FROM public.orders) SELECT * FROM orders',
  ],
  mysql: [
    'TABLE orders',
    'SELECT * FROM (TABLE orders) x',
    'SELECT 1 --1 AS x FROM orders',
    'SELECT 1 /*! , note FROM orders */',
    'SELECT sneak()',
    'SELECT 1 /* /* */ , note FROM orders -- */',
    'EXPLAIN SELECT * FROM orders',
    // NOTE: comments and quotes that the parser and the database read in two ways.
    'SELECT 1 -- \r, note FROM orders',
    'SELECT 1 AS x -- */ , note FROM orders /*',
    'SELECT """, note FROM orders -- """',
    "SELECT r'\\', note FROM (SELECT 1 AS r) x, orders -- '",
  ],
  sqlite: [
    'SELECT $a$, note FROM orders -- $a$',
    'SELECT $$, note FROM orders -- $$',
    "SELECT r'\\', note FROM (SELECT 1 AS r) x, orders -- '",
    'SELECT """", note FROM orders -- """',
    'SELECT 1 --\r, note FROM orders',
    'SELECT 1 AS x -- */ , note FROM orders /*',
    'SELECT 1 AS leaked FROM customers WHERE 1000 IN ids',
    'SELECT * FROM orders INDEXED BY nothing',
    'SELECT [orders].note FROM [orders]',
    'SELECT * FROM temp.orders',
    'SELECT * FROM sqlite_schema',
  ],
  duckdb: [
    "SELECT e'\\' , note FROM orders --'",
    'SELECT 1 AS x -- */ , note FROM orders /*',
    'FROM orders',
    'SUMMARIZE orders',
    'SELECT * FROM (SUMMARIZE orders)',
    'TABLE orders',
    'SELECT * FROM (TABLE orders)',
    "SELECT * FROM query_table('orders')",
    "SELECT * FROM query('FROM orders')",
    "PIVOT orders ON region IN ('South') USING max(note)",
    'SELECT sneak()',
    'SELECT * FROM sneak_rows()',
  ],
}
const written: Readonly<Partial<Record<SourceKind, readonly string[]>>> = {
  postgres: [
    "CREATE FUNCTION sneak() RETURNS text LANGUAGE sql AS 'SELECT max(note) FROM orders'",
    "CREATE FUNCTION sneak_rows() RETURNS SETOF orders LANGUAGE sql AS 'SELECT * FROM orders'",
    'ANALYZE',
  ],
  mysql: ['CREATE FUNCTION sneak() RETURNS text READS SQL DATA RETURN (SELECT max(note) FROM orders)'],
  duckdb: ['CREATE MACRO sneak() AS (SELECT max(note) FROM orders)', 'CREATE MACRO sneak_rows() AS TABLE SELECT * FROM orders'],
}

const databases = [
  ['PostgreSQL', () => openPostgres()],
  ['MariaDB, MySQL', () => openMysql()],
  ['SQLite', openSqlite],
  ['DuckDB', openDuckDb],
] as const satisfies readonly (readonly [string, () => Promise<TestDatabase | undefined>])[]

let room: SourcesRoom
beforeAll(async () => {
  room = await makeSourcesRoom()
})
afterAll(() => room.close())

for (const [name, open] of databases)
  describe(`row policies in ${name}`, async () => {
    const database = await open()
    if (!database && process.env['CI'] !== 'true') return test.skip(`left out: there is no ${name} on this machine`)
    if (!database) throw new Error(`there is no ${name} on this machine`)
    const { kind, connection } = database.destination
    const schema = { postgres: 'public', sqlite: 'main', duckdb: 'main' }[kind as string] ?? connection.database ?? ''
    let id: SourceId
    const member = () => room.member({ region: 'North' })
    const policies = [
      { table: 'orders', filter: 'region = {{region}}' },
      { table: 'ids', filter: 'id < 1000' },
    ]
    const tell = async (sql: string, actor = member()): Promise<'nothing' | 'an answer'> => {
      try {
        const { columns, rows } = await room.sources.query(actor, id, sql, { rowLimit: 100, timeoutMs: 30_000 })
        const text = JSON.stringify(rows)
        const hasLeaked =
          /100[012]|secret|South/.test(text) || (columns.some((column) => column.name === 'leaked') && rows.length > 0)
        if (hasLeaked) throw new Error(`${sql} told ${text}`)
        return 'an answer'
      } catch (error) {
        if (error instanceof KnownError) return 'nothing'
        throw error
      }
    }

    beforeAll(async () => {
      await database.run(...setUp, ...(written[kind] ?? []))
      id = await room.add(database.destination)
      await room.untilProfiled(id)
      await room.sources.changeAccess(room.admin, id, { isForEveryone: true, roles: [], groups: [], people: [], policies })
    })
    afterAll(() => database.close())

    test('no form of a query sees a forbidden row, and most are answered', async () => {
      let answered = 0
      const runs = 36
      let form = 0
      await fc.assert(
        fc.asyncProperty(relations(kind, schema), async (relation) => {
          const write = forms[form++ % forms.length]
          if (write && (await tell(write(relation))) === 'an answer') answered++
        }),
        { numRuns: runs, endOnFailure: true },
      )
      expect(answered).toBeGreaterThan(runs / 3)
    }, 120_000)

    test.each(traps[kind] ?? [])('%s', async (sql) => {
      await tell(sql)
    })

    test('views are closed until they have a policy of their own', async () => {
      expect(await tell('SELECT * FROM all_orders')).toBe('nothing')
    })

    test('what is not known of a person hides every row; who manages sources sees all', async () => {
      const count = async (actor: ReturnType<typeof member>) =>
        (await room.sources.query(actor, id, 'SELECT count(*) AS n FROM orders', { rowLimit: 10, timeoutMs: 30_000 })).rows
      expect(await count(member())).toEqual([[2]])
      expect(await count(room.member())).toEqual([[0]])
      expect(await count(room.member({ region: "' OR 1 = 1 OR '" }))).toEqual([[0]])
      expect(await count(room.member({ region: "\\' OR 1 = 1 -- " }))).toEqual([[0]])
      expect(await count(room.admin)).toEqual([[5]])
    })

    test('the catalog tells no value of a table that is seen in part', async () => {
      const { tables } = await room.sources.catalog(member(), id)
      expect(JSON.stringify(tables)).not.toMatch(/South|secret/)
      expect(JSON.stringify((await room.sources.catalog(room.admin, id)).tables)).toMatch(/South/)
    })

    test('a source that is for others is not there', async () => {
      const access = { isForEveryone: false, roles: [], groups: [], people: [room.admin.userId], policies }
      await room.sources.changeAccess(room.admin, id, access)
      await expect(room.sources.read(member(), id)).rejects.toMatchObject({ code: 'not-found' })
      expect((await room.sources.list(member())).map((source) => source.id)).not.toContain(id)
      await room.sources.changeAccess(room.admin, id, { ...access, roles: ['analyst'] })
      expect((await room.sources.read(member(), id)).id).toBe(id)
    })

    test('a filter that is no condition is refused', async () => {
      const access = { isForEveryone: true, roles: [], groups: [], people: [] }
      for (const filter of ['1 = 1) OR (1 = 1', 'region = ; DROP TABLE orders', 'DELETE FROM orders'])
        await expect(
          room.sources.changeAccess(room.admin, id, { ...access, policies: [{ table: 'orders', filter }] }),
        ).rejects.toMatchObject({ code: 'invalid-input' })
    })
  })
