import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SourceId } from '../../contract/id.ts'
import type { BoundValue } from '../../contract/parameter.ts'
import type { SourceKind } from '../../contract/source-kind.ts'
import { literalOf } from '../../server/sources/guard/literal.ts'
import { parameterPlaces } from '../../server/sources/guard/parameter-places.ts'
import { readPlainly } from '../../server/sources/guard/read-statement.ts'
import { values as hostile } from '../hostile/attacks.ts'
import { dialects } from './dialects.ts'
import { makeSourcesRoom, type SourcesRoom } from './sources-room.ts'
import { openDuckDb, openMysql, openPostgres, openSqlite } from './test-databases.ts'

const text = (value: string): BoundValue => ({ type: 'text', text: value })
const number = (value: string): BoundValue => ({ type: 'number', text: value })
const date = (value: string): BoundValue => ({ type: 'date', text: value })
const all = Object.fromEntries(hostile.map((value, index) => [`v${index}`, text(value)]))
const limits = { rowLimit: 1_000, timeoutMs: 30_000 }

let room: SourcesRoom
beforeAll(async () => {
  room = await makeSourcesRoom()
})
afterAll(() => room.close())

const databases = [
  ['PostgreSQL', () => openPostgres()],
  ['MariaDB, MySQL', () => openMysql()],
  ['SQLite', openSqlite],
  ['DuckDB', openDuckDb],
] as const

for (const [name, open] of databases)
  describe(`parameters in ${name}`, async () => {
    const database = await open()
    if (!database && process.env['CI'] !== 'true') return test.skip(`left out: there is no ${name} on this machine`)
    if (!database) throw new Error(`there is no ${name} on this machine`)
    const { kind } = database.destination
    let id: SourceId
    const ask = async (sql: string, values: Record<string, BoundValue>, actor = room.admin) =>
      (await room.sources.query(actor, id, sql, { ...limits, values })).rows
    const quote = (value: string): string => (kind === 'mysql' ? value.replaceAll('\\', '\\\\') : value).replaceAll("'", "''")

    beforeAll(async () => {
      await database.run(
        'CREATE TABLE orders (id int, region varchar(200), amount decimal(12,2), day date)',
        "INSERT INTO orders VALUES (1, 'North', 10.50, '2026-01-31'), (2, 'South', 200, '2026-02-28'), (3, 'South', -5, '2026-03-31')",
        'CREATE TABLE notes (id int, note varchar(200))',
        ...hostile.map((value, index) => `INSERT INTO notes VALUES (${index}, '${quote(value)}')`),
      )
      id = await room.add(database.destination)
      await room.untilProfiled(id)
    })
    afterAll(() => database.close())

    test('a hostile value is that value and nothing else', async () => {
      const rows = hostile.map((_, index) => `id = ${index} AND note = $v${index}`)
      const found = await ask(`SELECT id, note FROM notes WHERE (${rows.join(') OR (')}) ORDER BY id`, all)
      expect(found).toEqual(hostile.map((value, index) => [index, value]))
      expect(
        await ask(
          `SELECT id FROM orders WHERE region IN (${Object.keys(all)
            .map((one) => `$${one}`)
            .join(', ')})`,
          all,
        ),
      ).toEqual([])
      expect(await ask('SELECT count(*) AS n FROM orders', {})).toEqual([[3]])
    }, 60_000)

    test('numbers and days are what they would be as literals, in LIMIT too', async () => {
      expect(await ask('SELECT id FROM orders WHERE amount >= $least ORDER BY id', { least: number('10.5') })).toEqual([[1], [2]])
      expect(await ask('SELECT id FROM orders WHERE amount >= $least ORDER BY id', { least: number('-5') })).toHaveLength(3)
      expect(await ask('SELECT id FROM orders WHERE id + $n = 3', { n: number('1') })).toEqual([[2]])
      expect(await ask('SELECT id FROM orders WHERE day > $since ORDER BY id', { since: date('2026-01-31') })).toEqual([[2], [3]])
      expect(await ask('SELECT id FROM orders ORDER BY id LIMIT $most', { most: number('2') })).toEqual([[1], [2]])
      expect(await ask('SELECT id FROM orders WHERE id < $big', { big: number('9223372036854775807') })).toHaveLength(3)
      expect(await ask('SELECT id FROM orders WHERE id < $big', { big: number('12345678901234567890.5') })).toHaveLength(3)
    })

    test('one value stands in many places, beside quotes and comments that only look like it', async () => {
      const sql = `SELECT id, '$region' AS plain /* $region */ FROM orders WHERE ($region = '' OR region = $region) AND amount > $least -- $region`
      expect(await ask(sql, { region: text('South'), least: number('0') })).toEqual([[2, '$region']])
      expect(await ask(sql, { region: text(''), least: number('0') })).toHaveLength(2)
      expect(
        await ask('SELECT id FROM orders WHERE region IN ($one, $two)', { one: text('North'), two: text("x', 'y") }),
      ).toEqual([[1]])
    })

    test('a parameter is no name of a table, and one without a value is said', async () => {
      await expect(ask('SELECT * FROM $orders', { orders: text('orders') })).rejects.toMatchObject({ code: 'query-failed' })
      if (kind !== 'mysql')
        await expect(ask('SELECT * FROM orders WHERE region = $regoin', { region: text('North') })).rejects.toMatchObject({
          message: 'There is no parameter named $regoin. Those there are: $region.',
        })
    })

    test('types come as they do without a value', async () => {
      const shapes = Object.entries(dialects[kind]?.types ?? {}).filter(([, { sql }]) => !/FROM/.test(sql))
      for (const [what, { sql, type, cell }] of shapes) {
        const options = { ...limits, values: { one: number('1') } }
        const { columns, rows } = await room.sources.query(room.admin, id, `SELECT ${sql} AS value WHERE 1 = $one`, options)
        expect([what, columns[0]?.type, rows[0]?.[0]]).toEqual([what, type, cell])
      }
    }, 60_000)

    test('row policies hold whatever is chosen', async () => {
      const policies = [{ table: 'orders', filter: 'region = {{region}}' }]
      await room.sources.changeAccess(room.admin, id, { isForEveryone: true, roles: [], groups: [], people: [], policies })
      const member = room.member({ region: 'North' })
      const south = { ...all, south: text('South') }
      const places = Object.keys(south).map((one) => `$${one}`)
      expect(await ask(`SELECT id FROM orders WHERE region IN (${places.join(', ')})`, south, member)).toEqual([])
      const sql = 'SELECT o.id FROM orders o WHERE (o.region = $region OR 1 = $one) ORDER BY o.id LIMIT $most'
      expect(await ask(sql, { region: text('South'), one: number('1'), most: number('10') }, member)).toEqual([[1]])
    }, 120_000)

    test('only reading', async () => {
      for (const sql of ['DELETE FROM orders WHERE region = $region', 'SELECT $region; DELETE FROM orders'])
        await expect(ask(sql, { region: text('North') })).rejects.toMatchObject({ code: 'not-read-only' })
    })
  })

