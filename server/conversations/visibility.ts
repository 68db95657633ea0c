import { and, eq, exists, inArray, isNull, or, type Param, type Placeholder, type SQL, sql } from 'drizzle-orm'
import { KnownError } from '../../contract/error.ts'
import type { ConversationId, Digest } from '../../contract/id.ts'
import type { Access, Visibility } from '../../contract/visibility.ts'
import type { Clock } from '../basics/clock.ts'
import type { Database, Reader, Writer } from '../storage/database.ts'
import type { Actor } from '../tenancy/actor.ts'
import { audit } from '../tenancy/audit.ts'
import { requireSubjects } from '../tenancy/subjects.ts'
import { conversationAccess, conversations, heldResults, uploads } from './tables.ts'

/**
 * Who inside the tenant may do what with a conversation, as a condition on its row. What does not meet it is `not-found` for the actor.
 * `view`: the owner, whom it is named to, and everyone once it is open to the tenant. `edit`: the owner and whom it is named to for editing.
 */
export const may = ({ tenantId, userId, groups }: Actor, access: Access, reader: Reader): SQL | undefined =>
  mayAsker({ tenantId, userId, subjects: sql.param([userId, ...groups]) }, access, reader)

/** Who asks, or places for it in a prepared statement; `subjects` are the user and the user's groups. */
interface Asker {
  readonly tenantId: Actor['tenantId'] | Placeholder
  readonly userId: Actor['userId'] | Placeholder
  readonly subjects: Param | Placeholder
}

function mayAsker({ tenantId, userId, subjects }: Asker, access: Access, reader: Reader): SQL | undefined {
  const inTenant = eq(conversations.tenantId, tenantId)
  const owns = eq(conversations.ownerId, userId)
  if (access === 'owner') return and(inTenant, owns)
  const named = reader
    .select({ one: sql`1` })
    .from(conversationAccess)
    .where(
      and(
        eq(conversationAccess.tenantId, conversations.tenantId),
        eq(conversationAccess.conversationId, conversations.id),
        sql`${conversationAccess.subjectId} = any(${subjects})`,
        access === 'edit' ? eq(conversationAccess.level, 'edit') : undefined,
      ),
    )
  const isNamed = and(inArray(conversations.visibility, ['named', 'tenant']), exists(named))
  return and(inTenant, access === 'edit' ? or(owns, isNamed) : or(owns, eq(conversations.visibility, 'tenant'), isNamed))
}

const anybody: Asker = {
  tenantId: sql.placeholder('tenantId'),
  userId: sql.placeholder('userId'),
  subjects: sql.placeholder('subjects'),
}
const asked = ({ tenantId, userId, groups }: Actor, id: ConversationId) => ({
  tenantId,
  userId,
  subjects: [userId, ...groups],
  id,
})
const isThere = (access: Access, reader: Reader) =>
  and(eq(conversations.id, sql.placeholder('id')), mayAsker(anybody, access, reader), isNull(conversations.deletedAt))

/** Finds what an actor may see, and whether it may be edited. Asked many times a question, so its statement is made and planned once. */
export function createFinding(reader: Reader) {
  const known = reader
    .select({ row: conversations, mayEdit: sql<boolean>`${mayAsker(anybody, 'edit', reader)}` })
    .from(conversations)
    .where(isThere('view', reader))
    .prepare('find_conversation')
  return async (actor: Actor, id: ConversationId) => (await known.execute(asked(actor, id)))[0]
}

/** The conversation's row, when the actor may edit it, held until the end of the transaction. */
export async function holdConversation(writer: Writer, actor: Actor, id: ConversationId) {
  const held = writer.select().from(conversations).where(isThere('edit', writer)).for('update').prepare('hold_conversation')
  return (await held.execute(asked(actor, id)))[0]
}

/** Notes that a conversation holds results, so that whoever sees it may read them. */
export async function holdResults(
  writer: Writer,
  where: { tenantId: Actor['tenantId']; conversationId: ConversationId },
  digests: readonly Digest[],
): Promise<void> {
  if (digests.length === 0) return
  const { tenantId, conversationId } = where
  await writer
    .insert(heldResults)
    .values(digests.map((digest) => ({ tenantId, conversationId, digest })))
    .onConflictDoNothing()
}

/** Whether the actor sees a conversation that holds the result, or brought the file it came from. */
export async function maySeeResult(reader: Reader, actor: Actor, digest: Digest): Promise<boolean> {
  const [held] = await reader
    .select({ one: sql`1` })
    .from(heldResults)
    .innerJoin(
      conversations,
      and(eq(conversations.tenantId, heldResults.tenantId), eq(conversations.id, heldResults.conversationId)),
    )
    .where(
      and(
        eq(heldResults.tenantId, actor.tenantId),
        eq(heldResults.digest, digest),
        isNull(conversations.deletedAt),
        may(actor, 'view', reader),
      ),
    )
    .limit(1)
  if (held) return true
  const [brought] = await reader
    .select({ one: sql`1` })
    .from(uploads)
    .where(
      and(
        eq(uploads.tenantId, actor.tenantId),
        eq(uploads.ownerId, actor.userId),
        isNull(uploads.conversationId),
        or(eq(uploads.digest, digest), sql`${uploads.tables} @> ${JSON.stringify([{ digest }])}::jsonb`),
      ),
    )
    .limit(1)
  return brought !== undefined
}

export async function readVisibility(reader: Reader, actor: Actor, id: ConversationId): Promise<Visibility> {
  const [row] = await reader
    .select({ to: conversations.visibility })
    .from(conversations)
    .where(and(eq(conversations.id, id), isNull(conversations.deletedAt), may(actor, 'owner', reader)))
  if (!row) throw new KnownError('not-found', 'There is no such conversation, or it is not yours.')
  const named = await reader
    .select({ id: conversationAccess.subjectId, level: conversationAccess.level })
    .from(conversationAccess)
    .where(inConversation(actor, id))
  return { to: row.to, named }
}

/** Says who sees it from now on; whom it is no longer named to is not told. */
export function changeVisibility(
  database: Database,
  actor: Actor,
  id: ConversationId,
  { to, named }: Visibility,
  clock: Clock,
): Promise<void> {
  return database.transaction(actor, async (writer) => {
    const changed = await writer
      .update(conversations)
      .set({ visibility: to })
      .where(and(eq(conversations.id, id), isNull(conversations.deletedAt), may(actor, 'owner', writer)))
      .returning({ id: conversations.id })
    if (changed.length === 0) throw new KnownError('not-found', 'There is no such conversation, or it is not yours.')
    await writer.delete(conversationAccess).where(inConversation(actor, id))
    await requireSubjects(
      writer,
      actor,
      named.map((one) => one.id),
    )
    const { tenantId } = actor
    const rows = named.map((one) => ({ tenantId, conversationId: id, subjectId: one.id, level: one.level }))
    if (rows.length > 0) await writer.insert(conversationAccess).values(rows).onConflictDoNothing()
    await audit(writer, actor, 'conversation-visibility', id, { to, named }, clock)
  })
}

const inConversation = (actor: Actor, id: ConversationId) =>
  and(eq(conversationAccess.tenantId, actor.tenantId), eq(conversationAccess.conversationId, id))
