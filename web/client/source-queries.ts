import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { endpoints } from '../../contract/endpoints.ts'
import { call } from './call.ts'

const keys = {
  sources: ['sources'] as const,
  catalog: (id: string) => ['catalog', id] as const,
}

/** Behind the scenes columns are looked into; until that is done the page looks again. */
const LOOK_AGAIN_MS = 3_000

export const useSources = () =>
  useQuery({ queryKey: keys.sources, queryFn: ({ signal }) => call(endpoints.listSources, { signal }), staleTime: 10_000 })

export const useCatalog = (id: string | undefined) =>
  useQuery({
    enabled: id !== undefined,
    queryKey: keys.catalog(id ?? ''),
    queryFn: ({ signal }) => call(endpoints.readCatalog, { params: { id: id ?? '' }, signal }),
    refetchInterval: ({ state }) => (state.data && !state.data.isProfiled ? LOOK_AGAIN_MS : false),
    retry: false,
  })

/** What changes a source, and with it how sources are listed. */
export function useSourceChanges() {
  const client = useQueryClient()
  const onSettled = () => client.invalidateQueries({ queryKey: keys.sources })
  const refreshCatalog = useMutation({
    mutationFn: (id: string) => call(endpoints.readCatalog, { params: { id }, query: { refresh: '1' } }),
    onSuccess: (catalog, id) => client.setQueryData(keys.catalog(id), catalog),
    onSettled,
  })
  const test = useMutation({ mutationFn: (id: string) => call(endpoints.testSource, { params: { id } }), onSettled })
  const remove = useMutation({ mutationFn: (id: string) => call(endpoints.deleteSource, { params: { id } }), onSettled })
  return { refreshCatalog, test, remove, refresh: onSettled }
}

/** Looks into one table when it is asked for. */
export const useTableLook = (id: string) =>
  useMutation({ mutationFn: (table: string) => call(endpoints.lookIntoTable, { params: { id }, body: { table } }) })
