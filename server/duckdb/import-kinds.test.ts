import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { crc32, deflateRawSync } from 'node:zlib'
import { writeXlsx } from 'hucre/xlsx'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDuckDb, type DuckDb } from './duckdb.ts'
import type { JobResult } from './job.ts'

let folder = ''
let duckdb: DuckDb
let files = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-kinds-test-'))
  duckdb = createDuckDb({
    size: 1,
    memoryLimitMb: 500,
    threads: 1,
    tempDir: join(folder, 'spill'),
    maxQueue: 100,
    log: { warn: () => undefined },
  })
})
afterAll(async () => {
  await duckdb.close()
  await rm(folder, { recursive: true, force: true })
})

const importPath = (path: string, name: string): Promise<JobResult<'import'>> =>
  duckdb.run({ kind: 'import', path, name, output: join(folder, `${++files}`) }, { timeoutMs: 60_000 })
async function load(name: string, content: string | Uint8Array): Promise<JobResult<'import'>> {
  const path = join(folder, `${++files}`)
  await writeFile(path, content)
  return importPath(path, name)
}
const shapes = ({ tables }: JobResult<'import'>) =>
  tables.map(({ name, columns, rowCount }) => [
    name,
    columns.map((column) => `${column.name}:${column.type}`).join(' '),
    rowCount,
  ])
const unreadable = (message: RegExp) => ({ code: 'unreadable-file', message: expect.stringMatching(message) as string })

test('a workbook: each sheet with cells is a table, with dates, times and numbers as Excel shows them', async () => {
  const day = (text: string) => new Date(`${text}Z`)
  const workbook = await writeXlsx({
    sheets: [
      {
        name: 'Orders',
        rows: [
          [null, null, null, null, null],
          [null, 'id', 'day', 'price', 'at'],
          [null, 1, day('2024-01-31T00:00'), 0.1 + 0.2, day('2024-01-31T00:00')],
          [null, 2, day('2024-02-01T00:00'), null, day('2024-02-01T10:30')],
        ],
      },
      { name: 'Empty', rows: [] },
      { name: 'People', rows: [['name', 'name', ''], ['Zoë "Z"\nNew', 'x', true], ['short']] },
    ],
  })
  const read = await load('misnamed.csv', workbook)
  expect(read.kind).toBe('excel')
  expect(shapes(read)).toEqual([
    ['Orders', 'id:integer day:date price:decimal at:timestamp', 2],
    ['People', 'name:text name_2:text column_3:boolean', 2],
  ])
  expect(read.tables[0]?.rows[1]).toEqual([2, '2024-02-01', null, '2024-02-01T10:30:00'])
  expect(read.problems.map(({ message }) => message)).toEqual([
    'People: The heading name is there more than once; this one is named name_2.',
    'People: Column 3 has no heading; it is named column_3.',
  ])
})

test('a zip bomb, a damaged workbook and other archives are told apart before anything is unpacked', async () => {
  await expect(load('bomb.xlsx', zip('xl/workbook.xml', Buffer.from('x'), 3_000_000_000))).rejects.toMatchObject(
    unreadable(/would be 3000 MB/),
  )
  await expect(load('broken.xlsx', zip('xl/workbook.xml', Buffer.from('x')))).rejects.toMatchObject(unreadable(/damaged/))
  await expect(load('letter.docx', zip('word/document.xml', Buffer.from('x')))).rejects.toMatchObject(
    unreadable(/Excel \(.xlsx\)/),
  )
  await expect(load('paper.pdf', '%PDF-1.7 and so on')).rejects.toMatchObject(unreadable(/Parquet or SQLite/))
  await expect(load('old.xls', Buffer.from('d0cf11e0a1b11ae1', 'hex'))).rejects.toMatchObject(unreadable(/\.xlsx/))
})

