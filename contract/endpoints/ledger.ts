import { z } from 'zod'
import { define } from '../endpoint.ts'
import { ShareId } from '../id.ts'
import { LedgerEntry } from '../ledger.ts'

export const ledgerEndpoints = {
  listShares: define({
    method: 'GET',
    path: '/api/shares',
    summary: "Links, newest first: your own, or with `shares:manage` everybody's (`scope=own` for yours alone)",
    query: z.object({
      scope: z.enum(['all', 'own']).default('all'),
      limit: z.coerce.number().int().min(1).max(1000).default(200),
      cursor: z.string().max(200).optional(),
    }),
    output: z.object({ items: z.array(LedgerEntry), nextCursor: z.string().nullable() }),
    errors: [],
  }),
  revokeShares: define({
    method: 'POST',
    path: '/api/shares/revoke',
    summary: 'Close links for good; answers when no node serves them any more',
    body: z.object({ ids: z.array(ShareId).min(1).max(1000) }),
    output: z.object({ revoked: z.number().int() }),
    errors: ['forbidden'],
  }),
}
