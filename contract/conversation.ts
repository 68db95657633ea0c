import { z } from 'zod'
import { ConversationId, SourceId, TurnId, UserId } from './id.ts'
import { TurnWithRows } from './turn.ts'
import { Upload } from './upload.ts'
import { Access, Visibility } from './visibility.ts'

export const ConversationSummary = z.object({
  id: ConversationId,
  title: z.string(),
  ownerId: UserId,
  /** What I may do with it. */
  access: Access,
  /** Who inside the tenant may open it, beside its owner. */
  visibility: Visibility.shape.to,
  /** The data source that its questions go to; else they go to its uploads. */
  sourceId: SourceId.optional(),
  /** It has a public link. */
  isShared: z.boolean(),
  isPinned: z.boolean(),
  isArchived: z.boolean(),
  turnCount: z.number().int(),
  createdAt: z.string(),
  updatedAt: z.string(),
})
export type ConversationSummary = z.infer<typeof ConversationSummary>

export const Conversation = ConversationSummary.extend({
  turns: z.array(TurnWithRows),
  uploads: z.array(Upload),
  /** Sequence of the newest event in the log, where the event stream goes on. */
  lastEventSeq: z.number().int().nonnegative(),
  canShare: z.boolean(),
})
export type Conversation = z.infer<typeof Conversation>

/** A question that works on this conversation's data as it stands. */
export const Starter = z.object({ question: z.string(), hint: z.string() })
export type Starter = z.infer<typeof Starter>

export const TurnStarted = z.object({ turnId: TurnId })