test('JSON: nested objects become columns one level deep, the rest stays JSON', async () => {
  const read = await load('a.json', '[{"id":1,"who":{"name":"Zoë","at":{"x":1}},"tags":["a"]},{"id":2,"who":null,"extra":1.5}]')
  expect(shapes(read)).toEqual([[undefined, 'id:integer who_name:text who_at:json tags:json extra:number', 2]])
  expect(read.tables[0]?.rows).toEqual([
    [1, 'Zoë', '{"x":1}', '["a"]', null],
    [2, null, null, null, 1.5],
  ])
  const lines = await load('a.ndjson', '{"a":1,"day":"2024-01-31"}\n{"a":2,"day":"2024-02-01"}\n')
  expect(shapes(lines)).toEqual([[undefined, 'a:integer day:date', 2]])
})

test('one JSON object of lists gives a table for each of them', async () => {
  const read = await load('shop.txt', '{"orders":[{"id":1},{"id":2}],"people":[{"name":"Zoë"}],"version":3}')
  expect([read.kind, shapes(read)]).toEqual([
    'json',
    [
      ['orders', 'id:integer', 2],
      ['people', 'name:text', 1],
    ],
  ])
})

test('broken and empty JSON get a clear sentence', async () => {
  await expect(load('a.json', '[{"a":1},{"a":')).rejects.toMatchObject(unreadable(/could not be read as JSON/))
  await expect(load('a.json', '')).rejects.toMatchObject(unreadable(/empty/))
})

test('SQLite: every table a table, views and what is damaged not', async () => {
  const path = join(folder, 'shop.db')
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false })
  database.exec(`CREATE TABLE orders (id INTEGER PRIMARY KEY, "unit price" REAL, note TEXT, big INTEGER, buyer TEXT REFERENCES people);
    INSERT INTO orders VALUES (1, 2.5, 'a,"b', 9007199254740993, 'Ann'), (2, NULL, '', 1, 'Ben');
    CREATE TABLE people (name TEXT PRIMARY KEY); CREATE VIEW seen AS SELECT * FROM orders`)
  database.close()
  const read = await importPath(path, 'shop.db')
  expect([read.kind, shapes(read)]).toEqual([
    'sqlite',
    [
      ['orders', 'id:integer unit price:decimal note:text big:integer buyer:text', 2],
      ['people', 'name:text', 0],
    ],
  ])
  expect(read.tables[0]?.rows).toEqual([
    [1, '2.5', 'a,"b', '9007199254740993', 'Ann'],
    [2, null, '', 1, 'Ben'],
  ])
  expect(read.tables.map(({ keys }) => keys)).toEqual([
    { primaryKey: ['id'], foreignKeys: [{ columns: ['buyer'], table: 'people', references: ['name'] }] },
    { primaryKey: ['name'], foreignKeys: [] },
  ])
  await expect(load('x.db', `SQLite format 3\0${'x'.repeat(2000)}`)).rejects.toMatchObject(unreadable(/SQLite/))
})

test('Parquet goes in as it is, and tab separated text as a table', async () => {
  const made = await load('a.tsv', 'a\tb\n1\tx\n2\ty\n')
  expect(shapes(made)).toEqual([[undefined, 'a:integer b:text', 2]])
  const read = await importPath(made.tables[0]?.file ?? '', 'a.parquet')
  expect([read.kind, shapes(read)]).toEqual(['parquet', [[undefined, 'a:integer b:text', 2]]])
  await expect(load('a.parquet', 'PAR1 and nothing more')).rejects.toMatchObject(unreadable(/Parquet/))
})

/** An archive of one entry, whose list may claim another size. */
function zip(name: string, content: Buffer, claimedBytes = content.length): Buffer {
  const packed = deflateRawSync(content)
  const facts = Buffer.alloc(26)
  facts.writeUInt16LE(20, 0)
  facts.writeUInt16LE(8, 4)
  facts.writeUInt32LE(crc32(content), 10)
  facts.writeUInt32LE(packed.length, 14)
  facts.writeUInt32LE(claimedBytes, 18)
  facts.writeUInt16LE(name.length, 22)
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), facts, Buffer.from(name), packed])
  const listed = Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), facts, Buffer.alloc(14), Buffer.from(name)])
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06')
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(listed.length, 12)
  end.writeUInt32LE(local.length, 16)
  return Buffer.concat([local, listed, end])
}
