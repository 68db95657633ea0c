import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PGlite, type PGliteOptions, types } from '@electric-sql/pglite'
import { drizzle } from 'drizzle-orm/pglite'
import type { Database, Tables } from './database.ts'
import { createDrizzleDatabase } from './drizzle-database.ts'
import { migrate, migrationsFolder } from './migrate.ts'

// NOTE: as text, like the server's driver gives it; drizzle's own columns map it on.
const parsers = { [types.INT8]: (text: string) => text }

const open = async (options: PGliteOptions): Promise<{ client: PGlite; database: Database }> => {
  const client = await PGlite.create({ ...options, parsers })
  const tables = drizzle(client) as unknown as Tables
  return { client, database: createDrizzleDatabase({ kind: 'pglite', syncs: false, tables, close: () => client.close() }) }
}

/** PGlite on a folder. It never syncs and holds no lock of its own: the caller must hold the folder's. */
export async function openPgliteDatabase(folder: string): Promise<Database> {
  if (!existsSync(folder)) {
    const unfinished = `${folder}.unfinished`
    await rm(unfinished, { recursive: true, force: true })
    await mkdir(unfinished, { recursive: true, mode: 0o700 })
    const { database } = await open({ dataDir: unfinished })
    await database.close()
    await rename(unfinished, folder)
  }
  return (await open({ dataDir: folder })).database
}

/** An empty, migrated database in memory, for tests. The first one of a set of migrations leaves a template in `.cache/`, from which the others start. */
export async function openMemoryDatabase(): Promise<Database> {
  const cache = fileURLToPath(new URL('../../.cache', import.meta.url))
  const path = join(cache, `pglite-${await templateKey()}.tar`)
  if (existsSync(path)) return (await open({ loadDataDir: new Blob([await readFile(path)]) })).database
  const { client, database } = await open({})
  await migrate(database)
  const template = await client.dumpDataDir('none')
  const unfinished = `${path}.${randomUUID()}`
  await mkdir(cache, { recursive: true })
  await writeFile(unfinished, Buffer.from(await template.arrayBuffer()))
  await rename(unfinished, path)
  return database
}

async function templateKey(): Promise<string> {
  const hash = createHash('sha256').update(readFileSync(createRequire(import.meta.url).resolve('@electric-sql/pglite')))
  hash.update(readFileSync(join(migrationsFolder, 'meta', '_journal.json')))
  for (const name of (await readdir(migrationsFolder)).filter((name) => name.endsWith('.sql')).sort())
    hash.update(name).update(readFileSync(join(migrationsFolder, name)))
  return hash.digest('hex').slice(0, 16)
}
