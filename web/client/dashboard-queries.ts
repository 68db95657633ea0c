import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Dashboard, DashboardChange, TileInput } from '../../contract/dashboard.ts'
import { endpoints } from '../../contract/endpoints.ts'
import { call } from './call.ts'

const listKey = ['dashboards'] as const
const oneKey = (id: string) => ['dashboard', id] as const

export const useDashboards = (isEnabled = true) =>
  useQuery({
    queryKey: listKey,
    queryFn: ({ signal }) => call(endpoints.listDashboards, { signal }),
    enabled: isEnabled,
  })

export const useDashboard = (id: string) =>
  useQuery({ queryKey: oneKey(id), queryFn: ({ signal }) => call(endpoints.readDashboard, { params: { id }, signal }) })

/** A colleague's dashboard with values that one chose for oneself: asked once for each choice, the last one stays while the next is asked. */
export const useChosenDashboard = (id: string, values: Readonly<Record<string, string>> | undefined) =>
  useQuery({
    queryKey: [...oneKey(id), 'chosen', values],
    queryFn: ({ signal }) => call(endpoints.chooseValues, { params: { id }, body: { values: values ?? {} }, signal }),
    enabled: values !== undefined,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })

/** What changes dashboards; the window holds what the server answered. */
export function useDashboardChanges() {
  const client = useQueryClient()
  const keep = (dashboard: Dashboard) => {
    client.setQueryData(oneKey(dashboard.id), dashboard)
    void client.invalidateQueries({ queryKey: listKey })
    void client.invalidateQueries({ queryKey: ['share', dashboard.id] })
    void client.invalidateQueries({ queryKey: ['share-check', dashboard.id] })
  }
  const refreshList = () => client.invalidateQueries({ queryKey: listKey })
  const create = useMutation({
    mutationFn: (name: string) => call(endpoints.createDashboard, { body: { name } }),
    onSuccess: keep,
  })
  const bring = useMutation({
    mutationFn: (body: { conversationId: string; turnId?: string; dashboardId?: string }) =>
      call(endpoints.importConversation, { body }),
    onSuccess: keep,
  })
  const change = useMutation({
    mutationFn: ({ id, ...body }: { id: string } & DashboardChange) => call(endpoints.changeDashboard, { params: { id }, body }),
    onSuccess: keep,
  })
  const choose = useMutation({
    scope: { id: 'choose-values' },
    mutationFn: ({ id, values }: { id: string; values: Readonly<Record<string, string>> }) =>
      call(endpoints.chooseValues, { params: { id }, body: { values } }),
    onSuccess: keep,
  })
  const refresh = useMutation({
    mutationFn: (id: string) => call(endpoints.refreshDashboard, { params: { id } }),
    onSuccess: keep,
  })
  const addTile = useMutation({
    mutationFn: ({ id, tile }: { id: string; tile: TileInput }) => call(endpoints.addTile, { params: { id }, body: tile }),
    onSuccess: keep,
  })
  const changeTile = useMutation({
    mutationFn: ({ id, tileId, ...body }: { id: string; tileId: string; title?: string; markdown?: string; sql?: string }) =>
      call(endpoints.changeTile, { params: { id, tileId }, body }),
    onSuccess: keep,
  })
  const removeTile = useMutation({
    mutationFn: ({ id, tileId }: { id: string; tileId: string }) => call(endpoints.deleteTile, { params: { id, tileId } }),
    onSuccess: keep,
  })
  const remove = useMutation({
    mutationFn: (id: string) => call(endpoints.deleteDashboard, { params: { id } }),
    onSettled: refreshList,
  })
  const restore = useMutation({
    mutationFn: (id: string) => call(endpoints.restoreDashboard, { params: { id } }),
    onSettled: refreshList,
  })
  return { create, bring, change, choose, refresh, addTile, changeTile, removeTile, remove, restore }
}
