import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SourceConfig } from '../../contract/source.ts'
import { type Connection, readConnection } from '../../server/sources/connection.ts'
import type { CellRow, Driver, SourceSession } from '../../server/sources/driver.ts'
import { bigQueryDriver } from '../../server/sources/drivers/bigquery.ts'
import { clickhouseDriver } from '../../server/sources/drivers/clickhouse.ts'
import { snowflakeDriver } from '../../server/sources/drivers/snowflake.ts'
import { sqlServerDriver } from '../../server/sources/drivers/sqlserver.ts'
import { trinoDriver } from '../../server/sources/drivers/trino.ts'
import { bigQueryKey, startBigQueryPeer } from './bigquery-peer.ts'
import { clickhouseLogin, startClickhousePeer } from './clickhouse-peer.ts'
import { ConformanceTable } from './conformance-table.ts'
import type { HttpPeer } from './http-peer.ts'
import { snowflakeKey, snowflakeToken, startSnowflakePeer } from './snowflake-peer.ts'
import { startTdsPeer, tdsLogin } from './tds-peer.ts'
import { startTrinoPeer, trinoLogin } from './trino-peer.ts'

interface Warehouse {
  readonly name: string
  readonly kind: 'snowflake' | 'bigquery' | 'sqlserver' | 'clickhouse' | 'trino'
  readonly driver: Driver
  start(): Promise<HttpPeer & { readonly cancelled: string[] }>
  readonly config: SourceConfig
  readonly wrong: SourceConfig
  /** Names of statements, as the peer knows them in capitals or not. */
  said(text: string): string
  /** What the source tells of its tables beside their columns. */
  readonly tells: readonly ('comments' | 'primary keys' | 'foreign keys')[]
  readonly types: readonly string[]
  readonly rows: readonly CellRow[]
  readonly tables: Readonly<Record<'orders' | 'archived' | 'view' | 'last', string>>
}

