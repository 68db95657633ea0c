import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { KnownError } from '../../contract/error.ts'
import type { Database, Writer } from './database.ts'
import { rowsOf } from './statement-error.ts'

export const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url))
const migrationLock = 7149000

/**
 * Brings the database to this program's tables: all steps that are missing, or none, one process at a time. Returns how many ran.
 * With `last`, only the first so many steps of the history.
 * Throws `conflict` when the database is newer than the program, or of another history.
 */
export async function migrate(database: Database, folder = migrationsFolder, last = Number.POSITIVE_INFINITY): Promise<number> {
  const steps = readMigrationFiles({ migrationsFolder: folder })
  return database.beyondTenantsTransaction(async (writer) => {
    await writer.execute(sql`select pg_advisory_xact_lock(${migrationLock})`)
    await writer.execute(sql`create schema if not exists drizzle`)
    await writer.execute(
      sql`create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`,
    )
    const applied = rowsOf(
      await writer.execute(sql`select hash, created_at::text as at from drizzle.__drizzle_migrations order by created_at`),
    )
    checkHistory(
      applied.map((row) => ({ hash: String(row.hash), at: Number(row.at) })),
      steps.map((step) => ({ hash: step.hash, at: step.folderMillis })),
    )
    const missing = steps.slice(applied.length, last)
    for (const step of missing) await runStep(writer, step)
    return missing.length
  })
}

async function runStep(writer: Writer, step: { sql: string[]; hash: string; folderMillis: number }): Promise<void> {
  for (const statement of step.sql) if (statement.trim()) await writer.execute(sql.raw(statement))
  await writer.execute(
    sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${step.hash}, ${step.folderMillis})`,
  )
}

interface Applied {
  readonly hash: string
  readonly at: number
}

function checkHistory(applied: readonly Applied[], steps: readonly Applied[]): void {
  const newest = steps.at(-1)?.at ?? 0
  if (applied.some((step) => step.at > newest) || applied.length > steps.length)
    throw new KnownError(
      'conflict',
      'The database was made by a newer QRY. Start that version, or restore a backup made with this one.',
    )
  for (const [place, step] of applied.entries())
    if (steps[place]?.hash !== step.hash)
      throw new KnownError(
        'conflict',
        `Step ${place + 1} of the database's history is not the one this program knows. Start the version that made it, or set QRY_DATA_DIR (or DATABASE_URL) to a new place.`,
      )
}
