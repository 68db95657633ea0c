import { afterAll, beforeAll, expect, test } from 'vitest'
import type { UserId } from '../../contract/id.ts'
import { makeSharingRoom, openStrangersDoor } from '../../test/sharing-room.ts'
import { randomId } from '../basics/random-id.ts'
import type { Database } from '../storage/database.ts'
import { openMemoryDatabase } from '../storage/pglite-database.ts'
import { permissionsOf } from '../tenancy/permissions.ts'
import { shareViews } from './tables.ts'

let database: Database
beforeAll(async () => {
  database = await openMemoryDatabase()
})
afterAll(() => database.close())

const everything = { scope: 'all', limit: 200 } as const

async function publish() {
  const room = await makeSharingRoom({ database })
  room.addTurn({ tables: [room.addTable([[1, 'a']])], files: [room.addUpload('a.csv', 'x').id] })
  const state = await room.sharing.share(room.actor, room.conversationId, '')
  if (state.visibility !== 'public') throw new Error('not public')
  return { room, token: state.token }
}

test('B5 the ledger tells each link with what it holds, and counts views without keeping addresses', async () => {
  const { room, token } = await publish()
  const door = await openStrangersDoor(room.sharing, { trustProxy: true })
  for (const address of ['1.1.1.1', '1.1.1.1', '2.2.2.2'])
    await (await fetch(`${door.url}/shared/${token}`, { headers: { 'X-Forwarded-For': address } })).arrayBuffer()
  await (await fetch(`${door.url}/shared/${token}/tables/t1.json`)).arrayBuffer()
  await room.sharing.close()
  const { items, nextCursor } = await room.sharing.ledger.list(room.actor, everything)
  expect(nextCursor).toBeNull()
  expect(items).toMatchObject([
    {
      kind: 'conversation',
      subjectId: room.conversationId,
      title: 'Orders review',
      owner: { id: room.actor.userId },
      via: 'api',
      state: 'open',
      contents: { turns: 1, tables: 1, charts: 0, files: 1 },
      views: 3,
      lastViewAt: room.now.toISOString(),
    },
  ])
  const kept = (await database.beyondTenants().select().from(shareViews)).filter((row) => row.tenantId === room.actor.tenantId)
  expect(kept.map(({ views, visitors }) => [views, visitors])).toEqual([[3, 2]])
  expect(JSON.stringify(kept)).not.toMatch(/[12]\.[12]\.[12]\.[12]/)
  await door.close()
})

test('B5 everybody sees and closes their own links, who manages links those of all, nobody those of another tenant', async () => {
  const { room, token } = await publish()
  const stranger = (await publish()).room
  const colleague = { ...room.actor, userId: randomId<UserId>('usr', new Date()) }
  const admin = { ...colleague, permissions: permissionsOf('admin') }
  const [link] = (await room.sharing.ledger.list(room.actor, everything)).items
  const ids = link ? [link.id] : []
  expect((await room.sharing.ledger.list(colleague, everything)).items).toEqual([])
  expect((await room.sharing.ledger.list(admin, everything)).items.map(({ id }) => id)).toEqual(ids)
  expect((await room.sharing.ledger.list(admin, { ...everything, scope: 'own' })).items).toEqual([])
  for (const actor of [colleague, { ...stranger.actor, permissions: permissionsOf('admin') }])
    expect(await room.sharing.ledger.revoke(actor, ids)).toEqual({ revoked: 0 })
  expect(await room.sharing.open.open(token)).toBeDefined()
  expect(await room.sharing.ledger.revoke(admin, ids)).toEqual({ revoked: 1 })
  expect(await room.sharing.open.open(token)).toBeUndefined()
  expect(await room.sharing.ledger.revoke(admin, ids)).toEqual({ revoked: 0 })
  expect((await room.sharing.ledger.list(admin, everything)).items[0]?.state).toBe('closed')
})

test('B5 the ledger comes page by page', async () => {
  const { room } = await publish()
  for (let round = 0; round < 3; round++) {
    await room.sharing.revoke(room.actor, room.conversationId)
    await room.sharing.share(room.actor, room.conversationId, '')
  }
  const first = await room.sharing.ledger.list(room.actor, { scope: 'own', limit: 3 })
  const second = await room.sharing.ledger.list(room.actor, { scope: 'own', limit: 3, cursor: first.nextCursor ?? '' })
  expect([first.items.length, second.items.length, second.nextCursor]).toEqual([3, 1, null])
  expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(4)
})

test('B5 B10 the ledger shows the links of single recipients with their own views', async () => {
  const { room, token } = await publish()
  const door = await openStrangersDoor(room.sharing)
  const open = async (url: string) => (await fetch(`${door.url}${url}`)).arrayBuffer()
  const ann = await room.sharing.recipients.add(room.actor, room.conversationId, '', 'Ann')
  room.now = new Date(room.now.getTime() + 1000)
  const bo = await room.sharing.recipients.add(room.actor, room.conversationId, '', 'Bo')
  await open(`/shared/${token}`)
  await open(ann.url)
  await open(ann.url)
  await room.sharing.recipients.close(room.actor, room.conversationId, '', bo.id)
  await room.sharing.close()
  const list = async () => (await room.sharing.ledger.list(room.actor, everything)).items
  expect(await list()).toMatchObject([
    {
      views: 3,
      recipients: [
        { label: 'Ann', isClosed: false, views: 2, lastViewAt: room.now.toISOString() },
        { label: 'Bo', isClosed: true, views: 0, lastViewAt: null },
      ],
    },
  ])
  await room.sharing.revoke(room.actor, room.conversationId)
  expect((await list())[0]?.recipients.map(({ isClosed }) => isClosed)).toEqual([true, true])
  await door.close()
})
