import { z } from 'zod'
import { Continuation, ContinuationLink } from '../continuation.ts'
import { define } from '../endpoint.ts'
import { ConversationId } from '../id.ts'

export const continuationEndpoints = {
  readContinuation: define({
    method: 'POST',
    path: '/api/continuations/look',
    summary: 'The tables of a shared page that I may take into a conversation of my own',
    body: ContinuationLink,
    output: Continuation,
    errors: ['forbidden', 'not-found', 'wrong-credentials'],
  }),
  continueWithTables: define({
    method: 'POST',
    path: '/api/continuations',
    summary: 'Make a conversation of my own with tables of a shared page, as they were frozen; its source is not touched',
    body: ContinuationLink.extend({ tableIds: z.array(z.string().max(20)).min(1, 'Choose at least one table.').max(100) }),
    output: z.object({ conversationId: ConversationId }),
    status: 201,
    errors: ['forbidden', 'not-found', 'wrong-credentials'],
  }),
}