const warehouses: readonly Warehouse[] = [
  {
    name: 'Snowflake',
    kind: 'snowflake',
    driver: snowflakeDriver,
    start: startSnowflakePeer,
    config: { database: 'SHOP', user: 'reader', signingKey: snowflakeKey, warehouse: 'SMALL' },
    wrong: { database: 'SHOP', password: 'token-of-nobody' },
    said: (text) => text.toUpperCase(),
    tells: ['comments', 'primary keys', 'foreign keys'],
    types: [
      ...['integer', 'decimal 2', 'number', 'boolean', 'date', 'time', 'timestamp', 'timestamp zoned', 'timestamp zoned'],
      ...['json', 'json', 'binary', 'text'],
    ],
    rows: [
      [
        ...['99999999999999999999999999999999999999', '12345678901234567890.10', '0.1', 'true', '2024-02-29', '23:59:59.5'],
        ...['2024-03-31T02:30:00.123456', '2024-03-30T21:30:00Z', '2024-03-30T21:30:00Z', '{"a": [1, null]}', '["x", null]'],
        ...['deadbeef00', `a "b", 'c'\n\\N ü 😀`],
      ],
      [null, '-0.50', 'NaN', 'false', '1969-12-31', '00:00:00', '1969-12-31T23:59:59.5', null, null, null, '[]', '', ''],
    ],
    tables: { orders: 'ORDERS', archived: 'SHOP.ARCHIVE.ORDERS', view: 'BIG_ORDERS', last: 'MANY_6000' },
  },
  {
    name: 'BigQuery',
    kind: 'bigquery',
    driver: bigQueryDriver,
    start: startBigQueryPeer,
    config: { signingKey: bigQueryKey },
    wrong: { signingKey: bigQueryKey.replace('key-1', 'key-2') },
    said: (text) => text,
    tells: ['comments'],
    types: [
      ...['integer', 'decimal 9', 'decimal', 'number', 'boolean', 'date', 'time', 'timestamp', 'timestamp zoned'],
      ...['json', 'json', 'json', 'binary', 'text'],
    ],
    rows: [
      [
        ...['9223372036854775807', '12345678901234567890.1', '0.00000000000000000000000000000000000001', '0.1', 'true'],
        ...['2024-02-29', '23:59:59.500000', '2024-03-31T02:30:00.123456', '2024-03-30T21:30:00Z', '{"a":[1,null]}'],
        ...['["x","y \\"z\\""]', '[{"id":"9223372036854775807","paid":true,"amounts":["1.50"]}]', 'deadbeef00'],
        `a "b", 'c'\n\\N ü 😀`,
      ],
      [null, '-0.5', null, 'NaN', 'false', '0001-01-01', null, null, '1969-12-31T23:59:59.999999Z', null, '[]', '[]', '', ''],
    ],
    tables: {
      orders: 'shop-1.shop.orders',
      archived: 'shop-1.archive.orders',
      view: 'shop-1.shop.big_orders',
      last: 'shop-1.shop.many_6000',
    },
  },
  {
    name: 'SQL Server',
    kind: 'sqlserver',
    driver: sqlServerDriver,
    start: startTdsPeer,
    config: { database: 'shop', ...tdsLogin },
    wrong: { password: 'wrong' },
    said: (text) => text,
    tells: ['comments', 'primary keys', 'foreign keys'],
    types: [
      ...['integer', 'decimal 2', 'decimal 10', 'decimal 4', 'number', 'number', 'boolean', 'date', 'time', 'timestamp'],
      ...['timestamp zoned', 'text', 'binary', 'text', 'text'],
    ],
    rows: [
      [
        ...['9223372036854775807', '12345678901234567890.10', '9999999999999999999999999999.9999999999'],
        ...['922337203685477.5807', '0.1', '0.1', 'true', '2024-02-29', '23:59:59.5', '2024-03-31T02:30:00.1234567'],
        ...['2024-03-30T21:30:00Z', '33221100-5544-7766-8899-AABBCCDDEEFF', 'deadbeef00', `a "b", 'c'\n\\N ü 😀`],
        'long '.repeat(3_000),
      ],
      [
        ...[null, '-0.50', null, '-0.0001', '-2.5', null, 'false', '0001-01-01', null, '1969-12-31T23:59:59.9999999'],
        ...[null, null, '', '', null],
      ],
    ],
    tables: { orders: 'orders', archived: 'archive.orders', view: 'big_orders', last: 'many_6000' },
  },
  {
    name: 'ClickHouse',
    kind: 'clickhouse',
    driver: clickhouseDriver,
    start: startClickhousePeer,
    config: { database: 'shop', ...clickhouseLogin },
    wrong: { password: 'wrong' },
    said: (text) => text,
    tells: ['comments', 'primary keys'],
    types: [
      ...['integer', 'decimal 10', 'decimal 2', 'number', 'boolean', 'date', 'date', 'timestamp zoned', 'timestamp zoned'],
      ...['text', 'text', 'text'],
    ],
    rows: [
      [
        ...['18446744073709551615', '9999999999999999999999999999.9999999999', '10.50', '0.1', 'true', '2024-02-29'],
        ...['1900-01-01', '2024-03-31T02:30:00Z', '2024-03-31T02:30:00.123456Z', "['a','b']"],
        ...['00112233-4455-6677-8899-aabbccddeeff', `a "b", 'c'\n\\N ü 😀`],
      ],
      [
        ...['0', '-0.5000000000', null, 'nan', 'false', '1970-01-01', '2299-12-31', '1970-01-01T00:00:00Z'],
        ...['1970-01-01T00:00:00Z', '[]', '', null],
      ],
    ],
    tables: { orders: 'orders', archived: 'archive.orders', view: 'big_orders', last: 'many_6000' },
  },
  {
    name: 'Trino',
    kind: 'trino',
    driver: trinoDriver,
    start: startTrinoPeer,
    config: { database: 'shop', ...trinoLogin },
    wrong: { password: 'wrong' },
    said: (text) => text,
    tells: [],
    types: [
      ...[
        'integer',
        'decimal 10',
        'number',
        'boolean',
        'date',
        'time',
        'timestamp',
        'text',
        'json',
        'json',
        'json',
        'text',
        'text',
      ],
    ],
    rows: [
      [
        ...['9223372036854775807', '9999999999999999999999999999.9999999999', '0.1', 'true', '2024-02-29', '23:59:59.500'],
        ...['2024-03-31 02:30:00.123456', '2024-03-30 22:30:00.000 Europe/Berlin', '{"a":[1,null]}', '["x",null]'],
        ...['{"a":"9223372036854775807"}', '3q2+7wA=', `a "b", 'c'\n\\N ü 😀`],
      ],
      [
        ...[null, '-0.5000000000', 'NaN', 'false', '0001-01-01', null, '1969-12-31 23:59:59.999999', null, null, '[]', '{}'],
        ...['', ''],
      ],
    ],
    tables: {
      orders: 'shop.public.orders',
      archived: 'shop.archive.orders',
      view: 'shop.public.big_orders',
      last: 'shop.public.many_6000',
    },
  },
]

