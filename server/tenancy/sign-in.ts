import { and, asc, eq, isNull } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { TenantId, UserId } from '../../contract/id.ts'
import type { SignInInput } from '../../contract/person.ts'
import type { Clock } from '../basics/clock.ts'
import type { Database, Reader, Writer } from '../storage/database.ts'
import type { Actor } from './actor.ts'
import { actorColumns, actorOf, ownRole } from './actor-columns.ts'
import { audit } from './audit.ts'
import type { Credentials } from './credentials.ts'
import type { Sessions } from './sessions.ts'
import { members, roles, tenants } from './tables.ts'

/** Who stands at the door before anybody knows who they are. */
export interface Visitor {
  readonly address: string
  /** "Firefox on Linux". */
  readonly device: string
  /** The tenant that the origin is bound to; undefined where it is bound to none. */
  readonly slug: string | undefined
}

export interface Entered {
  readonly actor: Actor
  /** For the cookie; nothing keeps it. */
  readonly sessionToken: string
}

/** Lets a member in: opens a session and writes it down. */
export type Enter = (
  writer: Writer,
  member: { tenantId: TenantId; userId: UserId },
  visitor: Pick<Visitor, 'device'>,
  through: string,
) => Promise<Entered>

export async function memberActor(reader: Reader, tenantId: TenantId, userId: UserId): Promise<Actor> {
  const [found] = await reader
    .select(actorColumns)
    .from(members)
    .leftJoin(roles, ownRole)
    .where(and(eq(members.tenantId, tenantId), eq(members.userId, userId)))
  if (!found) throw new KnownError('not-signed-in')
  return actorOf(found, 'web')
}

export const createEnter =
  ({ sessions, clock }: { sessions: Sessions; clock: Clock }): Enter =>
  async (writer, { tenantId, userId }, { device }, through) => {
    const actor = await memberActor(writer, tenantId, userId)
    await audit(writer, actor, 'sign-in', userId, { through, device }, clock)
    return { actor, sessionToken: await sessions.open(writer, { tenantId, userId }, device) }
  }

interface SignInDependencies {
  readonly database: Database
  readonly credentials: Credentials
  readonly enter: Enter
}

/**
 * Signing in with a password: into the tenant of the origin, else into the first tenant of the person.
 * Whoever is no member there gets the answer of a wrong password.
 */
export function createSignIn({ database, credentials, enter }: SignInDependencies) {
  return async (input: SignInInput, visitor: Visitor): Promise<Entered> => {
    const { user, accept } = await credentials.check(input, visitor.address)
    const [member] = await database
      .beyondTenants()
      .select({ tenantId: members.tenantId, userId: members.userId })
      .from(members)
      .innerJoin(tenants, and(eq(tenants.id, members.tenantId), isNull(tenants.deletedAt)))
      .where(and(eq(members.userId, user.id), visitor.slug === undefined ? undefined : eq(tenants.slug, visitor.slug)))
      .orderBy(asc(members.createdAt))
      .limit(1)
    if (!member) throw new KnownError('wrong-credentials')
    accept()
    return database.transaction(member, (writer) => enter(writer, member, visitor, 'password'))
  }
}
