import { ROW_LIMIT } from '../contract/table.ts'
import { must } from '../server/basics/must.ts'
import { sleep } from '../server/basics/sleep.ts'
import { dialects } from '../test/sources/dialects.ts'
import { makeSourcesRoom } from '../test/sources/sources-room.ts'
import { openMysql, openPostgres } from '../test/sources/test-databases.ts'
import { median } from './share-time.ts'

export interface StopTime {
  readonly kind: string
  /** From the stop to the answer `cancelled`, and to the database's word that nothing runs any more. Medians. */
  readonly answerMs: number
  readonly databaseMs: number
}

/** How soon a stopped question is gone from the database. Needs the databases of a development machine; what is not there is left out. */
export async function measureStopTime(rounds = 5): Promise<StopTime[]> {
  const measured: StopTime[] = []
  for (const open of [openPostgres, openMysql]) {
    const database = await open()
    if (!database) continue
    const room = await makeSourcesRoom()
    try {
      const { kind, connection } = database.destination
      const { slow, busy } = must(dialects[kind])
      const running = must(busy)(connection.user ?? '')
      const runs = async (): Promise<boolean> => Number((await database.look(running))[0]) > 0
      const id = await room.add(database.destination)
      const times: { answerMs: number; databaseMs: number }[] = []
      for (let round = 0; round < rounds; round++) {
        const abort = new AbortController()
        const asked = room.sources.query(room.admin, id, slow, { rowLimit: ROW_LIMIT, timeoutMs: 60_000, signal: abort.signal })
        let answerMs = Number.NaN
        const ended = asked.then(
          () => Promise.reject(new Error('the question ended by itself')),
          () => {
            answerMs = performance.now() - from
          },
        )
        while (!(await runs())) await sleep(10)
        const from = performance.now()
        abort.abort()
        while (await runs()) await sleep(10)
        const databaseMs = performance.now() - from
        await ended
        times.push({ answerMs, databaseMs })
      }
      measured.push({
        kind,
        answerMs: median(times.map((time) => time.answerMs)),
        databaseMs: median(times.map((time) => time.databaseMs)),
      })
    } finally {
      await room.close()
      await database.close()
    }
  }
  return measured
}
