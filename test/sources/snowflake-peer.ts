import { createHash, createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { type HttpPeer, say, startHttpPeer } from './http-peer.ts'

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
export const snowflakeKey = keys.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
export const snowflakeToken = 'token-of-reader'

type Rows = readonly (readonly (string | null)[])[]
interface Outcome {
  readonly columns: readonly { readonly name: string; readonly type: string; readonly scale?: number }[]
  readonly parts: readonly Rows[]
}

export interface SnowflakePeer extends HttpPeer {
  readonly cancelled: string[]
  /** Bodies of the statements that were handed in. */
  readonly asked: Record<string, unknown>[]
}

/** Written from "Snowflake SQL API reference" and "Handling responses": statements are handed in, asked after, read in parts and cancelled. */
export async function startSnowflakePeer(): Promise<SnowflakePeer> {
  const cancelled: string[] = []
  const asked: Record<string, unknown>[] = []
  const statements = new Map<string, string>()
  const running = (handle: string) => ({
    code: '333334',
    message: 'Asynchronous execution in progress.',
    statementHandle: handle,
    statementStatusUrl: `/api/v2/statements/${handle}`,
  })
  const peer = await startHttpPeer((request, body, response) => {
    if (!isSignedIn(request)) return say(response, 401, { code: '390144', message: 'JWT token is invalid.' })
    if (!request.headers['user-agent']) return say(response, 400, { code: '391902', message: 'User-Agent is missing.' })
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://peer')
    if (request.method === 'POST' && pathname === '/api/v2/statements') {
      const handle = `01b2-${statements.size}`
      const said = JSON.parse(body) as Record<string, unknown>
      asked.push(said)
      statements.set(handle, String(said['statement']))
      return say(response, 202, running(handle))
    }
    const [, handle = '', act] = /^\/api\/v2\/statements\/([\w-]+)(\/cancel)?$/.exec(pathname) ?? []
    const sql = statements.get(handle)
    if (sql === undefined) return say(response, 404, { code: '390404', message: 'Not found.' })
    if (act) {
      cancelled.push(handle)
      return say(response, 200, { code: '000604', message: 'successfully canceled.', statementHandle: handle })
    }
    if (cancelled.includes(handle)) return say(response, 422, { code: '000604', message: 'SQL execution canceled' })
    if (sql.includes('HANGS')) return say(response, 202, running(handle))
    if (sql.includes('BREAKS')) return request.socket.destroy()
    if (sql.includes('NOWHERE'))
      return say(response, 422, {
        code: '002003',
        sqlState: '42S02',
        message: "Object 'NOWHERE' does not exist or not authorized.",
      })
    const { columns, parts } = outcomeOf(sql)
    const part = Number(searchParams.get('partition') ?? '0')
    const meta = {
      numRows: parts.flat().length,
      format: 'jsonv2',
      rowType: columns,
      partitionInfo: parts.map((rows) => ({ rowCount: rows.length })),
    }
    say(
      response,
      200,
      part === 0 ? { resultSetMetaData: meta, data: parts[0], code: '090001', statementHandle: handle } : { data: parts[part] },
    )
  })
  return { ...peer, cancelled, asked }
}

/** A token that is known, or one signed by the reader's key for this account and moment. */
function isSignedIn({ headers }: IncomingMessage): boolean {
  const [, token = ''] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? []
  if (headers['x-snowflake-authorization-token-type'] !== 'KEYPAIR_JWT') return token === snowflakeToken
  const [head = '', claims = '', signature = ''] = token.split('.')
  if (!verify('RSA-SHA256', Buffer.from(`${head}.${claims}`), keys.publicKey, Buffer.from(signature, 'base64url'))) return false
  const { iss, sub, iat, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, string | number>
  const bytes = createPublicKey(snowflakeKey).export({ format: 'der', type: 'spki' })
  const now = Date.now() / 1000
  return (
    sub === 'LOCALHOST.READER' &&
    iss === `LOCALHOST.READER.SHA256:${createHash('sha256').update(bytes).digest('base64')}` &&
    Number(iat) <= now &&
    Number(exp) > now &&
    Number(exp) - Number(iat) <= 3600
  )
}

const named = (names: string): Outcome['columns'] => names.split(' ').map((name) => ({ name: name.toUpperCase(), type: 'text' }))

function outcomeOf(sql: string): Outcome {
  if (sql.includes('CURRENT_VERSION')) return { columns: named('version role warehouse'), parts: [[['9.3.1', 'SYSADMIN', null]]] }
  if (sql.includes('.TABLES '))
    return {
      columns: named('table_schema table_name table_type row_count comment'),
      parts: [
        [
          ['PUBLIC', 'CUSTOMERS', 'BASE TABLE', '2', null],
          ['PUBLIC', 'ORDERS', 'BASE TABLE', '40', 'What was ordered'],
          ['ARCHIVE', 'ORDERS', 'BASE TABLE', '1', null],
          ['PUBLIC', 'BIG_ORDERS', 'VIEW', null, null],
          ...Array.from({ length: 6_000 }, (_, index) => ['PUBLIC', `MANY_${index + 1}`, 'BASE TABLE', '0', null]),
        ],
      ],
    }
  if (sql.includes('.COLUMNS '))
    return {
      columns: named('table_schema table_name column_name data_type numeric_scale comment'),
      parts: [
        [
          ['PUBLIC', 'ORDERS', 'ID', 'NUMBER', '0', null],
          ['PUBLIC', 'ORDERS', 'LINE', 'NUMBER', '0', null],
          ['PUBLIC', 'ORDERS', 'CUSTOMER_ID', 'NUMBER', '0', null],
          ['PUBLIC', 'ORDERS', 'AMOUNT', 'NUMBER', '2', 'in euros'],
          ['PUBLIC', 'CUSTOMERS', 'ID', 'NUMBER', '0', null],
        ],
        Array.from({ length: 6_000 }, (_, index) => ['PUBLIC', `MANY_${index + 1}`, 'LABEL', 'TEXT', null, null]),
      ],
    }
  if (sql.startsWith('SHOW PRIMARY'))
    return {
      columns: named('schema_name table_name column_name key_sequence'),
      parts: [
        [
          ['PUBLIC', 'ORDERS', 'LINE', '2'],
          ['PUBLIC', 'ORDERS', 'ID', '1'],
        ],
      ],
    }
  if (sql.startsWith('SHOW IMPORTED'))
    return {
      columns: named(
        'pk_schema_name pk_table_name pk_column_name fk_schema_name fk_table_name fk_column_name key_sequence fk_name',
      ),
      parts: [[['PUBLIC', 'CUSTOMERS', 'ID', 'PUBLIC', 'ORDERS', 'CUSTOMER_ID', '1', 'FK_1']]],
    }
  if (sql.includes('MANY ROWS'))
    return {
      columns: [{ name: 'N', type: 'fixed', scale: 0 }],
      parts: Array.from({ length: 5 }, (_, part) => Array.from({ length: 1_000 }, (_, row) => [String(part * 1_000 + row + 1)])),
    }
  if (sql.includes('NO ROWS')) return { columns: [{ name: 'ID', type: 'fixed', scale: 0 }], parts: [[]] }
  return typed
}

/** As "Handling responses" writes each type. */
const typed: Outcome = {
  columns: [
    { name: 'BIG', type: 'fixed', scale: 0 },
    { name: 'AMOUNT', type: 'fixed', scale: 2 },
    { name: 'RATIO', type: 'real' },
    { name: 'PAID', type: 'boolean' },
    { name: 'DAY', type: 'date' },
    { name: 'AT', type: 'time', scale: 9 },
    { name: 'MOMENT', type: 'timestamp_ntz', scale: 9 },
    { name: 'LOCAL', type: 'timestamp_ltz', scale: 9 },
    { name: 'ZONED', type: 'timestamp_tz', scale: 9 },
    { name: 'DATA', type: 'variant' },
    { name: 'TAGS', type: 'array' },
    { name: 'BYTES', type: 'binary' },
    { name: 'NOTE', type: 'text' },
  ],
  parts: [
    [
      [
        ...['99999999999999999999999999999999999999', '12345678901234567890.10', '0.1', 'true', '19782', '86399.500000000'],
        ...['1711852200.123456000', '1711834200.000000000', '1711834200.000000000 1770', '{"a": [1, null]}', '["x", null]'],
        ...['deadbeef00', `a "b", 'c'\n\\N ü 😀`],
      ],
      [null, '-0.50', 'NaN', 'false', '-1', '0.000000000', '-0.500000000', null, null, null, '[]', '', ''],
    ],
  ],
}
