import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { KnownError } from '../../contract/error.ts'
import type { SourceId } from '../../contract/id.ts'
import { ROW_LIMIT } from '../../contract/table.ts'
import { ConformanceTable } from './conformance-table.ts'
import { type Dialect, dialects } from './dialects.ts'
import { makeSourcesRoom, type SourcesRoom } from './sources-room.ts'
import { openDuckDb, openMysql, openPostgres, openSqlite, type TestDatabase } from './test-databases.ts'

/** What each kind was seen to do, for the table in the guide: `UPDATE=1` writes it, else the last test compares. */
const table = new ConformanceTable('conformance')
const limits = { rowLimit: ROW_LIMIT, timeoutMs: 60_000 }

const kinds: readonly { name: string; open: () => Promise<TestDatabase | undefined> }[] = [
  { name: 'PostgreSQL', open: () => openPostgres() },
  { name: 'MariaDB, MySQL', open: () => openMysql() },
  { name: 'SQLite', open: openSqlite },
  { name: 'DuckDB', open: openDuckDb },
]

let room: SourcesRoom
beforeAll(async () => {
  room = await makeSourcesRoom()
})
afterAll(async () => {
  await room.close()
})

for (const { name, open } of kinds)
  describe(name, async () => {
    const database = await open()
    if (!database && process.env['CI'] !== 'true') return test.skip(`left out: there is no ${name} on this machine`)
    if (!database) throw new Error(`there is no ${name} on this machine`)
    const { kind } = database.destination
    const dialect = dialectOf(kind)
    const isServer = kind === 'postgres' || kind === 'mysql'
    let id: SourceId
    const ask = (sql: string, more: { rowLimit?: number; timeoutMs?: number; signal?: AbortSignal } = {}) =>
      room.sources.query(room.admin, id, sql, { ...limits, ...more })
    const shown = (what: string, prove: () => Promise<void>): void => {
      table.expect(what, name)
      test(what, () => table.see(what, name, prove), 120_000)
    }
    const stopped = async (): Promise<void> => {
      const busy = dialect.busy?.(database.destination.connection.user ?? '')
      if (busy) await expect.poll(() => database.look(busy), { timeout: 10_000 }).toEqual(['0'])
    }

    beforeAll(async () => {
      await database.run(...dialect.schema)
      id = await room.add(database.destination)
    })
    afterAll(() => database.close())

    for (const [what, { sql, type, cell }] of Object.entries(dialect.types))
      shown(what, async () => {
        const { columns, rows } = await ask(`SELECT ${sql} AS value`)
        expect([columns[0]?.type, rows[0]?.[0]]).toEqual([type, cell])
      })

    shown('no rows', async () => {
      const { rowCount, columns } = await ask('SELECT id, name FROM customers WHERE id < 0')
      expect([rowCount, columns.map((column) => column.name)]).toEqual([0, ['id', 'name']])
    })

    shown('one row of one empty cell', async () => {
      expect((await ask('SELECT NULL AS gap')).rows).toEqual([[null]])
    })

    shown('many rows, in their order', async () => {
      const { rowCount, truncated, rows } = await ask(dialect.rows(50_000))
      expect([rowCount, truncated, rows[0]?.[0], rows[199]?.[0]]).toEqual([50_000, false, 1, 200])
    })

    shown('more rows than are kept, said', async () => {
      const { rowCount, truncated } = await ask(dialect.rows(5_000), { rowLimit: 4_000 })
      expect([rowCount, truncated]).toEqual([4_000, true])
      expect((await ask(dialect.rows(4_000), { rowLimit: 4_000 })).truncated).toBe(false)
    })

    shown('a question stopped in its first moments', async () => {
      for (const afterMs of [1, 5, 10, 20, 40, 80, 160]) {
        const abort = new AbortController()
        const running = ask(dialect.slow, { signal: abort.signal })
        setTimeout(() => abort.abort(), afterMs)
        const from = performance.now()
        await expect(running).rejects.toMatchObject({ code: 'cancelled' })
        expect(performance.now() - from).toBeLessThan(4_000)
      }
      await stopped()
    })

    shown('a question stopped in the database', async () => {
      const abort = new AbortController()
      const running = ask(dialect.slow, { signal: abort.signal })
      setTimeout(() => abort.abort(), 1_500)
      await expect(running).rejects.toMatchObject({ code: 'cancelled' })
      await stopped()
      expect((await ask('SELECT 1 AS one')).rows).toEqual([[1]])
    })

    shown('a question past its time', async () => {
      await expect(ask(dialect.slow, { timeoutMs: 1_500 })).rejects.toMatchObject({ code: 'limit-exceeded' })
      await stopped()
    })

    shown('a slow question keeps no other waiting', async () => {
      const abort = new AbortController()
      const slow = ask(dialect.slow, { signal: abort.signal })
      expect((await ask('SELECT count(*) AS n FROM customers')).rows).toEqual([[2]])
      abort.abort()
      await expect(slow).rejects.toBeInstanceOf(KnownError)
    })

    shown('tables, columns, keys and views', async () => {
      const { tables, dialect: said } = await room.sources.catalog(room.admin, id, true)
      const orders = tables.find((table) => table.name === 'orders')
      expect(said).toBe(kind)
      expect(orders?.primaryKey).toEqual(['id', 'line'])
      expect(orders?.foreignKeys).toEqual([{ columns: ['customer_id'], table: 'customers', references: ['id'] }])
      expect(tables.find((table) => table.name === 'big_orders')?.isView).toBe(true)
      if (kind !== 'sqlite') expect(orders?.columns.find((column) => column.name === 'amount')?.comment).toBe('in euros')
      if (kind !== 'sqlite') expect(orders?.comment).toBe('What was ordered')
      if (kind === 'postgres' || kind === 'duckdb') expect(tables.map((table) => table.name)).toContain('archive.orders')
    })

    shown('what columns hold, looked into behind the scenes', async () => {
      await room.untilProfiled(id)
      const { tables } = await room.sources.catalog(room.admin, id)
      const names = tables.find((table) => table.name === 'customers')?.columns.find((column) => column.name === 'name')
      expect(names?.values?.map(({ value }) => value)).toEqual(['Ada', 'Bo'])
    })

    shown('only reading', async () => {
      await expect(ask("INSERT INTO customers VALUES (3, 'Cy')")).rejects.toMatchObject({ code: 'not-read-only' })
      expect(await database.look('SELECT count(*) FROM customers')).toEqual(['2'])
    })

    shown('an error in the words of the database', async () => {
      await expect(ask('SELECT nothing_here FROM customers')).rejects.toMatchObject({
        code: 'query-failed',
        message: expect.stringContaining('nothing_here'),
      })
    })

    shown('a catalog of 6,000 tables', async () => {
      await room.untilProfiled(id)
      await database.run(...dialect.manyTables(6_000))
      const { tables } = await room.sources.catalog(room.admin, id, true)
      expect(tables.length).toBeGreaterThanOrEqual(6_000)
      expect(tables.find((table) => table.name === 'many_6000')?.columns.map((column) => column.name)).toEqual(['id', 'label'])
    })

    if (isServer) {
      const tried = (connection: object) =>
        room.sources.tryConnection(room.admin, { kind, config: { ...database.destination.connection, ...connection } as never })
      shown('a wrong login, an unknown database, a closed port, an unknown host', async () => {
        // NOTE: the PostgreSQL here may trust every password, but knows its roles.
        const wrong = [
          { user: 'nobody_wrong', password: 'wrong' },
          { database: 'nowhere_at_all' },
          { port: 1 },
          { host: 'no-such-host.invalid' },
        ]
        const messages = await Promise.all(wrong.map(tried))
        expect(messages.map(({ ok }) => ok)).toEqual([false, false, false, false])
        const text = messages.map(({ message }) => message).join('\n')
        expect(text).toMatch(/login|password/)
        expect(text).not.toMatch(/127\.0\.0\.1|no-such-host|right|wrong/)
      })

      shown('a connection that breaks', async () => {
        const running = ask(dialect.slow)
        const user = database.destination.connection.user ?? ''
        const breaks = async (): Promise<boolean> => {
          if (kind === 'postgres') {
            const [count] = await database.look(
              `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = '${user}' AND state = 'active'`,
            )
            return count !== '0'
          }
          const [thread] = await database.look(
            `SELECT max(id) FROM information_schema.processlist WHERE user = '${user}' AND command = 'Query'`,
          )
          if (!thread) return false
          await database.run(`KILL ${thread}`)
          return true
        }
        const outcome = running.catch((error: unknown) => error)
        await expect.poll(breaks, { timeout: 10_000 }).toBe(true)
        expect(await outcome).toMatchObject({ code: 'source-unreachable' })
        expect((await ask('SELECT 1 AS one')).rows).toEqual([[1]])
      })

      shown('TLS asked of a server that has none', async () => {
        const [offers] = await database.look(
          kind === 'postgres'
            ? 'SHOW ssl'
            : "SELECT variable_value FROM information_schema.global_variables WHERE variable_name = 'HAVE_SSL'",
        )
        if (offers === 'on' || offers === 'YES') return
        expect((await tried({ tls: 'require' })).message).toMatch(/does not offer TLS/)
      })

      shown('a login that can write is warned about', async () => {
        expect((await room.sources.test(room.admin, id)).warnings).toEqual([])
        const strong = kind === 'postgres' ? { user: 'postgres' } : { user: 'root', password: '' }
        expect((await tried(strong)).warnings.join()).toMatch(/superuser|can write/)
      })
    }
  })

test('the table in the guide says what was seen', () => table.compare())

function dialectOf(kind: TestDatabase['destination']['kind']): Dialect {
  const dialect = dialects[kind]
  if (!dialect) throw new Error(`no dialect for ${kind}`)
  return dialect
}
