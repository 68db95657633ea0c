import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'

/** What Linux and macOS both take for a socket's path, with the name that follows the folder. */
const maxPathBytes = 100
const prefix = 'qry-socket-'

/**
 * A folder for the socket `name` of `folder`: the folder itself, or, when its path is too long for a socket, a short one (0700) under the system's
 * temporary folder that is written down in `<folder>.socket-folder`, so that others find it. Made anew where it is gone.
 */
export function socketFolder(folder: string, name: string, owner?: { uid: number; gid: number }): string {
  const path = resolve(folder)
  if (Buffer.byteLength(join(path, name)) <= maxPathBytes) return path
  const known = recordedFolder(path)
  if (known && existsSync(known) && statSync(known).uid === (owner?.uid ?? process.getuid?.())) return known
  if (known && basename(known).startsWith(prefix)) rmSync(known, { recursive: true, force: true })
  const made = mkdtempSync(join(Buffer.byteLength(tmpdir()) < 60 ? tmpdir() : '/tmp', prefix))
  if (owner) chownSync(made, owner.uid, owner.gid)
  writeFileSync(recordOf(path), made)
  return made
}

const recordOf = (path: string): string => `${path}.socket-folder`

const recordedFolder = (path: string): string | undefined =>
  existsSync(recordOf(path)) ? readFileSync(recordOf(path), 'utf8').trim() : undefined
