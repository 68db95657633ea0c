import pg from 'pg'
import Cursor from 'pg-cursor'
import type { BoundValue } from '../../../contract/parameter.ts'
import { numberForm } from '../../basics/number-form.ts'
import { placeValues } from '../bound-values.ts'
import type { Connection } from '../connection.ts'
import type { Dial, Driver, Greeting, QueryOptions, SourceSession } from '../driver.ts'
import { asSocket } from './as-socket.ts'
import { readPostgresCatalog } from './postgres-catalog.ts'
import { postgresError } from './postgres-error.ts'
import { type PostgresColumn, type PostgresField, postgresColumn } from './postgres-types.ts'
import { tlsOptions } from './tls-options.ts'

const CONNECT_TIMEOUT_MS = 10_000
const BATCH_ROWS = 2_000
/** Everything arrives as the text that the server wrote. */
const AS_TEXT = { getTypeParser: () => (text: unknown) => text }

/** PostgreSQL and what speaks its protocol. */
export const postgresDriver: Driver = {
  async open(connection, dial) {
    const client = await connect(connection, dial)
    return session(client, connection, dial)
  },
}

async function connect(connection: Connection, dial?: Dial): Promise<pg.Client> {
  const wanted = connection.tls ?? 'prefer'
  const attempt = async (isTls: boolean): Promise<pg.Client> => {
    const channel = dial && asSocket(await dial())
    const client = new pg.Client({
      ...(channel ? { stream: () => channel } : {}),
      host: connection.host,
      port: connection.port,
      database: connection.database,
      user: connection.user,
      password: connection.password ?? '',
      ssl: isTls ? tlsOptions(connection) : false,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      application_name: 'qry',
      keepAlive: true,
      types: AS_TEXT,
    })
    // NOTE: a connection that breaks while nobody waits must not end the process; the next statement says so.
    client.on('error', () => undefined)
    await client.connect()
    return client
  }
  try {
    if (wanted === 'off') return await attempt(false)
    try {
      return await attempt(true)
    } catch (error) {
      if (wanted === 'prefer' && error instanceof Error && /does not support SSL/.test(error.message)) return await attempt(false)
      throw error
    }
  } catch (error) {
    throw postgresError(error)
  }
}

/** One that writes dates, bytes and intervals in one way, whatever the server's own settings are. */
const SETTINGS = `SET TimeZone = 'UTC'; SET standard_conforming_strings = on; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET bytea_output = 'hex'; SET extra_float_digits = 1; SET lock_timeout = '10s'`

/**
 * A server looks now and then whether anybody still waits for its answer: what QRY could not stop before it fell ends by itself.
 * NOTE: known from PostgreSQL 14 on, and only where the system can tell; elsewhere the statement's time ends it.
 */
const END_WHEN_LEFT = "SELECT set_config(name, '1s', false) FROM pg_settings WHERE name = 'client_connection_check_interval'"

const OWN_FUNCTIONS =
  "SELECT DISTINCT p.proname AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')"

