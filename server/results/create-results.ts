import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, link, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { and, eq } from 'drizzle-orm'
import type { Column, Row } from '../../contract/column.ts'
import { KnownError } from '../../contract/error.ts'
import type { Digest, TenantId } from '../../contract/id.ts'
import { type PageRequest, ROW_LIMIT, type TablePage } from '../../contract/table.ts'
import type { TableKeys } from '../../contract/upload.ts'
import { encodeColumnar } from '../../render/encode-columnar.ts'
import type { Clock } from '../basics/clock.ts'
import type { DuckDb } from '../duckdb/duckdb.ts'
import type { Job, WrittenTable } from '../duckdb/job.ts'
import type { Blobs } from '../storage/blobs.ts'
import type { Database } from '../storage/database.ts'
import type { Actor } from '../tenancy/actor.ts'
import { parseSort } from './parse-sort.ts'
import { createProfiles } from './profiles.ts'
import { RecentTables } from './recent-tables.ts'
import type { KeptTable, Results } from './results.ts'
import { createScans } from './scans.ts'
import { results } from './tables.ts'

export interface ResultsInput {
  readonly database: Database
  readonly blobs: Blobs
  /** For members. */
  readonly duckdb: DuckDb
  /** For whoever holds a link: a pool of their own, so that they can't keep members waiting. */
  readonly strangers: DuckDb
  /** For what nobody waits for. */
  readonly behind: DuckDb
  readonly clock: Clock
  /** A folder of this room's own, best on the same disk as the blobs. */
  readonly tempDir: string
}

/** Tables up to this many rows get their columnar encoding when they are kept, larger ones when it is first asked for. */
const ENCODE_AT_ONCE_ROWS = 20_000

/** Whether the first rows, which lie in the database, are all there are: then nothing needs to be read from a file. */
const isWhole = ({ rows, rowCount }: Pick<KeptTable, 'rows' | 'rowCount'>): boolean => rows.length === rowCount

const encodeRows = (columns: readonly Column[], rows: readonly Row[]): Uint8Array =>
  encodeColumnar(
    columns,
    columns.map((_, at) => rows.map((row) => row[at] ?? null)),
  )

const IMPORT_TIMEOUT_MS = 300_000
const READ_TIMEOUT_MS = 30_000
const WRITE_TIMEOUT_MS = 120_000

type Tenant = Pick<Actor, 'tenantId'>
type KeptRow = Omit<typeof results.$inferInsert, 'tenantId' | 'createdAt'>