describe('where no value can be bound', () => {
  test('a literal is read back by the guard as the one value, whatever it holds', async () => {
    for (const value of hostile) {
      const literal = literalOf('trino', text(value))
      expect(literal).toBe(`'${value.replaceAll("'", "''")}'`)
      const { tables } = await readPlainly('trino', 'SELECT id FROM orders WHERE region = qry_mark_1')
      expect(tables.map(({ path }) => path)).toEqual([['orders']])
    }
    expect(literalOf('trino', number('-5'))).toBe('(-5)')
    expect(literalOf('trino', date('2026-01-31'))).toBe("DATE '2026-01-31'")
    expect(() => literalOf('trino', number('1 OR 1=1'))).toThrow('Write it more plainly')
    expect(() => literalOf('trino', text('a\0b'))).toThrow('NUL')
  })
})

test.each<[SourceKind, string]>([
  ['postgres', `SELECT 'a''$not' , "$not", $here`],
  ['postgres', "SELECT E'\\'$not', $$ $not $$, $t$ $not $t$, /* /* */ $not */ $here"],
  ['mysql', "SELECT 'a\\'$not', `$not`, # $not\n $here"],
  ['bigquery', "SELECT '''it's $not''', $here"],
  ['snowflake', 'SELECT $$ $not $$, $1 // $not\n, $here'],
  ['sqlite', 'SELECT [a $not], a$not, $HERE, $not$'],
])('in %s, quotes and comments hold no parameter: %s', (kind, sql) => {
  expect(parameterPlaces(kind, sql).map(({ name }) => name)).toEqual(['here'])
})
