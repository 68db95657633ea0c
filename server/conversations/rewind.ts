import { and, asc, desc, eq, inArray, isNull, lte, notInArray, sql } from 'drizzle-orm'
import type { Checkpoint, HiddenByRewind, Rewound } from '../../contract/checkpoint.ts'
import { KnownError } from '../../contract/error.ts'
import type { CheckpointId, ConversationId, TurnId } from '../../contract/id.ts'
import type { Access } from '../../contract/visibility.ts'
import type { Clock } from '../basics/clock.ts'
import { randomId } from '../basics/random-id.ts'
import type { Database, Reader, Writer } from '../storage/database.ts'
import type { Actor } from '../tenancy/actor.ts'
import { requirePermission } from '../tenancy/permissions.ts'
import { requireIdle, type StandingTurn, standingTurns } from './standing-turns.ts'
import { checkpoints, rewinds, turnEvents, turns } from './tables.ts'
import type { TurnLog, Where } from './turn-log.ts'

/**
 * Going back. A checkpoint is a place between two turns: automatic before each question, or saved under a name. A rewind hides every turn
 * after it. It is an event of the log like any other, so every window and every replay sees it, and nothing is erased until its time is over:
 * 30 days, or 60 where a named checkpoint is concerned. Undoing brings back what the last rewind hid, where it stood; what was asked since
 * stays, after it. For example: 1 2 3 → rewind to before 2 → 1 → ask → 1 4 → undo → 1 2 3 4.
 */
export interface Rewinds {
  /** In the order of the turns, and what the last rewind hid while it can come back. */
  checkpoints(actor: Actor, id: ConversationId): Promise<{ items: Checkpoint[]; undo: HiddenByRewind | null }>
  saveCheckpoint(actor: Actor, id: ConversationId, name: string): Promise<Checkpoint>
  /** `conflict` while a turn runs, and when nothing comes after the checkpoint. */
  rewind(actor: Actor, id: ConversationId, checkpointId: CheckpointId): Promise<Rewound>
  undoRewind(actor: Actor, id: ConversationId): Promise<TurnId[]>
  /** Erases what was rewound and can no longer come back, of all tenants; answers how many turns. For a timer. */
  eraseRewound(now: Date): Promise<number>
}

/** Told after a conversation went back or forth, so that what is kept beside the log (Python's state) can follow. Must not throw. */
export interface RewindListener {
  /** A checkpoint was made; the state is that of this moment. Awaited before a question that follows runs. */
  onCheckpoint?(actor: Actor, id: ConversationId, checkpointId: CheckpointId): Promise<void>
  /** `turnIds` are the turns that stand now. Without a checkpoint: an undo, whose state only these turns tell. */
  onRewind?(actor: Actor, id: ConversationId, now: { checkpointId?: CheckpointId; turnIds: readonly TurnId[] }): Promise<void>
}

interface RewindsDependencies {
  readonly database: Database
  readonly log: TurnLog
  readonly clock: Clock
  readonly listener: RewindListener
  /** Throws unless the actor may do as much with the conversation; `not-found` when it may not even be seen. */
  readonly find: (actor: Actor, id: ConversationId, access?: Access) => Promise<unknown>
  /** Holds the conversation until the end of the transaction: nobody else opens a turn or rewinds. */
  readonly hold: (writer: Writer, actor: Actor, id: ConversationId) => Promise<unknown>
}

const DAY_MS = 86_400_000
const KEPT_MS = 30 * DAY_MS
const KEPT_NAMED_MS = 60 * DAY_MS
const APART_MS = 5_000

type Row = typeof checkpoints.$inferSelect

