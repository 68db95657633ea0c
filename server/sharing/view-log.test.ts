import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Digest, ShareId, TenantId } from '../../contract/id.ts'
import { randomId } from '../basics/random-id.ts'
import type { Database } from '../storage/database.ts'
import { openMemoryDatabase } from '../storage/pglite-database.ts'
import { shareViews } from './tables.ts'
import { ViewLog } from './view-log.ts'

let database: Database
beforeAll(async () => {
  database = await openMemoryDatabase()
})
afterAll(() => database.close())

test('B5 a visitor counts once in an hour, however often the log is written meanwhile, and again in the next', async () => {
  let now = new Date('2026-03-01T10:10:00Z')
  const link = {
    tenantId: randomId<TenantId>('ten', now),
    shareId: randomId<ShareId>('shr', now),
    linkId: undefined,
    tokenHash: 'a'.repeat(64) as Digest,
  }
  const log = new ViewLog({ database, clock: () => now, random: randomBytes })
  const visit = async (...addresses: string[]): Promise<void> => {
    for (const address of addresses) log.count(link, address, now.getTime())
    await log.flush()
  }
  await visit('1.1.1.1', '1.1.1.1')
  await visit('2.2.2.2')
  await visit('1.1.1.1', '3.3.3.3')
  log.count(link, '4.4.4.4', now.getTime())
  now = new Date('2026-03-01T11:00:00Z')
  await visit('1.1.1.1')
  await visit()
  const rows = await database.beyondTenants().select().from(shareViews).orderBy(shareViews.hour)
  expect(rows.map(({ hour, views, visitors }) => [hour.getUTCHours(), views, visitors])).toEqual([
    [10, 6, 4],
    [11, 1, 1],
  ])
})
