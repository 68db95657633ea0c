import { z } from 'zod'
import { Conversation, ConversationSummary, Starter } from '../conversation.ts'
import { conversationParams, Done, define } from '../endpoint.ts'
import { SourceId, UploadId } from '../id.ts'
import { FoundConversation } from '../search.ts'
import { Visibility } from '../visibility.ts'

export const conversationEndpoints = {
  listConversations: define({
    method: 'GET',
    path: '/api/conversations',
    summary:
      'My conversations: the pinned ones, then newest first; with archived=1 those put away, with of=shared those that others show me',
    query: z.object({
      of: z.enum(['mine', 'shared']).default('mine'),
      cursor: z
        .string()
        .regex(/^\d{1,9}$/)
        .optional(),
      limit: z.coerce.number().int().min(1).max(200).default(100),
      archived: z.enum(['0', '1']).default('0'),
    }),
    output: z.object({ items: z.array(ConversationSummary), nextCursor: z.string().nullable() }),
    errors: [],
  }),
  searchConversations: define({
    method: 'GET',
    path: '/api/search',
    summary: 'Conversations whose title, questions, answers or SQL hold every word, with where',
    query: z.object({ q: z.string().trim().min(1, 'Write a word to look for.').max(200) }),
    output: z.object({ items: z.array(FoundConversation), nextCursor: z.null() }),
    errors: [],
  }),
  createConversation: define({
    method: 'POST',
    path: '/api/conversations',
    summary: 'Start a conversation',
    body: z.object({
      title: z.string().trim().min(1).max(200).optional(),
      sourceId: SourceId.optional(),
      uploadIds: z.array(UploadId).max(50).default([]),
    }),
    output: Conversation,
    status: 201,
    errors: ['forbidden', 'not-found'],
  }),
  createDemo: define({
    method: 'POST',
    path: '/api/demo',
    summary: 'Start a conversation on the demo shop',
    output: Conversation,
    status: 201,
    errors: ['forbidden'],
  }),
  readConversation: define({
    method: 'GET',
    path: '/api/conversations/:id',
    summary: 'A conversation with its turns',
    params: conversationParams,
    output: Conversation,
    errors: ['not-found'],
  }),
  changeConversation: define({
    method: 'PATCH',
    path: '/api/conversations/:id',
    summary: 'Rename, pin, archive, ask another data source; `sourceId: null` goes back to the uploads',
    params: conversationParams,
    body: z
      .object({
        title: z.string().trim().min(1).max(200),
        isPinned: z.boolean(),
        isArchived: z.boolean(),
        sourceId: SourceId.nullable(),
      })
      .partial(),
    output: ConversationSummary,
    errors: ['not-found', 'forbidden'],
  }),
  deleteConversation: define({
    method: 'DELETE',
    path: '/api/conversations/:id',
    summary: 'Delete; its link closes',
    params: conversationParams,
    output: Done,
    errors: ['not-found', 'forbidden'],
  }),
  restoreConversation: define({
    method: 'POST',
    path: '/api/conversations/:id/restore',
    summary: 'Undo a delete; the link stays closed',
    params: conversationParams,
    output: ConversationSummary,
    errors: ['not-found', 'forbidden'],
  }),
  readVisibility: define({
    method: 'GET',
    path: '/api/conversations/:id/visibility',
    summary: 'Who inside the tenant may open it',
    params: conversationParams,
    output: Visibility,
    errors: ['not-found'],
  }),
  changeVisibility: define({
    method: 'PUT',
    path: '/api/conversations/:id/visibility',
    summary: 'Say who inside the tenant may open it',
    params: conversationParams,
    body: Visibility,
    output: Visibility,
    errors: ['not-found'],
  }),
  listStarters: define({
    method: 'GET',
    path: '/api/conversations/:id/starters',
    summary: 'Questions that work on this data',
    params: conversationParams,
    output: z.object({ items: z.array(Starter) }),
    errors: ['not-found'],
  }),
  listPhrases: define({
    method: 'GET',
    path: '/api/conversations/:id/phrases',
    summary: 'Questions that begin with what is typed and run as they stand',
    params: conversationParams,
    query: z.object({ typed: z.string().max(300).default('') }),
    output: z.object({ items: z.array(z.string()) }),
    errors: ['not-found'],
  }),
}
