import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { must } from '../basics/must.ts'
import { createDuckDb, type DuckDb } from './duckdb.ts'
import type { JobResult, WrittenTable } from './job.ts'

let folder = ''
let duckdb: DuckDb
let files = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-test-'))
  duckdb = createDuckDb({
    size: 2,
    memoryLimitMb: 500,
    threads: 1,
    tempDir: join(folder, 'spill'),
    maxQueue: 1000,
    log: { warn: () => undefined },
  })
})
afterAll(async () => {
  await duckdb.close()
  await rm(folder, { recursive: true, force: true })
})

const importAs = (path: string, name: string): Promise<JobResult<'import'>> =>
  duckdb.run({ kind: 'import', path, name, output: join(folder, `${++files}`) }, { timeoutMs: 60_000 })
type OneTable = WrittenTable & Pick<JobResult<'import'>, 'problems' | 'problemCount'>
async function importPath(path: string): Promise<OneTable> {
  const { tables, problems, problemCount } = await importAs(path, 'table.csv')
  return { ...must(tables[0]), problems, problemCount }
}
async function load(content: string | Uint8Array): Promise<OneTable> {
  const path = join(folder, `${++files}.csv`)
  await writeFile(path, content)
  return importPath(path)
}
const shape = ({ columns }: Pick<WrittenTable, 'columns'>) => columns.map(({ name, type }) => `${name}:${type}`).join(' ')
/** Type and cells of a file of one column beside a counter. */
async function column(...cells: string[]): Promise<[string, unknown[]]> {
  const { columns, rows } = await load(
    `n,value\n${cells.map((cell, row) => `${row},${/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell}`).join('\n')}\n`,
  )
  return [columns[1]?.type ?? '', rows.map((row) => row[1])]
}

describe('types that a person would choose', () => {
  const cases: [string[], string, unknown[]][] = [
    [['1', '-2', '30'], 'integer', [1, -2, 30]],
    [['0', '1'], 'integer', [0, 1]],
    [['1', '', 'N/A', 'NULL'], 'integer', [1, null, null, null]],
    [['123456789012345678', '1'], 'integer', ['123456789012345678', 1]],
    [['00123', '45678'], 'text', ['00123', '45678']],
    [['007.5', '1'], 'text', ['007.5', '1']],
    [['12345678901234567890', '1'], 'integer', ['12345678901234567890', 1]],
    [['1.5', '2.25', '3'], 'decimal', ['1.50', '2.25', '3.00']],
    [['24000.00', '1.00'], 'decimal', ['24000.00', '1.00']],
    [['188.0', '3.0', ''], 'integer', [188, 3, null]],
    [['0.1', '-.5'], 'decimal', ['0.1', '-0.5']],
    [['0.123456789', '2'], 'number', [0.123456789, 2]],
    [['1e5', '2.5'], 'number', [100000, 2.5]],
    [['1,234.50', '12'], 'decimal', ['1234.50', '12.00']],
    [['€ 12,50', '€ 1.299,00'], 'decimal', ['12.50', '1299.00']],
    [['$1,000', '$25'], 'integer', [1000, 25]],
    [['$5', '€5'], 'text', ['$5', '€5']],
    [['true', 'FALSE'], 'boolean', [true, false]],
    [['Yes', 'no', ''], 'boolean', [true, false, null]],
    [['y', 'y'], 'text', ['y', 'y']],
    [['F', 'M'], 'text', ['F', 'M']],
    [['2024-01-31', '2024-2-1'], 'date', ['2024-01-31', '2024-02-01']],
    [['2024-01-31', '2024-02-30'], 'text', ['2024-01-31', '2024-02-30']],
    [['31.12.2023', '1.2.2024'], 'date', ['2023-12-31', '2024-02-01']],
    [['12/31/2023', '1/2/2024'], 'date', ['2023-12-31', '2024-01-02']],
    [['31/12/2023', '1/2/2024'], 'date', ['2023-12-31', '2024-02-01']],
    [['1/2/2023', '3/4/2024'], 'text', ['1/2/2023', '3/4/2024']],
    [['Jan 5, 2024', 'Dec 24, 2023'], 'date', ['2024-01-05', '2023-12-24']],
    [['2024-01-31 10:00:00', '2024-01-31T23:59:59.5'], 'timestamp', ['2024-01-31T10:00:00', '2024-01-31T23:59:59.500']],
    [['2024-01-31T10:00:00Z', '2024-01-31T10:00:00+02:00'], 'timestamp', ['2024-01-31T10:00:00Z', '2024-01-31T08:00:00Z']],
    [['08:54', '23:10'], 'time', ['08:54:00', '23:10:00']],
    [['N/A', 'North'], 'text', ['N/A', 'North']],
    [['NULL', ''], 'text', [null, null]],
    [['192.168.1.1', '10.0.0.1'], 'text', ['192.168.1.1', '10.0.0.1']],
    [['+49 170 1', '0170'], 'text', ['+49 170 1', '0170']],
  ]
  for (const [cells, type, values] of cases) {
    test(`${cells.join(' | ')} is ${type}`, async () => {
      expect(await column(...cells)).toEqual([type, values])
    })
  }
  test('one odd cell at the far end of a long file decides', async () => {
    const rows = Array.from({ length: 50_000 }, (_, i) => `${i},${i}`).join('\n')
    expect(shape(await load(`a,b\n${rows}\n50000,x\n`))).toBe('a:integer b:text')
  })
  test('phone numbers and zip codes stay text', async () => {
    expect(shape(await load('customer_phone,zipCode,microphones\n5551234,10115,3\n'))).toBe(
      'customer_phone:text zipCode:text microphones:integer',
    )
  })
  test('dates that could be either way are said', async () => {
    expect((await load('n,day\n1,1/2/2023\n2,3/4/2024\n')).problems).toMatchObject([{ column: 'day' }])
  })
})