export function createRewinds({ database, log, clock, listener, find, hold }: RewindsDependencies): Rewinds {
  const whereOf = (actor: Actor, id: ConversationId): Where => ({ tenantId: actor.tenantId, conversationId: id })

  const rowsOf = (reader: Reader, where: Where) =>
    reader
      .select()
      .from(checkpoints)
      .where(inConversation(checkpoints, where))
      .orderBy(asc(checkpoints.createdAt), asc(checkpoints.id))

  const lastRewind = async (reader: Reader, where: Where) => {
    const [row] = await reader
      .select()
      .from(rewinds)
      .where(and(inConversation(rewinds, where), isNull(rewinds.undoneAt), isNull(rewinds.erasedAt)))
      .orderBy(desc(rewinds.seq))
      .limit(1)
    return row
  }

  const hide = (writer: Writer, where: Where, ids: readonly TurnId[], isHidden: boolean) =>
    writer
      .update(turns)
      .set({ isHidden })
      .where(and(inConversation(turns, where), inArray(turns.id, [...ids])))

  return {
    async checkpoints(actor, id) {
      await find(actor, id)
      const where = whereOf(actor, id)
      const reader = database.read(actor)
      const standing = await standingTurns(reader, where)
      const rows = await rowsOf(reader, where)
      const undo = await lastRewind(reader, where)
      return {
        items: rows
          .flatMap((row) => presentCheckpoint(row, standing) ?? [])
          .sort((one, other) => one.turnCount - other.turnCount),
        undo: undo ? presentRewind(undo) : null,
      }
    },

    async saveCheckpoint(actor, id, name) {
      requirePermission(actor, 'conversations:create')
      await find(actor, id, 'edit')
      const where = whereOf(actor, id)
      const checkpoint = await database.transaction(actor, async (writer) => {
        await hold(writer, actor, id)
        const standing = await standingTurns(writer, where)
        requireIdle(standing)
        const row = newCheckpoint(actor, where, clock(), { name, afterTurnId: standing.at(-1)?.id ?? null })
        await writer.insert(checkpoints).values(row)
        return presentCheckpoint(row, standing)
      })
      if (!checkpoint) throw new Error('a new checkpoint stands nowhere')
      await listener.onCheckpoint?.(actor, id, checkpoint.id)
      return checkpoint
    },

    async rewind(actor, id, checkpointId) {
      requirePermission(actor, 'conversations:create')
      await find(actor, id, 'edit')
      const where = whereOf(actor, id)
      const { logged, rewound, left } = await database.transaction(actor, async (writer) => {
        await hold(writer, actor, id)
        const standing = await standingTurns(writer, where)
        requireIdle(standing)
        const rows = await rowsOf(writer, where)
        const row = rows.find((candidate) => candidate.id === checkpointId)
        const checkpoint = row && presentCheckpoint(row, standing)
        if (!checkpoint) throw new KnownError('not-found', 'This checkpoint is not part of the conversation any more.')
        const gone = standing.slice(checkpoint.turnCount)
        const [first] = gone
        if (!first) throw new KnownError('conflict', 'Nothing comes after this checkpoint: the conversation is there already.')
        const turnIds = gone.map((turn) => turn.id)
        const isNamed =
          checkpoint.kind === 'named' ||
          rows.some((other) => other.name !== null && other.afterTurnId !== null && turnIds.includes(other.afterTurnId))
        const seq = (await log.lastSeq(where, writer)) + 1
        const event = await log.write(writer, where, first.id, seq, { type: 'rewind', checkpointId, turnIds })
        await hide(writer, where, turnIds, true)
        const rewoundAt = clock()
        const until = new Date(rewoundAt.getTime() + (isNamed ? KEPT_NAMED_MS : KEPT_MS))
        const made = { ...where, seq, turnIds, rewoundAt, until }
        await writer.insert(rewinds).values(made)
        return {
          logged: event,
          rewound: { ...presentRewind(made), checkpointId, question: first.question },
          left: standing.slice(0, checkpoint.turnCount),
        }
      })
      log.tell(id, logged)
      await listener.onRewind?.(actor, id, { checkpointId, turnIds: left.map((turn) => turn.id) })
      return rewound
    },

    async undoRewind(actor, id) {
      requirePermission(actor, 'conversations:create')
      await find(actor, id, 'edit')
      const where = whereOf(actor, id)
      const { logged, turnIds, standing } = await database.transaction(actor, async (writer) => {
        await hold(writer, actor, id)
        requireIdle(await standingTurns(writer, where))
        const last = await lastRewind(writer, where)
        const [first] = last?.turnIds ?? []
        if (!last || !first) throw new KnownError('conflict', 'There is no rewind to undo.')
        const seq = (await log.lastSeq(where, writer)) + 1
        await hide(writer, where, last.turnIds, false)
        const now = (await standingTurns(writer, where)).map((turn) => turn.id)
        const event = await log.write(writer, where, first, seq, {
          type: 'undo-rewind',
          position: now.indexOf(first),
          turnIds: last.turnIds,
        })
        await writer
          .update(rewinds)
          .set({ undoneAt: clock() })
          .where(and(inConversation(rewinds, where), eq(rewinds.seq, last.seq)))
        return { logged: event, turnIds: last.turnIds, standing: now }
      })
      log.tell(id, logged)
      await listener.onRewind?.(actor, id, { turnIds: standing })
      return turnIds
    },

    async eraseRewound(now) {
      const everywhere = database.beyondTenants()
      const due = await everywhere
        .select()
        .from(rewinds)
        .where(and(lte(rewinds.until, now), isNull(rewinds.undoneAt), isNull(rewinds.erasedAt)))
      let count = 0
      for (const row of due) {
        const where = { tenantId: row.tenantId, conversationId: row.conversationId }
        count += await database.transaction(row, async (writer) => {
          const [claimed] = await writer
            .update(rewinds)
            .set({ erasedAt: now })
            .where(
              and(inConversation(rewinds, where), eq(rewinds.seq, row.seq), isNull(rewinds.undoneAt), isNull(rewinds.erasedAt)),
            )
            .returning({ seq: rewinds.seq })
          if (!claimed) return 0
          await eraseTurns(writer, where, row.turnIds)
          return row.turnIds.length
        })
      }
      return count
    },
  }
}

