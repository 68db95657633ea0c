import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { MarkedValues } from '../../server/sources/bound-values.ts'
import type { CellRow, SourceSession } from '../../server/sources/driver.ts'
import { clickhouseDriver } from '../../server/sources/drivers/clickhouse.ts'
import { trinoDriver } from '../../server/sources/drivers/trino.ts'

/** Peers written from the protocols' documentation: what these drivers never met is the real server. */
const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

async function peer(answer: (request: IncomingMessage, body: string, response: ServerResponse) => void): Promise<number> {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => answer(request, body, response))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function collect(session: SourceSession, sql: string, rowLimit = 100, marked?: MarkedValues) {
  const rows: CellRow[] = []
  const columns = await session.query(sql, {
    rowLimit,
    timeoutMs: 10_000,
    ...(marked ? { marked } : {}),
    async take(batch) {
      rows.push(...batch)
      return true
    },
  })
  return { columns, rows }
}

/** As `markParameters` marks them. */
const marked: MarkedValues = {
  mark: 'qry_mark_',
  values: [
    { type: 'text', text: "a\\'b\tc" },
    { type: 'number', text: '12' },
    { type: 'number', text: '-2.50' },
    { type: 'date', text: '2026-03-31' },
  ],
}
const markedSql = 'SELECT qry_mark_1, qry_mark_2, qry_mark_3, qry_mark_4, qry_mark_2'

const place = { host: '127.0.0.1', user: 'reader', password: 'right', database: 'shop', tls: 'off' } as const
const isRight = (request: IncomingMessage): boolean =>
  request.headers.authorization === `Basic ${Buffer.from('reader:right').toString('base64')}`

describe('ClickHouse', () => {
  const killed: string[] = []
  const heard: { body: string; settings: URLSearchParams }[] = []
  const open = async (password = 'right') => {
    const port = await peer((request, body, response) => {
      const settings = new URL(request.url ?? '', 'http://peer').searchParams
      if (!isRight(request))
        return response.writeHead(403).end('Code: 516. DB::Exception: reader: Authentication failed (version 24.3)')
      heard.push({ body, settings })
      if (body.startsWith('KILL QUERY')) {
        killed.push(body)
        return response.end()
      }
      if (body.includes('nowhere'))
        return response
          .writeHead(404)
          .end("Code: 60. DB::Exception: Table shop.nowhere doesn't exist. (UNKNOWN_TABLE) (version 24.3)")
      expect([settings.get('readonly'), settings.get('database')]).toEqual(['2', 'shop'])
      response.write(
        '["n","amount","day","at","tags"]\n["UInt64","Nullable(Decimal(18, 2))","Date","DateTime","Array(String)"]\n',
      )
      response.write(
        '["18446744073709551615","10.50","2024-02-29","2024-03-31T02:30:00Z","[\'a\']"]\n["2",null,"2024-03-01","2024-03-31T02:30:00Z","[]"]\n',
      )
      if (body.includes('breaks')) return response.end('Code: 241. DB::Exception: Memory limit exceeded (version 24.3)\n')
      if (!body.includes('hangs')) response.end()
    })
    return clickhouseDriver.open({ ...place, password, port })
  }

  test('brings every type as the text that was written', async () => {
    const { columns, rows } = await collect(await open(), 'SELECT 1')
    expect(columns).toEqual([
      { name: 'n', type: 'integer' },
      { name: 'amount', type: 'decimal', scale: 2 },
      { name: 'day', type: 'date' },
      { name: 'at', type: 'timestamp', isZoned: true },
      { name: 'tags', type: 'text' },
    ])
    expect(rows[0]?.slice(0, 2)).toEqual(['18446744073709551615', '10.50'])
    expect(rows[1]?.[1]).toBeNull()
  })

  test('says errors before and in the middle of an answer, and refuses a wrong password', async () => {
    const session = await open()
    await expect(collect(session, 'SELECT * FROM nowhere')).rejects.toMatchObject({
      code: 'query-failed',
      message: expect.stringContaining('nowhere'),
    })
    await expect(collect(session, 'SELECT breaks')).rejects.toMatchObject({
      code: 'query-failed',
      message: 'Memory limit exceeded',
    })
    const wrong = await open('wrong')
    await expect(collect(wrong, 'SELECT 1')).rejects.toMatchObject({ code: 'source-unreachable' })
  })

  test('binds values beside the statement, escaped as its documentation says', async () => {
    await collect(await open(), markedSql, 100, marked)
    const { body, settings } = heard.at(-1) ?? {}
    expect(body).toBe('SELECT {v1:String}, {v2:Int64}, {v3:Decimal(3, 2)}, {v4:Date}, {v5:Int64}')
    expect(['v1', 'v2', 'v3', 'v4', 'v5'].map((name) => settings?.get(`param_${name}`))).toEqual([
      "a\\\\'b\\tc",
      '12',
      '-2.50',
      '2026-03-31',
      '12',
    ])
  })

  test('stops what runs by its id', async () => {
    const session = await open()
    const running = collect(session, 'SELECT hangs', 1_000).catch(() => 'broken off')
    await expect.poll(async () => (await session.cancel(), killed.length)).toBeGreaterThan(0)
    expect(killed[0]).toMatch(/^KILL QUERY WHERE query_id = '[0-9a-f-]{36}' ASYNC$/)
    servers[0]?.closeAllConnections()
    await running
  })
})

