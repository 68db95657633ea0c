import type { Hono } from 'hono'
import { endpoints } from '../../../contract/endpoints.ts'
import type { Dashboards } from '../../dashboards/dashboards.ts'
import type { Actor } from '../../tenancy/actor.ts'
import type { DoorDependencies } from '../door-dependencies.ts'
import { type DoorContext, type DoorEnvironment, originOf } from '../request-context.ts'
import { serveEndpoint } from '../serve-endpoint.ts'

type Outcome = Awaited<ReturnType<Dashboards['read']>>

export function serveDashboards(app: Hono<DoorEnvironment>, dependencies: DoorDependencies): void {
  const { tenancy, dashboards, sharing } = dependencies
  const present = async (actor: Actor, dashboard: Outcome) => ({
    ...dashboard,
    isShared: (await sharing.sharedAmong(actor, [dashboard.id])).has(dashboard.id),
    canShare: dashboard.isMine && actor.permissions.has('dashboards:share'),
  })
  const done = { ok: true as const }

  serveEndpoint(app, tenancy, endpoints.listDashboards, async ({ actor }) => {
    const items = await dashboards.list(actor)
    const shared = await sharing.sharedAmong(
      actor,
      items.map(({ id }) => id),
    )
    return { items: items.map((item) => ({ ...item, isShared: shared.has(item.id) })), nextCursor: null }
  })
  serveEndpoint(app, tenancy, endpoints.createDashboard, async ({ actor, body }) =>
    present(actor, await dashboards.create(actor, body)),
  )
  serveEndpoint(app, tenancy, endpoints.importConversation, async ({ actor, body }) =>
    present(actor, await dashboards.importConversation(actor, body)),
  )
  serveEndpoint(app, tenancy, endpoints.readDashboard, async ({ actor, params }) =>
    present(actor, await dashboards.read(actor, params.id)),
  )
  serveEndpoint(app, tenancy, endpoints.changeDashboard, async ({ actor, params, body }) =>
    present(actor, await dashboards.change(actor, params.id, body)),
  )
  serveEndpoint(app, tenancy, endpoints.deleteDashboard, async ({ actor, params }) => {
    await dashboards.remove(actor, params.id)
    return done
  })
  serveEndpoint(app, tenancy, endpoints.restoreDashboard, async ({ actor, params }) => {
    await dashboards.restore(actor, params.id)
    return done
  })
  serveEndpoint(app, tenancy, endpoints.chooseValues, async ({ actor, params, body }) =>
    present(actor, await dashboards.choose(actor, params.id, body.values)),
  )
  serveEndpoint(app, tenancy, endpoints.refreshDashboard, async ({ actor, params }) =>
    present(actor, await dashboards.refresh(actor, params.id)),
  )
  serveEndpoint(app, tenancy, endpoints.addTile, async ({ actor, params, body }) =>
    present(actor, await dashboards.addTile(actor, params.id, body)),
  )
  serveEndpoint(app, tenancy, endpoints.changeTile, async ({ actor, params, body }) =>
    present(actor, await dashboards.changeTile(actor, params.id, params.tileId, body)),
  )
  serveEndpoint(app, tenancy, endpoints.deleteTile, async ({ actor, params }) =>
    present(actor, await dashboards.removeTile(actor, params.id, params.tileId)),
  )
  serveDashboardShares(app, dependencies)
}

/** The owner's side of a dashboard's link. */
function serveDashboardShares(app: Hono<DoorEnvironment>, { tenancy, sharing, settings }: DoorDependencies): void {
  const originFor = (actor: Actor, context: DoorContext) => tenancy.tenants.originOf(actor, originOf(context, settings))

  serveEndpoint(app, tenancy, endpoints.readDashboardShare, async ({ actor, params, context }) =>
    sharing.state(actor, params.id, await originFor(actor, context)),
  )
  serveEndpoint(app, tenancy, endpoints.shareDashboard, async ({ actor, params, body, context }) =>
    body.visibility === 'private'
      ? sharing.revoke(actor, params.id)
      : sharing.share(actor, params.id, await originFor(actor, context), body.policy, body.preview),
  )
  serveEndpoint(app, tenancy, endpoints.previewDashboardShare, ({ actor, params, body }) =>
    sharing.preview(actor, params.id, body.policy),
  )
  serveEndpoint(app, tenancy, endpoints.changeDashboardSharePolicy, async ({ actor, params, body, context }) =>
    sharing.changePolicy(actor, params.id, await originFor(actor, context), body.policy),
  )
  serveEndpoint(app, tenancy, endpoints.listDashboardRecipients, async ({ actor, params, context }) => ({
    items: await sharing.recipients.list(actor, params.id, await originFor(actor, context)),
  }))
  serveEndpoint(app, tenancy, endpoints.addDashboardRecipient, async ({ actor, params, body, context }) =>
    sharing.recipients.add(actor, params.id, await originFor(actor, context), body.label),
  )
  serveEndpoint(app, tenancy, endpoints.closeDashboardRecipient, async ({ actor, params, context }) =>
    sharing.recipients.close(actor, params.id, await originFor(actor, context), params.linkId),
  )
  serveEndpoint(app, tenancy, endpoints.checkDashboardShare, ({ actor, params }) => sharing.check(actor, params.id))
  serveEndpoint(app, tenancy, endpoints.driftOfDashboardShare, ({ actor, params }) => sharing.drift(actor, params.id))
}
