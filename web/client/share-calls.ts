import { endpoints } from '../../contract/endpoints.ts'
import type { SharePolicyChange } from '../../contract/share.ts'
import { call } from './call.ts'

const isDashboard = (id: string): boolean => id.startsWith('dsh_')

/** The link of a conversation or a dashboard, by its id. */
export const readShare = (id: string, signal: AbortSignal) =>
  call(isDashboard(id) ? endpoints.readDashboardShare : endpoints.readShare, { params: { id }, signal })

export const checkShare = (id: string, signal: AbortSignal) =>
  call(isDashboard(id) ? endpoints.checkDashboardShare : endpoints.checkShare, { params: { id }, signal })

export const putShare = (id: string, body: { visibility: 'public' | 'private'; policy?: SharePolicyChange; preview?: string }) =>
  call(isDashboard(id) ? endpoints.shareDashboard : endpoints.share, { params: { id }, body })

export const changeSharePolicy = (id: string, policy: SharePolicyChange) =>
  call(isDashboard(id) ? endpoints.changeDashboardSharePolicy : endpoints.changeSharePolicy, { params: { id }, body: { policy } })

/** Links of recipients. */
export const listRecipients = (id: string, signal: AbortSignal) =>
  call(isDashboard(id) ? endpoints.listDashboardRecipients : endpoints.listRecipients, { params: { id }, signal })

export const addRecipient = (id: string, label: string) =>
  call(isDashboard(id) ? endpoints.addDashboardRecipient : endpoints.addRecipient, { params: { id }, body: { label } })

export const closeRecipient = (id: string, linkId: string) =>
  call(isDashboard(id) ? endpoints.closeDashboardRecipient : endpoints.closeRecipient, { params: { id, linkId } })

/** Which cells of what the link shows are others in its source by now. */
export const checkDrift = (id: string) =>
  call(isDashboard(id) ? endpoints.driftOfDashboardShare : endpoints.driftOfShare, { params: { id } })

/** What a link would show, for its owner to look at. */
export const previewShare = (id: string, body: { policy?: SharePolicyChange }) =>
  call(isDashboard(id) ? endpoints.previewDashboardShare : endpoints.previewShare, { params: { id }, body })
