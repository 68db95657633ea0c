import { z } from 'zod'
import { TenantId } from './id.ts'

const days = (most: number) => z.number().int().min(1, 'At least 1 day.').max(most, `At most ${most} days.`)

/** The tenant as its admins see it. What links may be stands here and is kept to by every link. */
export const Tenant = z.object({
  id: TenantId,
  slug: z.string(),
  name: z.string(),
  sharingEnabled: z.boolean(),
  /** Null is without end. */
  maxLinkDays: z.number().int().nullable(),
  defaultLinkDays: z.number().int().nullable(),
  requirePassword: z.boolean(),
  /** Origins that may show a link in a frame: `https://wiki.example.com`. */
  allowEmbedOrigins: z.array(z.string()),
  /** Deleted conversations are erased after this many days. */
  retentionDays: z.number().int(),
  /** Links that answer while sharing is on: what switching off closes. */
  liveLinks: z.number().int(),
})
export type Tenant = z.infer<typeof Tenant>

export const TenantChange = z
  .object({
    name: z.string().trim().min(1, 'Write a name.').max(100),
    sharingEnabled: z.boolean(),
    maxLinkDays: days(3650).nullable(),
    defaultLinkDays: days(3650).nullable(),
    requirePassword: z.boolean(),
    allowEmbedOrigins: z
      .array(
        z.string().regex(/^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/, 'Write an origin like https://wiki.example.com, without a path.'),
      )
      .max(20),
    retentionDays: days(3650),
  })
  .partial()
  .strict()
export type TenantChange = z.infer<typeof TenantChange>

export const Usage = z.object({
  members: z.number().int(),
  conversations: z.number().int(),
  liveLinks: z.number().int(),
  bytesKept: z.number().int(),
  /** Questions asked per day (UTC), the last 30 days, days without any left out. */
  questions: z.array(z.object({ day: z.iso.date(), count: z.number().int() })),
})
export type Usage = z.infer<typeof Usage>
