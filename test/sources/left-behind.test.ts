import { expect, test } from 'vitest'
import { must } from '../../server/basics/must.ts'
import { dialects } from './dialects.ts'
import { makeSourcesRoom } from './sources-room.ts'
import { openPostgres } from './test-databases.ts'

const database = await openPostgres()

test.skipIf(!database)('a question whose process fell without a word ends in PostgreSQL too', { timeout: 60_000 }, async () => {
  const there = must(database)
  const { slow, busy } = must(dialects.postgres)
  const runs = async (): Promise<number> => Number((await there.look(must(busy)('')))[0])
  const room = await makeSourcesRoom()
  const id = await room.add(there.destination)
  const asked = room.sources.query(room.admin, id, slow, { rowLimit: 10, timeoutMs: 60_000 }).catch((error: unknown) => error)
  await expect.poll(runs, { timeout: 20_000 }).toBe(1)
  // NOTE: the room ends its processes by SIGKILL, as the machine would that runs out of memory.
  await room.close()
  expect(await asked).toMatchObject({ code: 'cancelled' })
  await expect.poll(runs, { timeout: 20_000 }).toBe(0)
  await there.close()
})
