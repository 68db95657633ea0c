import { z } from 'zod'
import { ShareLinkId } from './id.ts'

/** Who a link is for, in its owner's words. */
export const RecipientLabel = z.string().trim().min(1, 'Say who this link is for.').max(100)

/** A further link to what is shared, for one recipient: the same content, an address, an end and a log of its own (B10). */
export const RecipientLink = z.object({
  id: ShareLinkId,
  label: RecipientLabel,
  url: z.string(),
  createdAt: z.string(),
  closedAt: z.string().nullable(),
  views: z.number().int().nonnegative(),
  lastViewAt: z.string().nullable(),
  /** Hours in which it was opened, newest first, at most 100. No addresses are kept. */
  log: z.array(z.object({ hour: z.string(), views: z.number().int(), visitors: z.number().int() })),
})
export type RecipientLink = z.infer<typeof RecipientLink>
