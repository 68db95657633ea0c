import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Digest, TenantId } from '../../contract/id.ts'
import { type S3Peer, s3Keys, startS3Peer } from '../../test/s3-peer.ts'
import { sha256 } from '../basics/sha256.ts'
import type { Blobs } from './blobs.ts'
import { openDiskBlobs } from './disk-blobs.ts'
import { openS3Blobs, s3Place } from './s3-blobs.ts'

const folder = mkdtempSync(join(tmpdir(), 'qry-blobs-'))
let peer: S3Peer
beforeAll(async () => {
  peer = await startS3Peer('qry')
})
afterAll(async () => {
  await peer.close()
  rmSync(folder, { recursive: true })
})

const s3 = (cache: string, keys = s3Keys) =>
  openS3Blobs(
    s3Place(`s3://qry/kept?endpoint=${encodeURIComponent(peer.endpoint)}`, keys.accessKeyId, keys.secretAccessKey),
    join(folder, cache),
  )

/** Every store of blobs must pass these. A new one adds a row. */
const stores: [string, () => Promise<Blobs>][] = [
  ['disk', () => openDiskBlobs(join(folder, 'store'))],
  ['S3', () => s3('cache')],
]

const here = 'ten_00000000000000000000a' as TenantId
const there = 'ten_00000000000000000000b' as TenantId

describe.each(stores)('blobs: %s', (_, make) => {
  test('what was put comes back, under its digest', async () => {
    const blobs = await make()
    const bytes = Buffer.from('grüße\0')
    const digest = await blobs.put(here, bytes)
    expect(digest).toBe(sha256(bytes))
    expect(Buffer.from(await blobs.read(here, digest))).toEqual(bytes)
    expect(await blobs.size(here, digest)).toBe(bytes.length)
    expect(await blobs.has(here, digest)).toBe(true)
  })

  test('nothing at all is content too', async () => {
    const blobs = await make()
    expect(await blobs.size(here, await blobs.put(here, new Uint8Array()))).toBe(0)
  })

  test('another tenant does not see it, and removing it there leaves it here', async () => {
    const blobs = await make()
    const digest = await blobs.put(here, Buffer.from('mine'))
    expect(await blobs.has(there, digest)).toBe(false)
    await expect(blobs.read(there, digest)).rejects.toMatchObject({ code: 'not-found' })
    await blobs.remove(there, digest)
    expect(await blobs.has(here, digest)).toBe(true)
  })

  test('a part is streamed, both ends included', async () => {
    const blobs = await make()
    const digest = await blobs.put(here, Buffer.from('0123456789'))
    const chunks: Buffer[] = []
    for await (const chunk of await blobs.open(here, digest, { start: 2, end: 5 })) chunks.push(chunk as Buffer)
    expect(Buffer.concat(chunks).toString()).toBe('2345')
  })

  test('a file is taken over', async () => {
    const blobs = await make()
    const path = join(folder, 'taken.bin')
    writeFileSync(path, 'a file')
    const kept = await blobs.putFile(here, path)
    expect(kept).toEqual({ digest: sha256('a file'), bytes: 6 })
    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined()
    writeFileSync(path, 'a file')
    expect(await blobs.putFile(here, path)).toEqual(kept)
    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined()
    expect(statSync(await blobs.path(here, kept.digest)).size).toBe(6)
  })

  test('many at once, the same and different ones', async () => {
    const blobs = await make()
    const digests = await Promise.all(Array.from({ length: 60 }, (_, n) => blobs.put(here, Buffer.from(`text ${n % 20}`))))
    expect(new Set(digests).size).toBe(20)
    for (const [n, digest] of digests.entries())
      expect(Buffer.from(await blobs.read(here, digest)).toString()).toBe(`text ${n % 20}`)
  })

  test('removed is gone, and removing twice is no error', async () => {
    const blobs = await make()
    const digest = await blobs.put(here, Buffer.from('short-lived'))
    await blobs.remove(here, digest)
    await blobs.remove(here, digest)
    for (const use of [blobs.read, blobs.open, blobs.size, blobs.path])
      await expect(use(here, digest)).rejects.toMatchObject({ code: 'not-found' })
  })

  test('all is listed, of every tenant', async () => {
    const blobs = await make()
    const mine = await Promise.all(['a', 'b', 'c'].map((text) => blobs.put(here, Buffer.from(`listed ${text}`))))
    const theirs = await blobs.put(there, Buffer.from('listed a'))
    const found = new Set<string>()
    for await (const { tenantId, digest } of blobs.list()) found.add(`${tenantId} ${digest}`)
    for (const digest of mine) expect(found).toContain(`${here} ${digest}`)
    expect(found).toContain(`${there} ${theirs}`)
  })

  test('names that lead elsewhere are refused', async () => {
    const blobs = await make()
    const digest = await blobs.put(here, Buffer.from('x'))
    await expect(blobs.read('../..' as TenantId, digest)).rejects.toMatchObject({ code: 'invalid-input' })
    await expect(blobs.read(here, '../../etc/passwd' as Digest)).rejects.toMatchObject({ code: 'invalid-input' })
    await expect(blobs.put('incoming' as TenantId, Buffer.from('x'))).rejects.toMatchObject({ code: 'invalid-input' })
  })
})

