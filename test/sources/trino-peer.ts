import { type HttpPeer, say, startHttpPeer } from './http-peer.ts'

export interface TrinoPeer extends HttpPeer {
  readonly cancelled: string[]
}

interface Outcome {
  readonly columns: readonly (readonly [name: string, type: string])[]
  /** Each value as it stands in JSON. */
  readonly rows: readonly string[]
}

export const trinoLogin = { user: 'reader', password: 'right' } as const
const authorization = `Basic ${Buffer.from(`${trinoLogin.user}:${trinoLogin.password}`).toString('base64')}`
const PAGE_ROWS = 1_000
const PAUSE_MS = 30

/** Written from "Trino client REST API": a statement is posted, and its pages are fetched or given up. */
export async function startTrinoPeer(granted: readonly string[] = []): Promise<TrinoPeer> {
  const cancelled: string[] = []
  const statements = new Map<string, string>()
  const peer = await startHttpPeer((request, body, response) => {
    if (request.headers.authorization !== authorization) return response.writeHead(401).end('Unauthorized')
    if (request.headers['x-trino-user'] !== trinoLogin.user) return response.writeHead(400).end()
    const next = (id: string, page: number) => `http://elsewhere.invalid:1/v1/statement/executing/${id}/${page}`
    if (request.method === 'POST') {
      const id = `q${statements.size}`
      statements.set(id, body)
      return say(response, 200, { id, nextUri: next(id, 0) })
    }
    const [, id = '', page = '0'] = /^\/v1\/statement\/executing\/(\w+)\/(\d+)$/.exec(request.url ?? '') ?? []
    const sql = statements.get(id)
    if (sql === undefined) return response.writeHead(404).end()
    if (request.method === 'DELETE') {
      cancelled.push(id)
      return response.writeHead(204).end()
    }
    if (sql.includes('breaks')) return request.socket.destroy()
    if (sql.includes('nowhere'))
      return say(response, 200, {
        id,
        error: { message: "line 1:15: Table 'shop.public.nowhere' does not exist", errorName: 'TABLE_NOT_FOUND' },
      })
    if (sql.includes('hangs'))
      return void setTimeout(() => say(response, 200, { id, nextUri: next(id, Number(page) + 1) }), PAUSE_MS)
    if (sql.includes('table_privileges') && granted.includes('none kept'))
      return say(response, 200, { id, error: { message: 'This connector does not support grants', errorName: 'NOT_SUPPORTED' } })
    const { columns, rows } = sql.includes('table_privileges')
      ? { columns: texts('one'), rows: lines(granted.filter((one) => sql.includes(`'${one}'`)).map(() => [1])) }
      : outcomeOf(sql)
    const from = Number(page) * PAGE_ROWS
    const head = columns.map(([name, type]) => ({ name, type }))
    const more = from + PAGE_ROWS < rows.length ? `,"nextUri":${JSON.stringify(next(id, Number(page) + 1))}` : ''
    const data = rows.length > 0 ? `,"data":[${rows.slice(from, from + PAGE_ROWS).join(',')}]` : ''
    response.setHeader('content-type', 'application/json')
    response.end(`{"id":"${id}","columns":${JSON.stringify(head)}${data}${more}}`)
  })
  return { ...peer, cancelled }
}

const texts = (names: string): Outcome['columns'] => names.split(' ').map((name) => [name, 'varchar'])
const lines = (rows: readonly (readonly unknown[])[]): string[] => rows.map((row) => JSON.stringify(row))

function outcomeOf(sql: string): Outcome {
  if (sql.includes('system.runtime.nodes')) return { columns: texts('version'), rows: lines([['443']]) }
  if (sql.includes('information_schema.tables'))
    return {
      columns: texts('schema name type'),
      rows: lines([
        ['archive', 'orders', 'BASE TABLE'],
        ['public', 'big_orders', 'VIEW'],
        ['public', 'orders', 'BASE TABLE'],
        ...Array.from({ length: 6_000 }, (_, at) => ['public', `many_${at + 1}`, 'BASE TABLE']),
      ]),
    }
  if (sql.includes('information_schema.columns'))
    return {
      columns: texts('schema table name type'),
      rows: lines([
        ['public', 'orders', 'id', 'bigint'],
        ['public', 'orders', 'amount', 'decimal(12,2)'],
        ...Array.from({ length: 6_000 }, (_, at) => ['public', `many_${at + 1}`, 'label', 'varchar']),
      ]),
    }
  if (sql.includes('many rows'))
    return { columns: [['n', 'bigint']], rows: lines(Array.from({ length: 5_000 }, (_, at) => [at + 1])) }
  if (sql.includes('no rows')) return { columns: [['id', 'bigint']], rows: [] }
  return typed
}

/** As the page writes each type: numbers in all their digits, decimals and times as text. */
const typed: Outcome = {
  columns: [
    ...([
      ['big', 'bigint'],
      ['wide', 'decimal(38,10)'],
      ['ratio', 'double'],
      ['paid', 'boolean'],
      ['day', 'date'],
    ] as const),
    ...([
      ['clock', 'time(3)'],
      ['moment', 'timestamp(6)'],
      ['zoned', 'timestamp(3) with time zone'],
      ['data', 'json'],
    ] as const),
    ...([
      ['tags', 'array(varchar)'],
      ['map', 'map(varchar,bigint)'],
      ['bytes', 'varbinary'],
      ['note', 'varchar'],
    ] as const),
  ],
  rows: [
    `[9223372036854775807,"9999999999999999999999999999.9999999999",0.1,true,"2024-02-29","23:59:59.500","2024-03-31 02:30:00.123456","2024-03-30 22:30:00.000 Europe/Berlin","{\\"a\\":[1,null]}",["x",null],{"a":9223372036854775807},"3q2+7wA=","a \\"b\\", 'c'\\n\\\\N ü 😀"]`,
    '[null,"-0.5000000000","NaN",false,"0001-01-01",null,"1969-12-31 23:59:59.999999",null,null,[],{},"",""]',
  ],
}
