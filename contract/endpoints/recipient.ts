import { z } from 'zod'
import { conversationParams, define } from '../endpoint.ts'
import { DashboardId, ShareLinkId } from '../id.ts'
import { RecipientLabel, RecipientLink } from '../recipient.ts'

const dashboardParams = z.object({ id: DashboardId })

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
  listDashboardRecipients: define({
    method: 'GET',
    path: '/api/dashboards/:id/share/links',
    summary: 'The recipients’ own links to this dashboard, oldest first, each with its log',
    params: dashboardParams,
    output: z.object({ items: z.array(RecipientLink) }),
    errors: ['not-found', 'forbidden'],
  }),
  addDashboardRecipient: define({
    method: 'POST',
    path: '/api/dashboards/:id/share/links',
    summary: 'Make a link to this dashboard for one recipient; it has to be public',
    params: dashboardParams,
    body: z.object({ label: RecipientLabel }),
    output: RecipientLink,
    status: 201,
    errors: ['not-found', 'forbidden', 'sharing-off', 'conflict', 'limit-exceeded'],
  }),
  closeDashboardRecipient: define({
    method: 'DELETE',
    path: '/api/dashboards/:id/share/links/:linkId',
    summary: 'Close one recipient’s link to this dashboard for good',
    params: dashboardParams.extend({ linkId: ShareLinkId }),
    output: RecipientLink,
    errors: ['not-found', 'forbidden'],
  }),
}
