import { Readable } from 'node:stream'
import type { Hono } from 'hono'
import { AuditFilter } from '../../../contract/audit.ts'
import { endpoints } from '../../../contract/endpoints.ts'
import type { Tenant } from '../../../contract/tenant.ts'
import { conversationUsage } from '../../conversations/belongings.ts'
import { bytesKept } from '../../results/bytes-kept.ts'
import type { Actor } from '../../tenancy/actor.ts'
import { requirePermission } from '../../tenancy/permissions.ts'
import type { TenantRecord } from '../../tenancy/tenants.ts'
import type { DoorDependencies } from '../door-dependencies.ts'
import { actorOf, type DoorEnvironment, originOf } from '../request-context.ts'
import { parse, serveEndpoint } from '../serve-endpoint.ts'
import { redirectUriOf } from './provider-sign-in.ts'

/** The tenant itself: its switch and policy, usage, ways in, audit log. */
export function serveTenant(app: Hono<DoorEnvironment>, { tenancy, sharing, database, settings, clock }: DoorDependencies): void {
  const { tenants, identityProviders, auditLog } = tenancy
  const done = { ok: true as const }

  const present = async (
    actor: Actor,
    { createdAt: _, deletedAt: __, isDemo: ___, ...tenant }: TenantRecord,
  ): Promise<Tenant> => ({
    ...tenant,
    liveLinks: await sharing.countLinks(actor),
  })

  serveEndpoint(app, tenancy, endpoints.readTenant, async ({ actor }) => {
    requirePermission(actor, 'tenant:manage')
    return present(actor, await tenants.read(actor))
  })

  serveEndpoint(app, tenancy, endpoints.changeTenant, async ({ actor, body }) =>
    present(actor, await tenants.change(actor, body)),
  )

  serveEndpoint(app, tenancy, endpoints.deleteTenant, async ({ actor, body }) => {
    await tenants.remove(actor, body.name)
    return done
  })

  serveEndpoint(app, tenancy, endpoints.readUsage, async ({ actor }) => ({
    ...(await conversationUsage(database, actor, clock())),
    members: (await tenancy.members.directory(actor)).people.length,
    liveLinks: await sharing.countLinks(actor),
    bytesKept: await bytesKept(database, actor),
  }))

  serveEndpoint(app, tenancy, endpoints.listAudit, async ({ actor, query: { cursor, limit, ...filter } }) => {
    const found = await auditLog.list(actor, filter, { ...(cursor ? { before: Number(cursor) } : {}), limit: limit + 1 })
    const items = found.slice(0, limit)
    return { items, nextCursor: found.length > limit ? String(items.at(-1)?.seq) : null }
  })

  app.get('/api/audit.csv', async (context) => {
    const actor = await actorOf(context, tenancy)
    requirePermission(actor, 'audit:read')
    const filter = parse(AuditFilter, context.req.query())
    context.header('content-type', 'text/csv; charset=utf-8')
    context.header('content-disposition', 'attachment; filename="audit.csv"')
    return context.body(Readable.toWeb(Readable.from(auditLog.csv(actor, filter))) as ReadableStream)
  })

  serveEndpoint(app, tenancy, endpoints.listIdentityProviders, async ({ actor, context }) => ({
    items: await identityProviders.list(actor),
    nextCursor: null,
    redirectUri: redirectUriOf(await tenants.originOf(actor, originOf(context, settings))),
  }))
  serveEndpoint(app, tenancy, endpoints.createIdentityProvider, ({ actor, body }) => identityProviders.create(actor, body))
  serveEndpoint(app, tenancy, endpoints.changeIdentityProvider, ({ actor, params, body }) =>
    identityProviders.change(actor, params.id, body),
  )
  serveEndpoint(app, tenancy, endpoints.deleteIdentityProvider, async ({ actor, params }) => {
    await identityProviders.remove(actor, params.id)
    return done
  })
}
