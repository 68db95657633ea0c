import type { Hono } from 'hono'
import { endpoints } from '../../../contract/endpoints.ts'
import type { DoorDependencies } from '../door-dependencies.ts'
import { type DoorEnvironment, originOf, visitorOf } from '../request-context.ts'
import { serveEndpoint } from '../serve-endpoint.ts'
import { keepSession } from './people.ts'

/** Members, invitations, roles and groups. */
export function serveMembers(app: Hono<DoorEnvironment>, { tenancy, settings }: DoorDependencies): void {
  const { members, invitations, roles, groups } = tenancy
  const done = { ok: true as const }
  const all = async <Item>(items: Promise<Item[]>) => ({ items: await items, nextCursor: null })

  serveEndpoint(app, tenancy, endpoints.readDirectory, ({ actor }) => members.directory(actor))
  serveEndpoint(app, tenancy, endpoints.listMembers, ({ actor }) => all(members.list(actor)))
  serveEndpoint(app, tenancy, endpoints.changeMember, ({ actor, params, body }) => members.change(actor, params.id, body))
  serveEndpoint(app, tenancy, endpoints.removeMember, async ({ actor, params, body }) => {
    await members.remove(actor, params.id, body)
    return done
  })

  serveEndpoint(app, tenancy, endpoints.listInvitations, ({ actor }) => all(invitations.list(actor)))
  serveEndpoint(app, tenancy, endpoints.invite, async ({ actor, body, context }) =>
    invitations.create(actor, body, await tenancy.tenants.originOf(actor, originOf(context, settings))),
  )
  serveEndpoint(app, tenancy, endpoints.withdrawInvitation, async ({ actor, params }) => {
    await invitations.withdraw(actor, params.id)
    return done
  })
  serveEndpoint(app, tenancy, endpoints.readInvitation, ({ body, context }) =>
    invitations.open(body.token, context.get('originSlug')),
  )
  serveEndpoint(app, tenancy, endpoints.acceptInvitation, async ({ body, context }) => {
    const entered = await invitations.accept(body, visitorOf(context, settings))
    keepSession(context, settings, entered)
    return tenancy.me(entered.actor)
  })

  serveEndpoint(app, tenancy, endpoints.listRoles, ({ actor }) => all(roles.list(actor)))
  serveEndpoint(app, tenancy, endpoints.createRole, ({ actor, body }) => roles.create(actor, body))
  serveEndpoint(app, tenancy, endpoints.changeRole, ({ actor, params, body }) =>
    roles.change(actor, params.name, body.permissions),
  )
  serveEndpoint(app, tenancy, endpoints.deleteRole, async ({ actor, params }) => {
    await roles.remove(actor, params.name)
    return done
  })

  serveEndpoint(app, tenancy, endpoints.listGroups, ({ actor }) => all(groups.list(actor)))
  serveEndpoint(app, tenancy, endpoints.createGroup, ({ actor, body }) => groups.create(actor, body))
  serveEndpoint(app, tenancy, endpoints.changeGroup, ({ actor, params, body }) => groups.change(actor, params.id, body))
  serveEndpoint(app, tenancy, endpoints.deleteGroup, async ({ actor, params }) => {
    await groups.remove(actor, params.id)
    return done
  })
}
