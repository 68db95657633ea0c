import { and, asc, eq } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { TurnId } from '../../contract/id.ts'
import type { TurnStatus } from '../../contract/turn.ts'
import type { Reader, Writer } from '../storage/database.ts'
import { checkpoints, turns } from './tables.ts'
import type { Where } from './turn-log.ts'

/** A turn that is not hidden. Their order by `seq` is the order in which they stand. */
export interface StandingTurn {
  readonly id: TurnId
  readonly seq: number
  readonly status: TurnStatus
  readonly question: string
}

const inConversation = (table: typeof checkpoints | typeof turns, where: Where) =>
  and(eq(table.tenantId, where.tenantId), eq(table.conversationId, where.conversationId))

export const standingTurns = (reader: Reader, where: Where): Promise<StandingTurn[]> =>
  reader
    .select({ id: turns.id, seq: turns.seq, status: turns.status, question: turns.question })
    .from(turns)
    .where(and(inConversation(turns, where), eq(turns.isHidden, false)))
    .orderBy(asc(turns.seq))

export function requireIdle(standing: readonly StandingTurn[]): void {
  if (standing.some((turn) => turn.status === 'running')) throw stillRunning()
}

export const stillRunning = (): KnownError =>
  new KnownError('conflict', 'A question is still running here. Stop it or wait for it.')

/** Gives a turn's place to a newer run of it: its number, and the checkpoints beside it. */
export async function replaceTurn(writer: Writer, where: Where, oldId: TurnId, newId: TurnId, freeSeq: number): Promise<void> {
  await writer
    .update(turns)
    .set({ isHidden: true, seq: freeSeq })
    .where(and(inConversation(turns, where), eq(turns.id, oldId)))
  for (const side of ['beforeTurnId', 'afterTurnId'] as const)
    await writer
      .update(checkpoints)
      .set({ [side]: newId })
      .where(and(inConversation(checkpoints, where), eq(checkpoints[side], oldId)))
}