const inConversation = (table: typeof checkpoints | typeof rewinds | typeof turns | typeof turnEvents, where: Where) =>
  and(eq(table.tenantId, where.tenantId), eq(table.conversationId, where.conversationId))

/** The checkpoint to be made before a question that is about to be opened, unless the last one was made in these five seconds. */
export function checkpointBefore(actor: Actor, where: Where, turnId: TurnId, now: Date, lastMs: number | null): Row | undefined {
  if (lastMs !== null && now.getTime() - lastMs < APART_MS) return undefined
  return newCheckpoint(actor, where, now, { beforeTurnId: turnId })
}

async function eraseTurns(writer: Writer, where: Where, ids: readonly TurnId[]): Promise<void> {
  const gone = [...ids]
  await writer
    .delete(turnEvents)
    .where(
      and(
        inConversation(turnEvents, where),
        inArray(turnEvents.turnId, gone),
        notInArray(sql`${turnEvents.event}->>'type'`, ['rewind', 'undo-rewind']),
      ),
    )
  await writer.delete(turns).where(and(inConversation(turns, where), inArray(turns.id, gone)))
  for (const side of [checkpoints.beforeTurnId, checkpoints.afterTurnId])
    await writer.delete(checkpoints).where(and(inConversation(checkpoints, where), inArray(side, gone)))
}

const newCheckpoint = (actor: Actor, where: Where, now: Date, place: Partial<Row>): Row => ({
  ...where,
  id: randomId<CheckpointId>('chk', now),
  name: null,
  beforeTurnId: null,
  afterTurnId: null,
  createdBy: actor.userId,
  createdAt: now,
  ...place,
})

/** Undefined when the turn it stands beside is out of sight. */
function presentCheckpoint(row: Row, standing: readonly StandingTurn[]): Checkpoint | undefined {
  const besideId = row.beforeTurnId ?? row.afterTurnId
  const index = standing.findIndex((turn) => turn.id === besideId)
  if (besideId !== null && index < 0) return undefined
  const turnCount = besideId === null ? 0 : row.beforeTurnId === null ? index + 1 : index
  const { id, name, createdAt } = row
  return { id, kind: name === null ? 'automatic' : 'named', name, turnCount, createdAt: createdAt.toISOString() }
}

const presentRewind = ({ turnIds, rewoundAt, until }: Pick<typeof rewinds.$inferSelect, 'turnIds' | 'rewoundAt' | 'until'>) => ({
  turnIds,
  rewoundAt: rewoundAt.toISOString(),
  until: until.toISOString(),
})
