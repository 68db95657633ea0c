import { z } from 'zod'

/** What a role may be allowed. The roles that are built in stand beside them in `server/tenancy/permissions.ts`. */
export const Permission = z.enum([
  'conversations:create',
  'conversations:share',
  'dashboards:create',
  'dashboards:share',
  'schedules:create',
  'shares:manage',
  'sources:manage',
  'models:manage',
  'members:manage',
  'audit:read',
  'tenant:manage',
  'tenant:delete',
])
export type Permission = z.infer<typeof Permission>

export const BuiltInRole = z.enum(['owner', 'admin', 'analyst', 'viewer'])
export type BuiltInRole = z.infer<typeof BuiltInRole>

/** A built-in role or one that the tenant made. */
export const RoleName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'A role is named in lower-case letters, digits and dashes, like "finance-lead".')
export type RoleName = z.infer<typeof RoleName>
