import type { Socket } from 'node:net'
import type { ConnectionConfiguration, Connection as TdsConnection, Request as TdsRequest } from 'tedious'
import { KnownError } from '../../../contract/error.ts'
import type { BoundValue } from '../../../contract/parameter.ts'
import { numberForm } from '../../basics/number-form.ts'
import type { CellColumn } from '../../duckdb/job.ts'
import { placeValues } from '../bound-values.ts'
import type { Connection } from '../connection.ts'
import type { CellRow, Dial, Driver, QueryOptions, SourceSession } from '../driver.ts'
import { asSocket } from './as-socket.ts'
import { keepDigits } from './exact-numbers.ts'
import { readAll } from './read-all.ts'
import { connectionLost, networkError, noSuchDatabase, outOfTime, unreachable, wrongLogin } from './sentences.ts'
import { readSqlServerCatalog } from './sqlserver-catalog.ts'
import { type SqlServerColumn, sqlServerColumn, sqlServerText } from './sqlserver-types.ts'

const CONNECT_TIMEOUT_MS = 10_000
const BATCH_ROWS = 1_000

const library = () => import('tedious')

/** SQL Server and Azure SQL by TDS, through the library tedious, which is loaded when it is first needed. Never met the real server. */
export const sqlServerDriver: Driver = {
  async open(connection, dial) {
    const tedious = await library().catch((cause: unknown) => {
      throw new KnownError('unavailable', 'The library for SQL Server is not installed here. Run: npm install', { cause })
    })
    keepDigits()
    const tds = await connect(tedious, connection, dial)
    return session(tedious, tds)
  },
}

type Tedious = Awaited<ReturnType<typeof library>>

async function connect({ Connection: Tds }: Tedious, connection: Connection, dial?: Dial): Promise<TdsConnection> {
  const wanted = connection.tls ?? 'prefer'
  const attempt = (isTls: boolean): Promise<TdsConnection> =>
    new Promise((resolve, reject) => {
      const tds = new Tds(settingsOf(connection, isTls, dial))
      // NOTE: a connection that breaks while nobody waits must not end the process; the next statement says so.
      tds.on('error', () => undefined)
      tds.connect((error) => (error ? reject(error) : resolve(tds)))
    })
  try {
    return await attempt(wanted !== 'off').catch((error: unknown) => {
      if (wanted === 'prefer' && codeOf(error) === 'EENCRYPT') return attempt(false)
      throw error
    })
  } catch (error) {
    throw sqlServerError(error, CONNECT_TIMEOUT_MS)
  }
}

const settingsOf = (connection: Connection, isTls: boolean, dial?: Dial): ConnectionConfiguration => {
  const { host = '', port, database, user, password, tls, certificate, clientCertificate, clientKey } = connection
  return {
    server: host,
    authentication: { type: 'default', options: { userName: user ?? '', password: password ?? '' } },
    options: {
      ...(port === undefined ? {} : { port }),
      ...(database === undefined ? {} : { database }),
      ...(dial ? { connector: async () => asSocket(await dial()) as Socket } : {}),
      encrypt: isTls,
      trustServerCertificate: tls !== 'verify',
      cryptoCredentialsDetails: {
        ...(certificate ? { ca: certificate } : {}),
        ...(clientCertificate && clientKey ? { cert: clientCertificate, key: clientKey } : {}),
      },
      appName: 'qry',
      readOnlyIntent: true,
      abortTransactionOnError: true,
      connectTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: 0,
      maxRetriesOnTransientErrors: 0,
      useUTC: true,
    },
  }
}

