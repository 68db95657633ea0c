import type { Permission } from '../../contract/permission.ts'

/** What a permission lets a person do, in their words. */
export const permissionWords: Readonly<Record<Permission, string>> = {
  'conversations:create': 'Start conversations and ask',
  'conversations:share': 'Make links to conversations',
  'dashboards:create': 'Make dashboards',
  'dashboards:share': 'Make links to dashboards',
  'schedules:create': 'Schedule questions and refreshes',
  'shares:manage': 'See and close every link',
  'sources:manage': 'Add and change data sources',
  'models:manage': 'Connect models',
  'members:manage': 'Members, roles and groups',
  'audit:read': 'Read the audit log',
  'tenant:manage': 'Organisation, sharing policy, usage',
  'tenant:delete': 'Delete the organisation',
}
