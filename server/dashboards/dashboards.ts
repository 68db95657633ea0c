import { and, count, desc, eq, inArray, sql } from 'drizzle-orm'
import type { Dashboard, DashboardChange, DashboardInput, DashboardSummary, TileInput } from '../../contract/dashboard.ts'
import { KnownError } from '../../contract/error.ts'
import type { ConversationId, DashboardId, Digest, TileId, TurnId } from '../../contract/id.ts'
import type { Parameter } from '../../contract/parameter.ts'
import type { TableReference } from '../../contract/table.ts'
import type { Clock } from '../basics/clock.ts'
import { randomId } from '../basics/random-id.ts'
import type { Conversations } from '../conversations/conversations.ts'
import type { Results } from '../results/results.ts'
import type { Sources } from '../sources/sources.ts'
import type { Database, Writer } from '../storage/database.ts'
import type { Actor } from '../tenancy/actor.ts'
import { audit } from '../tenancy/audit.ts'
import { requirePermission } from '../tenancy/permissions.ts'
import { createTileAnswers, type TileOutcome } from './answer-tile.ts'
import { createHeldResults, digestsOf, inTenant, visibleTo } from './held-results.ts'
import { createNewTiles } from './new-tiles.ts'
import { asThen, chosen, isMoved, readStored } from './read-parameters.ts'
import { dashboards, tiles } from './tables.ts'
import { inReadingOrder, presentTile, type TileRow } from './tile-row.ts'
import { tilesOfConversation } from './tiles-of-conversation.ts'

type Outcome = Omit<Dashboard, 'isShared' | 'canShare'>
type DashboardRow = typeof dashboards.$inferSelect

/**
 * Dashboards: tiles of kept results and text on a grid. Only its owner changes or refreshes one, under the owner's rights; everyone in the
 * tenant may look when it is shown to them. Looking asks no data: what is shown is the last good answer, with its time.
 */
export interface Dashboards {
  list(actor: Actor): Promise<Omit<DashboardSummary, 'isShared'>[]>
  /** Throws `forbidden`, and `not-found` for results, sources and conversations that the actor does not see. */
  create(actor: Actor, input: DashboardInput): Promise<Outcome>
  /** Everything that a conversation or one turn of it answered, in its order. `nothing-answered` while there is nothing. */
  importConversation(actor: Actor, wanted: ConversationImport): Promise<Outcome>
  read(actor: Actor, id: DashboardId): Promise<Outcome>
  /** Tiles with what a proof needs, in reading order. */
  tiles(actor: Actor, id: DashboardId): Promise<TileRow[]>
  change(actor: Actor, id: DashboardId, change: DashboardChange): Promise<Outcome>
  /**
   * Chooses values and asks the tiles that name them, under the actor's own rights. The owner's choice stays and is what everybody sees;
   * another's is answered and not kept. Throws `invalid-input` for what is no value.
   */
  choose(actor: Actor, id: DashboardId, values: Readonly<Record<string, string>>): Promise<Outcome>
  /** Asks the data anew. A tile that fails keeps its last good answer and says why. */
  refresh(actor: Actor, id: DashboardId): Promise<Outcome>
  /** What a tile's statement answers now under the dashboard's filters and the values that it had; nothing is kept of it. Throws what the data answered. */
  askTile(actor: Actor, id: DashboardId, tile: TileStatement): Promise<TableReference>
  addTile(actor: Actor, id: DashboardId, input: TileInput): Promise<Outcome>
  changeTile(actor: Actor, id: DashboardId, tileId: TileId, change: TileChange): Promise<Outcome>
  removeTile(actor: Actor, id: DashboardId, tileId: TileId): Promise<Outcome>
  remove(actor: Actor, id: DashboardId): Promise<void>
  restore(actor: Actor, id: DashboardId): Promise<void>
  /** Whether a dashboard that the actor may see holds, or held, this result. */
  maySeeResult(actor: Actor, digest: Digest): Promise<boolean>
}

export interface TileStatement {
  readonly id: TileId
  readonly sql: string
  readonly values?: readonly { readonly name: string; readonly value: string }[] | undefined
}

export interface ConversationImport {
  readonly conversationId: ConversationId
  readonly turnId?: TurnId | undefined
  /** The dashboard that it is added to; else a new one is made. */
  readonly dashboardId?: DashboardId | undefined
  readonly name?: string | undefined
}

export interface TileChange {
  readonly title?: string | undefined
  readonly markdown?: string | undefined
  readonly sql?: string | undefined
}

