import { z } from 'zod'
import { ApiKeyId, SessionId } from './id.ts'
import { Permission } from './permission.ts'

export const Session = z.object({
  id: SessionId,
  /** "Firefox on Linux". */
  device: z.string(),
  isThis: z.boolean(),
  createdAt: z.string(),
  seenAt: z.string().nullable(),
})
export type Session = z.infer<typeof Session>

export const ApiKey = z.object({
  id: ApiKeyId,
  name: z.string(),
  /** Its last four characters. */
  ending: z.string(),
  /** What it may do of what its owner may; null is all. */
  scopes: z.array(Permission).nullable(),
  createdAt: z.string(),
  usedAt: z.string().nullable(),
  expiresAt: z.string().nullable(),
})
export type ApiKey = z.infer<typeof ApiKey>
export const ApiKeyInput = z.object({
  name: z.string().trim().min(1, 'Give the key a name.').max(100),
  scopes: z.array(Permission).nullable().default(null),
  /** Null never ends. */
  days: z.number().int().min(1).max(3650).nullable().default(90),
})
export type ApiKeyInput = z.infer<typeof ApiKeyInput>
/** The key itself is shown this once. */
export const NewApiKey = ApiKey.extend({ key: z.string() })
export type NewApiKey = z.infer<typeof NewApiKey>
