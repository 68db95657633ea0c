import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { KnownError } from '../../contract/error.ts'

export interface FolderLock {
  release(): void
}

/**
 * Keeps a folder for this process alone. The kernel holds the lock (SQLite's byte-range lock on `<folder>/<name>.lock`), so it ends with the process,
 * however that ends, and neither a reused process id nor a container that sees other ids can be mistaken for its holder.
 * Throws `conflict` while another process, or another open in this one, holds it.
 */
export function lockFolder(folder: string, name: string): FolderLock {
  const path = join(folder, `${name}.lock`)
  const holder = `${path}.holder`
  const database = new DatabaseSync(path)
  try {
    database.exec('pragma busy_timeout = 0; pragma journal_mode = memory; begin exclusive')
  } catch (cause) {
    database.close()
    if ((cause as { errcode?: number }).errcode !== sqliteBusy) throw cause
    throw new KnownError(
      'conflict',
      `Another QRY${processOf(holder)} works on ${folder}. Stop it first, or set QRY_DATA_DIR to another folder.`,
      {
        cause,
      },
    )
  }
  writeFileSync(holder, `${process.pid}\n`)
  return { release: () => database.close() }
}

const sqliteBusy = 5

function processOf(holder: string): string {
  try {
    return ` (process ${readFileSync(holder, 'utf8').trim()})`
  } catch {
    return ''
  }
}
