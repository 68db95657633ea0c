import { connect as connectSocket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import mysql2, { createConnection, type FieldPacket, type Connection as MysqlConnection } from 'mysql2'
import type { BoundValue } from '../../../contract/parameter.ts'
import { numberForm } from '../../basics/number-form.ts'
import type { CellColumn } from '../../duckdb/job.ts'
import { placeValues } from '../bound-values.ts'
import type { Connection } from '../connection.ts'
import type { Dial, Driver, Greeting, QueryOptions, SourceSession } from '../driver.ts'
import { asSocket } from './as-socket.ts'
import { readMysqlCatalog } from './mysql-catalog.ts'
import { mysqlError } from './mysql-error.ts'
import { type MysqlColumn, mysqlColumn } from './mysql-types.ts'
import { connectionLost, unreachable } from './sentences.ts'
import { tlsOptions } from './tls-options.ts'

const CONNECT_TIMEOUT_MS = 10_000
const BATCH_ROWS = 2_000
/** NOTE: the guard reads quotes and backslashes the default way. */
const MODE = "REPLACE(REPLACE(@@sql_mode, 'ANSI_QUOTES', ''), 'NO_BACKSLASH_ESCAPES', '')"

/** MySQL and MariaDB, which differ in how a statement's time is limited. */
export const mysqlDriver: Driver = {
  async open(connection, dial) {
    const client = await connect(connection, dial)
    try {
      const [[version = ''] = []] = await ask(client, 'SELECT version()')
      return session(client, connection, version ?? '', dial)
    } catch (error) {
      client.destroy()
      throw mysqlError(error)
    }
  },
}

async function connect(connection: Connection, dial?: Dial): Promise<MysqlConnection> {
  const wanted = connection.tls ?? 'prefer'
  const attempt = async (isTls: boolean): Promise<MysqlConnection> => {
    const ssl = isTls ? sslOptions(connection) : undefined
    const channel = dial && asSocket(await dial())
    const stream = () => named(channel ?? connectSocket(connection.port ?? 3306, connection.host ?? ''), connection)
    return new Promise((resolve, reject) => {
      const client = createConnection({
        stream,
        host: connection.host ?? '',
        port: connection.port ?? 3306,
        ...(connection.database ? { database: connection.database } : {}),
        user: connection.user ?? '',
        password: connection.password ?? '',
        ...(ssl ? { ssl } : {}),
        connectTimeout: CONNECT_TIMEOUT_MS,
        charset: 'utf8mb4',
        multipleStatements: false,
        // NOTE: whatever could lose a digit or be shifted comes as text. A typeCast of our own would do it for all, seven times as slowly.
        dateStrings: true,
        supportBigNumbers: true,
        bigNumberStrings: true,
        jsonStrings: true,
        // NOTE: LOAD DATA LOCAL would let a server read this machine's files.
        flags: ['-LOCAL_FILES'],
      })
      client.on('error', () => undefined)
      client.connect((error) => {
        if (error) reject(error)
        else resolve(client)
      })
    })
  }
  try {
    if (wanted === 'off') return await attempt(false)
    try {
      return await attempt(true)
    } catch (error) {
      const isWithout = error instanceof Error && 'code' in error && error.code === 'HANDSHAKE_NO_SSL_SUPPORT'
      if (wanted === 'prefer' && isWithout) return await attempt(false)
      throw error
    }
  } catch (error) {
    const isRefused = error instanceof Error && 'errno' in error && error.errno === 1045
    if (wanted === 'off' && isRefused) throw wrongLoginOrNoTls(error)
    throw mysqlError(error)
  }
}

/** NOTE: a MariaDB that wants TLS says no more than that the login is refused. */
const wrongLoginOrNoTls = (cause: unknown) =>
  unreachable(
    'The database refused the login. Check the user name and the password, and whether it lets nobody in without TLS.',
    cause,
  )

/** NOTE: where the host is an address, the library has the certificate checked against "localhost", unless the socket says to whom it leads. */
const named = (socket: Duplex, { host = '' }: Connection): Duplex => Object.assign(socket, { _host: host })

function sslOptions(connection: Connection) {
  const { rejectUnauthorized, ca, cert, key } = tlsOptions(connection)
  readCertificates({ ca, cert, key })
  return {
    rejectUnauthorized: rejectUnauthorized ?? true,
    verifyIdentity: rejectUnauthorized ?? true,
    ...(typeof ca === 'string' ? { ca } : {}),
    ...(typeof cert === 'string' && typeof key === 'string' ? { cert, key } : {}),
  }
}

/** NOTE: the library reads them where nobody can catch what it throws. */
function readCertificates({ ca, cert, key }: SecureContextOptions): void {
  try {
    createSecureContext({ ca, cert, key })
  } catch (error) {
    throw unreachable(
      'The CA certificate, the client certificate or its key cannot be read. Paste them whole, as PEM, and a key without a passphrase.',
      error,
    )
  }
}

function session(client: MysqlConnection, connection: Connection, version: string, dial?: Dial): SourceSession {
  const isMariaDb = /mariadb/i.test(version)

  const begin = async (timeoutMs: number): Promise<void> => {
    const seconds = Math.ceil(timeoutMs / 1000) + 1
    await ask(
      client,
      `SET SESSION time_zone = '+00:00', sql_mode = ${MODE}, ${isMariaDb ? `max_statement_time = ${seconds}` : `max_execution_time = ${seconds * 1000}`}`,
    )
    // NOTE: this refuses changes of rows; a statement that changes tables would end it, and only the guard and the login's rights stop those.
    await ask(client, 'START TRANSACTION READ ONLY')
  }

  return {
    async greet() {
      try {
        return {
          server: `${isMariaDb ? 'MariaDB' : 'MySQL'} ${/\d+(\.\d+)*/.exec(version)?.[0] ?? ''}`,
          warnings: await warningsOf(client),
        }
      } catch (error) {
        throw mysqlError(error)
      }
    },

    async catalog() {
      try {
        await begin(120_000)
        return await readMysqlCatalog((sql, values) => ask(client, sql, values), connection.database)
      } catch (error) {
        throw mysqlError(error)
      }
    },

    async ownFunctions() {
      try {
        const rows = await ask(client, 'SELECT lower(routine_name) FROM information_schema.routines')
        return new Set(rows.map(([name]) => name ?? ''))
      } catch (error) {
        throw mysqlError(error)
      }
    },

    async query(sql, options) {
      try {
        await begin(options.timeoutMs)
        return await stream(client, sql, options)
      } catch (error) {
        throw mysqlError(error, options.timeoutMs)
      }
    },

    async cancel() {
      const second = await connect(connection, dial)
      try {
        await ask(second, `KILL QUERY ${client.threadId ?? 0}`)
      } finally {
        second.destroy()
      }
    },

    // NOTE: the server ends a session, and with it its transaction, when the connection goes.
    async close() {
      client.destroy()
    },
  }
}

/** Reads the rows as they come, every cell as the server's own text. The connection waits while a batch is taken. */
async function stream(client: MysqlConnection, text: string, { rowLimit, take, marked }: QueryOptions): Promise<CellColumn[]> {
  let columns: MysqlColumn[] = []
  const { sql, values } = placeValues(text, marked, signOf)
  // NOTE: `query` would write values into the statement itself; `execute` prepares it and sends them beside it.
  const query =
    values.length === 0
      ? client.query({ sql, rowsAsArray: true })
      : client.execute({ sql, values: values.map(sentValue), rowsAsArray: true })
  query.on('fields', (fields: FieldPacket[]) => {
    columns = fields.map(mysqlColumn)
  })
  const rows = query.stream({ highWaterMark: 500 })
  // NOTE: of a connection that breaks, the library tells the connection and not the stream.
  client.once('error', (error) => rows.destroy(error))
  client.once('end', () => rows.destroy(connectionLost(undefined)))
  let batch: (string | null)[][] = []
  let left = rowLimit
  for await (const row of rows as AsyncIterable<unknown[]>) {
    batch.push(row.map((cell, index) => cellText(cell, columns[index]?.form ?? 'text')))
    left--
    if (batch.length < BATCH_ROWS && left > 0) continue
    if (!(await take(batch)) || left <= 0) {
      batch = []
      // NOTE: what is left of the answer would have to be read to the end; the connection is given up instead.
      client.destroy()
      break
    }
    batch = []
  }
  if (batch.length > 0) await take(batch)
  return columns.map(({ form: _, ...column }) => column)
}

function cellText(cell: unknown, form: MysqlColumn['form']): string | null {
  if (typeof cell === 'string') return cell
  if (cell === null || cell === undefined) return null
  if (!Buffer.isBuffer(cell)) return typeof cell === 'number' ? String(cell) : JSON.stringify(cell)
  const digits = cell.toString('hex')
  return form === 'bits' ? String(BigInt(`0x${digits === '' ? '0' : digits}`)) : form === 'hex' ? digits : cell.toString('utf8')
}

function signOf({ type, text }: BoundValue): string {
  if (type !== 'number') return type === 'date' ? 'CAST(? AS DATE)' : '?'
  const { bits, digits, scale } = numberForm(text)
  return bits ? '?' : `CAST(? AS DECIMAL(${digits}, ${scale}))`
}

/** NOTE: LIMIT takes nothing but a whole number, and as one. */
const sentValue = ({ type, text }: BoundValue) =>
  type === 'number' && numberForm(text).bits ? mysql2.TypedParameter.LONGLONG(BigInt(text)) : text

/** A short question of our own; its rows as text. */
function ask(client: MysqlConnection, sql: string, values: readonly string[] = []): Promise<(string | null)[][]> {
  return new Promise((resolve, reject) => {
    client.query({ sql, values: [...values], rowsAsArray: true, typeCast: (field) => field.string() }, (error, rows) => {
      if (error) reject(error)
      else resolve(Array.isArray(rows) ? (rows as unknown as (string | null)[][]) : [])
    })
  })
}

const WRITING = /\b(ALL PRIVILEGES|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|INDEX|TRIGGER|EXECUTE|FILE|SUPER)\b/

async function warningsOf(client: MysqlConnection): Promise<Greeting['warnings']> {
  const grants = (await ask(client, 'SHOW GRANTS')).map(([text]) => (text ?? '').split(' ON ')[0] ?? '')
  if (!grants.some((grant) => WRITING.test(grant))) return []
  return [
    'This login can write. QRY only reads, but MySQL has no read-only session that holds for everything: use a login with SELECT alone. CREATE USER qry IDENTIFIED BY ‘…’; GRANT SELECT, SHOW VIEW ON shop.* TO qry.',
  ]
}
