import type { ComponentType } from 'react'
import type { Permission } from '../../contract/permission.ts'
import type { Me } from '../../contract/person.ts'
import { ApiKeysSection } from './api-keys-section.tsx'
import { AuditSection } from './audit-section.tsx'
import { GroupsSection } from './groups-section.tsx'
import { MembersSection } from './members-section.tsx'
import { OrganisationSection } from './organisation-section.tsx'
import { ProfileSection } from './profile-section.tsx'
import { ProvidersSection } from './providers-section.tsx'
import { RolesSection } from './roles-section.tsx'
import { SharingSection } from './sharing-section.tsx'
import { SignInSection } from './sign-in-section.tsx'
import { TelegramSection } from './telegram-section.tsx'

export interface SettingsSection {
  /** Its last part of the address. */
  readonly name: string
  readonly label: string
  readonly isOwn: boolean
  readonly View: ComponentType<{ readonly me: Me }>
}

const own: readonly SettingsSection[] = [
  { name: 'profile', label: 'Profile', isOwn: true, View: ProfileSection },
  { name: 'sign-in', label: 'Sign-in', isOwn: true, View: SignInSection },
  { name: 'keys', label: 'API keys', isOwn: true, View: ApiKeysSection },
  { name: 'telegram', label: 'Telegram', isOwn: true, View: TelegramSection },
]
const shared: readonly (Omit<SettingsSection, 'isOwn'> & { readonly needs: Permission })[] = [
  { name: 'organisation', label: 'Organisation', needs: 'tenant:manage', View: OrganisationSection },
  { name: 'members', label: 'Members', needs: 'members:manage', View: MembersSection },
  { name: 'roles', label: 'Roles', needs: 'members:manage', View: RolesSection },
  { name: 'groups', label: 'Groups', needs: 'members:manage', View: GroupsSection },
  { name: 'sharing', label: 'Sharing', needs: 'tenant:manage', View: SharingSection },
  { name: 'providers', label: 'Sign-in providers', needs: 'tenant:manage', View: ProvidersSection },
  { name: 'audit', label: 'Audit log', needs: 'audit:read', View: AuditSection },
]

/** What a person may set, in the order of the list. */
export const sectionsOf = ({ permissions }: Me): readonly SettingsSection[] => [
  ...own,
  ...shared.filter(({ needs }) => permissions.includes(needs)).map((section) => ({ ...section, isOwn: false })),
]
