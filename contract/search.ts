import { z } from 'zod'
import { ConversationSummary } from './conversation.ts'
import { TurnId } from './id.ts'

/** A place where the words stand: the text around the first of them, cut for one line. */
export const SearchHit = z.object({
  turnId: TurnId,
  part: z.enum(['question', 'answer', 'code']),
  before: z.string(),
  match: z.string(),
  after: z.string(),
})
export type SearchHit = z.infer<typeof SearchHit>

/** A conversation whose title or turns hold every word. `hits` is empty when only the title does. */
export const FoundConversation = ConversationSummary.extend({ hits: z.array(SearchHit) })
export type FoundConversation = z.infer<typeof FoundConversation>
