import { z } from 'zod'
import { Conversation, ConversationSummary, Starter, TurnStarted } from './conversation.ts'
import { type ErrorCode } from './error.ts'
import { ConversationId, Digest, TurnId, UploadId } from './id.ts'
import { Me, SetupInput, SetupState, SignInInput } from './person.ts'
import { Reading } from './plan.ts'
import { ShareContents, SharePolicyChange, ShareState } from './share.ts'
import { PageRequest, TablePage } from './table.ts'
import { AnalystName, TurnWithRows } from './turn.ts'

export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly summary: string
  /** No session or key is needed. */
  readonly isOpen?: boolean
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  readonly output: z.ZodType
  readonly status?: number
  /** Beside `invalid-input`, `not-signed-in`, `too-many-requests` and `internal`, which every endpoint may answer. */
  readonly errors: readonly ErrorCode[]
}

const define = <const E extends Endpoint>(endpoint: E): E => endpoint
const conversation = z.object({ id: ConversationId })
const turn = z.object({ id: ConversationId, turnId: TurnId })
export const Done = z.object({ ok: z.literal(true) })

/** All JSON endpoints. Byte and stream routes (uploads, events, exports, the public page) stand in `docs/guide/api.md` and `openapi.ts`. */
export const endpoints = {
  readSetup: define({
    method: 'GET',
    path: '/api/setup',
    summary: 'Whether the first owner is still to be made',
    isOpen: true,
    output: SetupState,
    errors: [],
  }),
  setUp: define({
    method: 'POST',
    path: '/api/setup',
    summary: 'Make the first owner and sign in',
    isOpen: true,
    body: SetupInput,
    output: Me,
    errors: ['conflict', 'forbidden'],
  }),
  signIn: define({
    method: 'POST',
    path: '/api/session',
    summary: 'Sign in',
    isOpen: true,
    body: SignInInput,
    output: Me,
    errors: ['wrong-credentials'],
  }),
  signOut: define({ method: 'DELETE', path: '/api/session', summary: 'Sign out', output: Done, errors: [] }),
  me: define({ method: 'GET', path: '/api/me', summary: 'Who I am and what I may do', output: Me, errors: [] }),

  listConversations: define({
    method: 'GET',
    path: '/api/conversations',
    summary: 'My conversations, newest first',
    query: z.object({
      cursor: z
        .string()
        .regex(/^\d{1,9}$/)
        .optional(),
      limit: z.coerce.number().int().min(1).max(200).default(100),
    }),
    output: z.object({ items: z.array(ConversationSummary), nextCursor: z.string().nullable() }),
    errors: [],
  }),
  createConversation: define({
    method: 'POST',
    path: '/api/conversations',
    summary: 'Start a conversation',
    body: z.object({ title: z.string().trim().min(1).max(200).optional(), uploadIds: z.array(UploadId).max(50).default([]) }),
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
    params: conversation,
    output: Conversation,
    errors: ['not-found'],
  }),
  changeConversation: define({
    method: 'PATCH',
    path: '/api/conversations/:id',
    summary: 'Rename',
    params: conversation,
    body: z.object({ title: z.string().trim().min(1).max(200) }),
    output: ConversationSummary,
    errors: ['not-found', 'forbidden'],
  }),
  deleteConversation: define({
    method: 'DELETE',
    path: '/api/conversations/:id',
    summary: 'Delete; its link closes',
    params: conversation,
    output: Done,
    errors: ['not-found', 'forbidden'],
  }),
  restoreConversation: define({
    method: 'POST',
    path: '/api/conversations/:id/restore',
    summary: 'Undo a delete; the link stays closed',
    params: conversation,
    output: ConversationSummary,
    errors: ['not-found', 'forbidden'],
  }),
  listStarters: define({
    method: 'GET',
    path: '/api/conversations/:id/starters',
    summary: 'Questions that work on this data',
    params: conversation,
    output: z.object({ items: z.array(Starter) }),
    errors: ['not-found'],
  }),

  listPhrases: define({
    method: 'GET',
    path: '/api/conversations/:id/phrases',
    summary: 'Questions that begin with what is typed and run as they stand',
    params: conversation,
    query: z.object({ typed: z.string().max(300).default('') }),
    output: z.object({ items: z.array(z.string()) }),
    errors: ['not-found'],
  }),

  ask: define({
    method: 'POST',
    path: '/api/conversations/:id/turns',
    summary: 'Ask; 202 with the turn id, or with ?wait=1 the finished turn',
    params: conversation,
    query: z.object({ wait: z.string().optional() }),
    body: z.object({
      question: z.string().trim().min(1, 'Write a question.').max(20_000),
      analyst: AnalystName.optional(),
      uploadIds: z.array(UploadId).max(50).default([]),
    }),
    output: z.union([TurnWithRows, TurnStarted]),
    status: 202,
    errors: ['not-found', 'forbidden', 'conflict'],
  }),
  cancelTurn: define({
    method: 'POST',
    path: '/api/conversations/:id/turns/:turnId/cancel',
    summary: 'Stop a running turn',
    params: turn,
    output: Done,
    errors: ['not-found', 'forbidden'],
  }),
  retryTurn: define({
    method: 'POST',
    path: '/api/conversations/:id/turns/:turnId/retry',
    summary: 'Ask the same again, as a new turn',
    params: turn,
    output: TurnStarted,
    status: 202,
    errors: ['not-found', 'forbidden', 'conflict'],
  }),
  confirmTurn: define({
    method: 'POST',
    path: '/api/conversations/:id/turns/:turnId/confirm',
    summary: 'Run a reading that waits',
    params: turn,
    query: z.object({ wait: z.string().optional() }),
    body: z.object({ reading: Reading.optional() }),
    output: z.union([TurnWithRows, TurnStarted]),
    status: 202,
    errors: ['not-found', 'forbidden', 'conflict'],
  }),

  readShare: define({
    method: 'GET',
    path: '/api/conversations/:id/share',
    summary: 'Whether and how this is public',
    params: conversation,
    output: ShareState,
    errors: ['not-found'],
  }),
  share: define({
    method: 'PUT',
    path: '/api/conversations/:id/share',
    summary: 'Share, update the link, or close it',
    params: conversation,
    body: z.object({ visibility: z.enum(['public', 'private']), policy: SharePolicyChange.optional() }),
    output: ShareState,
    errors: ['not-found', 'forbidden', 'sharing-off', 'nothing-answered'],
  }),
  changeSharePolicy: define({
    method: 'PATCH',
    path: '/api/conversations/:id/share',
    summary: 'Change the policy, never the share point',
    params: conversation,
    body: z.object({ policy: SharePolicyChange }),
    output: ShareState,
    errors: ['not-found', 'forbidden', 'sharing-off', 'conflict'],
  }),
  checkShare: define({
    method: 'POST',
    path: '/api/conversations/:id/share/check',
    summary: 'What would be public',
    params: conversation,
    output: z.object({ contents: ShareContents, findings: z.array(z.never()) }),
    errors: ['not-found', 'forbidden', 'nothing-answered'],
  }),

  readTable: define({
    method: 'GET',
    path: '/api/results/:digest',
    summary: 'A page of a table',
    params: z.object({ digest: Digest }),
    query: PageRequest,
    output: TablePage,
    errors: ['not-found'],
  }),
} as const satisfies Record<string, Endpoint>