describe('Trino', () => {
  const asked: string[] = []
  const bodies: string[] = []
  const open = async () => {
    const port = await peer((request, body, response) => {
      if (!isRight(request)) return response.writeHead(401).end()
      if (body !== '') bodies.push(body)
      asked.push(`${request.method ?? ''} ${request.url ?? ''}`)
      const next = (path: string) => `http://elsewhere.invalid:1${path}`
      const say = (page: string) => response.setHeader('content-type', 'application/json').end(page)
      if (request.method === 'DELETE') return response.writeHead(204).end()
      if (request.method === 'POST') {
        expect([request.headers['x-trino-user'], request.headers['x-trino-catalog']]).toEqual(['reader', 'shop'])
        if (body.includes('nowhere'))
          return say('{"id":"q","error":{"message":"line 1:15: Table nowhere does not exist","errorName":"TABLE_NOT_FOUND"}}')
        const first = `{"id":"q","nextUri":"${next('/v1/statement/q/1')}"}`
        if (body.includes('slow')) return void setTimeout(() => say(first), 300)
        return say(first)
      }
      if (request.url === '/v1/statement/q/1')
        return say(
          `{"id":"q","nextUri":"${next('/v1/statement/q/2')}","columns":[{"name":"n","type":"bigint"},{"name":"amount","type":"decimal(18,2)"},{"name":"at","type":"timestamp(3)"},{"name":"tags","type":"array(varchar)"}],"data":[[9223372036854775807,"10.50","2024-03-31 02:30:00.000",["a",null]]]}`,
        )
      return say('{"id":"q","data":[[2,null,null,null]]}')
    })
    return trinoDriver.open({ ...place, port })
  }

  test('follows the pages at its own host and keeps every digit', async () => {
    const { columns, rows } = await collect(await open(), 'SELECT 1')
    expect(columns.map(({ type }) => type)).toEqual(['integer', 'decimal', 'timestamp', 'json'])
    expect(rows).toEqual([
      ['9223372036854775807', '10.50', '2024-03-31 02:30:00.000', '["a",null]'],
      ['2', null, null, null],
    ])
  })

  test('says errors, and tells the server when it has enough', async () => {
    const session = await open()
    await expect(collect(session, 'SELECT * FROM nowhere')).rejects.toMatchObject({ code: 'query-failed' })
    expect((await collect(session, 'SELECT 1', 1)).rows).toHaveLength(1)
    expect(asked).toContain('DELETE /v1/statement/q/2')
  })

  test('writes values as literals that the guard has read back, as its protocol carries none', async () => {
    await collect(await open(), markedSql, 100, marked)
    expect(bodies.at(-1)).toBe("SELECT 'a\\''b\tc', 12, (-2.50), DATE '2026-03-31', 12")
  })

  test('a stop that comes before the first page reaches the server with it', async () => {
    const session = await open()
    const before = asked.length
    const running = collect(session, 'SELECT slow')
    await expect.poll(() => asked.slice(before)).toEqual(['POST /v1/statement'])
    await session.cancel()
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
    expect(asked.slice(before)).toEqual(['POST /v1/statement', 'DELETE /v1/statement/q/1'])
  })
})
