import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { KnownError } from '../../contract/error.ts'
import type { Config } from '../config.ts'
import { type BackupCounts, restoreBackup } from '../storage/backup.ts'
import { keyFileOf } from '../storage/key-file.ts'
import { openBlobs } from '../storage/open-blobs.ts'
import { openDatabase } from '../storage/open-database.ts'
import { connectToServer } from './control-socket.ts'

/** Puts a backup into the place of the settings, which must be empty and without a running server. */
export async function restore(config: Config, file: string): Promise<BackupCounts> {
  const server = await connectToServer(config.dataDir)
  if (server) {
    server.close()
    throw new KnownError('conflict', 'A server runs on this data folder. Stop it first, or restore into another QRY_DATA_DIR.')
  }
  const { dataDir, databaseUrl } = config
  const database = await openDatabase({ dataDir, databaseUrl, log: (sentence) => console.error(sentence), isMigrated: false })
  try {
    const blobs = await openBlobs(config.blobs, join(dataDir, 'temp', 'command'))
    const keepKey = async (key: string) => {
      await mkdir(dataDir, { recursive: true, mode: 0o711 })
      await writeFile(keyFileOf(dataDir), key, { mode: 0o600 })
    }
    return await restoreBackup({ database, blobs, keepKey }, file)
  } finally {
    await database.close()
  }
}
