import { and, eq, inArray, isNull, not, or } from 'drizzle-orm'
import type { TurnId } from '../../contract/id.ts'
import { sleep } from '../basics/sleep.ts'
import type { Database } from '../storage/database.ts'
import type { Node } from '../storage/nodes.ts'
import { turns } from './tables.ts'
import type { TurnLog, Where } from './turn-log.ts'

/** Which server of several this is; what a conversation needs to know of the others. */
export type OwnNode = Pick<Node, 'id' | 'hadOthers' | 'aliveIds'>

/** How often a node looks for what another asked of it. A stop must reach a turn within a second. */
const LOOK_MS = 250
const CANCEL_WAIT_MS = 3_000

/** Ends the turns whose node is gone as interrupted. Each is ended once, whichever node comes first. Returns how many this call ended. */
export async function endAbandonedTurns(database: Database, log: TurnLog, node: OwnNode): Promise<number> {
  const alive = await node.aliveIds()
  const left = await database
    .beyondTenants()
    .select()
    .from(turns)
    .where(and(eq(turns.status, 'running'), or(isNull(turns.nodeId), not(inArray(turns.nodeId, alive)))))
  let count = 0
  for (const turn of left) {
    const where = { tenantId: turn.tenantId, conversationId: turn.conversationId }
    const logged = await database.transaction(where, async (writer) => {
      const claimed = await writer
        .update(turns)
        .set({ status: 'interrupted' })
        .where(and(eq(turns.tenantId, where.tenantId), eq(turns.id, turn.id), eq(turns.status, 'running')))
        .returning({ id: turns.id })
      if (claimed.length === 0) return undefined
      return log.write(writer, where, turn.id, (await log.lastSeq(where, writer)) + 1, {
        type: 'turn-end',
        status: 'interrupted',
      })
    })
    if (!logged) continue
    log.tell(where.conversationId, logged)
    count++
  }
  return count
}

/** Asks the node that runs the turn to stop it, and waits until it has ended, three seconds at most. */
export async function cancelElsewhere(database: Database, where: Where, turnId: TurnId): Promise<void> {
  const isIt = and(eq(turns.tenantId, where.tenantId), eq(turns.id, turnId), eq(turns.status, 'running'))
  await database.write(where).update(turns).set({ isCancelAsked: true }).where(isIt)
  for (let waitedMs = 0; waitedMs < CANCEL_WAIT_MS; waitedMs += LOOK_MS / 2) {
    if ((await database.read(where).$count(turns, isIt)) === 0) return
    await sleep(LOOK_MS / 2)
  }
}

/** Calls `cancel` for turns of this node that another node was asked to stop. Returns how to end the watch. */
export function watchForCancels(database: Database, node: OwnNode, cancel: (turnId: TurnId) => Promise<void>): () => void {
  const look = async () => {
    const asked = await database
      .beyondTenants()
      .select({ id: turns.id })
      .from(turns)
      .where(and(eq(turns.nodeId, node.id), eq(turns.status, 'running'), eq(turns.isCancelAsked, true)))
    await Promise.all(asked.map(({ id }) => cancel(id)))
  }
  const timer = setInterval(() => {
    if (node.hadOthers()) look().catch(() => undefined)
  }, LOOK_MS)
  timer.unref()
  return () => clearInterval(timer)
}