describe('files as they come', () => {
  test('semicolons, tabs, quotes, CRLF', async () => {
    expect(shape(await load('name;price\r\n"a;b";1,50\r\n"say ""x""";2,00\r\n'))).toBe('name:text price:decimal')
    const quoted = await load('a\tb\n"two\nlines"\t1\n')
    expect([shape(quoted), quoted.rows]).toEqual(['a:text b:integer', [['two\nlines', 1]]])
    expect((await load('a,b\r1,2\r3,4\r')).rows).toEqual([
      [1, 2],
      [3, 4],
    ])
  })
  test('encodings: UTF-8 with a mark, Latin-1, UTF-16', async () => {
    expect((await load('\ufeffname,n\nZoë,1\n')).columns[0]?.name).toBe('name')
    expect((await load(Buffer.from('name,n\nZo\u00eb,1\n', 'latin1'))).rows).toEqual([['Zoë', 1]])
    expect((await load(Buffer.from('\ufeffname,n\nZoë,1\n', 'utf16le'))).rows).toEqual([['Zoë', 1]])
    expect((await load(Buffer.from('\ufeffname,n\nZoë,1\n', 'utf16le').swap16())).rows).toEqual([['Zoë', 1]])
    expect((await load(Buffer.from('name,n\nanna,1\n', 'utf16le'))).rows).toEqual([['anna', 1]])
  })
  test('NUL characters are left out, and said', async () => {
    const { rows, problems } = await load('name,n\nan\0na,1\nbert the builder,2\n')
    expect([rows, problems]).toEqual([
      [
        ['anna', 1],
        ['bert the builder', 2],
      ],
      [{ message: '1 NUL characters were left out.' }],
    ])
  })
  test('headings: trimmed, empty, repeated, missing', async () => {
    const { problems, columns } = await load(' a ,,a,A\n1,2,3,4\n')
    expect(columns.map(({ name }) => name)).toEqual(['a', 'column_2', 'a_2', 'A_3'])
    expect(problems).toHaveLength(3)
    const bare = await load('1,x,2024-01-01\n2,y,2024-01-02\n')
    expect([shape(bare), bare.rowCount, bare.problems.length]).toEqual(['column_1:integer column_2:text column_3:date', 2, 1])
    expect(shape(await load('country,2022,2023\nNorway,1.5,2.5\n'))).toBe('country:text 2022:decimal 2023:decimal')
  })
  test('a header only, one column only, blank lines before', async () => {
    const empty = await load('a,b\n')
    expect([shape(empty), empty.rowCount]).toEqual(['a:text b:text', 0])
    expect((await load('name\nanna\nbert\n')).rows).toEqual([['anna'], ['bert']])
    expect((await load('\n\na,b\n1,2\n')).rows).toEqual([[1, 2]])
  })
  test('ragged rows are left out and said with their line', async () => {
    const { rows, problems, problemCount } = await load('a,b,c\n1,2,3\n4,5\n6,7,8\n9,10,11,12\n')
    expect(rows).toEqual([
      [1, 2, 3],
      [6, 7, 8],
    ])
    expect([problems.map(({ line }) => line), problemCount]).toEqual([[3, 5], 2])
    expect(problems[0]?.message).toContain('where 3 are expected')
  })
  test('a quoted cell of many lines may be longer than any line', async () => {
    const text = `${'line\n'.repeat(1_000_000)}end`
    const { rowCount, problems } = await load(`a,b\n1,"${text}"\n2,x\n`)
    expect([rowCount, problems]).toEqual([2, []])
  })
  test('fractions of uneven length are one decimal, and only as they are written', async () => {
    const rows = Array.from({ length: 3_000 }, (_, i) => `${i}.${i % 2 ? '5' : '25'}`)
    expect(shape(await load(`price\n${rows.join('\n')}\n`))).toBe('price:decimal')
    for (const odd of ['007.25', '+7.25', '1_0.25', '7.255x']) {
      const { columns } = await load(`price\n${[...rows, odd].join('\n')}\n`)
      expect([odd, columns[0]?.type]).toEqual([odd, 'text'])
    }
    const { columns, rows: read } = await load(`price\n${[...rows, '7.2555'].join('\n')}\n`)
    expect([columns[0]?.type, read[0]]).toEqual(['decimal', ['0.2500']])
  })
  test('what is no table gets a clear sentence', async () => {
    const unreadable = (message: RegExp) => ({ code: 'unreadable-file', message: expect.stringMatching(message) as string })
    await expect(load('')).rejects.toMatchObject(unreadable(/empty/))
    await expect(load(' \n\n')).rejects.toMatchObject(unreadable(/empty/))
    await expect(load(Buffer.from('PK\x03\x04 and so on'))).rejects.toMatchObject(unreadable(/not a text file/))
    await expect(load(Uint8Array.from({ length: 5000 }, (_, i) => (i * 37) % 256))).rejects.toMatchObject(
      unreadable(/not a text file/),
    )
    await expect(load(`a,b\n1,${'x'.repeat(20_000_000)}\n`)).rejects.toMatchObject(unreadable(/longer than 16 MB/))
  })
})

