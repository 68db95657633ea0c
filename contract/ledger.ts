import { z } from 'zod'
import { ShareId, ShareLinkId, UserId } from './id.ts'

/** One link that was ever made, as the ledger shows it (B5). */
export const LedgerEntry = z.object({
  id: ShareId,
  kind: z.enum(['conversation', 'dashboard']),
  /** What is shared: the id of the conversation or dashboard. */
  subjectId: z.string(),
  /** As it stands on the page. */
  title: z.string(),
  owner: z.object({ id: UserId, name: z.string() }),
  /** Through what it was made: web, API, Telegram. */
  via: z.string(),
  state: z.enum(['open', 'closed', 'expired']),
  contents: z.object({ turns: z.number(), tables: z.number(), charts: z.number(), files: z.number() }),
  version: z.number().int(),
  hasPassword: z.boolean(),
  createdAt: z.string(),
  sharedAt: z.string(),
  closedAt: z.string().nullable(),
  expiresAt: z.string().nullable(),
  /** Of the link and all its recipients' own. */
  views: z.number().int(),
  lastViewAt: z.string().nullable(),
  /** Links of single recipients to the same page (B10), oldest first. */
  recipients: z.array(
    z.object({
      id: ShareLinkId,
      label: z.string(),
      isClosed: z.boolean(),
      views: z.number().int(),
      lastViewAt: z.string().nullable(),
    }),
  ),
})
export type LedgerEntry = z.infer<typeof LedgerEntry>
