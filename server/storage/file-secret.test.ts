import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openSecret } from './file-secret.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'qry-secret-'))
afterAll(() => rmSync(dataDir, { recursive: true }))

test('sealed text opens again, also after a restart, and looks different each time', async () => {
  const secret = await openSecret({ dataDir })
  const sealed = secret.seal('pässword', 'source')
  expect(sealed).not.toContain('pässword')
  expect(secret.seal('pässword', 'source')).not.toBe(sealed)
  expect((await openSecret({ dataDir })).open(sealed, 'source')).toBe('pässword')
  expect(statSync(join(dataDir, 'secret.key')).mode & 0o777).toBe(0o600)
})

test('another purpose, another key, or changed text does not open', async () => {
  const secret = await openSecret({ dataDir })
  const sealed = secret.seal('x', 'source')
  expect(() => secret.open(sealed, 'token')).toThrow('another key')
  const other = await openSecret({ dataDir: join(dataDir, 'elsewhere'), secret: 'a key of at least sixteen' })
  expect(() => other.open(sealed, 'source')).toThrow('another key')
  expect(() => secret.open(`${sealed.slice(0, -2)}AA`, 'source')).toThrow('another key')
  expect(() => secret.open('nonsense', 'source')).toThrow('another key')
})

test('a change of the key: both open until it is finished, the new one seals, also for a process that opened before', async () => {
  const ring = await openSecret({ dataDir })
  const other = await openSecret({ dataDir })
  const before = ring.seal('x', 'source')
  ring.beginChange()
  ring.beginChange()
  expect(readFileSync(join(dataDir, 'secret.key'), 'utf8').trim().split('\n')).toHaveLength(2)
  const after = other.seal('y', 'source')
  expect(after.startsWith(ring.newestPrefix)).toBe(true)
  expect(before.startsWith(ring.newestPrefix)).toBe(false)
  for (const one of [ring, other, await openSecret({ dataDir })])
    expect([one.open(before, 'source'), one.open(after, 'source')]).toEqual(['x', 'y'])
  ring.finishChange()
  expect(other.open(after, 'source')).toBe('y')
  expect(() => other.open(before, 'source')).toThrow('another key')
  expect(statSync(join(dataDir, 'secret.key')).mode & 0o777).toBe(0o600)
})

test('what was sealed before keys had ids opens with whichever key fits', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'qry-secret-old-'))
  try {
    const key = 'q'.repeat(43)
    writeFileSync(join(folder, 'secret.key'), `${key}\n`)
    const ring = await openSecret({ dataDir: folder })
    const sealed = ring.seal('kept', 'source').replace(/^v2\.[0-9a-f]{8}\./, 'v1.')
    ring.beginChange()
    expect(ring.open(sealed, 'source')).toBe('kept')
    copyFileSync(join(dataDir, 'secret.key'), join(folder, 'secret.key'))
    expect(() => ring.open(sealed, 'source')).toThrow('another key')
    expect(
      (await openSecret({ dataDir: folder, secret: 'a key of at least sixteen', otherSecrets: [key] })).open(sealed, 'source'),
    ).toBe('kept')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
