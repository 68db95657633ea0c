import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeSourcesRoom, type SourcesRoom } from './sources-room.ts'

const HOUR_MS = 3_600_000
let room: SourcesRoom
let folder: string
let now = Date.UTC(2026, 0, 5)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qry-old-catalog-'))
  room = await makeSourcesRoom(() => new Date(now))
})
afterAll(async () => {
  await room.close()
  await rm(folder, { recursive: true, force: true })
})

test('a catalog older than a day is read anew behind the scenes, and the old one answers meanwhile', async () => {
  const path = join(folder, 'shop.sqlite')
  const shop = new DatabaseSync(path)
  shop.exec('CREATE TABLE orders (id INTEGER)')
  const id = await room.add({ kind: 'sqlite', connection: { path } })
  const names = async () => (await room.sources.catalog(room.admin, id)).tables.map(({ name }) => name)
  expect(await names()).toEqual(['orders'])
  await room.untilProfiled(id)
  shop.exec('CREATE TABLE customers (id INTEGER)')
  shop.close()

  now += 23 * HOUR_MS
  expect(await names()).toEqual(['orders'])
  now += 2 * HOUR_MS
  expect(await names()).toEqual(['orders'])
  await expect.poll(names, { timeout: 20_000 }).toEqual(['customers', 'orders'])
  expect((await room.sources.catalog(room.admin, id)).readAt).toBe(new Date(now).toISOString())

  await rm(path)
  now += 25 * HOUR_MS
  expect(await names()).toEqual(['customers', 'orders'])
})