export interface DashboardsDependencies {
  readonly database: Database
  readonly results: Results
  readonly sources: Pick<Sources, 'query' | 'read' | 'limits'>
  readonly conversations: Pick<Conversations, 'uploads' | 'summary' | 'turns' | 'maySeeResult'>
  readonly clock: Clock
  /** Closes the dashboard's link, when it has one. */
  readonly closeLink: (actor: Actor, id: DashboardId) => Promise<void>
  /** Called after a refresh is stored. */
  readonly refreshed: (actor: Actor, id: DashboardId) => Promise<void>
}

/** Tiles that are asked at the same time. */
const AT_ONCE = 3

export function createDashboards(dependencies: DashboardsDependencies): Dashboards {
  const { database, conversations, clock, closeLink, refreshed } = dependencies
  const answers = createTileAnswers(dependencies)
  const held = createHeldResults(database)

  const ofDashboard = (actor: Actor, id: DashboardId) => and(eq(tiles.tenantId, actor.tenantId), eq(tiles.dashboardId, id))

  const find = async (actor: Actor, id: DashboardId, access: 'view' | 'owner' = 'view'): Promise<DashboardRow> => {
    const [row] = await database
      .read(actor)
      .select()
      .from(dashboards)
      .where(and(eq(dashboards.id, id), visibleTo(actor)))
    if (!row) throw new KnownError('not-found', 'There is no such dashboard, or it is not yours.')
    if (access === 'owner' && row.ownerId !== actor.userId)
      throw new KnownError('forbidden', 'Only its owner may change this dashboard.')
    return row
  }

  const tilesOf = async (actor: Actor, id: DashboardId): Promise<TileRow[]> =>
    inReadingOrder(await database.read(actor).select().from(tiles).where(ofDashboard(actor, id)))

  const present = async (actor: Actor, id: DashboardId): Promise<Outcome> => {
    const row = await find(actor, id)
    return presentWith(actor, row, await tilesOf(actor, id), readStored(row.parameters))
  }

  const presentWith = (actor: Actor, row: DashboardRow, own: readonly TileRow[], parameters: Parameter[]): Outcome => {
    const { filters, refreshOnOpen, revision } = row
    return {
      ...presentSummary(actor, row, own.length),
      tiles: own.map(presentTile),
      filters,
      parameters,
      refreshOnOpen,
      revision,
    }
  }

  /** Writes what came of asking, and notes which results the dashboard holds now. */
  const keepOutcomes = async (writer: Writer, actor: Actor, id: DashboardId, outcomes: ReadonlyMap<TileId, TileOutcome>) => {
    for (const [tileId, outcome] of outcomes)
      await writer
        .update(tiles)
        .set(outcome)
        .where(and(ofDashboard(actor, id), eq(tiles.id, tileId)))
    await held.hold(writer, actor, id, [...outcomes.values()].flatMap(digestsOf))
  }

  const touch = (writer: Writer, actor: Actor, id: DashboardId, change: Partial<DashboardRow> = {}) =>
    writer
      .update(dashboards)
      .set({ updatedAt: clock(), ...change, revision: sql`${dashboards.revision} + 1` })
      .where(and(eq(dashboards.id, id), inTenant(actor), eq(dashboards.ownerId, actor.userId)))

  const rowsFor = createNewTiles(
    dependencies,
    async (actor, digest) => (await conversations.maySeeResult(actor, digest)) || (await held.maySee(actor, digest)),
  )

  interface Asking {
    readonly filters: DashboardRow['filters']
    readonly parameters: readonly Parameter[]
  }
  const askingOf = ({ filters, parameters }: DashboardRow): Asking => ({ filters, parameters: readStored(parameters) })

  /** What comes of each tile; `reshown` are those whose data is not asked. */
  const outcomesOf = async (actor: Actor, asked: readonly TileRow[], asking: Asking, isReshown: (tile: TileRow) => boolean) => {
    const outcomes = new Map<TileId, TileOutcome>()
    const waiting = [...asked]
    const work = async (): Promise<void> => {
      for (let tile = waiting.shift(); tile; tile = waiting.shift())
        outcomes.set(
          tile.id,
          isReshown(tile) ? await answers.reshow(actor, tile, asking.filters) : await answers.refresh(actor, tile, asking),
        )
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    return outcomes
  }

  const addRows = async (
    writer: Writer,
    actor: Actor,
    id: DashboardId,
    rows: readonly TileRow[],
    outcomes: Map<TileId, TileOutcome>,
  ) => {
    if (rows.length > 0) await writer.insert(tiles).values([...rows])
    await held.hold(
      writer,
      actor,
      id,
      rows.map((row) => row.answer?.digest),
    )
    await keepOutcomes(writer, actor, id, outcomes)
  }

  const hasAnswer = ({ answer }: TileRow): boolean => answer !== null

  const create = async (actor: Actor, { name, tiles: inputs, filters, ...input }: DashboardInput): Promise<Outcome> => {
    const parameters = readStored(input.parameters)
    requirePermission(actor, 'dashboards:create')
    const now = clock()
    const id = randomId<DashboardId>('dsh', now)
    const rows = await rowsFor(actor, id, inputs, [])
    const outcomes = await outcomesOf(actor, rows, { filters, parameters }, hasAnswer)
    await database.transaction(actor, async (writer) => {
      const { tenantId, userId: ownerId } = actor
      const made = { tenantId, id, ownerId, name, filters, parameters, revision: 1, createdAt: now, updatedAt: now }
      await writer.insert(dashboards).values({ ...made, refreshedAt: rows.some((row) => row.sql) ? now : null })
      await addRows(writer, actor, id, rows, outcomes)
    })
    return present(actor, id)
  }

  const addTiles = async (actor: Actor, id: DashboardId, inputs: readonly TileInput[]): Promise<Outcome> => {
    const row = await find(actor, id, 'owner')
    const rows = await rowsFor(actor, id, inputs, await tilesOf(actor, id))
    const outcomes = await outcomesOf(actor, rows, askingOf(row), hasAnswer)
    await database.transaction(actor, async (writer) => {
      await addRows(writer, actor, id, rows, outcomes)
      await touch(writer, actor, id)
    })
    return present(actor, id)
  }

  const change = async (actor: Actor, id: DashboardId, { places = [], ...changed }: DashboardChange): Promise<Outcome> => {
    const before = await find(actor, id, 'owner')
    const known = readStored(before.parameters)
    const parameters = changed.parameters ? readStored(changed.parameters) : known
    const asking = { filters: changed.filters ?? before.filters, parameters }
    const own = changed.filters || changed.parameters ? await tilesOf(actor, id) : []
    const isAsked = (tile: TileRow): boolean => changed.parameters !== undefined && isMoved(tile, known, parameters)
    const touched = changed.filters ? own : own.filter(isAsked)
    const outcomes = await outcomesOf(actor, touched, asking, (tile) => !isAsked(tile))
    const written = { ...changed, ...(changed.parameters ? { parameters } : {}) }
    await database.transaction(actor, async (writer) => {
      await touch(writer, actor, id, Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined)))
      await keepOutcomes(writer, actor, id, outcomes)
      for (const { id: tileId, ...place } of places)
        await writer
          .update(tiles)
          .set({ place })
          .where(and(ofDashboard(actor, id), eq(tiles.id, tileId)))
      if (changed.visibility && changed.visibility !== before.visibility) {
        const details = { to: changed.visibility, before: { to: before.visibility } }
        await audit(writer, actor, 'dashboard-visibility', id, details, clock)
      }
    })
    return present(actor, id)
  }

  return {
    async list(actor) {
      const rows = await database
        .read(actor)
        .select()
        .from(dashboards)
        .where(visibleTo(actor))
        .orderBy(desc(dashboards.updatedAt))
        .limit(500)
      if (rows.length === 0) return []
      const counted = await database
        .read(actor)
        .select({ id: tiles.dashboardId, tiles: count() })
        .from(tiles)
        .where(
          and(
            eq(tiles.tenantId, actor.tenantId),
            inArray(
              tiles.dashboardId,
              rows.map((row) => row.id),
            ),
          ),
        )
        .groupBy(tiles.dashboardId)
      const counts = new Map(counted.map((one) => [one.id, one.tiles]))
      return rows.map((row) => presentSummary(actor, row, counts.get(row.id) ?? 0))
    },

    create,

    async importConversation(actor, { conversationId, turnId, dashboardId, name }) {
      const { title } = await conversations.summary(actor, conversationId)
      const found = await tilesOfConversation(actor, conversationId, conversations, turnId)
      if (found.length === 0)
        throw new KnownError('nothing-answered', 'Ask something first: there is nothing to put on a dashboard.')
      if (dashboardId) return addTiles(actor, dashboardId, found)
      return create(actor, { name: name ?? title, tiles: found, filters: [], parameters: [] })
    },

    read: present,

    async tiles(actor, id) {
      await find(actor, id)
      return tilesOf(actor, id)
    },

    change,

    async choose(actor, id, values) {
      const row = await find(actor, id)
      const before = readStored(row.parameters)
      const parameters = chosen(before, values)
      if (row.ownerId === actor.userId) return change(actor, id, { parameters })
      const own = await tilesOf(actor, id)
      const asked = own.filter((tile) => isMoved(tile, before, parameters))
      const outcomes = await outcomesOf(actor, asked, { filters: row.filters, parameters }, () => false)
      await held.holdFor(database.write(actor), actor, id, [...outcomes.values()].flatMap(digestsOf))
      const shown = own.map((tile) => ({ ...tile, ...outcomes.get(tile.id) }))
      return presentWith(actor, row, shown, parameters)
    },

    async refresh(actor, id) {
      const row = await find(actor, id, 'owner')
      const outcomes = await outcomesOf(actor, await tilesOf(actor, id), askingOf(row), () => false)
      await database.transaction(actor, async (writer) => {
        await keepOutcomes(writer, actor, id, outcomes)
        await touch(writer, actor, id, { updatedAt: row.updatedAt, refreshedAt: clock() })
      })
      await refreshed(actor, id)
      return present(actor, id)
    },

    async askTile(actor, id, { id: tileId, sql: statement, values = [] }) {
      const row = await find(actor, id, 'owner')
      const tile = (await tilesOf(actor, id)).find((one) => one.id === tileId)
      if (!tile) throw new KnownError('not-found', 'This tile is not on the dashboard any more.')
      const { shown, problem } = await answers.refresh(
        actor,
        { ...tile, sql: statement, spec: null },
        { filters: row.filters, parameters: asThen(readStored(row.parameters), values) },
      )
      if (problem || !shown) throw new KnownError(problem?.code ?? 'not-found', problem?.message)
      return shown.table
    },

    addTile: (actor, id, input) => addTiles(actor, id, [input]),

    async changeTile(actor, id, tileId, { title, markdown, sql: statement }) {
      const row = await find(actor, id, 'owner')
      const tile = (await tilesOf(actor, id)).find((one) => one.id === tileId)
      if (!tile) throw new KnownError('not-found')
      if (markdown !== undefined && tile.markdown === null)
        throw new KnownError('invalid-input', 'This tile shows data, not text.')
      if (statement !== undefined && !tile.sourceId && !tile.conversationId)
        throw new KnownError('invalid-input', 'This tile keeps a result; there is nothing to ask.')
      const changed = { ...tile, title: title ?? tile.title, markdown: markdown ?? tile.markdown, sql: statement ?? tile.sql }
      const outcomes = statement === undefined ? new Map() : await outcomesOf(actor, [changed], askingOf(row), () => false)
      await database.transaction(actor, async (writer) => {
        await writer
          .update(tiles)
          .set({ title: changed.title, markdown: changed.markdown, sql: changed.sql })
          .where(and(ofDashboard(actor, id), eq(tiles.id, tileId)))
        await keepOutcomes(writer, actor, id, outcomes)
        await touch(writer, actor, id)
      })
      return present(actor, id)
    },

    async removeTile(actor, id, tileId) {
      await find(actor, id, 'owner')
      await database.transaction(actor, async (writer) => {
        await writer.delete(tiles).where(and(ofDashboard(actor, id), eq(tiles.id, tileId)))
        await touch(writer, actor, id)
      })
      return present(actor, id)
    },

    async remove(actor, id) {
      await find(actor, id, 'owner')
      await closeLink(actor, id)
      await touch(database.write(actor), actor, id, { deletedAt: clock() })
      // NOTE: once more, for a share that slipped in between; from here on nobody can share it.
      await closeLink(actor, id)
    },

    async restore(actor, id) {
      const restored = await database
        .write(actor)
        .update(dashboards)
        .set({ deletedAt: null })
        .where(and(eq(dashboards.tenantId, actor.tenantId), eq(dashboards.id, id), eq(dashboards.ownerId, actor.userId)))
        .returning({ id: dashboards.id })
      if (restored.length === 0) throw new KnownError('not-found', 'There is no such dashboard, or it is not yours.')
    },

    maySeeResult: held.maySee,
  }
}

function presentSummary(actor: Actor, row: DashboardRow, tileCount: number): Omit<DashboardSummary, 'isShared'> {
  const { id, name, ownerId, visibility, refreshedAt, updatedAt } = row
  return {
    id,
    name,
    ownerId,
    isMine: ownerId === actor.userId,
    visibility,
    tileCount,
    ...(refreshedAt ? { refreshedAt: refreshedAt.toISOString() } : {}),
    updatedAt: updatedAt.toISOString(),
  }
}
