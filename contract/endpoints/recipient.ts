import { z } from 'zod'
import { conversationParams, define } from '../endpoint.ts'
import { ShareLinkId } from '../id.ts'
import { RecipientLabel, RecipientLink } from '../recipient.ts'

export const recipientEndpoints = {
  listRecipients: define({
    method: 'GET',
    path: '/api/conversations/:id/share/links',
    summary: 'The recipients’ own links to this, oldest first, each with its log',
    params: conversationParams,
    output: z.object({ items: z.array(RecipientLink) }),
    errors: ['not-found', 'forbidden'],
  }),
  addRecipient: define({
    method: 'POST',
    path: '/api/conversations/:id/share/links',
    summary: 'Make a link for one recipient; what is shared has to be public',
    params: conversationParams,
    body: z.object({ label: RecipientLabel }),
    output: RecipientLink,
    status: 201,
    errors: ['not-found', 'forbidden', 'sharing-off', 'conflict', 'limit-exceeded'],
  }),
  closeRecipient: define({
    method: 'DELETE',
    path: '/api/conversations/:id/share/links/:linkId',
    summary: 'Close one recipient’s link for good; answers when no node serves it any more',
    params: conversationParams.extend({ linkId: ShareLinkId }),
    output: RecipientLink,
    errors: ['not-found', 'forbidden'],
  }),
}
