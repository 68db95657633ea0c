import { createHash, createPublicKey, randomUUID } from 'node:crypto'
import { KnownError } from '../../../contract/error.ts'
import type { BoundValue } from '../../../contract/parameter.ts'
import { numberForm } from '../../basics/number-form.ts'
import { sleep } from '../../basics/sleep.ts'
import type { CellColumn } from '../../duckdb/job.ts'
import { placeValues } from '../bound-values.ts'
import type { Connection } from '../connection.ts'
import type { Dial, Driver, QueryOptions, SourceSession } from '../driver.ts'
import { quotePath } from '../quote-path.ts'
import { Errands } from './errand.ts'
import { callService, type JsonService } from './json-service.ts'
import { readAll } from './read-all.ts'
import { connectionLost, networkError, outOfTime, unreachable } from './sentences.ts'
import { readSigningKey, signToken } from './signed-token.ts'
import { readSnowflakeCatalog } from './snowflake-catalog.ts'
import { type SnowflakeColumn, snowflakeCell, snowflakeColumn } from './snowflake-types.ts'

const LONGEST_PAUSE_MS = 400
const STRONG_ROLES = /^(ACCOUNTADMIN|SECURITYADMIN|USERADMIN|SYSADMIN|ORGADMIN)$/

/** Snowflake over HTTP (its documentation, "Snowflake SQL API"): a statement is handed in, asked after until it is done, and read part by part. Never met the real server. */
export const snowflakeDriver: Driver = {
  async open(connection, dial) {
    return session(connection, dial)
  },
}

interface Answer {
  readonly code?: string
  readonly message?: string
  readonly statementHandle?: string
  readonly resultSetMetaData?: {
    readonly rowType?: readonly SnowflakeColumn[]
    readonly partitionInfo?: readonly unknown[]
  }
  readonly data?: readonly (readonly (string | null)[])[]
}

function session(connection: Connection, dial?: Dial): SourceSession {
  const [database, schema] = (connection.database ?? '').split('.')
  const errands = new Errands()
  const service: JsonService = {
    connection,
    dial,
    userAgent: 'qry',
    signIn: signerOf(connection),
    refusals: [401, 403],
    stranger: 'What answers at this host is not Snowflake. The host is like myorg-account.snowflakecomputing.com.',
  }

  const call = async (method: 'GET' | 'POST', path: string, body?: object): Promise<Answer & { isRunning: boolean }> => {
    const { status, body: answer } = await callService<Answer>(service, method, path, body)
    if (status === 429 || status === 503)
      throw unreachable('Snowflake takes no more questions right now. Try again in a moment.', undefined)
    if (status === 200 || status === 202) return { ...answer, isRunning: status === 202 }
    throw new SnowflakeError(answer.message ?? 'Snowflake refused the statement.', answer.code ?? String(status))
  }

  const stream = async (text: string, { rowLimit, timeoutMs, take, marked }: QueryOptions): Promise<CellColumn[]> => {
    const { sql, values } = placeValues(text, marked, signOf)
    const errand = errands.now
    const untilMs = performance.now() + timeoutMs
    const goOn = (): Promise<void> => errand.goOn(untilMs, timeoutMs)
    try {
      let now = await call('POST', `/api/v2/statements?async=true&requestId=${randomUUID()}`, {
        statement: sql,
        ...(values.length > 0
          ? { bindings: Object.fromEntries(values.map((value, index) => [index + 1, bindingOf(value)])) }
          : {}),
        timeout: Math.ceil(timeoutMs / 1000),
        ...(database ? { database } : {}),
        ...(schema ? { schema } : {}),
        ...(connection.warehouse ? { warehouse: connection.warehouse } : {}),
        ...(connection.role ? { role: connection.role } : {}),
        parameters: { MULTI_STATEMENT_COUNT: '1', QUERY_TAG: 'qry', TIMEZONE: 'UTC' },
      })
      const pathOf = (more: string): string => `/api/v2/statements/${encodeURIComponent(now.statementHandle ?? '')}${more}`
      errand.handedIn(() => call('POST', pathOf('/cancel')))
      for (let pauseMs = 50; now.isRunning; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
        await goOn()
        await sleep(pauseMs)
        now = await call('GET', pathOf(''))
      }
      const declared = now.resultSetMetaData?.rowType ?? []
      const columns = declared.map(snowflakeColumn)
      const partCount = now.resultSetMetaData?.partitionInfo?.length ?? 1
      let left = rowLimit
      for (let part = 0; part < partCount; part++) {
        await goOn()
        const { data = [] } = part === 0 ? now : await call('GET', pathOf(`?partition=${part}`))
        const rows = data.slice(0, left).map((row) => row.map((cell, index) => snowflakeCell(cell, declared[index]?.type ?? '')))
        left -= rows.length
        if (rows.length > 0 && !(await take(rows))) break
        if (left <= 0) break
      }
      return columns
    } catch (error) {
      throw snowflakeError(error, timeoutMs)
    } finally {
      errand.done()
    }
  }

  const ask = async (sql: string): Promise<Record<string, string | null>[]> => {
    const { columns, rows } = await readAll((options) => stream(sql, options))
    return rows.map((row) => Object.fromEntries(row.map((cell, index) => [columns[index]?.name.toLowerCase() ?? '', cell])))
  }

  return {
    async greet() {
      errands.begin()
      const [facts = {}] = await ask(
        'SELECT CURRENT_VERSION() AS version, CURRENT_ROLE() AS role, CURRENT_WAREHOUSE() AS warehouse',
      )
      return {
        server: `Snowflake ${facts['version'] ?? ''}`.trim(),
        warnings: [
          ...(STRONG_ROLES.test(facts['role'] ?? '')
            ? [
                'This role can write. QRY only reads, and Snowflake has no session that only reads: name a role with USAGE and SELECT alone.',
              ]
            : []),
          ...(facts['warehouse']
            ? []
            : ['No warehouse is chosen, and this login has none of its own: questions will fail. Name one.']),
        ],
      }
    },

    async catalog() {
      errands.begin()
      if (!database)
        throw new KnownError('query-failed', 'Name the database of this source: SHOP, or SHOP.PUBLIC with its schema.')
      return readSnowflakeCatalog(ask, database, schema)
    },

    async ownFunctions() {
      errands.begin()
      if (!database) return new Set()
      const rows = await ask(
        `SELECT lower(function_name) AS name FROM ${quotePath('snowflake', [database])}.INFORMATION_SCHEMA.FUNCTIONS`,
      )
      return new Set(rows.map(({ name }) => name ?? ''))
    },

    query(sql, options) {
      errands.begin()
      return stream(sql, options)
    },

    cancel: () => errands.now.stop(),

    async close() {},
  }
}

