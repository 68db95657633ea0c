import { mkdtempSync, rmSync, statSync } from 'node:fs'
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
  const other = await openSecret({ dataDir, secret: 'a key of at least sixteen' })
  expect(() => other.open(sealed, 'source')).toThrow('another key')
  expect(() => secret.open(`${sealed.slice(0, -2)}AA`, 'source')).toThrow('another key')
  expect(() => secret.open('nonsense', 'source')).toThrow('another key')
})
