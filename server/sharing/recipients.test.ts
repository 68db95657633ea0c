import { afterAll, beforeAll, expect, test } from 'vitest'
import type { UserId } from '../../contract/id.ts'
import { makeSharingRoom, openStrangersDoor } from '../../test/sharing-room.ts'
import { randomId } from '../basics/random-id.ts'
import type { Database } from '../storage/database.ts'
import { openMemoryDatabase } from '../storage/pglite-database.ts'
import { permissionsOf } from '../tenancy/permissions.ts'
import { shareLinks } from './tables.ts'

let database: Database
beforeAll(async () => {
  database = await openMemoryDatabase()
})
afterAll(() => database.close())

const origin = 'https://data.example'
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'fine',
    (error: { code?: string }) => error.code,
  )

test('B10 each recipient has a link of their own, with its own end and its own log', async () => {
  const room = await makeSharingRoom({ database })
  const { sharing, actor, conversationId } = room
  room.addTurn()
  expect(await code(sharing.recipients.add(actor, conversationId, origin, 'Ann'))).toBe('conflict')
  const own = await sharing.share(actor, conversationId, origin)
  if (own.visibility !== 'public') throw new Error('not public')
  const ann = await sharing.recipients.add(actor, conversationId, origin, 'Ann')
  const bob = await sharing.recipients.add(actor, conversationId, origin, 'Bob')
  const door = await openStrangersDoor(sharing)
  const statusOf = async (url: string) => {
    const answer = await fetch(door.url + new URL(url).pathname)
    await answer.arrayBuffer()
    return answer.status
  }
  expect(new Set([own.url, ann.url, bob.url]).size).toBe(3)
  for (const url of [own.url, ann.url, ann.url, bob.url]) expect(await statusOf(url)).toBe(200)
  await sharing.close()
  const items = await sharing.recipients.list(actor, conversationId, origin)
  // NOTE: both were made in one moment of the room's clock, so their order is not said.
  const seen = items
    .map(({ label, views, log }) => [label, views, log.length] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1))
  expect(seen).toEqual([
    ['Ann', 2, 1],
    ['Bob', 1, 1],
  ])
  expect((await sharing.recipients.close(actor, conversationId, origin, ann.id)).closedAt).not.toBeNull()
  expect([await statusOf(ann.url), await statusOf(bob.url), await statusOf(own.url)]).toEqual([404, 200, 200])
  await sharing.revoke(actor, conversationId)
  expect([await statusOf(bob.url), await statusOf(own.url)]).toEqual([404, 404])
  await door.close()
})

test("B10 nobody but who may share makes, sees or closes recipients' links, and they are handed over", async () => {
  const room = await makeSharingRoom({ database })
  const { sharing, actor, conversationId } = room
  room.addTurn()
  await sharing.share(actor, conversationId, origin)
  const { id } = await sharing.recipients.add(actor, conversationId, origin, 'Ann')
  const viewer = { ...actor, permissions: permissionsOf('viewer') }
  const other = { ...actor, userId: randomId<UserId>('usr', new Date()) }
  for (const [asking, expected] of [
    [viewer, 'forbidden'],
    [other, 'not-found'],
  ] as const) {
    expect(await code(sharing.recipients.list(asking, conversationId, origin))).toBe(expected)
    expect(await code(sharing.recipients.add(asking, conversationId, origin, 'Eve'))).toBe(expected)
    expect(await code(sharing.recipients.close(asking, conversationId, origin, id))).toBe(expected)
  }
  await sharing.handOverLinks({ ...actor, permissions: permissionsOf('owner') }, actor.userId, other.userId, 'live')
  const kept = (await database.beyondTenants().select().from(shareLinks)).filter((row) => row.id === id)
  expect(kept.map(({ createdBy }) => createdBy)).toEqual([other.userId])
})
