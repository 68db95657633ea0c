import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { endpoints } from '../../contract/endpoints.ts'
import type { ConfirmedPair, Notes } from '../../contract/notes.ts'
import { call } from './call.ts'
import { type Meaning, withWord } from './taught-notes.ts'

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

/** Adds one confirmed question to what stands there now. */
export async function teachPair(id: string, pair: Pick<ConfirmedPair, 'question' | 'sql'>): Promise<void> {
  const { version, notes } = await call(endpoints.readNotes, { params: { id } })
  const others = notes.questions.filter(({ question }) => question !== pair.question)
  await call(endpoints.changeNotes, { params: { id }, body: { version, notes: { ...notes, questions: [...others, pair] } } })
}

/** Adds one word to what stands there now. */
export async function teachWord(id: string, word: string, meaning: Meaning): Promise<void> {
  const { version, notes } = await call(endpoints.readNotes, { params: { id } })
  await call(endpoints.changeNotes, { params: { id }, body: { version, notes: withWord(notes, word, meaning) } })
}
