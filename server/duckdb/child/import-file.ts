import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { KnownError } from '../../../contract/error.ts'
import type { TableKeys, UploadKind, UploadProblem } from '../../../contract/upload.ts'
import type { ImportedTable, JobResults } from '../job.ts'
import { importCsv } from './import-csv.ts'
import { importJson, importParquet } from './import-records.ts'
import { readSqlite } from './import-sqlite.ts'
import { isWorkbook, readWorkbook } from './import-workbook.ts'
import { readTextFile } from './read-text-file.ts'
import { writeTable } from './written-table.ts'
import { zipEntries } from './zip-entries.ts'

const MOST_TABLES = 100

/** Reads a file of any kind into Parquet files in the folder `output`. What the file holds decides how it is read; its name only where that leaves it open. */
export async function importFile(
  connection: DuckDBConnection,
  { path, name, output }: { path: string; name: string; output: string },
): Promise<JobResults['import']> {
  await mkdir(output, { recursive: true })
  const tables: ImportedTable[] = []
  const problems: UploadProblem[] = []
  let problemCount = 0
  let leftOut = 0
  const csv = join(output, 'cells.csv')
  const outputAt = (index: number): string => join(output, `${index}.parquet`)
  const takeCsv = async (source: string, tableName?: string, headings?: readonly string[], keys?: TableKeys): Promise<void> => {
    if (tables.length >= MOST_TABLES) {
      leftOut++
      return
    }
    const file = outputAt(tables.length)
    const read = await importCsv(connection, source, file, { isOwn: tableName !== undefined, headings })
    problems.push(
      ...read.problems.map((problem) =>
        tableName === undefined ? problem : { ...problem, message: `${tableName}: ${problem.message}` },
      ),
    )
    problemCount += read.problemCount
    tables.push({ ...read.written, file, ...(tableName === undefined ? {} : { name: tableName }), ...(keys ? { keys } : {}) })
  }
  const takeRows = async (rows: string, tableName?: string): Promise<void> => {
    const file = outputAt(tables.length)
    tables.push({ ...(await writeTable(connection, rows, file)), file, ...(tableName === undefined ? {} : { name: tableName }) })
  }

  const kind = await kindOf(path, name)
  if (kind === 'excel') await readWorkbook(path, (await zipEntries(path)) ?? [], csv, (sheetName) => takeCsv(csv, sheetName))
  else if (kind === 'sqlite') await readSqlite(path, csv, (tableName, columns, keys) => takeCsv(csv, tableName, columns, keys))
  else if (kind === 'parquet') await importParquet(connection, path, takeRows)
  else if (kind === 'json') {
    const text = await readTextFile(path, join(output, 'text.json'), { isOneLineFine: true })
    if (text.isEmpty) throw new KnownError('unreadable-file', 'The file is empty. Upload a file with records in it.')
    await importJson(connection, text.path, takeRows)
  } else await takeCsv(path)
  if (leftOut > 0) {
    problems.push({ message: `Only the first ${MOST_TABLES} tables were read; ${leftOut} were left out.` })
    problemCount++
  }
  return { kind, tables, problems, problemCount }
}

/** What kind of file it is. Throws `unreadable-file` for one that is known not to be read. */
export async function kindOf(path: string, name: string): Promise<UploadKind> {
  const head = await firstBytes(path)
  const start = head.toString('latin1')
  if (start.startsWith('PAR1')) return 'parquet'
  if (start.startsWith('SQLite format 3\0')) return 'sqlite'
  if (start.startsWith('PK\x03\x04') && isWorkbook((await zipEntries(path)) ?? [])) return 'excel'
  if (start.startsWith('\xd0\xcf\x11\xe0'))
    throw new KnownError(
      'unreadable-file',
      'This is an old Office file (.xls), or one with a password. Save it as .xlsx without a password, or as CSV, and upload that.',
    )
  if (/\.(json|ndjson|jsonl|geojson)$/i.test(name)) return 'json'
  const text = head.toString('utf8').replace('\ufeff', '').trimStart()
  return /^(\{\s*("|\}\s*$)|\[\s*(\{|\]\s*$))/.test(text) ? 'json' : 'csv'
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
