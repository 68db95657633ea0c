import { and, desc, eq, isNull, not, sql } from 'drizzle-orm'
import type { Conversation, ConversationSummary } from '../../contract/conversation.ts'
import { KnownError } from '../../contract/error.ts'
import type { ConversationId, Digest, TenantId, TurnId, UploadId } from '../../contract/id.ts'
import type { AnalystName, LoggedEvent, Turn, TurnEvent, TurnWithRows } from '../../contract/turn.ts'
import type { Upload } from '../../contract/upload.ts'
import { Access, type Visibility } from '../../contract/visibility.ts'
import type { Clock } from '../basics/clock.ts'
import { randomId } from '../basics/random-id.ts'
import type { Results } from '../results/results.ts'
import type { Database, Reader, Writer } from '../storage/database.ts'
import type { Actor } from '../tenancy/actor.ts'
import { requirePermission } from '../tenancy/permissions.ts'
import { conversations, turnEvents, turns } from './tables.ts'
import { TurnLog } from './turn-log.ts'
import { Uploads } from './uploads.ts'
import { changeVisibility, may, maySeeResult, readVisibility } from './visibility.ts'

type ConversationRow = typeof conversations.$inferSelect

/** An open turn: the only way to append to its log. */
export interface OpenTurn {
  readonly conversationId: ConversationId
  readonly turnId: TurnId
  readonly question: string
  readonly analyst: AnalystName
  /** Fires when somebody stops the turn or the server closes. */
  readonly signal: AbortSignal
  /** Durable, then streamed. Refused after `turn-end`. */
  append(event: TurnEvent): Promise<void>
}

/**
 * Conversations, their turns and the turn log, which is the truth: an event is appended durably and then streamed, and what a turn looks like
 * is folded from its events. Sees only what the actor may see; everything else is `not-found`.
 */
export interface Conversations {
  /** Newest first: `limit` of them after the first `offset`; mine, or those that others show me. */
  list(
    actor: Actor,
    page: { offset: number; limit: number; of?: 'mine' | 'shared' },
  ): Promise<Omit<ConversationSummary, 'isShared'>[]>
  create(actor: Actor, input: { title?: string | undefined; uploadIds: readonly UploadId[] }): Promise<ConversationId>
  read(actor: Actor, id: ConversationId): Promise<Omit<Conversation, 'isShared' | 'canShare'>>
  summary(actor: Actor, id: ConversationId): Promise<Omit<ConversationSummary, 'isShared'>>
  rename(actor: Actor, id: ConversationId, title: string): Promise<void>
  remove(actor: Actor, id: ConversationId): Promise<void>
  restore(actor: Actor, id: ConversationId): Promise<void>
  turns(actor: Actor, id: ConversationId): Promise<Turn[]>
  turn(actor: Actor, id: ConversationId, turnId: TurnId): Promise<TurnWithRows>
  uploads(actor: Actor, id: ConversationId): Promise<Upload[]>
  /** Opens a turn with its `turn-start`. `conflict` while another turn of the conversation runs. */
  openTurn(
    actor: Actor,
    id: ConversationId,
    input: { question: string; analyst: AnalystName; uploadIds: readonly UploadId[] },
  ): Promise<OpenTurn>
  /** Opens again a turn that waits for confirmation. */
  reopenTurn(actor: Actor, id: ConversationId, turnId: TurnId): Promise<OpenTurn>
  cancel(actor: Actor, id: ConversationId, turnId: TurnId): Promise<void>
  /** Events after `afterSeq`, from the log and then live, in order and without gaps, until the signal fires. */
  events(actor: Actor, id: ConversationId, afterSeq: number, signal: AbortSignal): AsyncIterable<LoggedEvent>
  addUpload(actor: Actor, file: { path: string; name: string }, id?: ConversationId): Promise<Upload>
  visibility(actor: Actor, id: ConversationId): Promise<Visibility>
  changeVisibility(actor: Actor, id: ConversationId, visibility: Visibility): Promise<void>
  /** Whether a conversation that the actor may see holds this result. */
  maySeeResult(actor: Actor, digest: Digest): Promise<boolean>
  /** Marks turns that were running when the server died. Called once at start, before any door opens. */
  recover(): Promise<number>
  close(): Promise<void>
}

