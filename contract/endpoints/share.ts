import { z } from 'zod'
import { Drift } from '../drift.ts'
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
    body: z.object({
      visibility: z.enum(['public', 'private']),
      policy: SharePolicyChange.optional(),
      preview: z.string().max(1000).optional(),
    }),
    output: ShareState,
    errors: ['not-found', 'forbidden', 'sharing-off', 'nothing-answered', 'conflict'],
  }),
  previewShare: define({
    method: 'POST',
    path: '/api/conversations/:id/share/preview',
    summary: 'Make what a link would show, for its owner to look at; nothing of it is public',
    params: conversationParams,
    body: z.object({ policy: SharePolicyChange.optional() }),
    output: z.object({
      /** Given to `share`, exactly this is made public, or nothing. */
      key: z.string(),
      /** Where its owner sees it, signed in, for an hour. */
      path: z.string(),
    }),
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
  driftOfShare: define({
    method: 'POST',
    path: '/api/conversations/:id/share/drift',
    summary: 'Ask what the link shows again, under my own rights, and say which cells changed since',
    params: conversationParams,
    output: Drift,
    errors: ['not-found', 'forbidden', 'conflict'],
  }),
}
