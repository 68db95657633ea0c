import { mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import { TenantId } from '../../contract/id.ts'
import { createDuckDb } from '../duckdb/duckdb.ts'
import type { Blobs } from '../storage/blobs.ts'
import type { Database } from '../storage/database.ts'
import { type Finding, judged } from './finding.ts'

export interface Place {
  readonly database: Pick<Database, 'kind' | 'syncs' | 'ping' | 'beyondTenants'>
  readonly blobs: Pick<Blobs, 'put' | 'read' | 'remove'>
  readonly dataDir: string
}

/** Nobody's: what is written to try the store lies apart from what tenants keep. */
const NOBODY = TenantId.parse(`ten_${'0'.repeat(26)}`)
const LEAST_FREE_BYTES = 1_000_000_000
const ENGINE_TIMEOUT_MS = 30_000

/** Looks at what a server stands on: its database, its store of bytes, its engine, its disk. */
export async function inspectPlace({ database, blobs, dataDir }: Place): Promise<Finding[]> {
  return [
    await tried(`database (${database.kind}) answers`, () => database.ping()),
    await inspectSync(database),
    await tried('what is kept can be written and read', async () => {
      const bytes = Buffer.from(`doctor ${Date.now()}`)
      const digest = await blobs.put(NOBODY, bytes)
      try {
        if (Buffer.compare(Buffer.from(await blobs.read(NOBODY, digest)), bytes) !== 0)
          throw new KnownError('unavailable', 'The store gives back other bytes than were written.')
      } finally {
        await blobs.remove(NOBODY, digest)
      }
    }),
    await tried('the engine for tables answers', tryEngine),
    await inspectDisk(dataDir),
  ]
}

async function tried(what: string, work: () => Promise<unknown>): Promise<Finding> {
  try {
    await work()
    return { what, state: 'right' }
  } catch (error) {
    return { what, state: 'wrong', why: error instanceof Error ? error.message : String(error) }
  }
}

/** An acknowledged turn must survive a power cut. */
async function inspectSync({ syncs, beyondTenants }: Place['database']): Promise<Finding> {
  const what = 'commits reach the disk'
  if (!syncs) {
    const why = 'PGlite does not sync: safe against a crash of QRY, not against a power cut. Set DATABASE_URL'
    return { what, state: 'weak', why }
  }
  const setting = (name: string) => sql<string>`current_setting(${name})`
  try {
    const [row] = await beyondTenants()
      .select({ fsync: setting('fsync'), commit: setting('synchronous_commit'), pages: setting('full_page_writes') })
      .from(sql`(select 1) as one`)
    return judged(what, [
      ...(row?.fsync === 'off' ? ['fsync is off'] : []),
      ...(row?.commit === 'off' ? ['synchronous_commit is off'] : []),
      ...(row?.pages === 'off' ? ['full_page_writes is off'] : []),
    ])
  } catch (error) {
    return { what, state: 'unchecked', why: error instanceof Error ? error.message : String(error) }
  }
}

async function tryEngine(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'qry-doctor-'))
  const log = { warn: () => undefined }
  const duckdb = createDuckDb({ size: 1, threads: 1, memoryLimitMb: 256, maxQueue: 1, tempDir: join(folder, 'duckdb'), log })
  try {
    const job = { kind: 'query', sql: 'select 1 as one', tables: [], rowLimit: 1, output: join(folder, 'one.parquet') } as const
    await duckdb.run(job, { timeoutMs: ENGINE_TIMEOUT_MS })
  } finally {
    await duckdb.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function inspectDisk(dataDir: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(dataDir)
  const free = bavail * bsize
  const why = `${(free / 1e9).toFixed(1)} GB are free`
  return { what: 'room on the disk', state: free < LEAST_FREE_BYTES ? 'wrong' : 'right', why }
}