const table = new ConformanceTable('warehouses')

async function collect(session: SourceSession, sql: string, more: { rowLimit?: number; timeoutMs?: number } = {}) {
  const rows: CellRow[] = []
  const columns = await session.query(sql, {
    rowLimit: 10_000,
    timeoutMs: 10_000,
    ...more,
    async take(batch) {
      rows.push(...batch)
      return true
    },
  })
  return { columns, rows }
}

/** Peers written from the protocols' documentation: what these drivers never met is the real service. */
describe.each(warehouses)('$name', ({ name, kind, driver, start, config, wrong, said, tells, types, rows, tables }) => {
  let peer: Awaited<ReturnType<typeof start>>
  const reach = (more: SourceConfig = {}): Connection =>
    readConnection(kind, { host: 'localhost', port: peer.port, tls: 'off', ...config, ...more })
  const open = () => driver.open(reach())
  const shown = (what: string, prove: () => Promise<void>): void => {
    table.expect(what, name)
    test(what, () => table.see(what, name, prove))
  }
  beforeAll(async () => {
    peer = await start()
  })
  afterAll(() => peer.close())

  shown('every type, and what is empty', async () => {
    const { columns, rows: got } = await collect(await open(), said('SELECT typed'))
    expect(
      columns.map(({ type, scale, isZoned }) => [type, scale, isZoned ? 'zoned' : undefined].filter(Boolean).join(' ')),
    ).toEqual(types)
    expect(got).toEqual(rows)
  })

  shown('no rows', async () => {
    const { columns, rows: got } = await collect(await open(), said('SELECT no rows'))
    expect([columns.map(({ name }) => name), got]).toEqual([[said('id')], []])
  })

  shown('many rows, in their order', async () => {
    const { rows: got } = await collect(await open(), said('SELECT many rows'))
    expect([got.length, got[0], got[4_999]]).toEqual([5_000, ['1'], ['5000']])
  })

  shown('no more rows than are wanted', async () => {
    expect((await collect(await open(), said('SELECT many rows'), { rowLimit: 1_500 })).rows).toHaveLength(1_500)
  })

  shown('a question stopped in the database', async () => {
    const session = await open()
    const before = peer.cancelled.length
    const running = collect(session, said('SELECT hangs'), { timeoutMs: 60_000 })
    setTimeout(() => void session.cancel(), 300)
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
    expect(peer.cancelled.length).toBe(before + 1)
  })

  shown('a stopped session answers the next question', async () => {
    const session = await open()
    const running = collect(session, said('SELECT hangs'), { timeoutMs: 60_000 })
    setTimeout(() => void session.cancel(), 300)
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
    await session.cancel()
    expect((await collect(session, said('SELECT no rows'))).rows).toEqual([])
    expect((await session.greet()).server).toContain(name)
  })

  shown('a stopped catalog asks no further', async () => {
    const session = await open()
    const reading = expect(session.catalog()).rejects.toMatchObject({ code: 'cancelled' })
    await session.cancel()
    await reading
  })

  shown('a question stopped before the database answered at all', async () => {
    const session = await open()
    const before = peer.cancelled.length
    const running = collect(session, said('SELECT hangs'), { timeoutMs: 60_000 })
    const stopped = expect(running).rejects.toMatchObject({ code: 'cancelled' })
    await session.cancel()
    await stopped
    // NOTE: one that had not been handed in yet need not be taken back.
    expect(peer.cancelled.length - before).toBeLessThanOrEqual(1)
  })

  shown('a question past its time', async () => {
    const before = peer.cancelled.length
    await expect(collect(await open(), said('SELECT hangs'), { timeoutMs: 700 })).rejects.toMatchObject({
      code: 'limit-exceeded',
    })
    expect(peer.cancelled.length).toBe(before + 1)
  })

  shown('a slow question keeps no other waiting', async () => {
    const slow = await open()
    const running = collect(slow, said('SELECT hangs')).catch(() => undefined)
    expect((await collect(await open(), said('SELECT no rows'))).rows).toEqual([])
    await slow.cancel()
    await running
  })

  shown('tables, columns, keys and views', async () => {
    const found = await (await open()).catalog()
    const orders = found.find((one) => one.name === tables.orders)
    expect(orders?.columns.find((column) => column.name.toLowerCase() === 'amount')).toMatchObject({
      type: 'decimal',
      ...(tells.includes('comments') ? { comment: 'in euros' } : {}),
    })
    expect(found.find((one) => one.name === tables.view)?.isView).toBe(true)
    expect(found.map((one) => one.name)).toContain(tables.archived)
    if (tells.includes('primary keys')) expect(orders?.primaryKey).toEqual([said('id'), said('line')])
    if (tells.includes('foreign keys'))
      expect(orders?.foreignKeys).toEqual([
        { columns: [said('customer_id')], table: said('customers'), references: [said('id')] },
      ])
  })

  shown('a catalog of 6,000 tables', async () => {
    const found = await (await open()).catalog()
    expect(found.length).toBeGreaterThan(6_000)
    expect(found.find((one) => one.name === tables.last)?.columns).toHaveLength(1)
  })

  shown('an error in the words of the database', async () => {
    await expect(collect(await open(), said('SELECT * FROM nowhere'))).rejects.toMatchObject({
      code: 'query-failed',
      message: expect.stringMatching(/nowhere/i),
    })
  })

  shown('a wrong login, a closed port, an unknown host', async () => {
    const tried = (more: SourceConfig) =>
      driver
        .open(readConnection(kind, { host: 'localhost', port: peer.port, tls: 'off', ...config, ...more }))
        .then((session) => session.greet())
        .catch((error: unknown) => error)
    const { signingKey: _, ...bare } = config
    const login = await driver
      .open(readConnection(kind, { host: 'localhost', port: peer.port, tls: 'off', ...bare, ...wrong }))
      .then((session) => session.greet())
      .catch((error: unknown) => error)
    expect(login).toMatchObject({ code: 'source-unreachable', message: expect.stringContaining('refused the login') })
    expect(await tried({ port: 1 })).toMatchObject({ message: expect.stringContaining('Nothing listens') })
    expect(await tried({ host: 'no-such-host.invalid' })).toMatchObject({
      message: expect.stringContaining('no host of this name'),
    })
  })

  shown('a connection that breaks', async () => {
    await expect(collect(await open(), said('SELECT breaks'))).rejects.toMatchObject({ code: 'source-unreachable' })
    expect((await collect(await open(), said('SELECT no rows'))).rows).toEqual([])
  })

  if (!config.signingKey) return

  shown('a key that cannot be read is not said back', async () => {
    const failed = await Promise.resolve()
      .then(() => driver.open(reach({ signingKey: 'planted-key-material' })))
      .catch((error: unknown) => error)
    expect(failed).toMatchObject({ code: 'source-unreachable', message: expect.stringContaining('cannot be read') })
    expect(JSON.stringify(failed, Object.getOwnPropertyNames(failed))).not.toContain('planted')
  })

  shown('a certificate is checked unless something else is said', async () => {
    expect(readConnection(kind, { host: 'x.example.com', ...config })).toMatchObject({ tls: 'verify', port: 443 })
    expect(readConnection(kind, { host: 'x.example.com', ...config, tls: 'prefer' })).toMatchObject({ tls: 'verify' })
    expect(() => readConnection(kind, { host: 'elsewhere.example.com' }, reach())).toThrow('Paste the key again')
  })
})

