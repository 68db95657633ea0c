import type { Hono } from 'hono'
import { endpoints } from '../../../contract/endpoints.ts'
import type { Actor } from '../../tenancy/actor.ts'
import type { DoorDependencies } from '../door-dependencies.ts'
import { type DoorContext, type DoorEnvironment, originOf } from '../request-context.ts'
import { serveEndpoint } from '../serve-endpoint.ts'

/** The owner's side of a link; the stranger's is http/public. */
export function serveShares(app: Hono<DoorEnvironment>, { tenancy, sharing, settings }: DoorDependencies): void {
  const originFor = (actor: Actor, context: DoorContext) => tenancy.tenants.originOf(actor, originOf(context, settings))

  serveEndpoint(app, tenancy, endpoints.readShare, async ({ actor, params, context }) =>
    sharing.state(actor, params.id, await originFor(actor, context)),
  )

  serveEndpoint(app, tenancy, endpoints.share, async ({ actor, params, body, context }) =>
    body.visibility === 'private'
      ? sharing.revoke(actor, params.id)
      : sharing.share(actor, params.id, await originFor(actor, context), body.policy, body.preview),
  )

  serveEndpoint(app, tenancy, endpoints.previewShare, ({ actor, params, body }) => sharing.preview(actor, params.id, body.policy))

  serveEndpoint(app, tenancy, endpoints.changeSharePolicy, async ({ actor, params, body, context }) =>
    sharing.changePolicy(actor, params.id, await originFor(actor, context), body.policy),
  )

  serveEndpoint(app, tenancy, endpoints.checkShare, ({ actor, params }) => sharing.check(actor, params.id))

  serveEndpoint(app, tenancy, endpoints.driftOfShare, ({ actor, params }) => sharing.drift(actor, params.id))

  serveEndpoint(app, tenancy, endpoints.listRecipients, async ({ actor, params, context }) => ({
    items: await sharing.recipients.list(actor, params.id, await originFor(actor, context)),
  }))

  serveEndpoint(app, tenancy, endpoints.addRecipient, async ({ actor, params, body, context }) =>
    sharing.recipients.add(actor, params.id, await originFor(actor, context), body.label),
  )

  serveEndpoint(app, tenancy, endpoints.closeRecipient, async ({ actor, params, context }) =>
    sharing.recipients.close(actor, params.id, await originFor(actor, context), params.linkId),
  )
}
