import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { must } from '../basics/must.ts'
import { createDuckDb, type DuckDb } from './duckdb.ts'
import type { JobResult, OpenedCsv } from './job.ts'

let folder = ''
let duckdb: DuckDb
let files = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'open-csv-test-'))
  const log = { warn: () => undefined }
  duckdb = createDuckDb({ size: 1, memoryLimitMb: 300, threads: 2, tempDir: join(folder, 'spill'), maxQueue: 9, log })
})
afterAll(async () => {
  await duckdb.close()
  await rm(folder, { recursive: true, force: true })
})

const limits = { timeoutMs: 20_000 }

async function opened(content: string | Uint8Array, name = 'orders.csv'): Promise<{ path: string; csv: OpenedCsv | null }> {
  const path = join(folder, `${++files}.csv`)
  await writeFile(path, content)
  return { path, csv: await duckdb.run({ kind: 'open', path, name }, limits) }
}

const ask = (sql: string, path: string, csv?: OpenedCsv): Promise<JobResult<'query'>> => {
  const tables = [{ name: 'orders', path, ...(csv ? { csv } : {}) }]
  return duckdb.run({ kind: 'query', sql, tables, rowLimit: 1000, output: join(folder, `${++files}.parquet`) }, limits)
}

async function imported(path: string): Promise<string> {
  const read = await duckdb.run({ kind: 'import', path, name: 'orders.csv', output: join(folder, `${++files}`) }, limits)
  return must(read.tables[0]).file
}

/** Rows that the first 2,000 lines lead to expect, and what comes after them. */
const long = (end = '', cells = (row: number): string => `${row},${['North', 'South'][row % 2]},${row / 4},2024-01-05`): string =>
  `id,region,amount,sold on\n${Array.from({ length: 3000 }, (_, row) => cells(row)).join('\n')}\n${end}`

describe('a file that is asked before it is imported', () => {
  test('F8: answers as it does once it is imported', async () => {
    const { path, csv } = await opened(long('3000,"two\nlines ""here""",  7.25 ,2024-02-29\n3001,,n/a,\n'))
    const file = await imported(path)
    for (const sql of [
      'SELECT region, sum(amount) AS amount, count(*) AS rows FROM orders GROUP BY 1 ORDER BY 2 DESC',
      'SELECT * FROM orders WHERE id >= 2998 ORDER BY id',
      'SELECT count(*) FROM orders',
      'SELECT one.region, count(*) FROM orders AS one JOIN orders AS two USING (id) GROUP BY ALL ORDER BY ALL',
    ])
      expect(await ask(sql, path, must(csv))).toEqual(await ask(sql, file))
  })

  test('knows of its columns what the first rows tell', async () => {
    const { csv } = await opened('id,region,amount\n1,North,2.50\n2,South,10.25\n3,North,\n')
    expect(must(csv).sampledRows).toBe(3)
    expect(must(csv).profile).toMatchObject([
      { name: 'id', type: 'integer', distinctCount: 3, nullCount: 0, min: 1, max: 3 },
      {
        name: 'region',
        type: 'text',
        distinctCount: 2,
        values: [
          { value: 'North', count: 2 },
          { value: 'South', count: 1 },
        ],
      },
      { name: 'amount', type: 'decimal', distinctCount: 2, nullCount: 1 },
    ])
  })

  const refused: readonly (readonly [string, string | Uint8Array])[] = [
    ['a cell of another type', long('3000,North,many,2024-01-05\n')],
    ['a decimal with more places', long('3000,North,1.23456,2024-01-05\n')],
    ['a line of too few cells', long('3000,North\n')],
    ['a line of too many cells', long('3000,North,1,2024-01-05,more\n')],
    ['a quote that is not closed', long('3000,"North,1,2024-01-05\n')],
    ['text behind a quote', long('3000,North,1,"2024-01-05" or so\n')],
    ['text of another encoding', Buffer.concat([Buffer.from(long('3000,')), Buffer.from('M\xfcnchen,1,2024-01-05\n', 'latin1')])],
    [
      'another encoding in a column that is not asked for',
      Buffer.concat([Buffer.from(long('', (row) => `${row},a,${row / 4},x`)), Buffer.from('1,b,1,M\xfcnchen\n', 'latin1')]),
    ],
    ['a NUL', long('3000,No\0rth,1,2024-01-05\n')],
  ]
  test.each(refused)('does not answer past %s', async (_, content) => {
    const { path, csv } = await opened(content)
    await expect(ask('SELECT region, sum(amount) FROM orders GROUP BY 1', path, must(csv))).rejects.toMatchObject({
      code: 'query-failed',
    })
  })
  test.each(refused.slice(2))('does not count past %s', async (_, content) => {
    const { path, csv } = await opened(content)
    await expect(ask('SELECT count(*) FROM orders', path, must(csv))).rejects.toMatchObject({ code: 'query-failed' })
  })

  test.each([
    ['UTF-16', Buffer.from(`\ufeff${long()}`, 'utf16le')],
    ['a byte order mark', `\ufeff${long()}`],
    ['lines that end by returns', long().replaceAll('\n', '\r')],
    ['a column of which the first rows say nothing', long('', (row) => `${row},North,,2024-01-05`)],
    ['dates that could be either way round', long('', (row) => `${row},North,1,05/06/2024`)],
  ])('is read as a whole first with %s', async (_, content) => {
    expect((await opened(content)).csv).toBeNull()
  })

  test('is read as a whole first when it is of another kind', async () => {
    expect((await opened('[{"a": 1}]')).csv).toBeNull()
    expect((await opened('{"a": 1}\n', 'rows.json')).csv).toBeNull()
  })

  test('lets a statement reach nothing else', async () => {
    const { path, csv } = await opened(long())
    await expect(ask(`SELECT * FROM read_csv('${path}')`, path, must(csv))).rejects.toMatchObject({ code: 'not-read-only' })
  })
})