export function createResults({ database, blobs, duckdb, strangers, behind, clock, tempDir }: ResultsInput): Results {
  const encoding = new Map<string, Promise<Digest>>()
  const recent = new RecentTables()
  const scans = createScans({ database, blobs, duckdb, behind, rowOf: (tenantId, digest, kind) => rowOf(tenantId, digest, kind) })
  const profiles = createProfiles({ database, blobs, duckdb, rowOf: (tenantId, digest, kind) => rowOf(tenantId, digest, kind) })

  /** Gives the work a path for a new file or folder, and clears away what is left at it. */
  async function withOutput<Result>(work: (path: string) => Promise<Result>): Promise<Result> {
    await mkdir(tempDir, { recursive: true })
    const path = join(tempDir, `${randomUUID()}.tmp`)
    try {
      return await work(path)
    } finally {
      await rm(path, { recursive: true, force: true })
    }
  }

  const rowOf = async (tenantId: TenantId, digest: Digest, kind?: 'table' | 'picture' | 'figure' | 'file') => {
    const [row] = await database
      .read({ tenantId })
      .select()
      .from(results)
      .where(and(eq(results.tenantId, tenantId), eq(results.digest, digest)))
    if (!row || (kind !== undefined && row.kind !== kind)) throw new KnownError('not-found')
    return row
  }

  async function tableRow(tenantId: TenantId, digest: Digest): Promise<KeptTable & { columnarDigest: Digest | null }> {
    const { columns, rowCount, firstRows, columnarDigest } = await rowOf(tenantId, digest, 'table')
    if (!columns || rowCount === null || !firstRows) throw new KnownError('not-found')
    return { digest, columns, rowCount, rows: firstRows, columnarDigest }
  }

  const tableOf = async (tenantId: TenantId, digest: Digest): Promise<KeptTable> =>
    recent.get(tenantId, digest) ?? recent.add(tenantId, await tableRow(tenantId, digest))

  /** The same content may be kept already, then its row stays as it is. */
  async function keepRow(tenantId: TenantId, ...rows: readonly KeptRow[]): Promise<void> {
    const createdAt = clock()
    await database
      .write({ tenantId })
      .insert(results)
      .values(rows.map((row) => ({ tenantId, createdAt, ...row })))
      .onConflictDoNothing()
  }

  async function keepTable(tenantId: TenantId, path: string, { columns, rowCount, rows }: WrittenTable): Promise<KeptTable> {
    const { digest, bytes } = await blobs.putFile(tenantId, path)
    await keepRow(tenantId, { digest, kind: 'table', bytes, columns, rowCount, firstRows: rows })
    const table = recent.add(tenantId, { digest, columns, rowCount, rows })
    scans.begin(tenantId, digest)
    if (!isWhole(table) && rowCount <= ENCODE_AT_ONCE_ROWS) await columnarDigest(tenantId, { ...table, columnarDigest: null })
    return table
  }

  /** Encodes a table once, also when many ask at the same time. */
  async function columnarDigest(tenantId: TenantId, table: KeptTable & { columnarDigest: Digest | null }): Promise<Digest> {
    if (table.columnarDigest) return table.columnarDigest
    const key = `${tenantId}/${table.digest}`
    const running = encoding.get(key) ?? encode(tenantId, table).finally(() => encoding.delete(key))
    encoding.set(key, running)
    return running
  }

  async function encode(tenantId: TenantId, { digest, columns }: KeptTable): Promise<Digest> {
    const encodedDigest = await encodeFile(tenantId, digest, columns)
    await database
      .write({ tenantId })
      .update(results)
      .set({ columnarDigest: encodedDigest })
      .where(and(eq(results.tenantId, tenantId), eq(results.digest, digest)))
    return encodedDigest
  }

  const encodeFile = (tenantId: TenantId, digest: Digest, columns: readonly Column[]): Promise<Digest> =>
    withOutput(async (output) => {
      const path = await blobs.path(tenantId, digest)
      await duckdb.run({ kind: 'columnar', path, columns, output }, { timeoutMs: WRITE_TIMEOUT_MS })
      return (await blobs.putFile(tenantId, output)).digest
    })

  /** A file that a child process writes from a table, read once and gone. */
  async function written(tenantId: TenantId, digest: Digest, job: (path: string, output: string) => Job): Promise<Readable> {
    await mkdir(tempDir, { recursive: true })
    const output = join(tempDir, randomUUID())
    try {
      await duckdb.run(job(await blobs.path(tenantId, digest), output), { timeoutMs: WRITE_TIMEOUT_MS })
    } catch (error) {
      await rm(output, { force: true })
      throw error
    }
    return readAndRemove(output)
  }

  async function page(tenantId: TenantId, digest: Digest, request: PageRequest, pool: DuckDb): Promise<TablePage> {
    const { columns, rowCount, rows } = await tableOf(tenantId, digest)
    const { offset, limit } = request
    const sort = parseSort(request, columns)
    const filter = request.filter?.trim() ?? ''
    const isPlain = sort.length === 0 && filter === ''
    const end = Math.min(offset + limit, rowCount)
    if (isPlain && (end <= rows.length || offset >= rowCount))
      return { columns, rows: rows.slice(offset, end), offset, matchCount: rowCount, rowCount }
    const path = await blobs.path(tenantId, digest)
    const found = await pool.run({ kind: 'page', path, columns, sort, filter, offset, limit }, { timeoutMs: READ_TIMEOUT_MS })
    return { columns, rows: found.rows, offset, matchCount: found.matchCount, rowCount }
  }

  return {
    async importFile({ tenantId }, file, { signal, isBehind = false } = {}) {
      const path = 'path' in file ? file.path : await blobs.path(tenantId, file.digest)
      if (isBehind) await duckdb.rest(signal)
      return withOutput(async (output) => {
        const written = await (isBehind ? behind : duckdb).run(
          { kind: 'import', path, name: file.name, output },
          { timeoutMs: IMPORT_TIMEOUT_MS, signal },
        )
        const tables: { name?: string; table: KeptTable; keys?: TableKeys }[] = []
        for (const { file: made, name, keys, ...table } of written.tables)
          tables.push({
            ...(name === undefined ? {} : { name }),
            ...(keys ? { keys } : {}),
            table: await keepTable(tenantId, made, table),
          })
        return { kind: written.kind, tables, problems: written.problems, problemCount: written.problemCount }
      })
    },

    async openFile(_actor, { path, name }) {
      const csv = await duckdb.run({ kind: 'open', path, name }, { timeoutMs: READ_TIMEOUT_MS })
      if (!csv) return undefined
      await mkdir(tempDir, { recursive: true })
      const held = join(tempDir, randomUUID())
      await linkOrCopy(path, held)
      return { path: held, csv, release: () => rm(held, { force: true }) }
    },

    async query({ tenantId }, tables, sql, { rowLimit, timeoutMs, signal, values }) {
      const named = await Promise.all(
        tables.map(async (table) => {
          if ('file' in table) return { name: table.name, path: table.file.path, csv: table.file.csv }
          const { name, digest } = table
          const [path] = await Promise.all([blobs.path(tenantId, digest), tableOf(tenantId, digest)])
          return { name, path }
        }),
      )
      return withOutput(async (output) => {
        const written = await duckdb.run(
          { kind: 'query', sql, tables: named, rowLimit: Math.min(rowLimit, ROW_LIMIT), output, ...(values ? { values } : {}) },
          { timeoutMs, signal },
        )
        return { ...(await keepTable(tenantId, output, written)), truncated: written.truncated }
      })
    },

    async adopt({ tenantId }, from, digest) {
      const { bytes } = await rowOf(from.tenantId, digest, 'table')
      const { columns, rowCount, rows } = await tableRow(from.tenantId, digest)
      const source = await blobs.path(from.tenantId, digest)
      return withOutput(async (copy) => {
        await copyFile(source, copy)
        return { ...(await keepTable(tenantId, copy, { columns, rowCount, rows })), bytes }
      })
    },

    async keepCells({ tenantId }, { path, columns }) {
      return withOutput(async (output) => {
        const written = await duckdb.run({ kind: 'cells', path, columns, output }, { timeoutMs: WRITE_TIMEOUT_MS })
        return keepTable(tenantId, output, written)
      })
    },

    async profileCells({ path, columns }) {
      return withOutput(async (output) => {
        const written = await duckdb.run({ kind: 'cells', path, columns, output }, { timeoutMs: WRITE_TIMEOUT_MS })
        return duckdb.run({ kind: 'profile', path: output, columns: written.columns }, { timeoutMs: WRITE_TIMEOUT_MS })
      })
    },

    table: ({ tenantId }: Tenant, digest) => tableOf(tenantId, digest),

    profile: ({ tenantId }, digest) => profiles.of(tenantId, digest),

    page: ({ tenantId }, digest, request, pool = 'members') =>
      page(tenantId, digest, request, pool === 'members' ? duckdb : strangers),

    async columnar({ tenantId }, digest) {
      const table = await tableOf(tenantId, digest)
      if (table.rowCount > ROW_LIMIT) throw new KnownError('too-large')
      if (isWhole(table)) return encodeRows(table.columns, table.rows)
      return blobs.read(tenantId, await columnarDigest(tenantId, await tableRow(tenantId, digest)))
    },

    async csv({ tenantId }, digest, { escapeFormulas }) {
      const { columns } = await tableRow(tenantId, digest)
      return written(tenantId, digest, (path, output) => ({ kind: 'csv', path, columns, escapeFormulas, output }))
    },

    async workbook({ tenantId }, digest) {
      const { columns } = await tableRow(tenantId, digest)
      return written(tenantId, digest, (path, output) => ({ kind: 'workbook', path, columns, output }))
    },

    async parquet({ tenantId }, digest) {
      await rowOf(tenantId, digest, 'table')
      return blobs.open(tenantId, digest)
    },

    findings: ({ tenantId }, digest) => scans.findings(tenantId, digest),
    foundTexts: ({ tenantId }, digest, column, kind) => scans.foundTexts(tenantId, digest, column, kind),
    fileHolds: ({ tenantId }, digest, values) => scans.fileHolds(tenantId, digest, values),

    async compare({ tenantId }, frozen, later) {
      const [{ columns }, { columns: laterColumns }] = await Promise.all([tableRow(tenantId, frozen), tableRow(tenantId, later)])
      const [path, laterPath] = await Promise.all([blobs.path(tenantId, frozen), blobs.path(tenantId, later)])
      const job = { kind: 'compare', path, columns, later: laterPath, laterColumns } as const
      return duckdb.run(job, { timeoutMs: READ_TIMEOUT_MS })
    },

    async redact({ tenantId }, digest, { drop, values }) {
      const { columns } = await tableRow(tenantId, digest)
      const path = await blobs.path(tenantId, digest)
      return withOutput(async (output) => {
        const job = { kind: 'redact', path, columns, drop, values, output } as const
        const written = await duckdb.run(job, { timeoutMs: WRITE_TIMEOUT_MS })
        return written === null ? undefined : keepTable(tenantId, output, written)
      })
    },

    async keepPictures({ tenantId }, { wide, narrow }) {
      const keep = async (svg: string): Promise<KeptRow> => {
        const bytes = Buffer.from(svg, 'utf8')
        return { digest: await blobs.put(tenantId, bytes), kind: 'picture', bytes: bytes.length }
      }
      const rows = await Promise.all([keep(wide), keep(narrow)])
      await keepRow(tenantId, ...rows)
      return { wide: rows[0].digest, narrow: rows[1].digest }
    },

    async picture({ tenantId }, digest) {
      await rowOf(tenantId, digest, 'picture')
      return Buffer.from(await blobs.read(tenantId, digest)).toString('utf8')
    },

    async keepFigure({ tenantId }, bytes) {
      const digest = await blobs.put(tenantId, bytes)
      await keepRow(tenantId, { digest, kind: 'figure', bytes: bytes.length })
      return digest
    },

    async figure({ tenantId }, digest) {
      await rowOf(tenantId, digest, 'figure')
      return blobs.read(tenantId, digest)
    },

    async keepFile({ tenantId }, path, { isBehind = false, signal } = {}) {
      return withOutput(async (copy) => {
        await linkOrCopy(path, copy)
        const known = isBehind
          ? await behind.run({ kind: 'digest', path: copy }, { timeoutMs: IMPORT_TIMEOUT_MS, signal })
          : undefined
        const { digest, bytes } = await blobs.putFile(tenantId, copy, known)
        await keepRow(tenantId, { digest, kind: 'file', bytes })
        scans.begin(tenantId, digest)
        return { digest, bytes }
      })
    },

    async file({ tenantId }, digest) {
      const { bytes, kind } = await rowOf(tenantId, digest)
      if (kind !== 'file' && kind !== 'table') throw new KnownError('not-found')
      return { bytes, open: (range) => blobs.open(tenantId, digest, range) }
    },

    async close() {
      await Promise.allSettled([...encoding.values(), scans.close(), profiles.close()])
      await rm(tempDir, { recursive: true, force: true })
    },
  }
}

/** The same file under a second name, where the disk can do that. */
const linkOrCopy = (path: string, copy: string): Promise<void> => link(path, copy).catch(() => copyFile(path, copy))

/** The file as a stream; it is gone when the stream is read or broken off. */
function readAndRemove(path: string): Readable {
  const stream = createReadStream(path)
  stream.once('close', () => {
    rm(path, { force: true }).catch(() => undefined)
  })
  return stream
}
