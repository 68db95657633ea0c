import { realpath } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { KnownError } from '../../contract/error.ts'
import type { Connection } from './connection.ts'

/** A file that a source names must lie where files may, and never among the server's own. Throws `invalid-input`. */
export async function requireAllowedFile(
  { path }: Connection,
  { fileFolder, dataDir }: { readonly fileFolder: string; readonly dataDir: string },
): Promise<void> {
  if (path === undefined) return
  if (fileFolder === 'none')
    throw new KnownError(
      'invalid-input',
      'Files of this server cannot be sources here. Upload the file instead, or set QRY_SOURCE_FILES to the folder that holds it.',
    )
  const real = await realpath(path).catch(() => resolve(path))
  const isIn = (folder: string): boolean => `${real}${sep}`.startsWith(`${resolve(folder)}${sep}`)
  if (isIn(dataDir) || (fileFolder !== 'any' && !isIn(fileFolder)))
    throw new KnownError(
      'invalid-input',
      'This file may not be a source. Files must lie in the folder that QRY_SOURCE_FILES names.',
    )
}
