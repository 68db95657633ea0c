import { readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { and, eq, inArray, ne, sql } from 'drizzle-orm'
import type { Database } from './database.ts'
import { nodes } from './tables.ts'

/** This process among the servers that share the database. */
export interface Node {
  readonly id: string
  /** Whether another server may still be answering requests. Times are the database's own, so that clocks need not agree. */
  othersAlive(): Promise<boolean>
  /** As `othersAlive`, by the last beat: up to BEAT_MS old. For what is asked many times a second. */
  hadOthers(): boolean
  /** All that may be answering, this one too. */
  aliveIds(): Promise<string[]>
  /** Says that this process serves no more. Call it after the doors are shut. */
  close(): Promise<void>
}

const BEAT_MS = 2_000
/** A node not seen for so long is dead. */
const ALIVE_SECONDS = 15

/** Joins before any door opens; beats until closed. Nodes whose process on this host is gone are counted out at once, not after their lease. */
export async function joinNodes({ database, id }: { database: Database; id: string }): Promise<Node> {
  const host = hostName()
  const bornMs = Math.round(performance.timeOrigin)
  const isAlive = sql`${nodes.seenAt} > now() - make_interval(secs => ${ALIVE_SECONDS})`
  const isOther = and(ne(nodes.id, id), isAlive)
  let hadOthers = false
  const beat = async () => {
    const writer = database.beyondTenants()
    await writer
      .insert(nodes)
      .values({ id, seenAt: sql`now()`, host, pid: process.pid, bornMs })
      .onConflictDoUpdate({ target: nodes.id, set: { seenAt: sql`now()` } })
    await writer.delete(nodes).where(sql`${nodes.seenAt} < now() - interval '1 hour'`)
    hadOthers = (await writer.$count(nodes, isOther)) > 0
  }
  const neighbours = await database.beyondTenants().select().from(nodes).where(eq(nodes.host, host))
  const gone = neighbours
    .filter((row) => (row.pid === process.pid ? row.bornMs !== bornMs : !isRunning(row.pid)))
    .map((row) => row.id)
  if (gone.length > 0) await database.beyondTenants().delete(nodes).where(inArray(nodes.id, gone))
  await beat()
  let beating: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    beating = beat().catch(() => undefined)
  }, BEAT_MS)
  timer.unref()
  return {
    id,
    othersAlive: async () => (await database.beyondTenants().$count(nodes, isOther)) > 0,
    hadOthers: () => hadOthers,
    async aliveIds() {
      const others = await database.beyondTenants().select({ id: nodes.id }).from(nodes).where(isOther)
      return [id, ...others.map((row) => row.id)]
    },
    async close() {
      clearInterval(timer)
      await beating
      await database.beyondTenants().delete(nodes).where(eq(nodes.id, id))
    },
  }
}

/** The host, and on Linux the space of process numbers in it: a container may share its host's name and not its numbers. */
function hostName(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return hostname()
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