test('Snowflake: a token signs in as well, and a role that can write is warned about', async () => {
  const peer = await startSnowflakePeer()
  const url = `snowflake://:${snowflakeToken}@localhost:${peer.port}/SHOP.PUBLIC?warehouse=SMALL&role=READER`
  const session = await snowflakeDriver.open(readConnection('snowflake', { url, tls: 'off' }))
  const { server, warnings } = await session.greet()
  expect([server, warnings.length]).toEqual(['Snowflake 9.3.1', 2])
  expect(peer.asked[0]).toMatchObject({
    database: 'SHOP',
    schema: 'PUBLIC',
    warehouse: 'SMALL',
    role: 'READER',
    parameters: { MULTI_STATEMENT_COUNT: '1' },
  })
  await peer.close()
})

test('BigQuery: what its own dry run takes for more than a SELECT does not run', async () => {
  const peer = await startBigQueryPeer()
  const session = await bigQueryDriver.open(
    readConnection('bigquery', { host: 'localhost', port: peer.port, tls: 'off', signingKey: bigQueryKey }),
  )
  await expect(collect(session, 'DROP TABLE shop.orders')).rejects.toMatchObject({ code: 'not-read-only' })
  expect(peer.ran).toEqual([])
  await peer.close()
})

const marked = {
  mark: 'qry_mark_',
  values: [
    { type: 'text', text: "x' OR '1'='1" },
    { type: 'number', text: '12' },
    { type: 'number', text: '-2.50' },
    { type: 'date', text: '2026-03-31' },
  ],
} as const
const markedSql = 'SELECT no rows, NO ROWS, qry_mark_1, qry_mark_2, qry_mark_3, qry_mark_4'
const enough = { rowLimit: 10, timeoutMs: 10_000, take: async () => true, marked }

