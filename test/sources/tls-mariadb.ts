import { execFile, spawn } from 'node:child_process'
import { chmodSync, chownSync, copyFileSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createConnection } from 'mysql2/promise'
import { sleep } from '../../server/basics/sleep.ts'
import type { Certificates } from './tls-peer.ts'

const run = promisify(execFile)
const PROGRAM = '/usr/sbin/mariadbd'
const INSTALLER = '/usr/bin/mariadb-install-db'

export const hasMariadb = existsSync(PROGRAM) && existsSync(INSTALLER)

/** A MariaDB of its own that lets nobody in over the network without TLS; `certified` must also show a client certificate. */
export async function startTlsMariadb({ folder: made }: Certificates): Promise<{ port: number; close(): Promise<void> }> {
  const place = realpathSync(mkdtempSync(join(tmpdir(), 'qry-tls-mariadb-')))
  const owner = process.getuid?.() === 0 ? otherUser() : undefined
  const keep = (path: string, mode: number) => {
    chmodSync(path, mode)
    if (owner) chownSync(path, owner.uid, owner.gid)
  }
  keep(place, 0o711)
  for (const name of ['localhost.crt', 'localhost.key', 'authority.crt']) {
    copyFileSync(join(made, name), join(place, name))
    keep(join(place, name), 0o600)
  }
  const folder = join(place, 'data')
  const asOwner = owner ? [`--user=${owner.name}`] : []
  const plain = ['--no-defaults', `--datadir=${folder}`, ...asOwner]
  await run(INSTALLER, [...plain, '--skip-test-db', '--auth-root-authentication-method=normal'])
  const port = await freePort()
  const socketPath = join(place, 'socket')
  const child = spawn(
    PROGRAM,
    [
      ...plain,
      ...[`--socket=${socketPath}`, `--pid-file=${join(place, 'pid')}`, `--port=${port}`, '--bind-address=127.0.0.1'],
      ...[`--ssl-cert=${join(place, 'localhost.crt')}`, `--ssl-key=${join(place, 'localhost.key')}`],
      ...[`--ssl-ca=${join(place, 'authority.crt')}`, '--require-secure-transport=ON', '--innodb-buffer-pool-size=16M'],
    ],
    { cwd: place, stdio: 'ignore' },
  )
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const close = async () => {
    child.kill('SIGTERM')
    await ended
    rmSync(place, { recursive: true, force: true, maxRetries: 5 })
  }
  for (let tries = 0; ; tries++) {
    try {
      const client = await createConnection({ socketPath, user: 'root' })
      for (const host of ["'%'", 'localhost']) {
        await client.query(`CREATE USER reader@${host} IDENTIFIED BY 'right'`)
        await client.query(`CREATE USER certified@${host} IDENTIFIED BY 'right' REQUIRE SUBJECT '/CN=reader'`)
      }
      await client.end()
      return { port, close }
    } catch (error) {
      if (tries > 300 || child.exitCode !== null) {
        await close()
        throw error
      }
      await sleep(100)
    }
  }
}

/** Whom the server runs as where we are root: it refuses to be that. */
function otherUser(): { name: string; uid: number; gid: number } | undefined {
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
  return users.find(({ name }) => name === 'mysql') ?? users.find(({ name }) => name === 'nobody')
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
