import type { Hono } from 'hono'
import { endpoints } from '../../../contract/endpoints.ts'
import type { DoorDependencies } from '../door-dependencies.ts'
import { type DoorEnvironment, originOf } from '../request-context.ts'
import { serveEndpoint } from '../serve-endpoint.ts'

/** The owner's side of a link; the stranger's is http/public. */
export function serveShares(app: Hono<DoorEnvironment>, { tenancy, sharing, settings }: DoorDependencies): void {
  serveEndpoint(app, tenancy, endpoints.readShare, ({ actor, params, context }) =>
    sharing.state(actor, params.id, originOf(context, settings)),
  )

  serveEndpoint(app, tenancy, endpoints.share, ({ actor, params, body, context }) =>
    body.visibility === 'private'
      ? sharing.revoke(actor, params.id)
      : sharing.share(actor, params.id, originOf(context, settings), body.policy),
  )

  serveEndpoint(app, tenancy, endpoints.changeSharePolicy, ({ actor, params, body, context }) =>
    sharing.changePolicy(actor, params.id, originOf(context, settings), body.policy),
  )

  serveEndpoint(app, tenancy, endpoints.checkShare, ({ actor, params }) => sharing.check(actor, params.id))
}
