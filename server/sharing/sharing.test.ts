import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { UserId } from '../../contract/id.ts'
import type { SharePolicyChange } from '../../contract/share.ts'
import { makeSharingRoom, type SharingRoom } from '../../test/sharing-room.ts'
import { randomId } from '../basics/random-id.ts'
import type { Database } from '../storage/database.ts'
import { joinNodes } from '../storage/nodes.ts'
import { openMemoryDatabase } from '../storage/pglite-database.ts'
import { permissionsOf } from '../tenancy/permissions.ts'
import { auditEvents, tenants } from '../tenancy/tables.ts'
import { createSharing } from './sharing.ts'
import { shares, shareVersions } from './tables.ts'

const origin = 'https://data.example'
let database: Database
let room: SharingRoom

beforeAll(async () => {
  database = await openMemoryDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  room = await makeSharingRoom({ database })
})

const share = async (target = room) => {
  const state = await target.sharing.share(target.actor, target.conversationId, origin)
  if (state.visibility !== 'public') throw new Error('not public')
  return state
}
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'fine',
    (error: { code?: string }) => error.code,
  )
const open = (token: string, target = room) => target.sharing.open.open(token)

test('S1 sharing needs an answered turn', async () => {
  expect(await code(share())).toBe('nothing-answered')
  for (const status of ['running', 'failed', 'cancelled', 'interrupted', 'needs-confirmation'] as const) room.addTurn({ status })
  expect(await code(share())).toBe('nothing-answered')
  expect(await code(room.sharing.check(room.actor, room.conversationId))).toBe('nothing-answered')
  room.addTurn()
  expect(await code(share())).toBe('fine')
})

test('S2 sharing, updating, changing and closing need the permission', async () => {
  room.addTurn()
  const { token } = await share()
  const viewer = { ...room.actor, role: 'viewer' as const, permissions: permissionsOf('viewer') }
  const { sharing, conversationId } = room
  expect(await code(sharing.share(viewer, conversationId, origin))).toBe('forbidden')
  expect(await code(sharing.changePolicy(viewer, conversationId, origin, {}))).toBe('forbidden')
  expect(await code(sharing.revoke(viewer, conversationId))).toBe('forbidden')
  expect(await code(sharing.check(viewer, conversationId))).toBe('forbidden')
  expect(await open(token)).toBeDefined()
})

test("S2 another member's or tenant's conversation is not there", async () => {
  room.addTurn()
  await share()
  const other = { ...room.actor, userId: randomId<UserId>('usr', new Date()) }
  const stranger = (await makeSharingRoom({ database })).actor
  for (const actor of [other, stranger]) {
    expect(await code(room.sharing.state(actor, room.conversationId, origin))).toBe('not-found')
    expect(await code(room.sharing.share(actor, room.conversationId, origin))).toBe('not-found')
    expect(await code(room.sharing.revoke(actor, room.conversationId))).toBe('not-found')
  }
  expect(await room.sharing.sharedAmong(stranger, [room.conversationId])).toEqual(new Set())
  expect(await room.sharing.sharedAmong(room.actor, [room.conversationId])).toEqual(new Set([room.conversationId]))
})

test('S4 what will be public is said before it is', async () => {
  const upload = room.addUpload('sales.csv', 'a,b\n1,2\n')
  room.addTurn({
    files: [upload.id],
    tables: [
      room.addTable([
        [1, 'a'],
        [2, 'b'],
      ]),
    ],
    steps: [{ id: 's1', kind: 'query', title: 'Ran SQL', input: 'select 1' }],
  })
  room.addTurn({ status: 'running' })
  expect((await room.sharing.check(room.actor, room.conversationId)).contents).toEqual({
    turns: 1,
    tables: 1,
    rows: 2,
    charts: 0,
    figures: 0,
    chartList: [],
    files: [{ name: 'sales.csv', bytes: 8 }],
    filesKeptOut: 0,
    toolCalls: 1,
    showsSql: true,
  })
  expect(await room.sharing.state(room.actor, room.conversationId, origin)).toEqual({ visibility: 'private' })
})

