import { generateKeyPairSync, verify } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { type HttpPeer, say, startHttpPeer } from './http-peer.ts'

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
const EMAIL = 'reader@shop-1.iam.example.com'

/** As the console hands it out. */
export const bigQueryKey = JSON.stringify({
  type: 'service_account',
  project_id: 'shop-1',
  private_key_id: 'key-1',
  private_key: keys.privateKey.export({ format: 'pem', type: 'pkcs8' }),
  client_email: EMAIL,
})

interface Field {
  readonly name: string
  readonly type: string
  readonly mode?: string
  readonly fields?: readonly Field[]
}
interface Outcome {
  readonly fields: readonly Field[]
  readonly rows: readonly (readonly unknown[])[]
}

export interface BigQueryPeer extends HttpPeer {
  readonly cancelled: string[]
  /** Statements that ran, beyond being judged. */
  readonly ran: string[]
  /** What was handed in with them, of those that were judged, too. */
  readonly configured: Record<string, unknown>[]
}

const ROOT = '/bigquery/v2/projects/shop-1'
const PAGE_ROWS = 1_000

/** Written from the reference of the "BigQuery API v2": jobs are judged, handed in, read page by page and cancelled. */
export async function startBigQueryPeer(granted: readonly string[] = []): Promise<BigQueryPeer> {
  const cancelled: string[] = []
  const ran: string[] = []
  const configured: Record<string, unknown>[] = []
  const jobs = new Map<string, string>()
  const trouble = (code: number, reason: string, message: string) => ({ error: { code, message, errors: [{ reason, message }] } })
  const peer = await startHttpPeer((request, body, response) => {
    if (!isSignedIn(request)) return say(response, 401, trouble(401, 'authError', 'Invalid Credentials'))
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://peer')
    if (pathname === `${ROOT}/datasets`) {
      const isFirst = !searchParams.get('pageToken')
      const datasets = [{ datasetReference: { projectId: 'shop-1', datasetId: isFirst ? 'shop' : 'archive' } }]
      return say(response, 200, isFirst ? { datasets, nextPageToken: 'second' } : { datasets })
    }
    if (pathname === `${ROOT}/datasets/shop/tables`)
      return say(response, 200, { tables: [{ tableReference: { tableId: 'orders' } }] })
    if (pathname === `${ROOT}/datasets/shop/tables/orders:testIamPermissions`) {
      const { permissions } = JSON.parse(body) as { permissions: string[] }
      const held = permissions.filter((one) => granted.includes(one))
      return say(response, 200, held.length > 0 ? { permissions: held } : {})
    }
    if (request.method === 'POST' && pathname === `${ROOT}/jobs`) {
      const { jobReference, configuration } = JSON.parse(body) as {
        jobReference?: { jobId: string }
        configuration: { dryRun?: boolean; query: { query: string; useLegacySql: boolean } }
      }
      const { query, useLegacySql } = configuration.query
      configured.push(configuration.query)
      if (useLegacySql) return say(response, 400, trouble(400, 'invalidQuery', 'Legacy SQL'))
      if (query.includes('nowhere'))
        return say(response, 404, trouble(404, 'notFound', 'Not found: Table shop-1:shop.nowhere was not found in location EU'))
      if (configuration.dryRun)
        return say(response, 200, { statistics: { query: { statementType: /^\s*SELECT/i.test(query) ? 'SELECT' : 'SCRIPT' } } })
      ran.push(query)
      jobs.set(jobReference?.jobId ?? '', query)
      return say(response, 200, { jobReference: { ...jobReference, location: 'EU' }, status: { state: 'RUNNING' } })
    }
    if (searchParams.get('location') !== 'EU') return say(response, 404, trouble(404, 'notFound', 'Not found: Job'))
    const [, act, id = ''] = /\/(queries|jobs)\/([\w-]+)(?:\/cancel)?$/.exec(pathname) ?? []
    const sql = jobs.get(id)
    if (sql === undefined) return say(response, 404, trouble(404, 'notFound', 'Not found: Job'))
    if (act === 'jobs') {
      cancelled.push(id)
      return say(response, 200, { job: {} })
    }
    if (cancelled.includes(id))
      return say(response, 400, trouble(400, 'stopped', 'Job execution was cancelled: User requested cancellation'))
    if (sql.includes('hangs')) return say(response, 200, { jobComplete: false })
    if (sql.includes('breaks')) return request.socket.destroy()
    const { fields, rows } = outcomeOf(sql)
    const from = Number(searchParams.get('pageToken') ?? '0')
    const until = from + Math.min(PAGE_ROWS, Number(searchParams.get('maxResults')))
    say(response, 200, {
      jobComplete: true,
      schema: { fields },
      totalRows: String(rows.length),
      rows: rows.slice(from, until).map((row) => ({ f: row.map((v) => ({ v })) })),
      ...(until < rows.length ? { pageToken: String(until) } : {}),
    })
  })
  return { ...peer, cancelled, ran, configured }
}

