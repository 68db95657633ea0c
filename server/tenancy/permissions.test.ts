import { expect, test } from 'vitest'
import { type BuiltInRole, Permission } from '../../contract/permission.ts'
import { permissionsOf } from './permissions.ts'

const law: Record<Permission, Record<BuiltInRole, boolean>> = {
  'conversations:create': { owner: true, admin: true, analyst: true, viewer: false },
  'conversations:share': { owner: true, admin: true, analyst: true, viewer: false },
  'dashboards:create': { owner: true, admin: true, analyst: true, viewer: false },
  'dashboards:share': { owner: true, admin: true, analyst: true, viewer: false },
  'schedules:create': { owner: true, admin: true, analyst: true, viewer: false },
  'shares:manage': { owner: true, admin: true, analyst: false, viewer: false },
  'sources:manage': { owner: true, admin: true, analyst: false, viewer: false },
  'models:manage': { owner: true, admin: true, analyst: false, viewer: false },
  'members:manage': { owner: true, admin: true, analyst: false, viewer: false },
  'audit:read': { owner: true, admin: true, analyst: false, viewer: false },
  'tenant:manage': { owner: true, admin: true, analyst: false, viewer: false },
  'tenant:delete': { owner: true, admin: false, analyst: false, viewer: false },
}

for (const permission of Permission.options) {
  for (const [role, may] of Object.entries(law[permission])) {
    test(`S2 ${role} ${may ? 'may' : 'may not'} ${permission}`, () => {
      expect(permissionsOf(role).has(permission)).toBe(may)
    })
  }
}

test('a role of the tenant has what it was given, a role nobody made has nothing', () => {
  expect([...permissionsOf('auditor', ['audit:read'])]).toEqual(['audit:read'])
  expect([...permissionsOf('nobody')]).toEqual([])
  expect(permissionsOf('viewer', ['tenant:delete']).size).toBe(0)
})
