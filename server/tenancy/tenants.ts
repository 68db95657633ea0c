import { and, eq, isNull } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { TenantId } from '../../contract/id.ts'
import type { TenantChange } from '../../contract/tenant.ts'
import type { Clock } from '../basics/clock.ts'
import type { Database } from '../storage/database.ts'
import type { Actor } from './actor.ts'
import { audit } from './audit.ts'
import { requirePermission } from './permissions.ts'
import { apiKeys, invitations, sessions, tenants } from './tables.ts'

export type TenantRecord = typeof tenants.$inferSelect

/** What tenancy asks of the links, which stand above it. Each answers when no node goes by the old state. */
export interface TenantLinks {
  /** The switch or the policy moved. */
  changed(tenantId: TenantId): Promise<void>
  /** The tenant goes: its links are dead for good. */
  closeAll(actor: Actor): Promise<void>
}

/** Tenants: what they are called, what their links may be, and their end. */
export interface Tenants {
  /** How many days each tenant keeps what was deleted; for a timer. */
  retentions(): Promise<{ tenantId: TenantId; days: number }[]>
  /** Undefined when it never was or is deleted. */
  find(id: TenantId): Promise<TenantRecord | undefined>
  bySlug(slug: string): Promise<TenantRecord | undefined>
  /** The only tenant of this server beside the demo, when there is only one. */
  only(): Promise<TenantRecord | undefined>
  /** The oldest tenant beside the demo. */
  first(): Promise<TenantRecord | undefined>
  /** Where the tenant's links and pages are: its own host under the domain, else the server's origin. */
  originOf(actor: Pick<Actor, 'tenantId'>, serverOrigin: string): Promise<string>
  read(actor: Actor): Promise<TenantRecord>
  change(actor: Actor, change: TenantChange): Promise<TenantRecord>
  /** `conflict` unless the name is the tenant's. Nobody can sign in any more, and every link is dead (S11). */
  remove(actor: Actor, name: string): Promise<void>
}

interface TenantsDependencies {
  readonly database: Database
  readonly clock: Clock
  readonly domain: string | undefined
  readonly links: TenantLinks
}

export function createTenants({ database, clock, domain, links }: TenantsDependencies): Tenants {
  const find = async (id: TenantId) => {
    const [found] = await database
      .read({ tenantId: id })
      .select()
      .from(tenants)
      .where(and(eq(tenants.id, id), isNull(tenants.deletedAt)))
    return found
  }

  const read = async (actor: Actor) => {
    const tenant = await find(actor.tenantId)
    if (!tenant) throw new KnownError('not-signed-in')
    return tenant
  }

  return {
    retentions: () =>
      database
        .beyondTenants()
        .select({ tenantId: tenants.id, days: tenants.retentionDays })
        .from(tenants)
        .where(isNull(tenants.deletedAt)),

    find,

    async bySlug(slug) {
      const [found] = await database
        .beyondTenants()
        .select()
        .from(tenants)
        .where(and(eq(tenants.slug, slug), isNull(tenants.deletedAt)))
      return found
    },

    async only() {
      const own = and(isNull(tenants.deletedAt), eq(tenants.isDemo, false))
      const found = await database.beyondTenants().select().from(tenants).where(own).limit(2)
      return found.length === 1 ? found[0] : undefined
    },

    async first() {
      const own = and(isNull(tenants.deletedAt), eq(tenants.isDemo, false))
      const [found] = await database.beyondTenants().select().from(tenants).where(own).orderBy(tenants.createdAt).limit(1)
      return found
    },

    async originOf({ tenantId }, serverOrigin) {
      const tenant = domain && (await find(tenantId))
      if (!tenant) return serverOrigin
      const url = new URL(serverOrigin)
      url.hostname = `${tenant.slug}.${domain}`
      return url.origin
    },

    read,

    async change(actor, change) {
      requirePermission(actor, 'tenant:manage')
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
      if (Object.keys(given).length > 0) {
        const known: Record<string, unknown> = await read(actor)
        const before = Object.fromEntries(Object.keys(given).map((name) => [name, known[name]]))
        await database.transaction(actor, async (writer) => {
          await writer.update(tenants).set(given).where(eq(tenants.id, actor.tenantId))
          const isSwitch = change.sharingEnabled !== undefined
          const action = isSwitch ? (change.sharingEnabled ? 'sharing-on' : 'sharing-off') : 'tenant-change'
          await audit(writer, actor, action, actor.tenantId, { ...given, before }, clock)
        })
        await links.changed(actor.tenantId)
      }
      return read(actor)
    },

    async remove(actor, name) {
      requirePermission(actor, 'tenant:delete')
      const tenant = await read(actor)
      if (name.trim() !== tenant.name) throw new KnownError('conflict', `Write the name as it is: ${tenant.name}.`)
      await database.transaction(actor, async (writer) => {
        // NOTE: the host name becomes free for another tenant; the log stays.
        const slug = `${tenant.slug}.deleted.${tenant.id}`
        await writer.update(tenants).set({ deletedAt: clock(), sharingEnabled: false, slug }).where(eq(tenants.id, tenant.id))
        await writer.delete(sessions).where(eq(sessions.tenantId, tenant.id))
        await writer.delete(apiKeys).where(eq(apiKeys.tenantId, tenant.id))
        await writer.delete(invitations).where(eq(invitations.tenantId, tenant.id))
        await audit(writer, actor, 'tenant-delete', tenant.id, { name: tenant.name }, clock)
      })
      await links.closeAll(actor)
    },
  }
}
