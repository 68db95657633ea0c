import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import type { ConversationId, TenantId, TurnId } from '../contract/id.ts'
import { systemClock } from '../server/basics/clock.ts'
import { randomId } from '../server/basics/random-id.ts'
import { TurnLog } from '../server/conversations/turn-log.ts'
import { openDatabase } from '../server/storage/open-database.ts'
import { median } from './share-time.ts'

const alone = { hadOthers: () => false }

export interface LogCommits {
  readonly writers: number
  /** Commits a second. */
  readonly ours: number
  readonly plain: number
}

const SLICE_MS = 1_500
const text = 'Revenue held up in most regions while unit growth slowed after the price change. '

/** F9: durable appends to the turn log a second against plain single-row commits of the same PostgreSQL, in alternating slices. Medians. */
export async function measureLogCommits(rounds = 5): Promise<LogCommits[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'qry-bench-log-'))
  const database = await openDatabase({ dataDir, log: () => undefined })
  try {
    const tenantId = randomId<TenantId>('ten', new Date())
    const writer = database.write({ tenantId })
    await writer.execute(sql`create table plain_rows (id bigserial primary key, at timestamptz not null, body jsonb not null)`)
    const log = new TurnLog(database, systemClock, alone)
    const body = JSON.stringify({ type: 'text-delta', text })

    const perSecond = async (writers: number, makeCommit: () => () => Promise<unknown>): Promise<number> => {
      const from = performance.now()
      let commits = 0
      const write = async (commit: () => Promise<unknown>) => {
        while (performance.now() - from < SLICE_MS) {
          await commit()
          commits++
        }
      }
      await Promise.all(Array.from({ length: writers }, () => write(makeCommit())))
      return (commits / (performance.now() - from)) * 1_000
    }
    const plain = () => () => writer.execute(sql`insert into plain_rows (at, body) values (${new Date().toISOString()}, ${body})`)
    const ours = () => {
      const where = { tenantId, conversationId: randomId<ConversationId>('cnv', new Date()) }
      const turnId = randomId<TurnId>('trn', new Date())
      let seq = 0
      return () => log.append(where, turnId, ++seq, [{ type: 'text-delta', text }])
    }

    const measured: LogCommits[] = []
    for (const writers of [1, 32]) {
      const rates: { ours: number[]; plain: number[] } = { ours: [], plain: [] }
      for (let round = 0; round <= rounds; round++) {
        const first = await perSecond(writers, plain)
        const second = await perSecond(writers, ours)
        if (round === 0) continue
        rates.plain.push(first)
        rates.ours.push(second)
      }
      measured.push({ writers, ours: median(rates.ours), plain: median(rates.plain) })
    }
    return measured
  } finally {
    await database.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}
