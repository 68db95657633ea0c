import type { TileInput } from '../../contract/dashboard.ts'
import { KnownError } from '../../contract/error.ts'
import type { DashboardId, Digest, TileId } from '../../contract/id.ts'
import type { Clock } from '../basics/clock.ts'
import { randomId } from '../basics/random-id.ts'
import type { Conversations } from '../conversations/conversations.ts'
import type { Results } from '../results/results.ts'
import type { Sources } from '../sources/sources.ts'
import type { Actor } from '../tenancy/actor.ts'
import { referenceTo } from './answer-tile.ts'
import { placeFor } from './place-tiles.ts'
import { kindOf, type TileRow } from './tile-row.ts'

export interface NewTilesDependencies {
  readonly results: Pick<Results, 'table'>
  readonly sources: Pick<Sources, 'read'>
  readonly conversations: Pick<Conversations, 'summary'>
  readonly clock: Clock
}

/** Makes rows of what people ask for, each in its place. Throws `not-found` for what the actor may not see. */
export function createNewTiles(
  { results, sources, conversations, clock }: NewTilesDependencies,
  mayRead: (actor: Actor, digest: Digest) => Promise<boolean>,
) {
  /** A row for what was asked for, of what the actor may see. Nothing runs yet. */
  const rowFor = async (
    actor: Actor,
    dashboardId: DashboardId,
    input: TileInput,
    others: readonly TileRow[],
  ): Promise<TileRow> => {
    const { title, sql: statement, sourceId, conversationId, resultDigest, chart, markdown } = input
    const source = sourceId && (await sources.read(actor, sourceId))
    if (conversationId) await conversations.summary(actor, conversationId)
    if (resultDigest && !(await mayRead(actor, resultDigest)))
      throw new KnownError('not-found', 'There is no such result, or it is not yours.')
    const kept = resultDigest && (await results.table(actor, resultDigest))
    const row = { markdown: markdown ?? null, spec: chart ?? null }
    return {
      ...row,
      tenantId: actor.tenantId,
      id: randomId<TileId>('til', clock()),
      dashboardId,
      title,
      place:
        input.place ??
        placeFor(
          kindOf(row),
          others.map((other) => ({ kind: kindOf(other), place: other.place })),
        ),
      sql: statement ?? null,
      sourceId: sourceId ?? null,
      conversationId: conversationId ?? null,
      answer: kept ? referenceTo(title, kept, false) : null,
      shown: null,
      sourceName: source ? source.name : null,
      asOf: markdown === undefined ? clock() : null,
      durationMs: null,
      values: null,
      problem: null,
    }
  }

  return async (actor: Actor, id: DashboardId, inputs: readonly TileInput[], known: readonly TileRow[]): Promise<TileRow[]> => {
    const made: TileRow[] = []
    for (const input of inputs) made.push(await rowFor(actor, id, input, [...known, ...made]))
    return made
  }
}
