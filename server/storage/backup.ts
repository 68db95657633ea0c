import { createReadStream, createWriteStream } from 'node:fs'
import { readFile, rename, rm } from 'node:fs/promises'
import { type Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { finished, pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { sql } from 'drizzle-orm'
import { extract, type Pack, pack } from 'tar-stream'
import { z } from 'zod'
import { KnownError } from '../../contract/error.ts'
import { Digest, TenantId } from '../../contract/id.ts'
import type { Blobs } from './blobs.ts'
import type { Database, Writer } from './database.ts'
import { linesOf } from './key-file.ts'
import { migrate } from './migrate.ts'
import { rowsOf } from './statement-error.ts'

/**
 * A backup is a gzipped tar: `manifest.json`, then `rows/<table>/<part>.ndjson` (one JSON object a row, as PostgreSQL writes it) parents first,
 * then `blobs/<tenant>/<digest>`, and `secret.key` where the key lies in the data folder. Rows are of one moment; a blob is written before a row names it and never changes,
 * so the blobs that are read afterwards have all of them.
 */
const Manifest = z.object({
  version: z.literal(1),
  madeAt: z.string(),
  /** How many migrations the rows have behind them. */
  steps: z.number().int().nonnegative(),
  /** Parents before the tables that refer to them. */
  tables: z.array(z.string().regex(/^\w+$/)),
})
type Manifest = z.infer<typeof Manifest>

export interface BackupCounts {
  readonly tables: number
  readonly rows: number
  readonly blobs: number
}

/** What lives as long as its process: of no use to another. */
const passing = new Set(['nodes'])
const FETCHED_ROWS = 2_000

/** Writes all that is kept to `file`, which is whole or not there. `keyFile` is copied where it exists. */
export async function writeBackup(
  { database, blobs, now }: { database: Database; blobs: Blobs; now: Date },
  keyFile: string,
  file: string,
): Promise<BackupCounts> {
  const unfinished = `${file}.unfinished`
  const keysBefore = await keysIn(keyFile)
  const archive = pack()
  const writing = pipeline(archive, createGzip(), createWriteStream(unfinished, { mode: 0o600 }))
  writing.catch((error: Error) => archive.destroy(error))
  try {
    const rows = await database.beyondTenantsTransaction(async (reader) => {
      await reader.execute(sql`set transaction isolation level repeatable read, read only`)
      const tables = await tablesInOrder(reader)
      const manifest: Manifest = { version: 1, madeAt: now.toISOString(), steps: await stepsOf(reader), tables }
      await addEntry(archive, 'manifest.json', JSON.stringify(manifest))
      let count = 0
      for (const table of tables) count += await addRows(archive, reader, table)
      return { tables: tables.length, rows: count }
    })
    let blobCount = 0
    for await (const { tenantId, digest } of blobs.list()) {
      await addStream(
        archive,
        `blobs/${tenantId}/${digest}`,
        await blobs.size(tenantId, digest),
        await blobs.open(tenantId, digest),
      )
      blobCount++
    }
    // NOTE: a change of the key that ends meanwhile forgets the one that these rows were sealed with.
    const keys = linesOf([...(await keysIn(keyFile)), ...keysBefore].join('\n'))
    if (keys.length > 0) await addEntry(archive, 'secret.key', `${keys.join('\n')}\n`)
    archive.finalize()
    await writing
    await rename(unfinished, file)
    return { ...rows, blobs: blobCount }
  } catch (error) {
    archive.destroy()
    await writing.catch(() => undefined)
    await rm(unfinished, { force: true })
    throw error
  }
}

const keysIn = async (keyFile: string): Promise<string[]> => linesOf(await readFile(keyFile, 'utf8').catch(() => ''))

export interface RestorePlaces {
  /** Opened without being brought up to date, and empty. */
  readonly database: Database
  readonly blobs: Blobs
  readonly keepKey: (key: string) => Promise<void>
}

/** Puts a backup into an empty database and store. Throws `conflict` when there is data already, `unreadable-file` when the file is no backup of QRY. */
export async function restoreBackup({ database, blobs, keepKey }: RestorePlaces, file: string): Promise<BackupCounts> {
  if (await hasData(database))
    throw new KnownError(
      'conflict',
      'There is data here already. Restore into an empty place: set QRY_DATA_DIR (or DATABASE_URL) to a new one.',
    )
  await readToEnd(file)
  const counts = { rows: 0, blobs: 0 }
  let manifest: Manifest | undefined
  const archive = extract()
  const reading = pipeline(createReadStream(file), createGunzip(), archive)
  reading.catch(() => undefined)
  try {
    await database.beyondTenantsTransaction(async (writer) => {
      for await (const entry of archive) {
        const [kind, first = '', second = ''] = entry.header.name.split('/')
        if (entry.header.name === 'manifest.json') {
          manifest = Manifest.parse(JSON.parse(await text(entry)))
          await migrate(inside(database, writer), undefined, manifest.steps)
        } else if (!manifest) throw new Error('the manifest is missing')
        else if (kind === 'rows') {
          counts.rows += await putRows(writer, first, await text(entry), manifest)
        } else if (kind === 'blobs') {
          await putBlob(blobs, TenantId.parse(first), Digest.parse(second), entry)
          counts.blobs++
        } else if (kind === 'secret.key') await keepKey(await text(entry))
        else entry.resume()
      }
      await reading
      for (const table of manifest?.tables ?? []) await setCounters(writer, table)
    })
  } catch (cause) {
    throw cause instanceof KnownError ? cause : notWhole(file, cause)
  }
  await migrate(database)
  return { tables: manifest?.tables.length ?? 0, ...counts }
}

/** Throws where the file is cut short or is something else, before anything of it is kept. */
async function readToEnd(file: string): Promise<void> {
  const discard = new Writable({ write: (_chunk, _encoding, done) => done() })
  try {
    await pipeline(createReadStream(file), createGunzip(), discard)
  } catch (cause) {
    throw notWhole(file, cause)
  }
}

const notWhole = (file: string, cause: unknown): KnownError =>
  new KnownError('unreadable-file', `${file} is not a whole backup of QRY. Nothing of it was kept in the database.`, { cause })

/** A database whose transactions are the one that is open already. */
const inside = (database: Database, writer: Writer): Database => ({
  ...database,
  beyondTenants: () => writer,
  beyondTenantsTransaction: (work) => work(writer),
})

async function hasData(database: Database): Promise<boolean> {
  const reader = database.beyondTenants()
  for (const table of await tablesInOrder(reader)) {
    const [found] = rowsOf(await reader.execute(sql`select 1 as one from ${sql.identifier(table)} limit 1`))
    if (found) return true
  }
  return false
}

/** The tables, each after those its foreign keys name. */
async function tablesInOrder(reader: Writer): Promise<string[]> {
  const names = rowsOf(
    await reader.execute(
      sql`select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`,
    ),
  ).map((row) => String(row.name))
  const keys = rowsOf(
    await reader.execute(
      sql`select conrelid::regclass::text as child, confrelid::regclass::text as parent from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
    ),
  )
  const ordered: string[] = []
  const visit = (name: string): void => {
    if (ordered.includes(name)) return
    for (const { child, parent } of keys) if (child === name && parent !== name) visit(String(parent))
    ordered.push(name)
  }
  for (const name of names) if (!passing.has(name)) visit(name)
  return ordered
}

async function stepsOf(reader: Writer): Promise<number> {
  const [found] = rowsOf(await reader.execute(sql`select count(*)::int as steps from drizzle.__drizzle_migrations`))
  return Number(found?.steps ?? 0)
}

/** In parts, so that no table is held as a whole. */
async function addRows(archive: Pack, reader: Writer, table: string): Promise<number> {
  let count = 0
  await reader.execute(
    sql`declare kept_rows no scroll cursor for select row_to_json(kept)::text as line from ${sql.identifier(table)} as kept`,
  )
  for (let part = 1; ; part++) {
    const lines = rowsOf(await reader.execute(sql.raw(`fetch ${FETCHED_ROWS} from kept_rows`))).map((row) => String(row.line))
    if (lines.length === 0) break
    count += lines.length
    await addEntry(archive, `rows/${table}/${part}.ndjson`, lines.join('\n'))
  }
  await reader.execute(sql`close kept_rows`)
  return count
}

async function putRows(writer: Writer, table: string, lines: string, manifest: Manifest): Promise<number> {
  if (!manifest.tables.includes(table)) throw new Error(`${table} is not in the manifest`)
  const name = sql.identifier(table)
  const rows = lines.split('\n')
  await writer.execute(
    sql`insert into ${name} select * from json_populate_recordset(null::${name}, ${`[${rows.join(',')}]`}::json)`,
  )
  return rows.length
}

const Counter = z.object({ column: z.string(), counter: z.string().nullable() })

/** Serial columns count on from what was put in. */
async function setCounters(writer: Writer, table: string): Promise<void> {
  const found = rowsOf(
    await writer.execute(
      sql`select column_name as column, pg_get_serial_sequence(quote_ident(table_name), column_name) as counter
          from information_schema.columns where table_schema = 'public' and table_name = ${table}`,
    ),
  )
  for (const { column, counter } of z.array(Counter).parse(found))
    if (counter !== null)
      await writer.execute(
        sql`select setval(${counter}, (select coalesce(max(${sql.identifier(column)}), 0) + 1 from ${sql.identifier(table)}), false)`,
      )
}

async function putBlob(blobs: Blobs, tenantId: TenantId, digest: Digest, entry: AsyncIterable<unknown>): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of entry) chunks.push(chunk as Buffer)
  if ((await blobs.put(tenantId, Buffer.concat(chunks))) !== digest) throw new Error(`${digest} is not what its name says`)
}

const addEntry = (archive: Pack, name: string, content: string): Promise<void> =>
  new Promise((resolve, reject) => {
    archive.entry({ name }, content, (error) => (error ? reject(error) : resolve()))
  })

async function addStream(archive: Pack, name: string, size: number, content: Readable): Promise<void> {
  const entry = archive.entry({ name, size })
  content.pipe(entry)
  await finished(entry)
}
