import { and, desc, eq, gt, isNull } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { InvitationId } from '../../contract/id.ts'
import type { Invitation, InvitationInput, NewInvitation, OpenInvitation } from '../../contract/member.ts'
import type { Clock } from '../basics/clock.ts'
import { randomId, randomToken } from '../basics/random-id.ts'
import { sha256 } from '../basics/sha256.ts'
import type { Mail } from '../mail/mail.ts'
import type { Database, Reader } from '../storage/database.ts'
import { insertUser } from './accounts.ts'
import type { Actor } from './actor.ts'
import { audit } from './audit.ts'
import type { Credentials } from './credentials.ts'
import { requirePermission } from './permissions.ts'
import { readPermissions, requireReach } from './roles.ts'
import type { Enter, Entered, Visitor } from './sign-in.ts'
import { invitations, members, tenants, users } from './tables.ts'

const LIFE_DAYS = 7
const dayMs = 86_400_000

/** Asking people in. An invitation is known by the hash of its token; it is accepted once, within a week. */
export interface Invitations {
  list(actor: Actor): Promise<Invitation[]>
  /** Replaces an earlier one to the same address. `conflict` for a member. */
  create(actor: Actor, input: InvitationInput, origin: string): Promise<NewInvitation>
  withdraw(actor: Actor, id: InvitationId): Promise<void>
  /** `not-found` for a token that is wrong, used, withdrawn or too old, or of another tenant than the origin's. */
  open(token: string, slug: string | undefined): Promise<OpenInvitation>
  /** Who has an account on this server proves it with their password; who has none makes one. */
  accept(input: { token: string; name: string; password: string; code?: string | undefined }, visitor: Visitor): Promise<Entered>
}

interface InvitationsDependencies {
  readonly database: Database
  readonly clock: Clock
  readonly mail: Mail | undefined
  readonly credentials: Credentials
  readonly enter: Enter
}

type Row = typeof invitations.$inferSelect

const present = (row: Row): Invitation => ({
  id: row.id,
  email: row.email,
  role: row.role,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
})

export function createInvitations({ database, clock, mail, credentials, enter }: InvitationsDependencies): Invitations {
  const find = async (reader: Reader, token: string, slug: string | undefined) => {
    const [found] = await reader
      .select({ invitation: invitations, tenantName: tenants.name, userId: users.id })
      .from(invitations)
      .innerJoin(tenants, and(eq(tenants.id, invitations.tenantId), isNull(tenants.deletedAt)))
      .leftJoin(users, eq(users.email, invitations.email))
      .where(
        and(
          eq(invitations.tokenHash, sha256(token)),
          gt(invitations.expiresAt, clock()),
          slug === undefined ? undefined : eq(tenants.slug, slug),
        ),
      )
    if (!found) throw new KnownError('not-found', 'This invitation is used, withdrawn or too old. Ask for another.')
    return found
  }

  return {
    async list(actor) {
      requirePermission(actor, 'members:manage')
      const rows = await database
        .read(actor)
        .select()
        .from(invitations)
        .where(and(eq(invitations.tenantId, actor.tenantId), gt(invitations.expiresAt, clock())))
        .orderBy(desc(invitations.createdAt))
      return rows.map(present)
    },

    async create(actor, { email, role }, origin) {
      requirePermission(actor, 'members:manage')
      const token = randomToken(32)
      const now = clock()
      const made = await database.transaction(actor, async (writer) => {
        requireReach(actor, await readPermissions(writer, actor, role))
        const isMember = await writer
          .select({ id: users.id })
          .from(members)
          .innerJoin(users, eq(users.id, members.userId))
          .where(and(eq(members.tenantId, actor.tenantId), eq(users.email, email)))
        if (isMember.length > 0) throw new KnownError('conflict', `${email} belongs to the tenant already.`)
        await writer.delete(invitations).where(and(eq(invitations.tenantId, actor.tenantId), eq(invitations.email, email)))
        const [row] = await writer
          .insert(invitations)
          .values({
            tenantId: actor.tenantId,
            id: randomId<InvitationId>('inv', now),
            email,
            role,
            tokenHash: sha256(token),
            invitedBy: actor.userId,
            createdAt: now,
            expiresAt: new Date(now.getTime() + LIFE_DAYS * dayMs),
          })
          .returning()
        const [tenant] = await writer.select({ name: tenants.name }).from(tenants).where(eq(tenants.id, actor.tenantId))
        if (!row || !tenant) throw new Error('the invitation was not written')
        await audit(writer, actor, 'member-invite', row.id, { email, role }, clock)
        return { row, tenantName: tenant.name }
      })
      const url = `${origin}/invitation#${token}`
      const isMailed = await mailed({ email, url, tenantName: made.tenantName })
      return { ...present(made.row), url, isMailed }
    },

    async withdraw(actor, id) {
      requirePermission(actor, 'members:manage')
      await database.transaction(actor, async (writer) => {
        const gone = await writer
          .delete(invitations)
          .where(and(eq(invitations.tenantId, actor.tenantId), eq(invitations.id, id)))
          .returning({ email: invitations.email })
        const [row] = gone
        if (!row) throw new KnownError('not-found', 'There is no such invitation.')
        await audit(writer, actor, 'invitation-withdraw', id, { email: row.email }, clock)
      })
    },

    async open(token, slug) {
      const { invitation, tenantName, userId } = await find(database.beyondTenants(), token, slug)
      return { email: invitation.email, tenantName, role: invitation.role, hasAccount: userId !== null }
    },

    async accept({ token, name, password, code }, visitor) {
      const { invitation, userId: known } = await find(database.beyondTenants(), token, visitor.slug)
      const { email, tenantId, role } = invitation
      const proven = known ? await credentials.check({ email, password, code }, visitor.address) : undefined
      proven?.accept()
      return database.transaction(invitation, async (writer) => {
        // NOTE: whoever deletes it has accepted it; a second one finds nothing.
        const taken = await writer
          .delete(invitations)
          .where(and(eq(invitations.tenantId, tenantId), eq(invitations.tokenHash, sha256(token))))
          .returning({ id: invitations.id })
        if (taken.length === 0) throw new KnownError('not-found', 'This invitation was accepted already.')
        const userId = proven?.user.id ?? (await insertUser(writer, { email, password, name }, clock))
        await writer.insert(members).values({ tenantId, userId, role, createdAt: clock() }).onConflictDoNothing()
        await audit(writer, { tenantId, userId, via: 'web' }, 'member-join', userId, { email, role }, clock)
        return enter(writer, { tenantId, userId }, visitor, 'invitation')
      })
    },
  }

  /** A letter that does not go out leaves the address to be passed on by hand. */
  async function mailed({ email, url, tenantName }: { email: string; url: string; tenantName: string }): Promise<boolean> {
    if (!mail) return false
    const text = `You are invited to ${tenantName} on QRY. To join, open this address within ${LIFE_DAYS} days:\n\n${url}\n`
    return mail.send({ to: email, subject: `Join ${tenantName} on QRY`, text }).then(
      () => true,
      () => false,
    )
  }
}
