import { z } from 'zod'
import { TurnStarted } from '../conversation.ts'
import { conversationParams, Done, define } from '../endpoint.ts'
import { ConversationId, ModelId, TurnId, UploadId } from '../id.ts'
import { Reading } from '../plan.ts'
import { AnalystName, TurnWithRows } from '../turn.ts'

const turnParams = z.object({ id: ConversationId, turnId: TurnId })

export const turnEndpoints = {
  ask: define({
    method: 'POST',
    path: '/api/conversations/:id/turns',
    summary: 'Ask; 202 with the turn id, or with ?wait=1 the finished turn',
    params: conversationParams,
    query: z.object({ wait: z.string().optional() }),
    body: z.object({
      question: z.string().trim().min(1, 'Write a question.').max(20_000),
      analyst: AnalystName.optional(),
      /** Which model, where the analyst is one; absent for the default. */
      modelId: ModelId.optional(),
      uploadIds: z.array(UploadId).max(50).default([]),
      /** The turn whose place this one takes: the last one, or a call by hand. */
      replacesTurnId: TurnId.optional(),
      /** Reads the question by itself, never as a follow-up of an earlier one. */
      isAlone: z.boolean().default(false),
    }),
    output: z.union([TurnWithRows, TurnStarted]),
    status: 202,
    errors: ['not-found', 'forbidden', 'conflict'],
  }),
  cancelTurn: define({
    method: 'POST',
    path: '/api/conversations/:id/turns/:turnId/cancel',
    summary: 'Stop a running turn',
    params: turnParams,
    output: Done,
    errors: ['not-found', 'forbidden'],
  }),
  retryTurn: define({
    method: 'POST',
    path: '/api/conversations/:id/turns/:turnId/retry',
    summary: 'Ask the same again; the new turn takes the place of the old one',
    params: turnParams,
    output: TurnStarted,
    status: 202,
    errors: ['not-found', 'forbidden', 'conflict'],
  }),
  confirmTurn: define({
    method: 'POST',
    path: '/api/conversations/:id/turns/:turnId/confirm',
    summary: 'Run a reading that waits',
    params: turnParams,
    query: z.object({ wait: z.string().optional() }),
    body: z.object({ reading: Reading.optional() }),
    output: z.union([TurnWithRows, TurnStarted]),
    status: 202,
    errors: ['not-found', 'forbidden', 'conflict'],
  }),
}