function session(client: pg.Client, connection: Connection, dial?: Dial): SourceSession {
  let runningPid: number | undefined

  /** Read only from the first statement on: after it, the transaction can't be made to write again. */
  const readOnly = async <Result>(timeoutMs: number, work: () => Promise<Result>): Promise<Result> => {
    await client.query(SETTINGS)
    await client.query(END_WHEN_LEFT).catch(() => undefined)
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    // NOTE: the statement may switch this off for itself, so the watchdog of the process is the one that counts.
    await client.query(`SET LOCAL statement_timeout = ${Math.round(timeoutMs) + 1000}`)
    await client.query('SELECT 1')
    try {
      return await work()
    } finally {
      await client.query('ROLLBACK').catch(() => undefined)
    }
  }

  return {
    async greet() {
      try {
        return await readOnly(CONNECT_TIMEOUT_MS, () => greet(client))
      } catch (error) {
        throw postgresError(error)
      }
    },

    async catalog() {
      try {
        return await readOnly(120_000, () => readPostgresCatalog(client))
      } catch (error) {
        throw postgresError(error)
      }
    },

    async ownFunctions() {
      try {
        const { rows } = await client.query<{ name: string }>(OWN_FUNCTIONS)
        return new Set(rows.map(({ name }) => name.toLowerCase()))
      } catch (error) {
        throw postgresError(error)
      }
    },

    async query(text, { rowLimit, timeoutMs, take, marked }: QueryOptions) {
      const { sql, values } = placeValues(text, marked, signOf)
      try {
        return await readOnly(timeoutMs, async () => {
          // NOTE: a cursor speaks the extended protocol, in which one text holds one command.
          const cursor = client.query(
            new Cursor<unknown[]>(
              sql,
              values.map((value) => value.text),
              { rowMode: 'array', types: AS_TEXT },
            ),
          )
          runningPid = processIdOf(client)
          let columns: PostgresColumn[] | undefined
          for (let left = rowLimit; left > 0; ) {
            const asked = Math.min(BATCH_ROWS, left)
            const { rows, fields } = await readBatch(cursor, asked)
            columns ??= fields.map(postgresColumn)
            left -= rows.length
            const isWanted = rows.length === 0 || (await take(cellRows(rows, columns)))
            if (rows.length < asked || !isWanted) break
          }
          await cursor.close()
          return (columns ?? []).map(({ cell: _, ...column }) => column)
        })
      } catch (error) {
        throw postgresError(error, { sql, timeoutMs })
      } finally {
        runningPid = undefined
      }
    },

    async cancel() {
      const pid = runningPid ?? processIdOf(client)
      const second = await connect(connection, dial)
      try {
        await second.query('SELECT pg_cancel_backend($1)', [pid])
      } finally {
        await second.end().catch(() => undefined)
      }
    },

    close: () => client.end().catch(() => undefined),
  }
}

/** A bound value is of the type that it would have as a literal: an unknown one, where it is a text. */
function signOf({ type, text }: BoundValue, place: number): string {
  if (type === 'text') return `$${place}`
  if (type === 'date') return `CAST($${place} AS date)`
  const { bits } = numberForm(text)
  return `CAST($${place} AS ${bits === 32 ? 'integer' : bits === 64 ? 'bigint' : 'numeric'})`
}

// NOTE: the driver knows the number of its server process and has no type for it.
const processIdOf = (client: pg.Client): number => Number((client as unknown as { processID: number }).processID)

function readBatch(cursor: Cursor<unknown[]>, count: number): Promise<{ rows: unknown[][]; fields: PostgresField[] }> {
  return new Promise((resolve, reject) => {
    cursor.read(count, (error, rows, result) => {
      if (error) reject(error)
      // NOTE: of a cursor that was at its end already, the library hands over no result.
      else resolve({ rows, fields: (result as pg.QueryResult | undefined)?.fields ?? [] })
    })
  })
}

function cellRows(rows: unknown[][], columns: readonly PostgresColumn[]): (string | null)[][] {
  const converted = columns.flatMap(({ cell }, index) => (cell ? [{ cell, index }] : []))
  const cells = rows as (string | null)[][]
  for (const row of converted.length > 0 ? cells : [])
    for (const { cell, index } of converted) {
      const text = row[index]
      if (typeof text === 'string') row[index] = cell(text)
    }
  return cells
}

async function greet(client: pg.Client): Promise<Greeting> {
  const { rows } = await client.query<{ version: string; is_super: string; can_write: string; can_create: string }>(`
    SELECT current_setting('server_version') AS version,
      (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS is_super,
      EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^(pg_|information_schema)' AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')) AS can_write,
      EXISTS (SELECT FROM pg_namespace n WHERE n.nspname !~ '^(pg_|information_schema)' AND has_schema_privilege(n.oid, 'CREATE')) AS can_create`)
  const [row] = rows
  const warnings: string[] = []
  if (row?.is_super === 't')
    warnings.push(
      'This login is a superuser: it can do anything on the database server, even run programs. QRY only reads, but use a login that can only read: CREATE ROLE qry LOGIN PASSWORD ‘…’; GRANT pg_read_all_data TO qry.',
    )
  else if (row?.can_write === 't' || row?.can_create === 't')
    warnings.push('This login can write. QRY only reads, but a login with SELECT rights alone is the surest fence.')
  return { server: `PostgreSQL ${row?.version.split(' ')[0] ?? ''}`.trim(), warnings }
}
