import { useMutation, useQueryClient } from '@tanstack/react-query'
import { endpoints } from '../../contract/endpoints.ts'
import { call } from '../client/call.ts'
import { sentenceOf } from '../client/call-error.ts'
import { keys } from '../client/queries.ts'
import { useToast } from '../controls/toast.tsx'

/** Rewind and its way back. `onQuestion` gets the first question that went, and after an undo the sign to take it back. */
export function useGoingBack(id: string, prompt: { give(question: string): void; takeBack(question: string): void }) {
  const client = useQueryClient()
  const toast = useToast()
  const onError = (error: unknown) => toast({ text: sentenceOf(error) })
  const refresh = () =>
    Promise.all(
      [keys.conversation(id), keys.checkpoints(id), keys.share(id)].map((queryKey) => client.invalidateQueries({ queryKey })),
    )
  const undo = useMutation({
    mutationFn: (_question: string | undefined) => call(endpoints.undoRewind, { params: { id } }),
    onSuccess: (_, question) => question !== undefined && prompt.takeBack(question),
    onSettled: refresh,
    onError,
  })
  const rewind = useMutation({
    mutationFn: (to: { checkpointId: string; number: number }) =>
      call(endpoints.rewind, { params: { id }, body: { checkpointId: to.checkpointId } }),
    onSuccess: ({ question, rewoundAt, until }, { number }) => {
      prompt.give(question)
      const days = Math.round((Date.parse(until) - Date.parse(rewoundAt)) / 86_400_000)
      toast({
        text: `Rewound to before question ${number}. Kept for ${days} days.`,
        action: { label: 'Undo', run: () => undo.mutate(question) },
      })
    },
    onSettled: refresh,
    onError,
  })
  const save = useMutation({
    mutationFn: (name: string) => call(endpoints.saveCheckpoint, { params: { id }, body: { name } }),
    onSuccess: ({ name }) => toast({ text: `Saved the checkpoint “${name}”.` }),
    onSettled: refresh,
    onError,
  })
  return {
    rewind: (checkpointId: string, number: number) => rewind.mutate({ checkpointId, number }),
    undo: () => undo.mutate(undefined),
    save: (name: string) => save.mutate(name),
    isBusy: rewind.isPending || undo.isPending || save.isPending,
  }
}
