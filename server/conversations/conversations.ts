import type { Conversation, ConversationSummary } from '../../contract/conversation.ts'
import type { ConversationId, TurnId, UploadId } from '../../contract/id.ts'
import type { AnalystName, LoggedEvent, Turn, TurnEvent, TurnWithRows } from '../../contract/turn.ts'
import type { Upload } from '../../contract/upload.ts'
import type { Actor } from '../tenancy/actor.ts'

/** An open turn: the only way to append to its log. */
export interface OpenTurn {
  readonly conversationId: ConversationId
  readonly turnId: TurnId
  readonly question: string
  readonly analyst: AnalystName
  /** Fires when somebody stops the turn or the server closes. */
  readonly signal: AbortSignal
  /** Durable, then streamed. Refused after `turn-end`. */
  append(event: TurnEvent): Promise<void>
}

/**
 * Conversations, their turns and the turn log, which is the truth: an event is appended durably and then streamed, and what a turn looks like
 * is folded from its events. Sees only what the actor may see; everything else is `not-found`.
 */
export interface Conversations {
  list(actor: Actor): Promise<Omit<ConversationSummary, 'isShared'>[]>
  create(actor: Actor, input: { title?: string | undefined; uploadIds: readonly UploadId[] }): Promise<ConversationId>
  read(actor: Actor, id: ConversationId): Promise<Omit<Conversation, 'isShared' | 'canShare'>>
  summary(actor: Actor, id: ConversationId): Promise<Omit<ConversationSummary, 'isShared'>>
  rename(actor: Actor, id: ConversationId, title: string): Promise<void>
  remove(actor: Actor, id: ConversationId): Promise<void>
  restore(actor: Actor, id: ConversationId): Promise<void>
  turns(actor: Actor, id: ConversationId): Promise<Turn[]>
  turn(actor: Actor, id: ConversationId, turnId: TurnId): Promise<TurnWithRows>
  uploads(actor: Actor, id: ConversationId): Promise<Upload[]>
  /** Opens a turn with its `turn-start`. `conflict` while another turn of the conversation runs. */
  openTurn(actor: Actor, id: ConversationId, input: { question: string; analyst: AnalystName; uploadIds: readonly UploadId[] }): Promise<OpenTurn>
  /** Opens again a turn that waits for confirmation. */
  reopenTurn(actor: Actor, id: ConversationId, turnId: TurnId): Promise<OpenTurn>
  cancel(actor: Actor, id: ConversationId, turnId: TurnId): Promise<void>
  /** Events after `afterSeq`, from the log and then live, in order and without gaps, until the signal fires. */
  events(actor: Actor, id: ConversationId, afterSeq: number, signal: AbortSignal): AsyncIterable<LoggedEvent>
  addUpload(actor: Actor, file: { path: string; name: string }, id?: ConversationId): Promise<Upload>
  /** Marks turns that were running when the server died. Called once at start, before any door opens. */
  recover(): Promise<number>
  close(): Promise<void>
}
