import { and, eq, ne, sql } from 'drizzle-orm'
import type { Database } from './database.ts'
import { nodes } from './tables.ts'

/** This process among the servers that share the database. */
export interface Node {
  readonly id: string
  /** Whether another server may still be answering requests. Times are the database's own, so that clocks need not agree. */
  othersAlive(): Promise<boolean>
  /** Says that this process serves no more. Call it after the doors are shut. */
  close(): Promise<void>
}

const BEAT_MS = 5_000
/** Three missed beats: such a node is dead. */
const ALIVE_SECONDS = 15

/** Joins before any door opens; beats until closed. */
export async function joinNodes({ database, id }: { database: Database; id: string }): Promise<Node> {
  const beat = async () => {
    const writer = database.beyondTenants()
    await writer
      .insert(nodes)
      .values({ id, seenAt: sql`now()` })
      .onConflictDoUpdate({ target: nodes.id, set: { seenAt: sql`now()` } })
    await writer.delete(nodes).where(sql`${nodes.seenAt} < now() - interval '1 hour'`)
  }
  await beat()
  let beating: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    beating = beat().catch(() => undefined)
  }, BEAT_MS)
  timer.unref()
  return {
    id,
    async othersAlive() {
      const alive = sql`${nodes.seenAt} > now() - make_interval(secs => ${ALIVE_SECONDS})`
      return (await database.beyondTenants().$count(nodes, and(ne(nodes.id, id), alive))) > 0
    },
    async close() {
      clearInterval(timer)
      await beating
      await database.beyondTenants().delete(nodes).where(eq(nodes.id, id))
    },
  }
}
