import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DuckDBInstance } from '@duckdb/node-api'
import { createConnection } from 'mysql2/promise'
import pg from 'pg'
import type { Connection } from '../../server/sources/connection.ts'
import type { Destination } from '../../server/sources/job.ts'

/** A real database of one kind, with a schema of its own for one test file. */
export interface TestDatabase {
  readonly destination: Destination
  /** Runs statements as somebody who may write, one after another. */
  run(...statements: string[]): Promise<void>
  /** Answers the first row as text; how the test looks whether something was written. */
  look(sql: string): Promise<(string | null)[]>
  close(): Promise<void>
}

const name = (): string => `qry_test_${process.pid}_${Math.random().toString(36).slice(2, 8)}`

/** The PostgreSQL of this machine, with a login that can only read; undefined where there is none. */
export async function openPostgres(options: { isSuperuser?: boolean } = {}): Promise<TestDatabase | undefined> {
  const admin = { host: '127.0.0.1', port: 5432, user: 'postgres', database: 'postgres' }
  const first = new pg.Client({ ...admin, connectionTimeoutMillis: 2_000 })
  first.on('error', () => undefined)
  if (!(await reaches(() => first.connect()))) return undefined
  const database = name()
  await first.query(`CREATE DATABASE ${database}`)
  const client = new pg.Client({ ...admin, database, types: { getTypeParser: () => (text: unknown) => text } })
  await client.connect()
  await client.query(`CREATE ROLE ${database} LOGIN PASSWORD 'right'; GRANT pg_read_all_data TO ${database}`)
  const connection: Connection = {
    ...admin,
    database,
    tls: 'prefer',
    ...(options.isSuperuser ? {} : { user: database, password: 'right' }),
  }
  return {
    destination: { kind: 'postgres', connection },
    async run(...statements) {
      for (const statement of statements) await client.query(statement)
    },
    async look(sql) {
      const { rows } = await client.query<(string | null)[]>({ text: sql, rowMode: 'array' })
      return rows[0] ?? []
    },
    async close() {
      await client.end()
      await first.query(`DROP DATABASE ${database} WITH (FORCE)`)
      await first.query(`DROP ROLE ${database}`)
      await first.end()
    },
  }
}

/** The MariaDB or MySQL of this machine, with a login that can only read; undefined where there is none. */
export async function openMysql(options: { isRoot?: boolean } = {}): Promise<TestDatabase | undefined> {
  const admin = { host: '127.0.0.1', port: 3306, user: 'root' }
  const client = await createConnection({ ...admin, connectTimeout: 2_000 }).catch(() => undefined)
  if (!client) return undefined
  const database = name()
  await client.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4`)
  await client.query(`CREATE USER ${database}@'%' IDENTIFIED BY 'right'`)
  await client.query(`CREATE USER ${database}@localhost IDENTIFIED BY 'right'`)
  for (const host of ["'%'", 'localhost']) await client.query(`GRANT SELECT, SHOW VIEW ON ${database}.* TO ${database}@${host}`)
  await client.query(`USE ${database}`)
  const connection: Connection = {
    ...admin,
    database,
    tls: 'prefer',
    ...(options.isRoot ? {} : { user: database, password: 'right' }),
  }
  return {
    destination: { kind: 'mysql', connection },
    async run(...statements) {
      for (const statement of statements) await client.query(statement)
    },
    async look(sql) {
      const [rows] = await client.query({ sql, rowsAsArray: true, typeCast: (field) => field.string() })
      return ((rows as unknown as (string | null)[][])[0] ?? []) as (string | null)[]
    },
    async close() {
      await client.query(`DROP DATABASE ${database}`)
      for (const host of ["'%'", 'localhost']) await client.query(`DROP USER ${database}@${host}`)
      await client.end()
    },
  }
}

export async function openSqlite(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'qry-sqlite-'))
  const path = join(folder, 'shop.sqlite')
  const database = new DatabaseSync(path)
  database.exec('PRAGMA journal_mode = wal')
  return {
    destination: { kind: 'sqlite', connection: { path } },
    async run(...statements) {
      for (const statement of statements) database.exec(statement)
    },
    async look(sql) {
      const row = database.prepare(sql).get()
      return Object.values(row ?? {}).map((value) => (value === null ? null : String(value)))
    },
    async close() {
      database.close()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** A DuckDB file allows one writer or many readers, so each step here opens it anew. */
export async function openDuckDb(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'qry-duckdb-'))
  const path = join(folder, 'shop.duckdb')
  const withFile = async <Result>(
    work: (connection: Awaited<ReturnType<DuckDBInstance['connect']>>) => Promise<Result>,
  ): Promise<Result> => {
    const instance = await DuckDBInstance.create(path)
    const connection = await instance.connect()
    try {
      return await work(connection)
    } finally {
      connection.closeSync()
      instance.closeSync()
    }
  }
  await withFile((connection) => connection.run('SELECT 1'))
  return {
    destination: { kind: 'duckdb', connection: { path } },
    run: (...statements) =>
      withFile(async (connection) => {
        for (const statement of statements) await connection.run(statement)
      }),
    look: (sql) =>
      withFile(async (connection) => {
        const [row = []] = (await connection.runAndReadAll(sql)).getRows()
        return row.map((value) => (value === null ? null : String(value)))
      }),
    close: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  }
}

async function reaches(connect: () => Promise<unknown>): Promise<boolean> {
  try {
    await connect()
    return true
  } catch {
    return false
  }
}
