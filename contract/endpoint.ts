import { z } from 'zod'
import { type ErrorCode } from './error.ts'
import { ConversationId } from './id.ts'

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

export const define = <const E extends Endpoint>(endpoint: E): E => endpoint

/** What several nouns need: the path of a conversation, and an answer that says nothing but that it is done. */
export const conversationParams = z.object({ id: ConversationId })
export const Done = z.object({ ok: z.literal(true) })
