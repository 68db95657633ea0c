import type { SourceConfig } from '../../contract/source.ts'
import type { CellRow, Driver } from '../../server/sources/driver.ts'
import { bigQueryDriver } from '../../server/sources/drivers/bigquery.ts'
import { clickhouseDriver } from '../../server/sources/drivers/clickhouse.ts'
import { snowflakeDriver } from '../../server/sources/drivers/snowflake.ts'
import { sqlServerDriver } from '../../server/sources/drivers/sqlserver.ts'
import { trinoDriver } from '../../server/sources/drivers/trino.ts'
import { bigQueryKey, startBigQueryPeer } from './bigquery-peer.ts'
import { clickhouseLogin, startClickhousePeer } from './clickhouse-peer.ts'
import type { HttpPeer } from './http-peer.ts'
import { snowflakeKey, startSnowflakePeer } from './snowflake-peer.ts'
import { startTdsPeer, tdsLogin } from './tds-peer.ts'
import { startTrinoPeer, trinoLogin } from './trino-peer.ts'

export interface Warehouse {
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

/** How most of them are written: names as they are asked for, tables below the database. */
const plain = {
  wrong: { password: 'wrong' },
  said: (text: string) => text,
  tables: { orders: 'orders', archived: 'archive.orders', view: 'big_orders', last: 'many_6000' },
}

/** The same tables, each below its catalog and schema. */
const tablesBelow = (catalog: string, schema: string): Warehouse['tables'] => ({
  orders: `${catalog}.${schema}.orders`,
  archived: `${catalog}.archive.orders`,
  view: `${catalog}.${schema}.big_orders`,
  last: `${catalog}.${schema}.many_6000`,
})

/** What each peer answers, as the documentation of its protocol says it. */
export const warehouses: readonly Warehouse[] = [
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
    ...plain,
    name: 'BigQuery',
    kind: 'bigquery',
    driver: bigQueryDriver,
    start: startBigQueryPeer,
    config: { signingKey: bigQueryKey },
    wrong: { signingKey: bigQueryKey.replace('key-1', 'key-2') },
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
    tables: tablesBelow('shop-1', 'shop'),
  },
  {
    ...plain,
    name: 'SQL Server',
    kind: 'sqlserver',
    driver: sqlServerDriver,
    start: startTdsPeer,
    config: { database: 'shop', ...tdsLogin },
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
  },
  {
    ...plain,
    name: 'ClickHouse',
    kind: 'clickhouse',
    driver: clickhouseDriver,
    start: startClickhousePeer,
    config: { database: 'shop', ...clickhouseLogin },
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
  },
  {
    ...plain,
    name: 'Trino',
    kind: 'trino',
    driver: trinoDriver,
    start: startTrinoPeer,
    config: { database: 'shop', ...trinoLogin },
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
    tables: tablesBelow('shop', 'public'),
  },
]
