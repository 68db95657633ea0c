import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Conversation } from '../contract/conversation.ts'
import { Person } from './person.ts'
import { ServerProcess } from './server-process.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qry-backup-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

async function qry(dataDir: string, ...parameters: string[]): Promise<Ended> {
  const env = { ...process.env, QRY_DATA_DIR: dataDir, QRY_DEMO: '0' }
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['server/cli/main.ts', ...parameters], {
      cwd: root,
      env,
    })
    return { code: 0, out: stdout, err: stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, out: stdout, err: stderr }
  }
}

test('a backup made beside a running server brings everything back in another place, links too', {
  timeout: 240_000,
}, async () => {
  // NOTE: a second try finds nothing of the first.
  const places = await mkdtemp(join(folder, 'places-'))
  const [here, there, file] = [join(places, 'here'), join(places, 'there'), join(folder, 'kept.qry')]
  await rm(file, { force: true })
  let server = await ServerProcess.start(here)
  const owner = await Person.owner(server.url)
  const upload = await owner.upload({ name: 'orders.csv', text: 'region,amount\nNörth,10\nSouth,5\n' })
  const { id } = await owner.conversation([upload.body.id])
  const turn = await owner.ask(id, 'total amount by region')
  const shared = await owner.call<{ url: string; token: string }>('PUT', `/api/conversations/${id}/share`, {
    visibility: 'public',
  })
  const page = await (await fetch(`${server.url}/shared/${shared.body.token}.json`)).text()

  const made = await qry(here, 'backup', file, '--json')
  expect(made).toMatchObject({ code: 0, err: '' })
  expect(JSON.parse(made.out)).toMatchObject({ file, rows: expect.any(Number), blobs: expect.any(Number) })
  expect((await qry(here, 'restore', file)).err).toContain('A server runs on this data folder')
  await server.stop()

  const refused = await qry(here, 'restore', file)
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('There is data here already')])
  const restored = await qry(there, 'restore', file, '--json')
  expect(restored).toMatchObject({ code: 0 })
  expect(JSON.parse(restored.out)).toEqual(JSON.parse(made.out))

  server = await ServerProcess.start(there)
  try {
    const again = owner.at(server.url)
    const { body } = await again.call<Conversation>('GET', `/api/conversations/${id}`)
    expect(body.turns).toEqual([turn])
    expect(await (await fetch(`${server.url}/shared/${shared.body.token}.json`)).text()).toBe(page)
    const state = await again.call<{ token: string }>('GET', `/api/conversations/${id}/share`)
    expect(state.body.token).toBe(shared.body.token)
    expect((await again.ask(id, 'average amount')).status).toBe('answered')
  } finally {
    await server.stop()
  }
})

test('half a backup, and what is none, keep nothing and say so', { timeout: 120_000 }, async () => {
  const [place, half, other] = ['place', 'half.qry', 'other.qry'].map((name) => join(folder, name)) as [string, string, string]
  await writeFile(half, await readFile(join(folder, 'kept.qry')))
  await truncate(half, 3_000)
  await writeFile(other, 'no backup')
  for (const file of [half, other]) {
    const ended = await qry(place, 'restore', file)
    expect([ended.code, ended.err]).toEqual([1, expect.stringContaining('is not a whole backup of QRY')])
  }
  expect((await qry(place, 'restore', join(folder, 'kept.qry'))).code).toBe(0)
  expect((await qry(place, 'backup')).code).toBe(2)
})
