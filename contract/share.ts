import { z } from 'zod'
import { TurnId } from './id.ts'

/** What the owner decides about a link, beyond whether it exists. Grows with the sharing issues. */
export const SharePolicy = z.object({
  title: z.string().max(200).nullable().default(null),
  downloads: z.boolean().default(true),
  answersOnly: z.boolean().default(false),
  /** Whether programs may read the page as JSON and Markdown. */
  twins: z.boolean().default(true),
  expiresAt: z.iso.datetime().nullable().default(null),
})
export type SharePolicy = z.infer<typeof SharePolicy>
export const SharePolicyChange = z
  .object({
    title: z.string().max(200).nullable(),
    downloads: z.boolean(),
    answersOnly: z.boolean(),
    twins: z.boolean(),
    expiresAt: z.iso.datetime().nullable(),
  })
  .partial()
  .strict()
export type SharePolicyChange = z.infer<typeof SharePolicyChange>

export const ShareState = z.discriminatedUnion('visibility', [
  z.object({ visibility: z.literal('private') }),
  z.object({
    visibility: z.literal('public'),
    url: z.string(),
    token: z.string(),
    sharedAt: z.string(),
    sharePointTurnId: TurnId,
    version: z.number().int().positive(),
    /** Answered turns that the link does not have yet. */
    newerTurns: z.number().int().nonnegative(),
    policy: SharePolicy,
  }),
])
export type ShareState = z.infer<typeof ShareState>

/** Said before anything is public (S4). */
export const ShareContents = z.object({
  turns: z.number().int(),
  tables: z.number().int(),
  rows: z.number().int(),
  charts: z.number().int(),
  files: z.array(z.object({ name: z.string(), bytes: z.number().int() })),
  toolCalls: z.number().int(),
  showsSql: z.boolean(),
})
export type ShareContents = z.infer<typeof ShareContents>
