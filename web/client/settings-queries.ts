import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { endpoints } from '../../contract/endpoints.ts'
import { call } from './call.ts'

/** Names of what the settings read; a change says which of them it touches. */
export const settingsKeys = {
  sessions: ['sessions'] as const,
  apiKeys: ['api-keys'] as const,
  directory: ['directory'] as const,
  members: ['members'] as const,
  invitations: ['invitations'] as const,
  roles: ['roles'] as const,
  groups: ['groups'] as const,
  tenant: ['tenant'] as const,
  usage: ['usage'] as const,
  audit: ['audit'] as const,
  providers: ['identity-providers'] as const,
  shares: ['shares'] as const,
  telegramBot: ['telegram'] as const,
  telegramTokens: ['telegram-tokens'] as const,
}

export const useSessions = () =>
  useQuery({ queryKey: settingsKeys.sessions, queryFn: ({ signal }) => call(endpoints.listSessions, { signal }) })
export const useApiKeys = () =>
  useQuery({ queryKey: settingsKeys.apiKeys, queryFn: ({ signal }) => call(endpoints.listApiKeys, { signal }) })
export const useTelegramBot = () =>
  useQuery({ queryKey: settingsKeys.telegramBot, queryFn: ({ signal }) => call(endpoints.readTelegramBot, { signal }) })
export const useTelegramTokens = () =>
  useQuery({ queryKey: settingsKeys.telegramTokens, queryFn: ({ signal }) => call(endpoints.listTelegramTokens, { signal }) })
export const useDirectory = () =>
  useQuery({ queryKey: settingsKeys.directory, queryFn: ({ signal }) => call(endpoints.readDirectory, { signal }) })
export const useMembers = () =>
  useQuery({ queryKey: settingsKeys.members, queryFn: ({ signal }) => call(endpoints.listMembers, { signal }) })
export const useInvitations = () =>
  useQuery({ queryKey: settingsKeys.invitations, queryFn: ({ signal }) => call(endpoints.listInvitations, { signal }) })
export const useRoles = () =>
  useQuery({ queryKey: settingsKeys.roles, queryFn: ({ signal }) => call(endpoints.listRoles, { signal }) })
export const useGroups = () =>
  useQuery({ queryKey: settingsKeys.groups, queryFn: ({ signal }) => call(endpoints.listGroups, { signal }) })
export const useTenant = () =>
  useQuery({ queryKey: settingsKeys.tenant, queryFn: ({ signal }) => call(endpoints.readTenant, { signal }) })
export const useUsage = () =>
  useQuery({ queryKey: settingsKeys.usage, queryFn: ({ signal }) => call(endpoints.readUsage, { signal }) })
export const useIdentityProviders = () =>
  useQuery({ queryKey: settingsKeys.providers, queryFn: ({ signal }) => call(endpoints.listIdentityProviders, { signal }) })
export const useLinks = (isEnabled: boolean) =>
  useQuery({
    enabled: isEnabled,
    queryKey: settingsKeys.shares,
    queryFn: ({ signal }) => call(endpoints.listShares, { query: { limit: 1000 }, signal }),
  })

/** Which lines of the audit log are wanted: by whom, what begins so, when. */
export interface AuditWish {
  readonly userId?: string
  readonly action?: string
  readonly from?: string
  readonly to?: string
}

/** The audit log, newest first, a page at a time. */
export const useAudit = (filter: AuditWish) =>
  useInfiniteQuery({
    queryKey: [...settingsKeys.audit, filter],
    queryFn: ({ signal, pageParam }) =>
      call(endpoints.listAudit, { query: { ...filter, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) }, signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
  })
