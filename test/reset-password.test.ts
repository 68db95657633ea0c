import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { Person } from './person.ts'
import { ServerProcess } from './server-process.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

test('qry user reset-password: the new password opens, the old one and every session do not', { timeout: 120_000 }, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'qry-reset-'))
  const server = await ServerProcess.start(dataDir)
  const qry = (...parameters: string[]) =>
    promisify(execFile)(process.execPath, ['server/cli/main.ts', 'user', 'reset-password', ...parameters], {
      cwd: root,
      env: { ...process.env, QRY_DATA_DIR: dataDir, QRY_DEMO: '0' },
    })
  const signIn = async (password: string): Promise<number> => {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ email: 'owner@example.com', password })
    return (await fetch(`${server.url}/api/session`, { method: 'POST', headers, body })).status
  }
  try {
    const owner = await Person.owner(server.url)
    const { stdout } = await qry('--email', 'owner@example.com', '--password', 'a new long password')
    expect(stdout).toBe('owner@example.com has a new password.\n')
    expect((await owner.call('GET', '/api/me')).status).toBe(401)
    expect(await signIn('correct horse battery')).toBe(401)
    expect(await signIn('a new long password')).toBe(200)
    await expect(qry('--email', 'nobody@example.com', '--password', 'a new long password')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nobody@example.com') as string,
    })
    await expect(qry('--email', 'owner@example.com', '--password', 'short')).rejects.toMatchObject({
      code: expect.any(Number) as number,
    })
  } finally {
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
})