test('the disk keeps nothing half written, and says when it is no folder', async () => {
  const blobs = await openDiskBlobs(join(folder, 'other'))
  await blobs.put(here, Buffer.from('x'))
  await blobs.put(here, Buffer.from('x'))
  expect(readdirSync(join(folder, 'other', 'incoming'))).toEqual([])
  mkdirSync(join(folder, 'no'))
  writeFileSync(join(folder, 'no', 'file'), '')
  await expect(openDiskBlobs(join(folder, 'no', 'file'))).rejects.toThrow()
})

test.runIf(process.platform === 'linux')('a full disk is unavailable, with a sentence', async ({ skip }) => {
  const blobs = await openDiskBlobs(join(folder, 'full'))
  const incoming = join(folder, 'full', 'incoming')
  rmSync(incoming, { recursive: true })
  const { execFileSync } = await import('node:child_process')
  mkdirSync(incoming)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', incoming], { stdio: 'ignore' })
  } catch {
    skip('mounting a small disk needs more rights than this machine gives')
  }
  try {
    await expect(blobs.put(here, Buffer.alloc(1_000_000))).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('full'),
    })
  } finally {
    execFileSync('umount', [incoming])
  }
})

describe('blobs in S3', () => {
  test('what one server kept, another reads, by file and by part', async () => {
    const digest = await (await s3('one')).put(here, Buffer.from('from one to the other'))
    expect([...peer.objects.keys()]).toContain(`kept/${here}/${digest}`)
    const chunks: Buffer[] = []
    for await (const chunk of await (await s3('two')).open(here, digest, { start: 5, end: 7 })) chunks.push(chunk as Buffer)
    expect(Buffer.concat(chunks).toString()).toBe('one')
    expect(statSync(await (await s3('three')).path(here, digest)).size).toBe(21)
  })

  test('bytes that are not those of the digest are refused', async () => {
    const digest = await (await s3('one')).put(here, Buffer.from('to be spoiled'))
    peer.spoil(`kept/${here}/${digest}`)
    await expect((await s3('four')).read(here, digest)).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('a store that is down or refuses the keys is unavailable, and the sentence names neither keys nor host', async () => {
    const blobs = await s3('five')
    peer.setDown(true)
    const failure: unknown = await blobs.put(here, Buffer.from('x')).catch((error: unknown) => error)
    peer.setDown(false)
    expect(failure).toMatchObject({ code: 'unavailable', message: expect.not.stringContaining('127.0.0.1') })
    const wrong = await s3('six', { ...s3Keys, secretAccessKey: 'wrong' })
    await expect(wrong.put(here, Buffer.from('y'))).rejects.toMatchObject({ code: 'unavailable' })
  })
})
