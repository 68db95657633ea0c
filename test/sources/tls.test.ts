import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SourceConfig } from '../../contract/source.ts'
import { makeSourcesRoom, type SourcesRoom } from './sources-room.ts'
import { type SshPeer, password as sshPassword, user as sshUser, startSshPeer } from './ssh-peer.ts'
import { hasMariadb, startTlsMariadb } from './tls-mariadb.ts'
import { type Certificates, makeCertificates, startTlsPostgres } from './tls-peer.ts'

const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

describe.skipIf(!hasOpenssl)(`TLS to a PostgreSQL that insists on it${hasOpenssl ? '' : ' (left out: no openssl here)'}`, () => {
  let room: SourcesRoom
  let certificates: Certificates
  let server: Awaited<ReturnType<typeof startTlsPostgres>>
  let peer: SshPeer

  beforeAll(async () => {
    certificates = makeCertificates()
    server = await startTlsPostgres(certificates)
    peer = await startSshPeer()
    room = await makeSourcesRoom()
  }, 120_000)
  afterAll(async () => {
    await room?.close()
    await peer?.close()
    await server?.close()
    rmSync(certificates.folder, { recursive: true, force: true })
  })

  const message = async (config: SourceConfig): Promise<string> => {
    const base = { host: 'localhost', port: server.port, database: 'postgres', user: 'reader', password: 'right' }
    return (await room.sources.tryConnection(room.admin, { kind: 'postgres', config: { ...base, ...config } })).message
  }

  test('the authority and the name are checked where that was asked for, and only there', { timeout: 120_000 }, async () => {
    const certificate = certificates.authority
    expect(await message({ tls: 'require' })).toBe('Connected.')
    expect(await message({ tls: 'prefer' })).toBe('Connected.')
    expect(await message({ tls: 'off' })).toContain('does not let this server in')
    expect(await message({ tls: 'verify', certificate })).toBe('Connected.')
    expect(await message({ tls: 'verify' })).toContain('not signed by an authority')
    expect(await message({ tls: 'verify', certificate: certificates.stranger })).toContain('not signed by an authority')
    expect(await message({ tls: 'verify', certificate, host: '127.0.0.1' })).toContain('for another host name')
  })

  test('a client certificate signs in; without it, or without its key, nobody does', { timeout: 120_000 }, async () => {
    const { certificate: clientCertificate, key: clientKey } = certificates.client
    const known = { tls: 'verify', certificate: certificates.authority, database: 'certificates' } as const
    expect(await message({ ...known, clientCertificate, clientKey })).toBe('Connected.')
    expect(await message(known)).not.toBe('Connected.')
    expect(await message({ ...known, clientCertificate, clientKey, user: 'postgres' })).toContain('refused the login')
    await expect(message({ ...known, clientCertificate })).rejects.toMatchObject({ code: 'invalid-input' })
    const broken = await message({ ...known, clientCertificate, clientKey: 'planted-key-material' })
    expect(broken).not.toContain('planted')
  })

  test('through an SSH server the name of the database itself is checked, not that of the way', {
    timeout: 120_000,
  }, async () => {
    const ssh = { host: '127.0.0.1', port: peer.port, user: sshUser }
    const way = { ssh, sshPassword, tls: 'verify', certificate: certificates.authority } as const
    expect(await message(way)).toBe('Connected.')
    expect(await message({ ...way, host: '127.0.0.1' })).toContain('for another host name')
  })
})

const lacking = hasOpenssl ? (hasMariadb ? undefined : 'no mariadbd here') : 'no openssl here'
describe.skipIf(lacking !== undefined)(`TLS to a MariaDB that insists on it${lacking ? ` (left out: ${lacking})` : ''}`, () => {
  let room: SourcesRoom
  let certificates: Certificates
  let server: Awaited<ReturnType<typeof startTlsMariadb>>
  let peer: SshPeer

  beforeAll(async () => {
    certificates = makeCertificates()
    server = await startTlsMariadb(certificates)
    peer = await startSshPeer()
    room = await makeSourcesRoom()
  }, 120_000)
  afterAll(async () => {
    await room?.close()
    await peer?.close()
    await server?.close()
    rmSync(certificates.folder, { recursive: true, force: true })
  })

  const message = async (config: SourceConfig): Promise<string> => {
    const base = { host: 'localhost', port: server.port, user: 'reader', password: 'right' }
    return (await room.sources.tryConnection(room.admin, { kind: 'mysql', config: { ...base, ...config } })).message
  }

  test('the authority and the name are checked where that was asked for, and only there', { timeout: 120_000 }, async () => {
    const certificate = certificates.authority
    expect(await message({ tls: 'require' })).toBe('Connected.')
    expect(await message({ tls: 'require', certificate: certificates.stranger })).toBe('Connected.')
    expect(await message({ tls: 'prefer' })).toBe('Connected.')
    expect(await message({ tls: 'off' })).toContain('lets nobody in without TLS')
    expect(await message({ tls: 'verify', certificate })).toBe('Connected.')
    expect(await message({ tls: 'verify' })).toContain('not signed by an authority')
    expect(await message({ tls: 'verify', certificate: certificates.stranger })).toContain('not signed by an authority')
    expect(await message({ tls: 'verify', certificate, host: '127.0.0.1' })).toContain('for another host name')
  })

  test('a client certificate signs in; without it, or without its key, nobody does', { timeout: 120_000 }, async () => {
    const { certificate: clientCertificate, key: clientKey } = certificates.client
    const known = { tls: 'verify', certificate: certificates.authority, user: 'certified' } as const
    expect(await message({ ...known, clientCertificate, clientKey })).toBe('Connected.')
    expect(await message(known)).toContain('refused the login')
    await expect(message({ ...known, clientCertificate })).rejects.toMatchObject({ code: 'invalid-input' })
    const broken = await message({ ...known, clientCertificate, clientKey: 'planted-key-material' })
    expect(broken).toContain('client certificate')
    expect(broken).not.toContain('planted')
  })

  test('through an SSH server the name of the database itself is checked, not that of the way', {
    timeout: 120_000,
  }, async () => {
    const ssh = { host: '127.0.0.1', port: peer.port, user: sshUser }
    const way = { ssh, sshPassword, tls: 'verify', certificate: certificates.authority } as const
    expect(await message(way)).toBe('Connected.')
    expect(await message({ ...way, host: '127.0.0.1' })).toContain('for another host name')
  })
})
