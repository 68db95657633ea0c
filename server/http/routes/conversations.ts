import type { Hono } from 'hono'
import type { ConversationSummary } from '../../../contract/conversation.ts'
import { endpoints } from '../../../contract/endpoints.ts'
import type { ConversationId } from '../../../contract/id.ts'
import { starterQuestions } from '../../analysts/starters.ts'
import type { RunningTurn } from '../../analysts/turn-loop.ts'
import { phrasesFor } from '../../analysts/type-ahead.ts'
import type { Actor } from '../../tenancy/actor.ts'
import type { DoorDependencies } from '../door-dependencies.ts'
import type { DoorEnvironment } from '../request-context.ts'
import { serveEndpoint } from '../serve-endpoint.ts'

/** Conversations and their turns. */
export function serveConversations(
  app: Hono<DoorEnvironment>,
  { tenancy, conversations, turnLoop, sharing, sources, uploadDemo, clock }: DoorDependencies,
): void {
  const summaryOf = async (actor: Actor, id: ConversationId): Promise<ConversationSummary> => ({
    ...(await conversations.summary(actor, id)),
    isShared: (await sharing.sharedAmong(actor, [id])).has(id),
  })

  const conversationOf = async (actor: Actor, id: ConversationId) => {
    const conversation = await conversations.read(actor, id)
    const isShared = (await sharing.sharedAmong(actor, [id])).has(id)
    const canShare = conversation.access === 'owner' && actor.permissions.has('conversations:share')
    return { ...conversation, isShared, canShare }
  }

  const started = async (
    actor: Actor,
    id: ConversationId,
    turn: RunningTurn,
    isWaited: boolean,
    answerWith: (status: 200) => void,
  ) => {
    if (!isWaited) return { turnId: turn.turnId }
    await turn.finished
    answerWith(200)
    return conversations.turn(actor, id, turn.turnId)
  }

  serveEndpoint(app, tenancy, endpoints.listConversations, async ({ actor, query }) => {
    const offset = Number(query.cursor ?? 0)
    const { of, archived } = query
    const found = await conversations.list(actor, { offset, limit: query.limit + 1, of, isArchived: archived === '1' })
    const listed = found.slice(0, query.limit)
    const shared = await sharing.sharedAmong(
      actor,
      listed.map((conversation) => conversation.id),
    )
    return {
      items: listed.map((conversation) => ({ ...conversation, isShared: shared.has(conversation.id) })),
      nextCursor: found.length > query.limit ? String(offset + query.limit) : null,
    }
  })

  serveEndpoint(app, tenancy, endpoints.searchConversations, async ({ actor, query }) => {
    const found = await conversations.search(actor, query.q)
    const shared = await sharing.sharedAmong(
      actor,
      found.map((conversation) => conversation.id),
    )
    return { items: found.map((item) => ({ ...item, isShared: shared.has(item.id) })), nextCursor: null }
  })

  serveEndpoint(app, tenancy, endpoints.createConversation, async ({ actor, body }) => {
    if (body.sourceId) await sources.read(actor, body.sourceId)
    return conversationOf(actor, await conversations.create(actor, body))
  })

  serveEndpoint(app, tenancy, endpoints.createDemo, async ({ actor }) => {
    const uploadIds = await uploadDemo(actor)
    return conversationOf(actor, await conversations.create(actor, { uploadIds }))
  })

  serveEndpoint(app, tenancy, endpoints.readConversation, ({ actor, params }) => conversationOf(actor, params.id))

  serveEndpoint(app, tenancy, endpoints.changeConversation, async ({ actor, params, body }) => {
    if (body.sourceId) await sources.read(actor, body.sourceId)
    await conversations.change(actor, params.id, body)
    return summaryOf(actor, params.id)
  })

  serveEndpoint(app, tenancy, endpoints.deleteConversation, async ({ actor, params }) => {
    await conversations.remove(actor, params.id)
    return { ok: true as const }
  })

  serveEndpoint(app, tenancy, endpoints.restoreConversation, async ({ actor, params }) => {
    await conversations.restore(actor, params.id)
    return summaryOf(actor, params.id)
  })

  serveEndpoint(app, tenancy, endpoints.readVisibility, ({ actor, params }) => conversations.visibility(actor, params.id))

  serveEndpoint(app, tenancy, endpoints.changeVisibility, async ({ actor, params, body }) => {
    await conversations.changeVisibility(actor, params.id, body)
    return conversations.visibility(actor, params.id)
  })

  serveEndpoint(app, tenancy, endpoints.listStarters, async ({ actor, params }) => ({
    items: starterQuestions(await turnLoop.catalog(actor, params.id)),
  }))

  serveEndpoint(app, tenancy, endpoints.listPhrases, async ({ actor, params, query }) => ({
    items: phrasesFor(await turnLoop.catalog(actor, params.id), query.typed, clock()),
  }))

  serveEndpoint(app, tenancy, endpoints.ask, async ({ actor, params, query, body, answerWith }) =>
    started(actor, params.id, await turnLoop.ask(actor, params.id, body), query.wait === '1', answerWith),
  )

  serveEndpoint(app, tenancy, endpoints.cancelTurn, async ({ actor, params }) => {
    await conversations.cancel(actor, params.id, params.turnId)
    return { ok: true as const }
  })

  serveEndpoint(app, tenancy, endpoints.retryTurn, async ({ actor, params }) => {
    const turn = await turnLoop.retry(actor, params.id, params.turnId)
    return { turnId: turn.turnId }
  })

  serveEndpoint(app, tenancy, endpoints.listReadings, async ({ actor, params }) =>
    turnLoop.readings(actor, params.id, params.turnId),
  )

  serveEndpoint(app, tenancy, endpoints.confirmTurn, async ({ actor, params, query, body, answerWith }) =>
    started(
      actor,
      params.id,
      await turnLoop.confirm(actor, params.id, params.turnId, body.reading),
      query.wait === '1',
      answerWith,
    ),
  )
}