test('S5 S6 the link has at least 128 random bits and stays the same', async () => {
  room.addTurn()
  const first = await share()
  expect(first.url).toBe(`${origin}/shared/${first.token}`)
  expect(Buffer.from(first.token, 'base64url').byteLength * 8).toBeGreaterThanOrEqual(128)
  expect(first.token).toMatch(/^[A-Za-z0-9_-]+$/)
  expect(await share()).toEqual(first)
  const restarted = createSharing(room.dependencies)
  expect(await restarted.state(room.actor, room.conversationId, origin)).toEqual(first)
  const [row] = await database.beyondTenants().select().from(shares).where(eq(shares.subjectId, room.conversationId))
  expect(JSON.stringify(row)).not.toContain(first.token)
})

test('S7 S8 later turns are not visible until the link is updated, under the same token', async () => {
  room.addTurn()
  const first = await share()
  room.addTurn({ answer: 'the second answer' })
  room.addTurn({ status: 'failed' })
  expect(await room.sharing.state(room.actor, room.conversationId, origin)).toMatchObject({ version: 1, newerTurns: 1 })
  expect(JSON.stringify((await open(first.token))?.snapshot)).not.toContain('second')
  const second = await share()
  expect(second).toMatchObject({ token: first.token, version: 2, newerTurns: 0, sharePointTurnId: room.turns[1]?.id })
  expect((await open(first.token))?.snapshot.turns).toHaveLength(2)
  expect((await share()).version).toBe(2)
})

test('S9 S10 private revokes at once, and public again makes another token', async () => {
  room.addTurn()
  const { token } = await share()
  const opened = await open(token)
  await room.sharing.revoke(room.actor, room.conversationId)
  expect(await open(token)).toBeUndefined()
  expect(await opened?.isStillOpen()).toBe(false)
  expect(await room.sharing.revoke(room.actor, room.conversationId)).toEqual({ visibility: 'private' })
  const again = await share()
  expect(again.token).not.toBe(token)
  expect(again.version).toBe(1)
  expect(await open(token)).toBeUndefined()
  expect(await open(again.token)).toBeDefined()
})

