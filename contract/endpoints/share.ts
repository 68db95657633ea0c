import { z } from 'zod'
import { conversationParams, define } from '../endpoint.ts'
import { Finding, ShareContents, SharePolicyChange, ShareState } from '../share.ts'

export const shareEndpoints = {
  readShare: define({
    method: 'GET',
    path: '/api/conversations/:id/share',
    summary: 'Whether and how this is public',
    params: conversationParams,
    output: ShareState,
    errors: ['not-found', 'forbidden'],
  }),
  share: define({
    method: 'PUT',
    path: '/api/conversations/:id/share',
    summary: 'Share, update the link, or close it',
    params: conversationParams,
    body: z.object({ visibility: z.enum(['public', 'private']), policy: SharePolicyChange.optional() }),
    output: ShareState,
    errors: ['not-found', 'forbidden', 'sharing-off', 'nothing-answered'],
  }),
  changeSharePolicy: define({
    method: 'PATCH',
    path: '/api/conversations/:id/share',
    summary: 'Change the policy, never the share point',
    params: conversationParams,
    body: z.object({ policy: SharePolicyChange }),
    output: ShareState,
    errors: ['not-found', 'forbidden', 'sharing-off', 'conflict'],
  }),
  checkShare: define({
    method: 'POST',
    path: '/api/conversations/:id/share/check',
    summary: 'What would be public, and the secrets and personal texts in it',
    params: conversationParams,
    output: z.object({ contents: ShareContents, findings: z.array(Finding) }),
    errors: ['not-found', 'forbidden', 'nothing-answered'],
  }),
}
