import type { Hono } from 'hono'
import { endpoints } from '../../../contract/endpoints.ts'
import type { DoorDependencies } from '../door-dependencies.ts'
import type { DoorEnvironment } from '../request-context.ts'
import { serveEndpoint } from '../serve-endpoint.ts'

/** Going back in a conversation. */
export function serveCheckpoints(app: Hono<DoorEnvironment>, { tenancy, conversations }: DoorDependencies): void {
  serveEndpoint(app, tenancy, endpoints.listCheckpoints, async ({ actor, params }) => ({
    ...(await conversations.checkpoints(actor, params.id)),
    nextCursor: null,
  }))

  serveEndpoint(app, tenancy, endpoints.saveCheckpoint, ({ actor, params, body }) =>
    conversations.saveCheckpoint(actor, params.id, body.name),
  )

  serveEndpoint(app, tenancy, endpoints.rewind, ({ actor, params, body }) =>
    conversations.rewind(actor, params.id, body.checkpointId),
  )

  serveEndpoint(app, tenancy, endpoints.undoRewind, async ({ actor, params }) => ({
    turnIds: await conversations.undoRewind(actor, params.id),
  }))
}
