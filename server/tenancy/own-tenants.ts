import { and, asc, eq, isNull } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { TenantId } from '../../contract/id.ts'
import type { OwnTenant } from '../../contract/person.ts'
import type { Database } from '../storage/database.ts'
import type { Actor } from './actor.ts'
import type { Sessions } from './sessions.ts'
import type { Enter, Entered, Visitor } from './sign-in.ts'
import { members, tenants } from './tables.ts'
import type { Tenants } from './tenants.ts'

/** The tenants that one person is a member of, and going from one to another. */
export interface OwnTenants {
  /** The oldest membership first. `origin` is where each is; null where one origin serves all. */
  list(actor: Actor, serverOrigin: string): Promise<OwnTenant[]>
  /** Opens a session in another one and ends that with `token`. `not-found` where the person is no member; not for programs. */
  enter(actor: Actor, tenantId: TenantId, visitor: Visitor, token: string | undefined): Promise<Entered>
}

interface OwnTenantsDependencies {
  readonly database: Database
  readonly tenants: Pick<Tenants, 'originOf'>
  readonly sessions: Sessions
  readonly enter: Enter
  readonly domain: string | undefined
}

export function createOwnTenants({ database, tenants: hosts, sessions, enter, domain }: OwnTenantsDependencies): OwnTenants {
  const mine = (actor: Actor) =>
    database
      .beyondTenants()
      .select({ id: tenants.id, name: tenants.name, slug: tenants.slug, role: members.role })
      .from(members)
      .innerJoin(tenants, and(eq(tenants.id, members.tenantId), isNull(tenants.deletedAt)))
      .where(eq(members.userId, actor.userId))
      .orderBy(asc(members.createdAt), asc(tenants.id))

  return {
    async list(actor, serverOrigin) {
      const found = await mine(actor)
      return Promise.all(
        found.map(async ({ id, name, role }) => ({
          id,
          name,
          role,
          isCurrent: id === actor.tenantId,
          origin: domain ? await hosts.originOf({ tenantId: id }, serverOrigin) : null,
        })),
      )
    },

    async enter(actor, tenantId, visitor, token) {
      const wanted = (await mine(actor)).find(({ id, slug }) => id === tenantId && (visitor.slug ?? slug) === slug)
      if (!wanted) throw new KnownError('not-found')
      if (actor.via !== 'web') throw new KnownError('forbidden', 'This is for a signed-in person, not for a program.')
      const member = { tenantId, userId: actor.userId }
      const entered = await database.transaction(member, (writer) => enter(writer, member, visitor, 'tenant'))
      if (token) await sessions.close(token)
      return entered
    },
  }
}
