import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { endpoints } from '../../contract/endpoints.ts'
import type { ScheduleChange, ScheduleRun, ScheduleTime } from '../../contract/schedule.ts'
import { call } from './call.ts'

const listKey = ['schedules'] as const
const oneKey = (id: string) => ['schedules', id] as const

const RUNNING_MS = 1_500
const RESTING_MS = 30_000

const isUnderWay = (run: ScheduleRun | null | undefined): boolean => run?.state === 'waiting' || run?.state === 'running'

export const useSchedules = () =>
  useQuery({
    queryKey: listKey,
    queryFn: ({ signal }) => call(endpoints.listSchedules, { signal }),
    refetchInterval: ({ state }) => (state.data?.items.some(({ lastRun }) => isUnderWay(lastRun)) ? RUNNING_MS : RESTING_MS),
  })

export const useSchedule = (id: string) =>
  useQuery({
    queryKey: oneKey(id),
    queryFn: ({ signal }) => call(endpoints.readSchedule, { params: { id }, signal }),
    refetchInterval: ({ state }) => (isUnderWay(state.data?.runs[0]) ? RUNNING_MS : RESTING_MS),
  })

/** The next times of what a form says; the error is a sentence for its field. */
export const useNextTimes = (time: ScheduleTime) =>
  useQuery({
    queryKey: ['schedule-times', time],
    queryFn: ({ signal }) => call(endpoints.previewSchedule, { body: { time }, signal }),
    retry: false,
    staleTime: 60_000,
    placeholderData: (before) => before,
  })

/** My conversations, for a choice of one. */
export const useOwnConversations = () =>
  useQuery({
    queryKey: ['conversations', 'choice'],
    queryFn: ({ signal }) => call(endpoints.listConversations, { query: { limit: 100 }, signal }),
  })

/** What changes schedules. */
export function useScheduleChanges() {
  const client = useQueryClient()
  const refresh = () => client.invalidateQueries({ queryKey: listKey })
  const change = useMutation({
    mutationFn: ({ id, ...body }: { id: string } & ScheduleChange) => call(endpoints.changeSchedule, { params: { id }, body }),
    onSettled: refresh,
  })
  const run = useMutation({ mutationFn: (id: string) => call(endpoints.runSchedule, { params: { id } }), onSettled: refresh })
  const remove = useMutation({
    mutationFn: (id: string) => call(endpoints.deleteSchedule, { params: { id } }),
    onSettled: refresh,
  })
  const restore = useMutation({
    mutationFn: (id: string) => call(endpoints.restoreSchedule, { params: { id } }),
    onSettled: refresh,
  })
  return { change, run, remove, restore, refresh }
}