export interface ConversationsDependencies {
  readonly database: Database
  readonly results: Results
  readonly clock: Clock
  /** Closes the conversation's link, when it has one: a deleted conversation is not public. */
  readonly closeLink: (actor: Actor, id: ConversationId) => Promise<void>
}

export function createConversations({ database, results, clock, closeLink }: ConversationsDependencies): Conversations {
  const log = new TurnLog(database, clock)
  const uploads = new Uploads(database, results, clock)
  const running = new Map<TurnId, { abort: AbortController; ended: Promise<void> }>()

  const allowed = (actor: Actor, id: ConversationId, access: Access, reader: Reader = database.read(actor)) =>
    and(eq(conversations.id, id), may(actor, access, reader))

  /** The row, when the actor may do as much with it; `not-found` when it may not even be seen. */
  const find = async (actor: Actor, id: ConversationId, access: Access = 'view') => {
    const [found] = await database
      .read(actor)
      .select({ row: conversations, mayEdit: mayEdit(actor) })
      .from(conversations)
      .where(and(allowed(actor, id, 'view'), isNull(conversations.deletedAt)))
    if (!found) throw new KnownError('not-found', 'There is no such conversation, or it is not yours.')
    const own = accessOf(actor, found)
    if (Access.options.indexOf(own) > Access.options.indexOf(access))
      throw new KnownError('forbidden', access === 'owner' ? 'Only its owner may do this.' : 'You may read this, not change it.')
    return { ...found.row, access: own }
  }

  const mayEdit = (actor: Actor) => sql<boolean>`${may(actor, 'edit', database.read(actor))}`

  const accessOf = (actor: Actor, found: { row: ConversationRow; mayEdit: boolean }): Access =>
    found.row.ownerId === actor.userId ? 'owner' : found.mayEdit ? 'edit' : 'view'

  const present = (row: ConversationRow & { access: Access }, turnCount: number) => ({
    id: row.id,
    title: row.title,
    ownerId: row.ownerId,
    access: row.access,
    visibility: row.visibility,
    turnCount,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  })

  const withRows = async (actor: Actor, turn: Turn): Promise<TurnWithRows> => ({
    ...turn,
    tables: await Promise.all(
      turn.tables.map(async (table) => ({ ...table, rows: (await results.table(actor, table.digest)).rows })),
    ),
  })

  const countTurns = (actor: Actor, id: ConversationId) =>
    database.read(actor).$count(turns, and(eq(turns.tenantId, actor.tenantId), eq(turns.conversationId, id)))

  const open = (
    actor: Actor,
    conversationId: ConversationId,
    turnId: TurnId,
    question: string,
    analyst: AnalystName,
    firstSeq: number,
  ): OpenTurn => {
    const abort = new AbortController()
    let nextSeq = firstSeq
    let isEnded = false
    let end = () => {}
    const ended = new Promise<void>((resolve) => {
      end = resolve
    })
    running.set(turnId, { abort, ended })
    return {
      conversationId,
      turnId,
      question,
      analyst,
      signal: abort.signal,
      async append(event) {
        if (isEnded) throw new Error(`turn ${turnId} has ended; ${event.type} came too late`)
        if (event.type === 'turn-end') isEnded = true
        const seq = nextSeq++
        try {
          await log.append({ tenantId: actor.tenantId, conversationId }, turnId, seq, event)
        } finally {
          if (isEnded) {
            running.delete(turnId)
            end()
          }
        }
      },
    }
  }

  const touch = (writer: Writer, actor: Actor, id: ConversationId, change: Partial<typeof conversations.$inferInsert> = {}) =>
    writer
      .update(conversations)
      .set({ updatedAt: clock(), ...change })
      .where(allowed(actor, id, 'edit', writer))

  return {
    async list(actor, { offset, limit, of = 'mine' }) {
      const isMine = eq(conversations.ownerId, actor.userId)
      const rows = await database
        .read(actor)
        .select({ row: conversations, mayEdit: mayEdit(actor), turnCount: sql<number>`count(${turns.id})::int` })
        .from(conversations)
        .leftJoin(turns, and(eq(turns.tenantId, conversations.tenantId), eq(turns.conversationId, conversations.id)))
        .where(
          and(
            may(actor, of === 'mine' ? 'owner' : 'view', database.read(actor)),
            of === 'mine' ? undefined : not(isMine),
            isNull(conversations.deletedAt),
          ),
        )
        .groupBy(conversations.tenantId, conversations.id)
        .orderBy(desc(conversations.updatedAt), desc(conversations.id))
        .limit(limit)
        .offset(offset)
      return rows.map((found) => present({ ...found.row, access: accessOf(actor, found) }, found.turnCount))
    },

    create: (actor, input) =>
      database.transaction(actor, async (writer) => {
        requirePermission(actor, 'conversations:create')
        const id = randomId<ConversationId>('cnv', clock())
        const now = clock()
        await writer.insert(conversations).values({
          tenantId: actor.tenantId,
          id,
          ownerId: actor.userId,
          title: input.title ?? 'New conversation',
          isNamed: input.title !== undefined,
          createdAt: now,
          updatedAt: now,
        })
        await uploads.attach(writer, actor, input.uploadIds, id)
        return id
      }),

    async read(actor, id) {
      const row = await find(actor, id)
      const logged = await log.turns({ tenantId: actor.tenantId, conversationId: id })
      return {
        ...present(row, logged.turns.length),
        turns: await Promise.all(logged.turns.map((turn) => withRows(actor, turn))),
        uploads: await uploads.list(database.read(actor), actor, id),
        lastEventSeq: logged.lastSeq,
      }
    },

    async summary(actor, id) {
      return present(await find(actor, id), await countTurns(actor, id))
    },

    async rename(actor, id, title) {
      await find(actor, id, 'edit')
      await touch(database.write(actor), actor, id, { title, isNamed: true })
    },

    async remove(actor, id) {
      await find(actor, id, 'owner')
      await closeLink(actor, id)
      await database
        .write(actor)
        .update(conversations)
        .set({ deletedAt: clock() })
        .where(allowed(actor, id, 'owner'))
      // NOTE: once more, for a share that slipped in between; from here on nobody can share it.
      await closeLink(actor, id)
    },

    async restore(actor, id) {
      const restored = await database
        .write(actor)
        .update(conversations)
        .set({ deletedAt: null })
        .where(allowed(actor, id, 'owner'))
        .returning({ id: conversations.id })
      if (restored.length === 0) throw new KnownError('not-found')
    },

    async turns(actor, id) {
      await find(actor, id)
      return (await log.turns({ tenantId: actor.tenantId, conversationId: id })).turns
    },

    async turn(actor, id, turnId) {
      const turn = (await this.turns(actor, id)).find((candidate) => candidate.id === turnId)
      if (!turn) throw new KnownError('not-found')
      return withRows(actor, turn)
    },

    async uploads(actor, id) {
      await find(actor, id)
      return uploads.list(database.read(actor), actor, id)
    },

    async openTurn(actor, id, input) {
      requirePermission(actor, 'conversations:create')
      await find(actor, id, 'edit')
      const turnId = randomId<TurnId>('trn', clock())
      const where = { tenantId: actor.tenantId, conversationId: id }
      const logged = await database.transaction(actor, async (writer) => {
        const [row] = await writer
          .select()
          .from(conversations)
          .where(and(allowed(actor, id, 'edit', writer), isNull(conversations.deletedAt)))
          .for('update')
        if (!row) throw new KnownError('not-found', 'There is no such conversation, or it is not yours.')
        const before = await writer
          .select({ status: turns.status })
          .from(turns)
          .where(and(eq(turns.tenantId, actor.tenantId), eq(turns.conversationId, id)))
        if (before.some((turn) => turn.status === 'running'))
          throw new KnownError('conflict', 'A question is still running here. Stop it or wait for it.')
        await uploads.attach(writer, actor, input.uploadIds, id)
        const uploadIds = await pendingUploads(writer, where, uploads.list(writer, actor, id))
        await writer.insert(turns).values({ ...where, id: turnId, seq: before.length + 1, status: 'running', startedAt: clock() })
        const isFirst = before.length === 0 && !row.isNamed
        await touch(writer, actor, id, isFirst ? { title: titleOf(input.question) } : {})
        const seq = (await log.lastSeq(where, writer)) + 1
        return log.write(writer, where, turnId, seq, {
          type: 'turn-start',
          question: input.question,
          analyst: input.analyst,
          uploadIds,
        })
      })
      log.tell(id, logged)
      return open(actor, id, turnId, input.question, input.analyst, logged.seq + 1)
    },

    async reopenTurn(actor, id, turnId) {
      requirePermission(actor, 'conversations:create')
      await find(actor, id, 'edit')
      const turn = await this.turn(actor, id, turnId)
      if (turn.status !== 'needs-confirmation')
        throw new KnownError('conflict', 'This question does not wait for a confirmation any more.')
      const where = { tenantId: actor.tenantId, conversationId: id }
      const claimed = await database
        .write(actor)
        .update(turns)
        .set({ status: 'running' })
        .where(and(eq(turns.tenantId, actor.tenantId), eq(turns.id, turnId), eq(turns.status, 'needs-confirmation')))
        .returning({ id: turns.id })
      if (claimed.length === 0) throw new KnownError('conflict', 'This question is already running.')
      return open(actor, id, turnId, turn.question, turn.analyst, (await log.lastSeq(where)) + 1)
    },

    async cancel(actor, id, turnId) {
      await find(actor, id, 'edit')
      const turn = await this.turn(actor, id, turnId)
      const here = running.get(turn.id)
      if (!here) return
      here.abort.abort(new KnownError('cancelled'))
      await here.ended
    },

    async *events(actor, id, afterSeq, signal) {
      await find(actor, id)
      yield* log.follow({ tenantId: actor.tenantId, conversationId: id }, afterSeq, signal)
    },

    async addUpload(actor, file, id) {
      if (id) await find(actor, id, 'edit')
      return uploads.add(actor, file, id)
    },

    visibility: (actor, id) => readVisibility(database.read(actor), actor, id),
    changeVisibility: (actor, id, visibility) => changeVisibility(database, actor, id, visibility, clock),
    maySeeResult: (actor, digest) => maySeeResult(database.read(actor), actor, digest),

    async recover() {
      const left = await database.beyondTenants().select().from(turns).where(eq(turns.status, 'running'))
      for (const turn of left) {
        const where = { tenantId: turn.tenantId, conversationId: turn.conversationId }
        await log.append(where, turn.id, (await log.lastSeq(where)) + 1, { type: 'turn-end', status: 'interrupted' })
      }
      return left.length
    },

    async close() {
      for (const turn of running.values()) turn.abort.abort(new KnownError('unavailable', 'The server is stopping.'))
      await Promise.all([...running.values()].map((turn) => turn.ended))
    },
  }

  /** Uploads of the conversation that no earlier turn names. */
  async function pendingUploads(
    writer: Writer,
    where: { tenantId: TenantId; conversationId: ConversationId },
    all: Promise<Upload[]>,
  ) {
    const started = await writer
      .select({ event: turnEvents.event })
      .from(turnEvents)
      .where(
        and(
          eq(turnEvents.tenantId, where.tenantId),
          eq(turnEvents.conversationId, where.conversationId),
          sql`${turnEvents.event}->>'type' = 'turn-start'`,
        ),
      )
    const seen = new Set(started.flatMap(({ event }) => (event.type === 'turn-start' ? event.uploadIds : [])))
    return (await all).map((upload) => upload.id).filter((uploadId) => !seen.has(uploadId))
  }
}

/** The first question on one line, cut at a word near 80 characters. */
export function titleOf(question: string): string {
  const line = question.trim().replace(/\s+/g, ' ')
  if (line.length <= 80) return line
  const cut = line.slice(0, 80)
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), 40))}…`
}
