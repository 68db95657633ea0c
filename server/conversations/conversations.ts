import { and, desc, eq, isNotNull, isNull, not, sql } from 'drizzle-orm'
import type { Conversation, ConversationSummary } from '../../contract/conversation.ts'
import { KnownError } from '../../contract/error.ts'
import type { ConversationId, Digest, SourceId, TurnId, UploadId } from '../../contract/id.ts'
import type { FoundConversation } from '../../contract/search.ts'
import type { LoggedEvent, Turn, TurnWithRows } from '../../contract/turn.ts'
import type { Upload } from '../../contract/upload.ts'
import { Access, type Visibility } from '../../contract/visibility.ts'
import type { Clock } from '../basics/clock.ts'
import { randomId } from '../basics/random-id.ts'
import type { Results } from '../results/results.ts'
import type { Database, Reader, Writer } from '../storage/database.ts'
import type { Actor } from '../tenancy/actor.ts'
import { requirePermission } from '../tenancy/permissions.ts'
import { type ContinuedInput, type ConversationInput, createCreating } from './create-conversation.ts'
import { Imports, type ImportsDependencies } from './imports.ts'
import { askedOf, type OpenTurn, OpenTurns, type TurnToOpen } from './open-turn.ts'
import { writeOpening } from './opening.ts'
import { createRewinds, type RewindListener, type Rewinds } from './rewind.ts'
import { findConversations } from './search.ts'
import { requireIdle, standingTurns } from './standing-turns.ts'
import { conversations, turns } from './tables.ts'
import { TurnLog } from './turn-log.ts'
import { cancelElsewhere, endAbandonedTurns, type OwnNode, watchForCancels } from './turns-of-nodes.ts'
import { type BroughtFile, type OpenUpload, Uploads } from './uploads.ts'
import { changeVisibility, createFinding, holdConversation, may, maySeeResult, readVisibility } from './visibility.ts'

type ConversationRow = typeof conversations.$inferSelect

/**
 * Conversations, their turns and the turn log, which is the truth: an event is appended durably and then streamed, and what a turn looks like
 * is folded from its events. Sees only what the actor may see; everything else is `not-found`.
 */
export interface Conversations extends Rewinds {
  /** The pinned ones, then newest first: `limit` of them after the first `offset`; mine, or those that others show me. */
  list(
    actor: Actor,
    page: { offset: number; limit: number; of?: 'mine' | 'shared'; isArchived?: boolean },
  ): Promise<Omit<ConversationSummary, 'isShared'>[]>
  /** Those whose title or turns hold every word of the query, with where. */
  search(actor: Actor, query: string): Promise<Omit<FoundConversation, 'isShared'>[]>
  /** NOTE: whether the actor may ask the source is looked at when something is asked. */
  create(actor: Actor, input: ConversationInput): Promise<ConversationId>
  /** A conversation that begins with tables from somewhere else, each a Parquet file of its own; noted in the audit log. */
  createWith(actor: Actor, input: ContinuedInput): Promise<ConversationId>
  read(actor: Actor, id: ConversationId): Promise<Omit<Conversation, 'isShared' | 'canShare'>>
  summary(actor: Actor, id: ConversationId): Promise<Omit<ConversationSummary, 'isShared'>>
  change(actor: Actor, id: ConversationId, change: ConversationChange): Promise<void>
  remove(actor: Actor, id: ConversationId): Promise<void>
  restore(actor: Actor, id: ConversationId): Promise<void>
  /** Those that stand: what was rewound or run anew is not among them. */
  turns(actor: Actor, id: ConversationId): Promise<readonly Turn[]>
  turn(actor: Actor, id: ConversationId, turnId: TurnId): Promise<TurnWithRows>
  /** Waits until all of them have been read; rejects when the signal fires. */
  uploads(actor: Actor, id: ConversationId, signal?: AbortSignal): Promise<Upload[]>
  /** As they stand, with the files of those that are still being read. */
  openUploads(actor: Actor, id: ConversationId, signal?: AbortSignal): Promise<OpenUpload[]>
  /** One of the actor's own or of a conversation that the actor may see. `waitMs` is how long to wait for it to be read. */
  upload(actor: Actor, id: UploadId, waitMs?: number): Promise<Upload>
  /**
   * Opens a turn with its `turn-start`, and before it a checkpoint. In the place of another turn where one is named; the log keeps both.
   * `conflict` while another turn of the conversation runs.
   */
  openTurn(actor: Actor, id: ConversationId, input: TurnToOpen): Promise<OpenTurn>
  /** Opens again a turn that waits for confirmation. */
  reopenTurn(actor: Actor, id: ConversationId, turnId: TurnId): Promise<OpenTurn>
  cancel(actor: Actor, id: ConversationId, turnId: TurnId): Promise<void>
  /** Events after `afterSeq`, from the log and then live, in order and without gaps, until the signal fires. */
  events(actor: Actor, id: ConversationId, afterSeq: number, signal: AbortSignal): AsyncIterable<LoggedEvent>
  addUpload(actor: Actor, file: BroughtFile): Promise<Upload>
  visibility(actor: Actor, id: ConversationId): Promise<Visibility>
  changeVisibility(actor: Actor, id: ConversationId, visibility: Visibility): Promise<void>
  /** Whether a conversation that the actor may see holds this result. */
  maySeeResult(actor: Actor, digest: Digest): Promise<boolean>
  /** Marks turns that were running when their server died. Called at start, before any door opens, and now and then: another node may have died. */
  recover(): Promise<number>
  close(): Promise<void>
}

