import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, copyFileSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { sleep } from '../../server/basics/sleep.ts'
import { findPostgresPrograms } from '../../server/storage/embedded-binaries.ts'
import { startEmbeddedPostgres } from '../../server/storage/embedded-postgres.ts'

/** An authority, what it signed, and an authority that nobody knows. All PEM. */
export interface Certificates {
  readonly folder: string
  readonly authority: string
  readonly stranger: string
  readonly client: { readonly certificate: string; readonly key: string }
}

/** Made by openssl; throws where there is none. The server's certificate is for `localhost`, the client's for `reader`. */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'qry-tls-'))
  const run = (...parameters: string[]) => execFileSync('openssl', parameters, { cwd: folder, stdio: 'ignore' })
  const authority = (name: string) =>
    run(
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'],
      ...['-subj', `/CN=${name}`],
      ...['-keyout', `${name}.key`, '-out', `${name}.crt`],
    )
  const signed = (name: string, more: string) => {
    run('req', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`)
    writeFileSync(join(folder, `${name}.ext`), more)
    run(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'authority.crt', '-CAkey', 'authority.key'],
      ...['-CAcreateserial', '-days', '2', '-extfile', `${name}.ext`, '-out', `${name}.crt`],
    )
  }
  authority('authority')
  authority('stranger')
  signed('localhost', 'subjectAltName=DNS:localhost')
  signed('reader', 'extendedKeyUsage=clientAuth')
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  return {
    folder,
    authority: read('authority.crt'),
    stranger: read('stranger.crt'),
    client: { certificate: read('reader.crt'), key: read('reader.key') },
  }
}

/** A PostgreSQL that speaks TLS only; its database `certificates` asks for a client certificate instead of a password. */
export async function startTlsPostgres({ folder: made }: Certificates): Promise<{ port: number; close(): Promise<void> }> {
  const place = realpathSync(mkdtempSync(join(tmpdir(), 'qry-tls-postgres-')))
  chmodSync(place, 0o711)
  const folder = join(place, 'cluster')
  await (await startEmbeddedPostgres({ folder, log: () => undefined })).stop()
  const programs = findPostgresPrograms(place)
  const keep = (path: string, text?: string) => {
    if (text !== undefined) writeFileSync(path, text)
    chmodSync(path, 0o600)
    if (programs.owner) chownSync(path, programs.owner.uid, programs.owner.gid)
  }
  for (const name of ['localhost.crt', 'localhost.key', 'authority.crt']) {
    copyFileSync(join(made, name), join(folder, name))
    keep(join(folder, name))
  }
  const rules = [
    'hostssl certificates all 127.0.0.1/32 cert',
    'hostssl all all 127.0.0.1/32 scram-sha-256',
    'local all all trust',
  ]
  keep(join(folder, 'pg_hba.conf'), `${rules.join('\n')}\n`)
  const port = await freePort()
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: place,
    ssl: 'on',
    ssl_cert_file: 'localhost.crt',
    ssl_key_file: 'localhost.key',
    ssl_ca_file: 'authority.crt',
  }
  if (programs.owner) chownSync(place, programs.owner.uid, programs.owner.gid)
  const { file, parameters, ...identity } = programs.command('postgres', [
    ...['-D', folder, '-p', String(port)],
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ])
  const child = spawn(file, parameters, { ...identity, cwd: folder, stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const close = async () => {
    child.kill('SIGINT')
    await ended
    rmSync(place, { recursive: true, force: true, maxRetries: 5 })
  }
  for (let tries = 0; ; tries++) {
    const client = new pg.Client({ host: place, port, user: 'postgres', database: 'postgres' })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.query("CREATE ROLE reader LOGIN PASSWORD 'right'")
      await client.query('CREATE DATABASE certificates')
      await client.end()
      return { port, close }
    } catch (error) {
      await client.end().catch(() => undefined)
      if (tries > 300 || child.exitCode !== null) {
        await close()
        throw error
      }
      await sleep(100)
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
