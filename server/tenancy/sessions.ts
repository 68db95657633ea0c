import { and, desc, eq, gt, ne, type Placeholder, sql } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { Digest, SessionId, TenantId, UserId } from '../../contract/id.ts'
import type { Session } from '../../contract/session.ts'
import type { Clock } from '../basics/clock.ts'
import { randomToken } from '../basics/random-id.ts'
import { sha256 } from '../basics/sha256.ts'
import type { Database, Writer } from '../storage/database.ts'
import type { Actor } from './actor.ts'
import { actorColumns, actorOf, inLiveTenant, ownRole } from './actor-columns.ts'
import { audit } from './audit.ts'
import { members, roles, sessions, tenants } from './tables.ts'

export const SESSION_DAYS = 30
const dayMs = 86_400_000
/** How stale "last seen" may be: a write per session in this time at most. */
const SEEN_EVERY_MS = 300_000

/** Where people are signed in. A session is known by the hash of its cookie; the cookie itself is nowhere. */
export interface Sessions {
  /** `slug` is the tenant that the origin is bound to: a session of another tenant counts as none. */
  actorOf(token: string, slug?: string): Promise<Actor | undefined>
  open(writer: Writer, person: { tenantId: TenantId; userId: UserId }, device: string): Promise<string>
  close(token: string): Promise<void>
  /** Of the actor, in this tenant; the one with `token` is marked. */
  list(actor: Actor, token?: string): Promise<Session[]>
  /** Throws `not-found`. */
  end(actor: Actor, id: SessionId): Promise<void>
  /** Everywhere, but for the one with `keep`. */
  endAll(writer: Writer, userId: UserId, keep?: string): Promise<void>
}

/** Half of the hash names a session towards its owner: it opens nothing. */
const idOf = (tokenHash: string): SessionId => `ses_${tokenHash.slice(0, 32)}` as SessionId

export function createSessions({ database, clock }: { database: Database; clock: Clock }): Sessions {
  /** Asked at each request, so its statement is made and planned once. */
  const knownSession = (name: string, slug?: Placeholder) =>
    database
      .beyondTenants()
      .select({ ...actorColumns, seenAt: sessions.seenAt })
      .from(sessions)
      .innerJoin(members, and(eq(members.tenantId, sessions.tenantId), eq(members.userId, sessions.userId)))
      .innerJoin(tenants, inLiveTenant(slug))
      .leftJoin(roles, ownRole)
      .where(and(eq(sessions.tokenHash, sql.placeholder('tokenHash')), gt(sessions.expiresAt, sql.placeholder('now'))))
      .prepare(name)
  const anywhere = knownSession('actor_of_session')
  const inTenant = knownSession('actor_of_session_in_tenant', sql.placeholder('slug'))

  return {
    async actorOf(token, slug) {
      const now = clock()
      const tokenHash: Digest = sha256(token)
      const asked = { tokenHash, now: now.toISOString() }
      const [found] = await (slug === undefined ? anywhere.execute(asked) : inTenant.execute({ ...asked, slug }))
      if (!found) return undefined
      const { seenAt, ...member } = found
      if (!seenAt || now.getTime() - seenAt.getTime() > SEEN_EVERY_MS)
        await database.write(member).update(sessions).set({ seenAt: now }).where(eq(sessions.tokenHash, tokenHash))
      return actorOf(member, 'web')
    },

    async open(writer, { tenantId, userId }, device) {
      const token = randomToken(32)
      const now = clock()
      const expiresAt = new Date(now.getTime() + SESSION_DAYS * dayMs)
      await writer
        .insert(sessions)
        .values({ tokenHash: sha256(token), tenantId, userId, device, createdAt: now, seenAt: now, expiresAt })
      return token
    },

    async close(token) {
      await database
        .beyondTenants()
        .delete(sessions)
        .where(eq(sessions.tokenHash, sha256(token)))
    },

    async list(actor, token) {
      const rows = await database
        .read(actor)
        .select()
        .from(sessions)
        .where(and(mine(actor), gt(sessions.expiresAt, clock())))
        .orderBy(desc(sessions.createdAt))
      const current = token && sha256(token)
      return rows.map((row) => ({
        id: idOf(row.tokenHash),
        device: row.device || 'A program',
        isThis: row.tokenHash === current,
        createdAt: row.createdAt.toISOString(),
        seenAt: row.seenAt?.toISOString() ?? null,
      }))
    },

    async end(actor, id) {
      await database.transaction(actor, async (writer) => {
        const ended = await writer
          .delete(sessions)
          .where(and(mine(actor), eq(sql`left(${sessions.tokenHash}, 32)`, id.slice('ses_'.length))))
          .returning({ tokenHash: sessions.tokenHash })
        if (ended.length === 0) throw new KnownError('not-found')
        await audit(writer, actor, 'session-end', id, {}, clock)
      })
    },

    async endAll(writer, userId, keep) {
      const others = keep ? ne(sessions.tokenHash, sha256(keep)) : undefined
      await writer.delete(sessions).where(and(eq(sessions.userId, userId), others))
    },
  }
}

const mine = (actor: Actor) => and(eq(sessions.tenantId, actor.tenantId), eq(sessions.userId, actor.userId))