test('Snowflake: values are bound beside the statement', async () => {
  const peer = await startSnowflakePeer()
  const url = `snowflake://:${snowflakeToken}@localhost:${peer.port}/SHOP.PUBLIC`
  const session = await snowflakeDriver.open(readConnection('snowflake', { url, tls: 'off' }))
  await session.query(markedSql, enough)
  expect(peer.asked.at(-1)).toMatchObject({
    statement: 'SELECT no rows, NO ROWS, ?, ?, CAST(? AS NUMBER(3, 2)), CAST(? AS DATE)',
    bindings: {
      1: { type: 'TEXT', value: "x' OR '1'='1" },
      2: { type: 'FIXED', value: '12' },
      3: { type: 'TEXT', value: '-2.50' },
      4: { type: 'TEXT', value: '2026-03-31' },
    },
  })
  await peer.close()
})

test('BigQuery: values are bound beside the statement, when it is judged and when it runs', async () => {
  const peer = await startBigQueryPeer()
  const session = await bigQueryDriver.open(
    readConnection('bigquery', { host: 'localhost', port: peer.port, tls: 'off', signingKey: bigQueryKey }),
  )
  await session.query(markedSql, enough)
  expect(peer.configured).toHaveLength(2)
  for (const one of peer.configured)
    expect(one).toMatchObject({
      query: 'SELECT no rows, NO ROWS, @v1, @v2, @v3, @v4',
      parameterMode: 'NAMED',
      queryParameters: [
        { name: 'v1', parameterType: { type: 'STRING' }, parameterValue: { value: "x' OR '1'='1" } },
        { name: 'v2', parameterType: { type: 'INT64' }, parameterValue: { value: '12' } },
        { name: 'v3', parameterType: { type: 'NUMERIC' }, parameterValue: { value: '-2.50' } },
        { name: 'v4', parameterType: { type: 'DATE' }, parameterValue: { value: '2026-03-31' } },
      ],
    })
  await peer.close()
})

test('the table in the guide says what was seen', () => table.compare())
