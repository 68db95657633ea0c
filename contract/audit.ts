import { z } from 'zod'
import { UserId } from './id.ts'

/** One line of the audit log: who did what, when, through what. */
export const AuditEvent = z.object({
  seq: z.number().int(),
  at: z.string(),
  userId: UserId.nullable(),
  /** As the person is called now; empty for who is gone. */
  who: z.string(),
  via: z.string(),
  action: z.string(),
  subject: z.string(),
  /** What the subject is called now, where people of the tenant know it by a name; empty otherwise. */
  subjectName: z.string(),
  details: z.record(z.string(), z.unknown()),
})
export type AuditEvent = z.infer<typeof AuditEvent>

export const AuditFilter = z.object({
  userId: UserId.optional(),
  /** A whole action or its beginning: `share` finds `share-create` and `share-revoke`. */
  action: z
    .string()
    .regex(/^[a-z-]{0,60}$/, 'An action has lower-case letters and dashes only.')
    .optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
})
export type AuditFilter = z.infer<typeof AuditFilter>
