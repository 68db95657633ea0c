import type { ServerResponse } from 'node:http'
import { type HttpPeer, startHttpPeer } from './http-peer.ts'

export interface ClickhousePeer extends HttpPeer {
  readonly cancelled: string[]
}

type Rows = readonly (readonly (string | null)[])[]
interface Outcome {
  readonly columns: readonly (readonly [name: string, type: string])[]
  readonly rows: Rows
}

export const clickhouseLogin = { user: 'reader', password: 'right' } as const
const authorization = `Basic ${Buffer.from(`${clickhouseLogin.user}:${clickhouseLogin.password}`).toString('base64')}`

/** Written from "HTTP Interface", "Formats for Input and Output Data" and "KILL Statements" of ClickHouse's documentation. */
export async function startClickhousePeer(): Promise<ClickhousePeer> {
  const cancelled: string[] = []
  const hanging = new Map<string, ServerResponse>()
  const peer = await startHttpPeer((request, sql, response) => {
    const settings = new URL(request.url ?? '', 'http://peer').searchParams
    const refuse = (status: number, text: string) => response.writeHead(status).end(`${text} (version 24.3.1.2672)`)
    if (request.headers.authorization !== authorization)
      return refuse(403, 'Code: 516. DB::Exception: reader: Authentication failed: password is incorrect.')
    const [, id] = /^KILL QUERY WHERE query_id = '([\w-]+)' ASYNC$/.exec(sql) ?? []
    if (id !== undefined) {
      cancelled.push(id)
      hanging.get(id)?.writeHead(500).end('Code: 394. DB::Exception: Query was cancelled. (QUERY_WAS_CANCELLED) (version 24.3)')
      return response.end()
    }
    if (settings.get('readonly') !== '2' || settings.get('database') !== 'shop')
      return refuse(500, 'Code: 1. DB::Exception: The peer expects a read-only question of shop.')
    if (sql.includes('nowhere')) return refuse(404, "Code: 60. DB::Exception: Table shop.nowhere doesn't exist. (UNKNOWN_TABLE)")
    if (sql.includes('breaks')) return request.socket.destroy()
    if (sql.includes('hangs')) return void hanging.set(settings.get('query_id') ?? '', response)
    const { columns, rows } = outcomeOf(sql)
    const lines = [columns.map(([name]) => name), columns.map(([, type]) => type), ...rows]
    response.end(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  })
  return { ...peer, cancelled }
}

const texts = (names: string): Outcome['columns'] => names.split(' ').map((name) => [name, 'String'])

function outcomeOf(sql: string): Outcome {
  if (sql.includes('version()')) return { columns: texts('version'), rows: [['24.3.1.2672']] }
  if (sql.startsWith('SHOW GRANTS')) return { columns: texts('grant'), rows: [['GRANT SELECT, INSERT ON shop.* TO reader']] }
  if (sql.includes('system.tables'))
    return {
      columns: texts('database name view rows comment'),
      rows: [
        ['archive', 'orders', '0', '1', ''],
        ['shop', 'big_orders', '1', '0', ''],
        ['shop', 'customers', '0', '2', ''],
        ['shop', 'orders', '0', '40', 'What was ordered'],
        ...Array.from({ length: 6_000 }, (_, at) => ['shop', `many_${at + 1}`, '0', '0', '']),
      ],
    }
  if (sql.includes('system.columns'))
    return {
      columns: texts('database table name type comment key'),
      rows: [
        ['shop', 'orders', 'id', 'UInt64', '', '1'],
        ['shop', 'orders', 'line', 'UInt32', '', '1'],
        ['shop', 'orders', 'amount', 'Decimal(12, 2)', 'in euros', '0'],
        ...Array.from({ length: 6_000 }, (_, at) => ['shop', `many_${at + 1}`, 'label', 'String', '', '0']),
      ],
    }
  if (sql.includes('many rows'))
    return { columns: [['n', 'UInt64']], rows: Array.from({ length: 5_000 }, (_, at) => [String(at + 1)]) }
  if (sql.includes('no rows')) return { columns: [['id', 'UInt64']], rows: [] }
  return typed
}

/** As `JSONCompactStringsEachRowWithNamesAndTypes` writes each type. */
const typed: Outcome = {
  columns: [
    ...([
      ['big', 'UInt64'],
      ['wide', 'Decimal(38, 10)'],
      ['amount', 'Nullable(Decimal(18, 2))'],
      ['ratio', 'Float64'],
    ] as const),
    ...([
      ['paid', 'Bool'],
      ['day', 'Date'],
      ['old', 'Date32'],
      ['at', "DateTime('UTC')"],
      ['moment', 'DateTime64(6)'],
    ] as const),
    ...([
      ['tags', 'Array(String)'],
      ['key', 'UUID'],
      ['note', 'LowCardinality(Nullable(String))'],
    ] as const),
  ],
  rows: [
    [
      ...['18446744073709551615', '9999999999999999999999999999.9999999999', '10.50', '0.1', 'true', '2024-02-29', '1900-01-01'],
      ...['2024-03-31T02:30:00Z', '2024-03-31T02:30:00.123456Z', "['a','b']", '00112233-4455-6677-8899-aabbccddeeff'],
      `a "b", 'c'\n\\N ü 😀`,
    ],
    [
      '0',
      '-0.5000000000',
      null,
      'nan',
      'false',
      '1970-01-01',
      '2299-12-31',
      '1970-01-01T00:00:00Z',
      '1970-01-01T00:00:00Z',
      '[]',
      '',
      null,
    ],
  ],
}
