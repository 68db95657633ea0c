import { and, eq, sql } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { CheckpointId, TurnId, UploadId } from '../../contract/id.ts'
import type { LoggedEvent, Turn } from '../../contract/turn.ts'
import type { Reader, Writer } from '../storage/database.ts'
import type { Actor } from '../tenancy/actor.ts'
import { askedOf, type TurnToOpen } from './open-turn.ts'
import { checkpointBefore } from './rewind.ts'
import { replaceTurn, stillRunning } from './standing-turns.ts'
import { checkpoints, conversations, turnEvents, turns, uploads } from './tables.ts'
import { titleOf } from './title.ts'
import type { TurnLog, Where } from './turn-log.ts'

export interface Opening {
  readonly actor: Actor
  /** What the actor is called. */
  readonly name: string
  readonly where: Where
  readonly turnId: TurnId
  readonly nodeId: string
  readonly input: TurnToOpen
  /** A person wrote the conversation's title. */
  readonly isNamed: boolean
  readonly now: Date
}

export interface Opened {
  readonly logged: LoggedEvent
  /** Of the checkpoint that was made before the turn. */
  readonly checkpointId: CheckpointId | undefined
  /** The turns that stand before it. */
  readonly before: readonly Turn[]
}

/** Writes the start of a turn for who holds the conversation; `log` is to be told of it after the commit. Throws `conflict`, `not-found`. */
export async function writeOpening(
  writer: Writer,
  log: TurnLog,
  { actor, name, where, turnId, nodeId, input, isNamed, now }: Opening,
): Promise<Opened> {
  const { question, replacesTurnId: replaces } = input
  const places = await readPlaces(writer, where, replaces)
  if (!places.isIdle) throw stillRunning()
  const { turns: standing, lastSeq } = await log.turns(where, writer)
  const place = replaces ? standing.findIndex((turn) => turn.id === replaces) : standing.length
  if (place < 0 || (replaces && places.oldSeq === null))
    throw new KnownError('not-found', 'The question that this one replaces is not there any more.')
  if (replaces) await replaceTurn(writer, where, replaces, turnId, places.freeSeq)
  const event = {
    type: 'turn-start' as const,
    ...askedOf(input),
    // What no turn in sight was asked with comes with this one.
    uploadIds: (places.uploadIds ?? []).filter((id) => !standing.some(({ files }) => files.includes(id))),
    askedBy: { id: actor.userId, name },
    ...(replaces ? { replaces } : {}),
  }
  const seq = lastSeq + 1
  const checkpoint = replaces ? undefined : checkpointBefore(actor, where, turnId, now, places.checkpointMs)
  const touched = writer
    .update(conversations)
    .set({ updatedAt: now, archivedAt: null, ...(place === 0 && !isNamed ? { title: titleOf(question) } : {}) })
    .where(and(eq(conversations.tenantId, where.tenantId), eq(conversations.id, where.conversationId)))
  const opened = writer.insert(turns).values({
    ...where,
    id: turnId,
    seq: places.oldSeq ?? places.freeSeq,
    status: 'running',
    nodeId,
    startedAt: now,
    question,
  })
  const marked = checkpoint ? sql`, marked as ${writer.insert(checkpoints).values(checkpoint)}` : sql``
  const started = writer.insert(turnEvents).values({ ...where, seq, turnId, at: now, event })
  await writer.execute(sql`with touched as ${touched}, opened as ${opened}${marked} ${started.getSQL()}`)
  return {
    logged: { seq, turnId, at: now.toISOString(), event },
    checkpointId: checkpoint?.id,
    before: standing.slice(0, place),
  }
}

/** What the rows beside the log say of a conversation, in a statement that is planned once. */
async function readPlaces(reader: Reader, where: Where, replaces: TurnId | undefined) {
  const inside = ({ tenantId, conversationId }: typeof checkpoints | typeof turns | typeof uploads) =>
    sql`${tenantId} = ${sql.placeholder('tenantId')} and ${conversationId} = ${sql.placeholder('conversationId')}`
  const stands = sql`${inside(turns)} and not ${turns.isHidden}`
  const [found] = await reader
    .select({
      isIdle: sql<boolean>`not exists (select 1 from ${turns} where ${stands} and ${turns.status} = 'running')`,
      /** The next place that nobody had, hidden turns included. */
      freeSeq: sql<number>`(select coalesce(max(${turns.seq}), 0) + 1 from ${turns} where ${inside(turns)})`,
      /** That of the turn to be replaced, where it stands. */
      oldSeq: sql<
        number | null
      >`(select ${turns.seq} from ${turns} where ${stands} and ${turns.id} = ${sql.placeholder('replaces')})`,
      /** When the last checkpoint was made. */
      checkpointMs: sql<
        number | null
      >`(select (extract(epoch from max(${checkpoints.createdAt})) * 1000)::float8 from ${checkpoints} where ${inside(checkpoints)})`,
      uploadIds: sql<
        UploadId[] | null
      >`(select json_agg(${uploads.id} order by ${uploads.createdAt}, ${uploads.id}) from ${uploads} where ${inside(uploads)})`,
    })
    .from(sql`(select 1) as one`)
    .prepare('places_in_conversation')
    .execute({ ...where, replaces: replaces ?? null })
  if (!found) throw new Error('a row made of nothing was not there')
  return found
}