export interface ConversationChange {
  readonly title?: string | undefined
  /** `null` goes back to the uploads. */
  readonly sourceId?: SourceId | null | undefined
  readonly isPinned?: boolean | undefined
  readonly isArchived?: boolean | undefined
}

export interface ConversationsDependencies {
  readonly database: Database
  readonly results: Results
  readonly clock: Clock
  readonly node: OwnNode
  /** Closes the conversation's link, when it has one: a deleted conversation is not public. */
  readonly closeLink: (actor: Actor, id: ConversationId) => Promise<void>
  /** The name that stands beside what the actor asks. */
  readonly nameOf: (actor: Actor) => Promise<string>
  readonly rewindListener?: RewindListener
  /** Told of bugs in what goes on behind the answers. */
  readonly report?: NonNullable<ImportsDependencies['report']>
}

export function createConversations({
  database,
  results,
  clock,
  node,
  closeLink,
  nameOf,
  rewindListener = {},
  report,
}: ConversationsDependencies): Conversations {
  const log = new TurnLog(database, clock, node)
  const imports = new Imports({ database, results, node, ...(report ? { report } : {}) })
  const uploads = new Uploads(database, results, clock, node, imports)
  const openTurns = new OpenTurns(log)
  const stopWatching = watchForCancels(database, node, (turnId) => openTurns.cancel(turnId))

  const allowed = (actor: Actor, id: ConversationId, access: Access, reader: Reader = database.read(actor)) =>
    and(eq(conversations.id, id), may(actor, access, reader))

  /** The row, when the actor may do as much with it; `not-found` when it may not even be seen. */
  const finding = createFinding(database.beyondTenants())
  const find = async (actor: Actor, id: ConversationId, access: Access = 'view', look = finding) => {
    const found = await look(actor, id)
    if (!found) throw new KnownError('not-found', 'There is no such conversation, or it is not yours.')
    const own = accessOf(actor, found)
    if (Access.options.indexOf(own) > Access.options.indexOf(access))
      throw new KnownError('forbidden', access === 'owner' ? 'Only its owner may do this.' : 'You may read this, not change it.')
    return { ...found.row, access: own }
  }

  /** The conversation's row, held until the end of the transaction. */
  const hold = async (writer: Writer, actor: Actor, id: ConversationId) =>
    (await holdConversation(writer, actor, id)) ?? find(actor, id, 'edit', createFinding(writer))

  const rewinds = createRewinds({ database, log, clock, listener: rewindListener, find, hold })

  const mayEdit = (actor: Actor) => sql<boolean>`${may(actor, 'edit', database.read(actor))}`

  const accessOf = (actor: Actor, found: { row: ConversationRow; mayEdit: boolean }): Access =>
    found.row.ownerId === actor.userId ? 'owner' : found.mayEdit ? 'edit' : 'view'

  const present = (row: ConversationRow & { access: Access }, turnCount: number) => ({
    id: row.id,
    title: row.title,
    ownerId: row.ownerId,
    access: row.access,
    visibility: row.visibility,
    ...(row.sourceId ? { sourceId: row.sourceId } : {}),
    turnCount,
    isPinned: row.pinnedAt !== null,
    isArchived: row.archivedAt !== null,
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
    database
      .read(actor)
      .$count(turns, and(eq(turns.tenantId, actor.tenantId), eq(turns.conversationId, id), eq(turns.isHidden, false)))

  const touch = (writer: Writer, actor: Actor, id: ConversationId, change: Partial<typeof conversations.$inferInsert> = {}) =>
    writer
      .update(conversations)
      .set({ updatedAt: clock(), ...change })
      .where(allowed(actor, id, 'edit', writer))

  return {
    ...rewinds,

    async list(actor, { offset, limit, of = 'mine', isArchived = false }) {
      const isMine = eq(conversations.ownerId, actor.userId)
      const rows = await database
        .read(actor)
        .select({ row: conversations, mayEdit: mayEdit(actor), turnCount: sql<number>`count(${turns.id})::int` })
        .from(conversations)
        .leftJoin(
          turns,
          and(eq(turns.tenantId, conversations.tenantId), eq(turns.conversationId, conversations.id), eq(turns.isHidden, false)),
        )
        .where(
          and(
            may(actor, of === 'mine' ? 'owner' : 'view', database.read(actor)),
            of === 'mine' ? undefined : not(isMine),
            isNull(conversations.deletedAt),
            isArchived ? isNotNull(conversations.archivedAt) : isNull(conversations.archivedAt),
          ),
        )
        .groupBy(conversations.tenantId, conversations.id)
        .orderBy(sql`${conversations.pinnedAt} is null`, desc(conversations.updatedAt), desc(conversations.id))
        .limit(limit)
        .offset(offset)
      return rows.map((found) => present({ ...found.row, access: accessOf(actor, found) }, found.turnCount))
    },

    async search(actor, query) {
      const found = await findConversations(database.read(actor), may(actor, 'view', database.read(actor)), query)
      return Promise.all(found.map(async ({ id, hits }) => ({ ...(await this.summary(actor, id)), hits })))
    },

    ...createCreating({ database, uploads, clock }),

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
      const [row, turnCount] = await Promise.all([find(actor, id), countTurns(actor, id)])
      return present(row, turnCount)
    },

    async change(actor, id, { title, sourceId, isPinned, isArchived }) {
      await find(actor, id, 'edit')
      if (sourceId !== undefined) await touch(database.write(actor), actor, id, { sourceId })
      if (title !== undefined) await touch(database.write(actor), actor, id, { title, isNamed: true })
      if (isPinned === undefined && isArchived === undefined) return
      await find(actor, id, 'owner')
      await database
        .write(actor)
        .update(conversations)
        .set({
          ...(isPinned === undefined ? {} : { pinnedAt: isPinned ? clock() : null }),
          ...(isArchived === undefined ? {} : { archivedAt: isArchived ? clock() : null }),
        })
        .where(allowed(actor, id, 'owner'))
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
      const [{ turns: standing }] = await Promise.all([
        log.turns({ tenantId: actor.tenantId, conversationId: id }),
        find(actor, id),
      ])
      return standing
    },

    async turn(actor, id, turnId) {
      const turn = (await this.turns(actor, id)).find((candidate) => candidate.id === turnId)
      if (!turn) throw new KnownError('not-found')
      return withRows(actor, turn)
    },

    uploads: async (actor, id, signal) => (await Promise.all([uploads.settled(actor, id, signal), find(actor, id)]))[0],
    openUploads: async (actor, id, signal) => (await Promise.all([uploads.opened(actor, id, signal), find(actor, id)]))[0],
    upload: (actor, id, waitMs) => uploads.read(actor, id, (conversation) => find(actor, conversation), waitMs),

    async openTurn(actor, id, input) {
      requirePermission(actor, 'conversations:create')
      // NOTE: one statement, asked for first: so it has its connection before the transaction, which waits for it, has one.
      const naming = nameOf(actor)
      naming.catch(() => undefined)
      const turnId = randomId<TurnId>('trn', clock())
      const where = { tenantId: actor.tenantId, conversationId: id }
      const { logged, checkpointId, before, sourceId } = await database.transaction(actor, async (writer) => {
        const row = await hold(writer, actor, id)
        await uploads.attach(writer, actor, input.uploadIds, id)
        const opening = { actor, name: await naming, where, turnId, nodeId: node.id, input, isNamed: row.isNamed, now: clock() }
        return { ...(await writeOpening(writer, log, opening)), sourceId: row.sourceId }
      })
      log.tell(id, logged)
      const turn = openTurns.open(where, { sourceId, turnId, before, ...askedOf(input) }, logged.seq + 1)
      if (checkpointId) await rewindListener.onCheckpoint?.(actor, id, checkpointId)
      return turn
    },

    async reopenTurn(actor, id, turnId) {
      requirePermission(actor, 'conversations:create')
      const { sourceId } = await find(actor, id, 'edit')
      const turn = await this.turn(actor, id, turnId)
      if (turn.status !== 'needs-confirmation')
        throw new KnownError('conflict', 'This question does not wait for a confirmation any more.')
      const where = { tenantId: actor.tenantId, conversationId: id }
      await database.transaction(actor, async (writer) => {
        await hold(writer, actor, id)
        requireIdle(await standingTurns(writer, where))
        const claimed = await writer
          .update(turns)
          .set({ status: 'running', nodeId: node.id, isCancelAsked: false })
          .where(
            and(
              eq(turns.tenantId, actor.tenantId),
              eq(turns.id, turnId),
              eq(turns.status, 'needs-confirmation'),
              eq(turns.isHidden, false),
            ),
          )
          .returning({ id: turns.id })
        if (claimed.length === 0) throw new KnownError('conflict', 'This question does not wait for a confirmation any more.')
      })
      const { turns: standing, lastSeq } = await log.turns(where)
      const before = standing.slice(
        0,
        standing.findIndex((other) => other.id === turnId),
      )
      return openTurns.open(where, { sourceId, turnId, before, ...askedOf(turn) }, lastSeq + 1)
    },

    async cancel(actor, id, turnId) {
      await find(actor, id, 'edit')
      const turn = await this.turn(actor, id, turnId)
      if (openTurns.has(turn.id)) await openTurns.cancel(turn.id)
      else if (turn.status === 'running')
        await cancelElsewhere(database, { tenantId: actor.tenantId, conversationId: id }, turn.id)
    },

    async *events(actor, id, afterSeq, signal) {
      await find(actor, id)
      yield* log.follow({ tenantId: actor.tenantId, conversationId: id }, afterSeq, signal)
    },

    async addUpload(actor, file) {
      if (file.conversationId) await find(actor, file.conversationId, 'edit')
      return uploads.add(actor, file)
    },

    visibility: (actor, id) => readVisibility(database.read(actor), actor, id),
    changeVisibility: (actor, id, visibility) => changeVisibility(database, actor, id, visibility, clock),
    maySeeResult: (actor, digest) => maySeeResult(database.read(actor), actor, digest),

    async recover() {
      await imports.recover()
      return endAbandonedTurns(database, log, node)
    },

    async close() {
      stopWatching()
      await openTurns.close()
      await imports.close()
    },
  }
}