function session({ Request, TYPES }: Tedious, tds: TdsConnection): SourceSession {
  let running: TdsRequest | undefined
  let isStopped = false

  /** One statement by itself; each row as it comes. A batch is no procedure, which would have to leave as many transactions as it found. */
  const run = (
    sql: string,
    timeoutMs: number,
    prepare: (request: TdsRequest) => void = () => undefined,
    isBatch = false,
  ): Promise<void> =>
    new Promise((resolve, reject) => {
      const request = new Request(sql, (error) => {
        running = undefined
        if (error) reject(error)
        else resolve()
      })
      request.setTimeout(timeoutMs)
      prepare(request)
      running = request
      if (isBatch) tds.execSqlBatch(request)
      else tds.execSql(request)
    })

  /** NOTE: SQL Server has no session that only reads. In a transaction that is never committed, what should get by the guard would be undone with it. */
  const begin = (timeoutMs: number): Promise<void> => run('IF @@TRANCOUNT = 0 BEGIN TRANSACTION', timeoutMs, undefined, true)

  const stream = async (text: string, { rowLimit, timeoutMs, take, marked }: QueryOptions): Promise<CellColumn[]> => {
    const { sql, values } = placeValues(text, marked, signOf)
    let declared: readonly SqlServerColumn[] = []
    let batch: CellRow[] = []
    let left = rowLimit
    let isEnough = false
    let taking: Promise<void> = Promise.resolve()
    let failure: unknown
    const untilMs = performance.now() + timeoutMs
    try {
      await begin(timeoutMs)
      if (isStopped) throw new KnownError('cancelled')
      await run(sql, Math.max(1, untilMs - performance.now()), (request) => {
        const hand = (): void => {
          const rows = batch
          batch = []
          request.pause()
          taking = taking
            .then(() => take(rows))
            .then(
              (isWanted) => {
                isEnough ||= !isWanted
              },
              (error: unknown) => {
                failure = error
                isEnough = true
              },
            )
            .finally(() => {
              request.resume()
              if (isEnough) tds.cancel()
            })
        }
        for (const [index, value] of values.entries()) request.addParameter(`v${index + 1}`, TYPES.NVarChar, value.text)
        request.on('columnMetadata', (columns) => {
          declared = Array.isArray(columns) ? columns : Object.values(columns)
        })
        request.on('row', (cells: { value: unknown; metadata: SqlServerColumn }[]) => {
          if (isEnough || left <= 0) return
          batch.push(cells.map(({ value, metadata }) => sqlServerText(value, metadata)))
          left--
          if (batch.length >= BATCH_ROWS || left === 0) hand()
          if (left === 0) isEnough = true
        })
      }).catch((error: unknown) => {
        if (!isEnough || codeOf(error) !== 'ECANCEL') throw error
      })
      await taking
      if (failure !== undefined) throw failure
      if (batch.length > 0) await take(batch)
      return declared.map(sqlServerColumn)
    } catch (error) {
      throw isStopped && codeOf(error) === 'ECANCEL'
        ? new KnownError('cancelled', undefined, { cause: error })
        : sqlServerError(error, timeoutMs)
    }
  }

  const ask = async (sql: string): Promise<Record<string, string | null>[]> => {
    const { columns, rows } = await readAll((options) => stream(sql, options))
    return rows.map((row) => Object.fromEntries(row.map((cell, index) => [columns[index]?.name ?? '', cell])))
  }
  const afresh = <Result>(work: () => Promise<Result>): Promise<Result> => {
    isStopped = false
    return work()
  }

  return {
    greet: () =>
      afresh(async () => {
        const [facts = {}] = await ask(
          "SELECT CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(100)) AS version, CAST(IS_SRVROLEMEMBER('sysadmin') AS int) AS admin, CAST(HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'INSERT') AS int) AS writes",
        )
        const isStrong = facts['admin'] === '1' || facts['writes'] === '1'
        return {
          server: `SQL Server ${facts['version'] ?? ''}`.trim(),
          warnings: isStrong
            ? [
                'This login can write. QRY only reads, but a login in db_datareader alone is the surest fence: SQL Server has no session that only reads.',
              ]
            : [],
        }
      }),
    catalog: () => afresh(() => readSqlServerCatalog(ask)),
    ownFunctions: () =>
      afresh(
        async () =>
          new Set(
            (await ask("SELECT lower(name) AS name FROM sys.objects WHERE type IN ('FN', 'IF', 'TF', 'FS', 'FT')")).map(
              ({ name }) => name ?? '',
            ),
          ),
      ),
    query: (sql, options) => afresh(() => stream(sql, options)),

    async cancel() {
      isStopped = true
      // NOTE: ATTENTION travels on the same connection; the server answers when it has stopped.
      if (running) tds.cancel()
    },

    async close() {
      tds.close()
    },
  }
}

/** Every value travels as text; a type is given to it in the statement. */
function signOf({ type, text }: BoundValue, place: number): string {
  if (type !== 'number') return type === 'date' ? `CAST(@v${place} AS date)` : `@v${place}`
  const { bits, digits, scale } = numberForm(text)
  return `CAST(@v${place} AS ${bits === 32 ? 'int' : bits === 64 ? 'bigint' : `decimal(${digits}, ${scale})`})`
}

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
const numberOf = (error: unknown): number =>
  typeof error === 'object' && error !== null && 'number' in error ? Number(error.number) : 0

const NOT_PERMITTED = new Set([229, 230, 262])

function sqlServerError(error: unknown, timeoutMs: number): KnownError {
  if (error instanceof KnownError) return error
  const causes = causesOf(error)
  const network = causes.map(networkError).find((found) => found !== undefined)
  const code = codeOf(error)
  // NOTE: of a login that was refused the library tells the words alone, and not the number.
  if (code === 'ELOGIN')
    return error instanceof Error && /cannot open database/i.test(error.message) ? noSuchDatabase(error) : wrongLogin(error)
  if (code === 'EENCRYPT')
    return unreachable(
      error instanceof Error && /requires/.test(error.message)
        ? 'The server wants TLS. Choose another way than off.'
        : 'The server does not speak TLS here. Choose TLS off, or have the server offer it.',
      error,
    )
  if (code === 'ETIMEOUT')
    return error instanceof Error && /connect/i.test(error.message)
      ? unreachable('The host did not answer in time. A firewall may be in between: let this server through.', error)
      : outOfTime(timeoutMs, error)
  if (code === 'ECANCEL') return new KnownError('cancelled', undefined, { cause: error })
  if (network) return network
  if (code === 'EREQUEST' && error instanceof Error) {
    const said = NOT_PERMITTED.has(numberOf(error)) ? `${error.message} Grant it SELECT.` : error.message
    return new KnownError('query-failed', said.slice(0, 1500), { cause: error })
  }
  return connectionLost(error)
}

function causesOf(error: unknown): unknown[] {
  const found: unknown[] = []
  for (let one = error; one !== undefined && found.length < 5; one = one instanceof Error ? one.cause : undefined) {
    found.push(one)
    if (one instanceof AggregateError) found.push(...(one.errors as unknown[]))
  }
  return found
}