/** A token that the account's key signed for BigQuery and this moment. */
function isSignedIn({ headers }: IncomingMessage): boolean {
  const [, head = '', claims = '', signature = ''] = /^Bearer ([^.]+)\.([^.]+)\.([^.]+)$/.exec(headers.authorization ?? '') ?? []
  if (!verify('RSA-SHA256', Buffer.from(`${head}.${claims}`), keys.publicKey, Buffer.from(signature, 'base64url'))) return false
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, string | number>
  const { iss, sub, aud, iat, exp } = read(claims)
  const now = Date.now() / 1000
  return (
    read(head)['kid'] === 'key-1' &&
    iss === EMAIL &&
    sub === EMAIL &&
    aud === 'https://bigquery.googleapis.com/' &&
    Number(iat) <= now &&
    Number(exp) > now &&
    Number(exp) - Number(iat) <= 3600
  )
}

const texts = (names: string): Field[] => names.split(' ').map((name) => ({ name, type: 'STRING' }))

function outcomeOf(sql: string): Outcome {
  const isShop = sql.includes('`shop-1`.`shop`')
  if (sql.includes('INFORMATION_SCHEMA.TABLES'))
    return {
      fields: texts('table_name table_type'),
      rows: isShop
        ? [
            ['customers', 'BASE TABLE'],
            ['orders', 'BASE TABLE'],
            ['big_orders', 'VIEW'],
            ...Array.from({ length: 6_000 }, (_, index) => [`many_${index + 1}`, 'BASE TABLE']),
          ]
        : [['orders', 'BASE TABLE']],
    }
  if (sql.includes('INFORMATION_SCHEMA.COLUMNS'))
    return {
      fields: texts('table_name column_name data_type description'),
      rows: [
        ['orders', 'id', 'INT64', null],
        ['orders', 'amount', 'NUMERIC(12, 2)', 'in euros'],
        ['orders', 'tags', 'ARRAY<STRING>', null],
        ...(isShop ? Array.from({ length: 6_000 }, (_, index) => [`many_${index + 1}`, 'label', 'STRING', null]) : []),
      ],
    }
  if (sql.includes('many rows'))
    return { fields: [{ name: 'n', type: 'INTEGER' }], rows: Array.from({ length: 5_000 }, (_, row) => [String(row + 1)]) }
  if (sql.includes('no rows')) return { fields: [{ name: 'id', type: 'INTEGER' }], rows: [] }
  return typed
}

const typed: Outcome = {
  fields: [
    { name: 'big', type: 'INTEGER' },
    { name: 'amount', type: 'NUMERIC' },
    { name: 'huge', type: 'BIGNUMERIC' },
    { name: 'ratio', type: 'FLOAT' },
    { name: 'paid', type: 'BOOLEAN' },
    { name: 'day', type: 'DATE' },
    { name: 'at', type: 'TIME' },
    { name: 'moment', type: 'DATETIME' },
    { name: 'zoned', type: 'TIMESTAMP' },
    { name: 'data', type: 'JSON' },
    { name: 'tags', type: 'STRING', mode: 'REPEATED' },
    {
      name: 'lines',
      type: 'RECORD',
      mode: 'REPEATED',
      fields: [
        { name: 'id', type: 'INTEGER' },
        { name: 'paid', type: 'BOOLEAN' },
        { name: 'amounts', type: 'NUMERIC', mode: 'REPEATED' },
      ],
    },
    { name: 'bytes', type: 'BYTES' },
    { name: 'note', type: 'STRING' },
  ],
  rows: [
    [
      ...['9223372036854775807', '12345678901234567890.1', '0.00000000000000000000000000000000000001', '0.1', 'true'],
      ...['2024-02-29', '23:59:59.500000', '2024-03-31T02:30:00.123456', '1711834200000000', '{"a":[1,null]}'],
      [{ v: 'x' }, { v: 'y "z"' }],
      [{ v: { f: [{ v: '9223372036854775807' }, { v: 'true' }, { v: [{ v: '1.50' }] }] } }],
      ...['3q2+7wA=', `a "b", 'c'\n\\N ü 😀`],
    ],
    [null, '-0.5', null, 'NaN', 'false', '0001-01-01', null, null, '-1', null, [], [], '', ''],
  ],
}
