import { z } from 'zod'
import { Permission, RoleName } from './permission.ts'

export const Role = z.object({
  name: RoleName,
  permissions: z.array(Permission),
  isBuiltIn: z.boolean(),
  memberCount: z.number().int(),
})
export type Role = z.infer<typeof Role>
export const RoleInput = z.object({ name: RoleName, permissions: z.array(Permission) })
export type RoleInput = z.infer<typeof RoleInput>
