import { mkdir } from 'node:fs/promises'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import type { ChildSettings } from '../job.ts'
import { quoteText } from './quote.ts'

export interface Session {
  readonly connection: DuckDBConnection
  /** From here on only these files and what is in these folders can be touched, and no setting can be changed. Fails closed: throws when a setting does not take. */
  lock(paths: readonly string[], folders: readonly string[]): Promise<void>
  close(): void
}

/** A fresh engine in memory, opened ahead of its job. */
export async function openSession(settings: ChildSettings): Promise<Session> {
  await mkdir(settings.tempDir, { recursive: true })
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${settings.memoryLimitMb}MB`,
    threads: String(settings.threads),
    temp_directory: settings.tempDir,
    max_temp_directory_size: `${settings.memoryLimitMb * 8}MB`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_persistent_secrets: 'false',
  })
  const connection = await instance.connect()
  await connection.run(`
    SET enable_progress_bar = false;
    SET TimeZone = 'UTC';
    SET default_null_order = 'nulls_last'`)
  return {
    connection,
    async lock(paths, folders) {
      await connection.run(`
        SET allowed_paths = [${paths.map(quoteText).join(', ')}];
        SET allowed_directories = [${folders.map((folder) => quoteText(`${folder}/`)).join(', ')}];
        SET enable_external_access = false;
        SET lock_configuration = true`)
    },
    close() {
      connection.closeSync()
      instance.closeSync()
    },
  }
}
