import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SourceConfig } from '../../contract/source.ts'
import { readConnection } from '../../server/sources/connection.ts'
import type { CellRow } from '../../server/sources/driver.ts'
import { sqlServerDriver } from '../../server/sources/drivers/sqlserver.ts'
import { firstRows } from '../../server/sources/quote-path.ts'
import { makeSourcesRoom } from './sources-room.ts'
import { startTdsPeer, type TdsPeer, tdsLogin } from './tds-peer.ts'
import { type Certificates, makeCertificates } from './tls-peer.ts'

const reach = (peer: TdsPeer, more: SourceConfig = {}) =>
  readConnection('sqlserver', { host: 'localhost', port: peer.port, database: 'shop', ...tdsLogin, tls: 'off', ...more })
const message = (peer: TdsPeer, more: SourceConfig): Promise<string> =>
  sqlServerDriver
    .open(reach(peer, more))
    .then(async (session) => {
      const { server } = await session.greet()
      await session.close()
      return server
    })
    .catch((error: unknown) => (error instanceof Error ? error.message : String(error)))

describe('SQL Server', () => {
  let peer: TdsPeer
  beforeAll(async () => {
    peer = await startTdsPeer()
  })
  afterAll(() => peer.close())

  test('each question runs in a transaction that is never committed', async () => {
    const session = await sqlServerDriver.open(reach(peer))
    const from = peer.asked.length
    const rows: CellRow[] = []
    await session.query('SELECT no rows', { rowLimit: 10, timeoutMs: 5_000, take: async (some) => rows.push(...some) >= 0 })
    expect(peer.asked.slice(from)).toEqual(['IF @@TRANCOUNT = 0 BEGIN TRANSACTION', 'SELECT no rows'])
    await session.close()
  })

  test('values are bound beside the statement', async () => {
    const session = await sqlServerDriver.open(reach(peer))
    const values = [
      { type: 'text', text: "x' OR '1'='1" },
      { type: 'number', text: '12' },
      { type: 'number', text: '-2.50' },
      { type: 'date', text: '2026-03-31' },
    ] as const
    await session.query('SELECT no rows qry_mark_1, qry_mark_2, qry_mark_3, qry_mark_4', {
      rowLimit: 10,
      timeoutMs: 5_000,
      take: async () => true,
      marked: { mark: 'qry_mark_', values },
    })
    expect(peer.asked.at(-1)).toBe('SELECT no rows @v1, CAST(@v2 AS int), CAST(@v3 AS decimal(3, 2)), CAST(@v4 AS date)')
    for (const text of [...values.map((value) => value.text), '@v1 nvarchar'])
      expect(peer.handedIn.at(-1)?.includes(Buffer.from(text, 'utf16le'))).toBe(true)
    await session.close()
  })

  test('rows come in batches, which are waited for', async () => {
    const session = await sqlServerDriver.open(reach(peer))
    const sizes: number[] = []
    let waiting = 0
    await session.query('SELECT many rows', {
      rowLimit: 10_000,
      timeoutMs: 10_000,
      async take(some) {
        expect(++waiting).toBe(1)
        await new Promise((resolve) => setTimeout(resolve, 20))
        sizes.push(some.length)
        waiting--
        return true
      },
    })
    expect(sizes).toEqual([1_000, 1_000, 1_000, 1_000, 1_000])
    await session.close()
  })

  test('a login that can write is warned about; what is wrong is said without the password', async () => {
    const session = await sqlServerDriver.open(reach(peer))
    expect((await session.greet()).warnings).toEqual([expect.stringContaining('db_datareader')])
    await session.close()
    expect(await message(peer, { database: 'nowhere_at_all' })).toContain('no such database')
    expect(await message(peer, { password: 'planted-password' })).toMatch(/refused the login(?!.*planted)/)
  })

  test('a url says it in one line, and names are written in brackets', () => {
    const url = 'sqlserver://reader:p%40ss@db.example.com/shop'
    expect(readConnection('sqlserver', { url })).toMatchObject({
      host: 'db.example.com',
      port: 1433,
      database: 'shop',
      password: 'p@ss',
    })
    expect(firstRows('sqlserver', ['dbo', 'odd]name'], 5)).toBe('SELECT TOP (5) * FROM [dbo].[odd]]name]')
  })

  test('from adding it to an answer, in a process of its own', async () => {
    const room = await makeSourcesRoom()
    try {
      const id = await room.add({ kind: 'sqlserver', connection: reach(peer) })
      const { tables, dialect } = await room.sources.catalog(room.admin, id)
      expect([dialect, tables.length]).toEqual(['sqlserver', 6_004])
      const limits = { rowLimit: 1_500, timeoutMs: 10_000 }
      const kept = await room.sources.query(room.admin, id, 'SELECT typed', limits)
      expect(kept.rows[0]?.slice(0, 3)).toEqual([
        '9223372036854775807',
        '12345678901234567890.10',
        `${'9'.repeat(28)}.9999999999`,
      ])
      expect(await room.sources.query(room.admin, id, 'SELECT many rows', limits)).toMatchObject({
        rowCount: 1_500,
        truncated: true,
      })
      await expect(room.sources.query(room.admin, id, 'SELECT 1 DELETE FROM orders', limits)).rejects.toMatchObject({
        code: 'not-read-only',
      })
      expect((await room.sources.look(room.admin, id, 'orders')).rowCount).toBe(2)
      expect(peer.asked).toContain('SELECT TOP (10000) * FROM [dbo].[orders]')
      expect(peer.asked.filter((sql) => /DELETE/.test(sql))).toEqual([])
    } finally {
      await room.close()
    }
  }, 120_000)

  test('a server without TLS is met in the open only where that is wished for', async () => {
    expect(await message(peer, { tls: 'prefer' })).toContain('SQL Server 16')
    for (const tls of ['require', 'verify'] as const) expect(await message(peer, { tls })).toContain('does not speak TLS')
  })
})

describe('SQL Server with TLS', () => {
  let certificates: Certificates
  let peer: TdsPeer
  beforeAll(async () => {
    certificates = makeCertificates()
    const read = (name: string) => readFileSync(join(certificates.folder, name), 'utf8')
    peer = await startTdsPeer({ tls: { cert: read('localhost.crt'), key: read('localhost.key') } })
  })
  afterAll(async () => {
    await peer.close()
    rmSync(certificates.folder, { recursive: true, force: true })
  })

  test('every way is tried, and verify looks at who it is', async () => {
    const certificate = certificates.authority
    expect(await message(peer, { tls: 'prefer' })).toContain('SQL Server 16')
    expect(await message(peer, { tls: 'require' })).toContain('SQL Server 16')
    expect(await message(peer, { tls: 'verify', certificate })).toContain('SQL Server 16')
    expect(await message(peer, { tls: 'verify' })).toContain('not signed by an authority')
    expect(await message(peer, { tls: 'verify', certificate: certificates.stranger })).toContain('not signed by an authority')
    expect(await message(peer, { tls: 'verify', certificate, host: '127.0.0.1' })).toContain('for another host name')
    expect(await message(peer, { tls: 'off' })).toContain('wants TLS')
  })
})
