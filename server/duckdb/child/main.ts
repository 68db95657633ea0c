import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { KnownError } from '../../../contract/error.ts'
import { sha256OfFile } from '../../basics/sha256.ts'
import {
  type ChildSettings,
  type FromChild,
  type Job,
  type JobResults,
  keptTablesOf,
  MEMORY_EXIT_CODE,
  type QueryJob,
  type ToChild,
} from '../job.ts'
import { cleanError } from './clean-error.ts'
import { compareTables } from './compare-tables.ts'
import { giveWay } from './give-way.ts'
import { importFile, kindOf } from './import-file.ts'
import { keepCells } from './keep-cells.ts'
import { KeptEngine } from './kept-engine.ts'
import { openCsv } from './open-csv.ts'
import { profileTable } from './profile-table.ts'
import { readPage } from './read-page.ts'
import { redactTable } from './redact-table.ts'
import { openTables, runQuery } from './run-query.ts'
import { findInColumn, scanFile, scanTable } from './scan-table.ts'
import { openSession, type Session } from './session.ts'
import { writeColumnar, writeCsv } from './write-table.ts'
import { writeWorkbook } from './write-workbook.ts'

/** The program of a child process: one job at a time, each in an engine that touches the files of the job and nothing else. */
const settings = JSON.parse(process.argv[2] ?? '{}') as ChildSettings
const answers = join(settings.tempDir, 'answers')
if (settings.isBehind) giveWay()
let current: Session | undefined
/** Engines that wait for their job: opening one takes longer than most queries, and one question is often two jobs. */
const upcoming: Promise<Session>[] = []
const WARM_ENGINES = 2
const warm = (): void => {
  while (upcoming.length < WARM_ENGINES) {
    const session = openSession(settings)
    session.catch(() => undefined)
    upcoming.push(session)
  }
}
warm()

const answer = (message: FromChild): void => {
  process.send?.(message)
}

const end = (): boolean => process.kill(process.pid, 'SIGKILL')
process.on('disconnect', end)
// NOTE: a server that fell while this program was loading has said so already.
if (!process.connected) end()
process.on('message', (message) => {
  const told = message as ToChild
  if (told.type === 'interrupt') current?.connection.interrupt()
  else void work(told.id, told.job)
})

const memoryCeiling = settings.memoryLimitMb * 2 * 1024 * 1024 + 400 * 1024 * 1024
setInterval(() => {
  if (process.memoryUsage.rss() > memoryCeiling) process.exit(MEMORY_EXIT_CODE)
}, 100)

/** The engine of the last query. It must not stand in the way of a job that needs much memory itself. */
const kept = new KeptEngine()
const roomyBytes = (settings.memoryLimitMb / 2) * 1024 * 1024

async function work(id: number, job: Job): Promise<void> {
  const tables = keptTablesOf(job)
  try {
    const known = tables === undefined ? undefined : kept.take(tables)
    if (!known && process.memoryUsage.rss() > roomyBytes) kept.close()
    current = known ?? (await (upcoming.shift() ?? openSession(settings)))
    const result = job.kind === 'query' ? await query(current, job, id, known !== undefined) : await perform(current, job)
    answer({ type: 'done', id, result })
    if (tables !== undefined) {
      kept.keep(tables, current)
      current = undefined
    }
  } catch (error) {
    const known = error instanceof KnownError ? error : cleanError(error, [...pathsOf(job), settings.tempDir])
    answer({ type: 'failed', id, code: known.code, message: known.message })
  } finally {
    current?.close()
    current = undefined
    warm()
  }
}

/** Runs a query, in an engine that may go on to the next: what it writes lies in a folder of this process, under a name that comes once, until it is whole. */
async function query(session: Session, job: QueryJob, id: number, isKnown: boolean): Promise<JobResults['query']> {
  const output = join(answers, `${id}.parquet`)
  if (!isKnown) {
    await mkdir(answers, { recursive: true })
    await session.lock(pathsOfTables(job), [answers])
    await openTables(session.connection, job.tables)
  }
  try {
    const written = await runQuery(session.connection, { ...job, output })
    await rename(output, job.output)
    return written
  } finally {
    await rm(output, { force: true })
  }
}

const pathsOfTables = (job: QueryJob): string[] => job.tables.map((table) => table.path)

function pathsOf(job: Job): string[] {
  if (job.kind === 'query') return [...pathsOfTables(job), job.output]
  if (job.kind === 'compare') return [job.path, job.later]
  return 'output' in job ? [job.path, job.output] : [job.path]
}

async function perform(session: Session, job: Exclude<Job, QueryJob>): Promise<unknown> {
  await session.lock(pathsOf(job), job.kind === 'import' ? [job.output] : [])
  switch (job.kind) {
    case 'import':
      return importFile(session.connection, job)
    case 'open':
      return (await kindOf(job.path, job.name)) === 'csv' ? openCsv(session.connection, job.path) : null
    case 'page':
      return readPage(session.connection, job)
    case 'cells':
      return keepCells(session.connection, job)
    case 'columnar':
      return writeColumnar(session.connection, job)
    case 'csv':
      return writeCsv(session.connection, job)
    case 'workbook':
      return writeWorkbook(session.connection, job)
    case 'scan':
      return scanTable(session.connection, job)
    case 'found':
      return findInColumn(session.connection, job)
    case 'scan-file':
      return scanFile(job)
    case 'redact':
      return redactTable(session.connection, job)
    case 'compare':
      return compareTables(session.connection, job)
    case 'digest':
      return sha256OfFile(job.path)
    case 'profile':
      return profileTable(session.connection, job.path, job.columns)
  }
}

answer({ type: 'ready' })
