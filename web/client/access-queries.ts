import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { endpoints } from '../../contract/endpoints.ts'
import type { RowPolicy, SourceAccess } from '../../contract/source.ts'
import { call } from './call.ts'

const accessKey = (id: string) => ['source-access', id] as const

export const useSourceAccess = (id: string) =>
  useQuery({
    queryKey: accessKey(id),
    queryFn: ({ signal }) => call(endpoints.readSourceAccess, { params: { id }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })

/** Saves who may ask a source. */
export function useAccessChange(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (access: SourceAccess) => call(endpoints.changeSourceAccess, { params: { id }, body: access }),
    onSuccess: (saved) => client.setQueryData(accessKey(id), saved),
  })
}

/** Counts what a person would see under a policy. */
export const usePolicyPreview = (id: string) =>
  useMutation({
    mutationFn: (wish: RowPolicy & { person: string }) => call(endpoints.previewRowPolicy, { params: { id }, body: wish }),
  })
