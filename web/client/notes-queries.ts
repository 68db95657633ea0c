import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { endpoints } from '../../contract/endpoints.ts'
import type { Notes } from '../../contract/notes.ts'
import { call } from './call.ts'

const keys = {
  notes: (id: string) => ['notes', id] as const,
  suggestions: (id: string) => ['notes', id, 'suggestions'] as const,
}

export const useNotes = (id: string) =>
  useQuery({
    queryKey: keys.notes(id),
    queryFn: ({ signal }) => call(endpoints.readNotes, { params: { id }, signal }),
    retry: false,
  })

export const useNotesSuggestions = (id: string, isWanted: boolean) =>
  useQuery({
    enabled: isWanted,
    queryKey: keys.suggestions(id),
    queryFn: ({ signal }) => call(endpoints.suggestNotes, { params: { id }, signal }),
    retry: false,
  })

/** Saves notes as a whole, as an object or as YAML. */
export function useSaveNotes(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (change: { version: number; notes?: Notes; yaml?: string }) =>
      call(endpoints.changeNotes, { params: { id }, body: change }),
    onSuccess: (kept) => {
      client.setQueryData(keys.notes(id), kept)
      void client.invalidateQueries({ queryKey: keys.suggestions(id) })
    },
  })
}

/** Puts something into the notes as they stand now, whoever changed them meanwhile. */
export function useTeach(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (taught: (notes: Notes) => Notes) => {
      const { version, notes } = await call(endpoints.readNotes, { params: { id } })
      return call(endpoints.changeNotes, { params: { id }, body: { version, notes: taught(notes) } })
    },
    onSuccess: (kept) => client.setQueryData(keys.notes(id), kept),
  })
}
