import type { ConversationId, SourceId, UploadId } from '../../contract/id.ts'
import type { Clock } from '../basics/clock.ts'
import { randomId } from '../basics/random-id.ts'
import type { Database, Writer } from '../storage/database.ts'
import type { Actor } from '../tenancy/actor.ts'
import { audit } from '../tenancy/audit.ts'
import { requirePermission } from '../tenancy/permissions.ts'
import { conversations } from './tables.ts'
import type { BroughtTable, Uploads } from './uploads.ts'

/** What a conversation is made with. */
export interface ConversationInput {
  readonly uploadIds: readonly UploadId[]
  readonly title?: string | undefined
  readonly sourceId?: SourceId | undefined
}

/** A conversation that begins with tables from somewhere else. */
export interface ContinuedInput {
  readonly title: string
  readonly tables: readonly BroughtTable[]
  /** Where they came from, for the audit log. Must hold no secret. */
  readonly from: Record<string, unknown>
}

export interface CreateDependencies {
  readonly database: Database
  readonly uploads: Uploads
  readonly clock: Clock
}

/** Makes conversations: with files that were brought before, or with tables from somewhere else. */
export function createCreating({ database, uploads, clock }: CreateDependencies) {
  const insert = async (writer: Writer, actor: Actor, input: Omit<ConversationInput, 'uploadIds'>): Promise<ConversationId> => {
    const now = clock()
    const id = randomId<ConversationId>('cnv', now)
    await writer.insert(conversations).values({
      tenantId: actor.tenantId,
      id,
      ownerId: actor.userId,
      title: input.title ?? 'New conversation',
      isNamed: input.title !== undefined,
      sourceId: input.sourceId ?? null,
      createdAt: now,
      updatedAt: now,
    })
    return id
  }

  return {
    create: (actor: Actor, input: ConversationInput): Promise<ConversationId> =>
      database.transaction(actor, async (writer) => {
        requirePermission(actor, 'conversations:create')
        const id = await insert(writer, actor, input)
        await uploads.attach(writer, actor, input.uploadIds, id)
        return id
      }),

    createWith: (actor: Actor, { title, tables, from }: ContinuedInput): Promise<ConversationId> =>
      database.transaction(actor, async (writer) => {
        requirePermission(actor, 'conversations:create')
        const id = await insert(writer, actor, { title })
        await uploads.bring(writer, actor, tables, id)
        await audit(writer, actor, 'conversation-continue', id, { ...from, tables: tables.length }, clock)
        return id
      }),
  }
}
