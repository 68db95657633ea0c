import { expect, test } from 'vitest'
import type { RoleName } from '../../contract/permission.ts'
import { Permission } from '../../contract/permission.ts'
import { permissionsOf } from './permissions.ts'

const law: Record<Permission, Record<RoleName, boolean>> = {
  'conversations:create': { owner: true, admin: true, analyst: true, viewer: false },
  'conversations:share': { owner: true, admin: true, analyst: true, viewer: false },
  'dashboards:create': { owner: true, admin: true, analyst: true, viewer: false },
  'dashboards:share': { owner: true, admin: true, analyst: true, viewer: false },
  'sources:manage': { owner: true, admin: true, analyst: false, viewer: false },
  'members:manage': { owner: true, admin: true, analyst: false, viewer: false },
  'tenant:manage': { owner: true, admin: true, analyst: false, viewer: false },
  'audit:read': { owner: true, admin: true, analyst: false, viewer: false },
}

for (const permission of Permission.options) {
  for (const [role, may] of Object.entries(law[permission]) as [RoleName, boolean][]) {
    test(`S2 ${role} ${may ? 'may' : 'may not'} ${permission}`, () => {
      expect(permissionsOf(role).has(permission)).toBe(may)
    })
  }
}