test('S9 a revoke answers when another node serves the link no more', async () => {
  room.addTurn()
  const [a, b] = await Promise.all(['node-a', 'node-b'].map((id) => joinNodes({ database, id })))
  if (!a || !b) throw new Error('no nodes')
  const onA = createSharing({ ...room.dependencies, node: a })
  const onB = createSharing({ ...room.dependencies, node: b })
  const state = await onA.share(room.actor, room.conversationId, origin)
  if (state.visibility !== 'public') throw new Error('not public')
  let isAnswered = false
  const afterwards: boolean[] = []
  const asking = (async () => {
    for (let round = 0; round < 40; round++) {
      const wasAnswered = isAnswered
      const isOpen = (await onB.open.open(state.token)) !== undefined
      if (wasAnswered) afterwards.push(isOpen)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  })()
  await onA.revoke(room.actor, room.conversationId)
  isAnswered = true
  await asking
  expect(afterwards.length).toBeGreaterThan(5)
  expect(afterwards).not.toContain(true)
  expect(await a.othersAlive()).toBe(true)
  await b.close()
  expect(await a.othersAlive()).toBe(false)
  await a.close()
})

test('S9 a read that began before the revoke does not bring the link back', async () => {
  room.addTurn()
  const { token } = await share()
  const reads = Promise.all(Array.from({ length: 20 }, () => open(token)))
  await room.sharing.revoke(room.actor, room.conversationId)
  await reads
  expect(await open(token)).toBeUndefined()
})

test('S11 closing because the conversation goes needs no permission and is final', async () => {
  room.addTurn()
  const { token } = await share()
  await room.sharing.closeLink({ ...room.actor, permissions: new Set() }, room.conversationId)
  expect(await open(token)).toBeUndefined()
  expect(await room.sharing.state(room.actor, room.conversationId, origin)).toEqual({ visibility: 'private' })
})

test('S24 the tenant switch closes every link and opens those that were not revoked', async () => {
  room.addTurn()
  const { token } = await share()
  expect(await open(token)).toBeDefined()
  await room.switchSharing(false)
  expect(await open(token)).toBeUndefined()
  expect(await code(share())).toBe('sharing-off')
  await room.switchSharing(true)
  expect(await open(token)).toBeDefined()
})

test('S23 B3 there is no expiry unless one is set; an expired link does not open', async () => {
  room.addTurn()
  const { token, policy } = await share()
  expect(policy.expiresAt).toBeNull()
  await room.sharing.changePolicy(room.actor, room.conversationId, origin, { expiresAt: '2026-05-13T00:00:00Z' })
  expect(await open(token)).toBeDefined()
  room.now = new Date('2026-05-13T00:00:01Z')
  expect(await open(token)).toBeUndefined()
  await room.sharing.changePolicy(room.actor, room.conversationId, origin, { expiresAt: null })
  expect(await open(token)).toBeDefined()
})

test('B3 a policy narrows every kept version and never moves the share point', async () => {
  room.addTurn({
    steps: [{ id: 's1', kind: 'query', title: 'Ran SQL', input: 'select hidden_thing' }],
    files: [room.addUpload('a.csv', 'x').id],
  })
  const { token } = await share()
  room.addTurn()
  await share()
  room.addTurn({ answer: 'third' })
  const narrowed = await room.sharing.changePolicy(room.actor, room.conversationId, origin, {
    answersOnly: true,
    downloads: false,
  })
  expect(narrowed).toMatchObject({ version: 2, newerTurns: 1, sharePointTurnId: room.turns[1]?.id })
  expect((await open(token))?.snapshot).toMatchObject({ files: [], downloads: false, showsSteps: false, shareVersion: 2 })
  const versions = await database
    .beyondTenants()
    .select()
    .from(shareVersions)
    .where(eq(shareVersions.tenantId, room.actor.tenantId))
  for (const { snapshotDigest } of versions) {
    const bytes = await room.dependencies.blobs.read(room.actor.tenantId, snapshotDigest)
    expect(Buffer.from(bytes).toString()).not.toMatch(/hidden_thing|a\.csv/)
  }
  await room.sharing.changePolicy(room.actor, room.conversationId, origin, { answersOnly: false })
  expect((await open(token))?.snapshot.turns[0]?.steps).toHaveLength(1)
  await room.sharing.revoke(room.actor, room.conversationId)
  expect(await code(room.sharing.changePolicy(room.actor, room.conversationId, origin, {}))).toBe('conflict')
})

test('B3 turns and tool calls can be left out, their files and charts with them, from every version', async () => {
  const table = room.addTable([[1, 'a']])
  const secret = room.addTurn({ question: 'left out', tables: [table], files: [room.addUpload('left.csv', 'x').id] })
  const step = (id: string) => ({ id, kind: 'query' as const, title: 'Ran SQL', input: `select ${id}` })
  const kept = room.addTurn({ steps: [step('s1'), step('s2')], tables: [{ ...table, id: 'own', stepId: 's2' }] })
  const { token } = await share()
  const policy = { excludeTurnIds: [secret.id], excludeStepIds: [`${kept.id}/s1`] }
  await room.sharing.changePolicy(room.actor, room.conversationId, origin, policy)
  const snapshot = (await open(token))?.snapshot
  expect(JSON.stringify(snapshot)).not.toMatch(/left|select s1/)
  expect(snapshot?.turns).toMatchObject([{ number: 1, steps: [{ input: 'select s2' }], tables: [{ id: 't2', stepNumber: 1 }] }])
  await room.sharing.changePolicy(room.actor, room.conversationId, origin, { excludeTurnIds: null, excludeStepIds: null })
  expect((await open(token))?.snapshot.turns).toHaveLength(2)
})

test('B4 older versions open where the owner lets readers step back, behind the same gate', async () => {
  room.addTurn()
  const { token } = await share()
  room.addTurn({ answer: 'second' })
  expect((await share()).versions.map((one) => one.version)).toEqual([1, 2])
  const step = (version: number) => room.sharing.open.open(token, { version })
  expect(await step(1)).toBeUndefined()
  expect((await step(2))?.snapshot.shareVersion).toBe(2)
  await room.sharing.changePolicy(room.actor, room.conversationId, origin, { versionsVisible: true })
  expect((await step(1))?.snapshot.turns).toHaveLength(1)
  expect(await step(3)).toBeUndefined()
  await room.sharing.revoke(room.actor, room.conversationId)
  expect(await step(1)).toBeUndefined()
})

test('S22 the link keeps what was frozen when the conversation goes back, and the owner is told', async () => {
  room.addTurn()
  room.addTurn({ answer: 'taken back' })
  const { token, goneTurns } = await share()
  expect(goneTurns).toBe(0)
  room.turns.splice(1)
  room.addTurn({ answer: 'asked anew' })
  expect(await room.sharing.state(room.actor, room.conversationId, origin)).toMatchObject({ goneTurns: 1, newerTurns: 1 })
  expect((await open(token))?.snapshot.turns[1]?.answer).toBe('taken back')
  expect(await share()).toMatchObject({ token, goneTurns: 0, newerTurns: 0, version: 2 })
})

test('a turn before the share point that goes on later stays frozen when the policy changes', async () => {
  const waiting = room.addTurn({ status: 'needs-confirmation', answer: 'My reading' })
  room.addTurn()
  const { token } = await share()
  room.turns[0] = { ...waiting, status: 'answered', answer: 'what came later' }
  await room.sharing.changePolicy(room.actor, room.conversationId, origin, { title: 'Sales' })
  const snapshot = (await open(token))?.snapshot
  expect(snapshot?.title).toBe('Sales')
  expect(JSON.stringify(snapshot)).not.toContain('later')
  expect(await share()).toMatchObject({ version: 2, token })
})

test('two people who share at once get one link', async () => {
  room.addTurn()
  const states = await Promise.all(Array.from({ length: 5 }, () => share()))
  expect(new Set(states.map((state) => state.token)).size).toBe(1)
})

test('P5 every share action is in the audit log, without the token', async () => {
  room.addTurn()
  const { token } = await share()
  room.addTurn()
  await share()
  await room.sharing.changePolicy(room.actor, room.conversationId, origin, { title: 'X' })
  await room.sharing.revoke(room.actor, room.conversationId)
  const log = await database
    .beyondTenants()
    .select()
    .from(auditEvents)
    .where(eq(auditEvents.tenantId, room.actor.tenantId))
    .orderBy(auditEvents.seq)
  expect(log.map((entry) => entry.action)).toEqual(['share-create', 'share-update', 'share-policy', 'share-revoke'])
  expect(
    log.every((entry) => entry.userId === room.actor.userId && entry.via === 'api' && entry.subject === room.conversationId),
  ).toBe(true)
  expect(JSON.stringify(log)).not.toContain(token)
})

test('B3 what the organisation asks of its links holds for each that is made', async () => {
  room.addTurn()
  const rules = { maxLinkDays: 30, defaultLinkDays: 7, requirePassword: true }
  await database.beyondTenants().update(tenants).set(rules).where(eq(tenants.id, room.actor.tenantId))
  const make = (change: SharePolicyChange) => room.sharing.share(room.actor, room.conversationId, origin, change)
  expect(await code(make({}))).toBe('invalid-input')
  expect(await code(make({ password: 'sesame', expiresAt: '2026-06-30T00:00:00Z' }))).toBe('invalid-input')
  const made = await make({ password: 'sesame' })
  expect(made).toMatchObject({ policy: { hasPassword: true, expiresAt: '2026-05-19T10:00:00.000Z' } })
  expect(await code(room.sharing.changePolicy(room.actor, room.conversationId, origin, { password: null }))).toBe('invalid-input')
})