/** With a private key, each request carries a token signed by it for that moment; else the password is a token itself. */
function signerOf({ host = '', user = '', password = '', signingKey }: Connection): () => Record<string, string> {
  if (signingKey === undefined) return () => ({ authorization: `Bearer ${password}` })
  const key = readSigningKey(signingKey)
  const bytes = createPublicKey(key).export({ format: 'der', type: 'spki' })
  const fingerprint = `SHA256:${createHash('sha256').update(bytes).digest('base64')}`
  const subject = `${host.split('.')[0] ?? ''}.${user}`.toUpperCase()
  return () => {
    const now = Math.floor(Date.now() / 1000)
    const token = signToken(key, { iss: `${subject}.${fingerprint}`, sub: subject, iat: now, exp: now + 600 })
    return { authorization: `Bearer ${token}`, 'x-snowflake-authorization-token-type': 'KEYPAIR_JWT' }
  }
}

function signOf({ type, text }: BoundValue): string {
  if (type !== 'number') return type === 'date' ? 'CAST(? AS DATE)' : '?'
  const { isWhole, digits, scale } = numberForm(text)
  return isWhole ? '?' : `CAST(? AS NUMBER(${digits}, ${scale}))`
}

const bindingOf = ({ type, text }: BoundValue): { type: string; value: string } => ({
  type: type === 'number' && numberForm(text).isWhole ? 'FIXED' : 'TEXT',
  value: text,
})

class SnowflakeError extends Error {
  readonly code: string

  constructor(message: string, code: string) {
    super(message)
    this.code = code
  }
}

function snowflakeError(error: unknown, timeoutMs: number): KnownError {
  if (error instanceof KnownError) return error
  if (!(error instanceof SnowflakeError)) return networkError(error) ?? connectionLost(error)
  if (error.code === '000604') return new KnownError('cancelled', undefined, { cause: error })
  if (error.code === '000630' || error.code === '408') return outOfTime(timeoutMs, error)
  return new KnownError('query-failed', error.message.slice(0, 1500), { cause: error })
}
