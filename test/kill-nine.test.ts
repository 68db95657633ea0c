import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { LoggedEvent, Turn } from '../contract/turn.ts'
import { sleep } from '../server/basics/sleep.ts'
import { Person } from './person.ts'
import { ServerProcess } from './server-process.ts'

const ROUNDS = Number(process.env.QRY_KILL_ROUNDS ?? 10)

/** Follows the event stream until it breaks; every event it got was acknowledged. */
async function follow(url: string, person: Person, conversationId: string, heard: LoggedEvent[]): Promise<void> {
  try {
    const response = await fetch(`${url}/api/conversations/${conversationId}/events`, { headers: person.headers })
    let text = ''
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const data = /^data: (\{.+)$/m.exec(block)?.[1]
        if (data) heard.push(JSON.parse(data) as LoggedEvent)
      }
    }
  } catch {
    // The server was killed: that is the test.
  }
}

test(`an acknowledged turn survives kill -9, ${ROUNDS} rounds`, { timeout: 60_000 + ROUNDS * 15_000 }, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'qry-kill-'))
  try {
    let server = await ServerProcess.start(dataDir)
    const owner = await Person.owner(server.url)
    const upload = await owner.upload({ name: 'orders.csv', text: 'region,amount\nNorth,10\nSouth,5\n' })
    const { id } = await owner.conversation([upload.body.id])
    const acknowledged: LoggedEvent[] = []
    const turnIds: string[] = []
    let person = owner
    for (let round = 0; round < ROUNDS; round++) {
      const heard: LoggedEvent[] = []
      const following = follow(server.url, person, id, heard)
      const quick = await person.ask(id, 'total amount by region')
      turnIds.push(quick.id)
      const slow = await person.call<{ turnId: string }>('POST', `/api/conversations/${id}/turns`, {
        question: '/sql select count(*) from range(100000000) a, range(1000) b',
      })
      turnIds.push(slow.body.turnId)
      await sleep(Math.random() * 300)
      await server.kill()
      await following
      acknowledged.push(...heard)
      server = await ServerProcess.start(dataDir)
      person = owner.at(server.url)
      const { body } = await person.call<{ turns: Turn[] }>('GET', `/api/conversations/${id}`)
      expect(body.turns.map((turn) => turn.id)).toEqual(turnIds)
      expect(body.turns.map((turn) => turn.status)).toEqual(
        turnIds.map((_, index) => (index % 2 === 0 ? 'answered' : 'interrupted')),
      )
    }
    const replayed: LoggedEvent[] = []
    const replay = follow(server.url, person, id, replayed)
    await sleep(500)
    await server.stop()
    await replay
    const bySeq = new Map(replayed.map((logged) => [logged.seq, logged]))
    for (const logged of acknowledged) expect(bySeq.get(logged.seq)).toEqual(logged)
    expect(acknowledged.length).toBeGreaterThan(ROUNDS * 5)
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
})
