import { z } from 'zod'

export const Permission = z.enum([
  'conversations:create',
  'conversations:share',
  'dashboards:create',
  'dashboards:share',
  'sources:manage',
  'members:manage',
  'tenant:manage',
  'audit:read',
])
export type Permission = z.infer<typeof Permission>

export const RoleName = z.enum(['owner', 'admin', 'analyst', 'viewer'])
export type RoleName = z.infer<typeof RoleName>
