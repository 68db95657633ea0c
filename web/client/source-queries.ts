import {
  infiniteQueryOptions,
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { endpoints } from '../../contract/endpoints.ts'
import { call } from './call.ts'

const keys = {
  sources: ['sources'] as const,
  catalog: (id: string) => ['catalog', id] as const,
  tables: (id: string) => ['catalog', id, 'tables'] as const,
}

/** Behind the scenes columns are looked into; until that is done the page looks again. */
const LOOK_AGAIN_MS = 3_000

export const useSources = () =>
  useQuery({ queryKey: keys.sources, queryFn: ({ signal }) => call(endpoints.listSources, { signal }), staleTime: 10_000 })

/** Tables that have the words, a page at a time; what was found before stays until the next is. */
export const useTables = (id: string, search: string) =>
  useInfiniteQuery({
    ...tablesOf(id, search),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.pages[0]?.isProfiled === false ? LOOK_AGAIN_MS : false),
    retry: false,
  })

/** Fetches the first tables of a source that is about to be opened. */
export function useTablesAhead(id: string): () => void {
  const client = useQueryClient()
  return () => void client.prefetchInfiniteQuery(tablesOf(id, ''))
}

const tablesOf = (id: string, search: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.tables(id), search],
    queryFn: ({ signal, pageParam }) =>
      call(endpoints.listTables, {
        params: { id },
        query: { search, ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
    staleTime: 5_000,
  })

/** All tables with all that is known of them: many megabytes where there are thousands. */
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
    mutationFn: (id: string) => call(endpoints.listTables, { params: { id }, query: { refresh: '1', limit: 1 } }),
    onSuccess: (_, id) => client.invalidateQueries({ queryKey: keys.catalog(id) }),
    onSettled,
  })
  const test = useMutation({ mutationFn: (id: string) => call(endpoints.testSource, { params: { id } }), onSettled })
  const remove = useMutation({ mutationFn: (id: string) => call(endpoints.deleteSource, { params: { id } }), onSettled })
  return { refreshCatalog, test, remove, refresh: onSettled }
}

/** Looks into one table when it is asked for. */
export const useTableLook = (id: string) =>
  useMutation({ mutationFn: (table: string) => call(endpoints.lookIntoTable, { params: { id }, body: { table } }) })
