import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { endpoints } from '../../contract/endpoints.ts'
import { call } from './call.ts'

const keys = {
  models: ['models'] as const,
  local: ['models', 'local'] as const,
  budget: ['models', 'budget'] as const,
}

export const useModels = () =>
  useQuery({ queryKey: keys.models, queryFn: ({ signal }) => call(endpoints.listModels, { signal }), staleTime: 10_000 })

/** Model servers on the machine that runs QRY. */
export const useLocalModels = (isAllowed: boolean) =>
  useQuery({
    enabled: isAllowed,
    queryKey: keys.local,
    queryFn: ({ signal }) => call(endpoints.findLocalModels, { signal }),
    staleTime: 30_000,
  })

export const useModelBudget = (isAllowed: boolean) =>
  useQuery({
    enabled: isAllowed,
    queryKey: keys.budget,
    queryFn: ({ signal }) => call(endpoints.readModelBudget, { signal }),
  })

/** What changes a model, and with it how models are listed. */
export function useModelChanges() {
  const client = useQueryClient()
  const refresh = () => client.invalidateQueries({ queryKey: keys.models })
  const makeDefault = useMutation({
    mutationFn: (id: string) => call(endpoints.changeModel, { params: { id }, body: { isDefault: true } }),
    onSettled: refresh,
  })
  const test = useMutation({ mutationFn: (id: string) => call(endpoints.testModel, { params: { id } }), onSettled: refresh })
  const remove = useMutation({ mutationFn: (id: string) => call(endpoints.deleteModel, { params: { id } }), onSettled: refresh })
  const changeBudget = useMutation({
    mutationFn: (body: { tokensPerTurn: number | null; tokensPerDay: number | null }) =>
      call(endpoints.changeModelBudget, { body }),
    onSuccess: (budget) => client.setQueryData(keys.budget, budget),
  })
  return { refresh, makeDefault, test, remove, changeBudget }
}
