import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { KnownError } from '../../contract/error.ts'
import type { Database } from './database.ts'
import { startEmbeddedPostgres } from './embedded-postgres.ts'
import { lockFolder } from './folder-lock.ts'
import { migrate } from './migrate.ts'
import { openPgliteDatabase } from './pglite-database.ts'
import { openPostgresDatabase } from './postgres-database.ts'

export { openMemoryDatabase } from './pglite-database.ts'

export interface OpenDatabaseInput {
  readonly dataDir: string
  /** A `postgres://` address; then the data folder holds no database. */
  readonly databaseUrl?: string | undefined
  /** Told in whole sentences: a fallback and its reason, a restart, a lost connection. */
  readonly log: (sentence: string) => void
  /** False to leave the tables as they are found, for a restore. */
  readonly isMigrated?: boolean
}

const pgliteFolder = 'pglite-18'
const postgresFolder = 'postgres-18'

/**
 * The application's database: the server of `databaseUrl`, else the embedded server in the data folder, else PGlite, which is announced.
 * Brought up to date before it is handed out. Throws `conflict` while another process holds the data folder, `unavailable` when a server does not answer, or when data that is there
 * needs an engine that can't start: never an empty database in its place.
 */
export async function openDatabase({ dataDir, databaseUrl, log, isMigrated = true }: OpenDatabaseInput): Promise<Database> {
  const finish = isMigrated ? migrated : async (database: Database) => database
  if (databaseUrl) return finish(await openServer(databaseUrl, log))
  mkdirSync(dataDir, { recursive: true, mode: 0o711 })
  const lock = lockFolder(dataDir, 'database')
  try {
    return withLock(await finish(await openInFolder(dataDir, log)), () => lock.release())
  } catch (error) {
    lock.release()
    throw error
  }
}

async function openServer(databaseUrl: string, log: (sentence: string) => void): Promise<Database> {
  const database = openPostgresDatabase({ connectionString: databaseUrl }, { kind: 'postgres', log })
  try {
    await database.ping()
    return database
  } catch (cause) {
    await database.close()
    const reason = causeOf(cause)
    throw new KnownError(
      'unavailable',
      `The server of DATABASE_URL does not answer: ${reason}. Check the address, or unset it.`,
      { cause },
    )
  }
}

async function openInFolder(dataDir: string, log: (sentence: string) => void): Promise<Database> {
  const pglite = join(dataDir, pgliteFolder)
  if (isThere(pglite)) {
    log(
      'The database of this data folder is PGlite, which does not sync to the disk: safe against a crash of QRY, not against a power cut.',
    )
    return openPgliteDatabase(pglite)
  }
  try {
    const server = await startEmbeddedPostgres({ folder: join(dataDir, postgresFolder), log })
    return openPostgresDatabase(server.connection, { kind: 'embedded', log, whenClosed: () => server.stop() })
  } catch (cause) {
    const reason = causeOf(cause)
    if (isThere(join(dataDir, postgresFolder)))
      throw new KnownError('unavailable', `The database in ${join(dataDir, postgresFolder)} did not start: ${reason}`, { cause })
    log(
      `The embedded PostgreSQL can't run here: ${reason} Using PGlite instead, which does not sync to the disk: safe against a crash of QRY, not against a power cut. Set DATABASE_URL to use a PostgreSQL server.`,
    )
    return openPgliteDatabase(pglite)
  }
}

async function migrated(database: Database): Promise<Database> {
  try {
    await migrate(database)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

const withLock = (database: Database, release: () => void): Database => ({
  ...database,
  close: async () => {
    await database.close()
    release()
  },
})

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined

const causeOf = (error: unknown): string => {
  const deepest = error instanceof KnownError && error.cause instanceof Error ? error.cause : error
  return deepest instanceof Error ? deepest.message || String(Reflect.get(deepest, 'code')) : String(deepest)
}
