import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Conversation } from '../contract/conversation.ts'
import { sleep } from '../server/basics/sleep.ts'
import { LogFollower } from './log-follower.ts'
import { Person } from './person.ts'
import { ServerProcess } from './server-process.ts'

const ROUNDS = Number(process.env.QRY_KILL_ROUNDS ?? 10)

/** How many rounds one conversation lives through: longer ones measure patience. */
const ROUNDS_EACH = 50

test(`an acknowledged turn survives kill -9, ${ROUNDS} rounds`, { timeout: 60_000 + ROUNDS * 15_000 }, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'qry-kill-'))
  try {
    let server = await ServerProcess.start(dataDir)
    const owner = await Person.owner(server.url)
    let person = owner
    for (let round = 0; round < ROUNDS; ) {
      const upload = await person.upload({ name: 'orders.csv', text: 'region,amount\nNorth,10\nSouth,5\n' })
      const { id } = await person.conversation([upload.body.id])
      const path = `/api/conversations/${id}`
      const window = new LogFollower()
      const turnIds: string[] = []
      const isWhole = async () => {
        const { body } = await person.call<Conversation>('GET', path)
        expect(body.turns.map((turn) => turn.id)).toEqual(turnIds)
        expect(body.turns.map((turn) => turn.status)).toEqual(
          turnIds.map((_, index) => (index % 2 === 0 ? 'answered' : 'interrupted')),
        )
        return body.lastEventSeq
      }
      for (const last = Math.min(ROUNDS, round + ROUNDS_EACH); round < last; round++) {
        const following = window.follow(person.urlOf(`${path}/events`), person.headers)
        const quick = await person.ask(id, 'total amount by region')
        const slow = await person.call<{ turnId: string }>('POST', `${path}/turns`, {
          question: '/sql select count(*) from range(100000000) a, range(1000) b',
        })
        turnIds.push(quick.id, slow.body.turnId)
        await sleep(Math.random() * 300)
        await server.kill()
        await following
        server = await ServerProcess.start(dataDir)
        person = owner.at(server.url)
        await isWhole()
      }
      const { heard } = window
      const again = window.follow(person.urlOf(`${path}/events`), person.headers)
      const replay = new LogFollower()
      const replaying = replay.follow(person.urlOf(`${path}/events`), person.headers)
      const lastSeq = await isWhole()
      await Promise.all([window.reach(lastSeq), replay.reach(lastSeq)])
      expect(heard).toEqual(replay.heard)
      expect(window.history).toEqual(replay.history)
      expect(heard.length).toBeGreaterThan(turnIds.length * 2)
      window.stop()
      replay.stop()
      await Promise.all([again, replaying])
    }
    await server.stop()
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
})