const evals = fileURLToPath(new URL('../../../shared/evals/spider-train/databases', import.meta.url))
describe.skipIf(!existsSync(evals))(
  'the CSV files of the 40 databases (skipped where the folder of evaluations is missing)',
  () => {
    const wanted: Record<string, RegExp> = {
      int: /integer|text/,
      integer: /integer|text/,
      real: /integer|decimal|number/,
      float: /integer|decimal|number/,
      double: /integer|decimal|number/,
      numeric: /integer|decimal|number/,
      decimal: /integer|decimal|number|text/,
      date: /date|timestamp|text/,
      datetime: /date|timestamp|text/,
      timestamp: /timestamp|date/,
    }
    test('all load, with types that fit what their schema says', { timeout: 180_000 }, async () => {
      const odd: string[] = []
      const work = readdirSync(evals).flatMap((name) => {
        const schema = readFileSync(join(evals, name, 'schema.sql'), 'utf8')
        return readdirSync(join(evals, name, 'data')).map(async (file) => {
          const { columns, problems } = await importPath(join(evals, name, 'data', file))
          const table = file.replace(/\.csv$/, '')
          const body = new RegExp(`CREATE TABLE\\s+"${table}"\\s*\\(([\\s\\S]*?)\\n\\);`, 'i').exec(schema)?.[1] ?? ''
          const declared = new Map(
            [...body.matchAll(/^\s*"([^"]+)"\s+(\w+)/gm)].map(([, column = '', type = '']) => [
              column.toLowerCase(),
              type.toLowerCase(),
            ]),
          )
          for (const problem of problems) odd.push(`${name}.${table} ${problem.message}`)
          for (const { name: column, type } of columns) {
            const fitting = wanted[declared.get(column.toLowerCase()) ?? '']
            if (fitting && !fitting.test(type))
              odd.push(`${name}.${table}.${column} ${declared.get(column.toLowerCase())} became ${type}`)
          }
        })
      })
      await Promise.all(work)
      expect(work.length).toBeGreaterThan(150)
      expect(odd).toEqual(['university_basketball.basketball_match.All_Games_Percent int became decimal'])
    })
  },
)
