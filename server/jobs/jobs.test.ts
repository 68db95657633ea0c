import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { TenantId } from '../../contract/id.ts'
import { systemClock } from '../basics/clock.ts'
import { sleep } from '../basics/sleep.ts'
import type { Database } from '../storage/database.ts'
import { openDatabase, openMemoryDatabase } from '../storage/open-database.ts'
import { createJobs, type Jobs } from './jobs.ts'

const tenantId = 'ten_00000000000000000000a' as TenantId
const engines: [string, (folder: string) => Promise<Database>][] = [
  ['embedded', (folder) => openDatabase({ dataDir: folder, log: () => {} })],
  ['pglite', () => openMemoryDatabase()],
]

describe.each(engines)('on %s', (_, open) => {
  let folder: string
  let database: Database
  let alive: string[]
  let now: Date
  let rooms: Jobs[]
  const reported: string[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qry-jobs-'))
    execFileSync('chmod', ['711', folder])
    database = await open(folder)
  }, 120_000)
  afterAll(async () => {
    await database.close()
    await rm(folder, { recursive: true, force: true })
  })
  afterEach(() => Promise.all(rooms.map((room) => room.close())))

  const begin = () => {
    alive = []
    rooms = []
    now = systemClock()
    reported.length = 0
  }
  const node = (id: string): Jobs => {
    alive.push(id)
    const room = createJobs({
      database,
      node: { id, aliveIds: async () => [id, ...alive] },
      clock: () => now,
      report: (error) => {
        reported.push(String(error))
        return 'number'
      },
    })
    rooms.push(room)
    return room
  }
  const add = (room: Jobs, key: string, payload: unknown = key, runAt = now) =>
    room.add(database.write({ tenantId }), { tenantId, task: 'count', key, payload, runAt })
  const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
    const endMs = Date.now() + 20_000
    while (!(await holds()) && Date.now() < endMs) await sleep(50)
    expect(await holds()).toBe(true)
  }

  test('three nodes do each of many jobs once, and a key is queued once', async () => {
    begin()
    const done: string[] = []
    const [first] = ['a', 'b', 'c'].map((id) => {
      const room = node(id)
      room.handle('count', async ({ payload }) => {
        await sleep(5)
        done.push(String(payload))
      })
      return room
    }) as [Jobs]
    const keys = Array.from({ length: 30 }, (_, place) => `k${place}`)
    for (const key of keys) expect(await add(first, key)).toBe(true)
    expect(await add(first, 'k7', 'twice')).toBe(false)
    for (const room of rooms) room.start()
    await until(async () => (await first.counts()).waiting + (await first.counts()).running === 0)
    expect(done.sort()).toEqual([...keys].sort())
  })

  test('nothing is done before its time', async () => {
    begin()
    const room = node('a')
    const done: string[] = []
    room.handle('count', async ({ key }) => void done.push(key))
    await add(room, 'later', {}, new Date(now.getTime() + 60_000))
    await add(room, 'now')
    room.start()
    await until(() => done.length > 0)
    expect(done).toEqual(['now'])
    now = new Date(now.getTime() + 61_000)
    await until(() => done.length > 1)
  })

  test('a job of a node that died goes to another, and the first one knows that it lost it', async () => {
    begin()
    const [first, second] = [node('a'), node('b')]
    const held = Promise.withResolvers<void>()
    const seen: unknown[] = []
    first.handle('count', async ({ isStillMine }) => {
      seen.push('begun')
      await held.promise
      seen.push(await isStillMine())
    })
    second.handle('count', async ({ attempt }) => void seen.push(attempt))
    await add(first, 'long')
    first.start()
    await until(() => seen.length === 1)
    second.start()
    alive = ['b']
    await until(() => seen.length === 2)
    held.resolve()
    await until(() => seen.length === 3)
    expect(seen).toEqual(['begun', 2, false])
  })

  test('a node that closes hands over what it has not finished, which counts as no attempt', async () => {
    begin()
    const [first, second] = [node('a'), node('b')]
    const seen: unknown[] = []
    first.handle('count', (_job, signal) => {
      seen.push('begun')
      return sleep(60_000, signal)
    })
    second.handle('count', async ({ attempt }) => void seen.push(attempt))
    await add(first, 'handed')
    first.start()
    await until(() => seen.length === 1)
    await first.close()
    second.start()
    await until(() => seen.length === 2)
    expect([seen, reported]).toEqual([['begun', 1], []])
  })

  test('work that throws is tried three times, then given up', async () => {
    begin()
    const room = node('a')
    let tries = 0
    room.handle('count', async () => {
      tries += 1
      throw new Error('no luck')
    })
    await add(room, 'wrong')
    room.start()
    for (const count of [1, 2, 3]) {
      await until(() => tries === count)
      await until(async () => (await room.counts()).running === 0)
      now = new Date(now.getTime() + 600_000)
    }
    expect([reported.length, await room.counts()]).toEqual([3, { waiting: 0, running: 0, failed: 1 }])
    now = new Date(now.getTime() + 8 * 86_400_000)
    await until(async () => (await room.counts()).failed === 0)
  })
})
