import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { sentenceOf } from '../client/call-error.ts'
import { type Toast, useToast } from '../controls/toast.tsx'

export interface ActOptions<Input, Output> {
  /** What the change touches, to be read anew. */
  readonly refresh?: readonly QueryKey[]
  /** The line that says what was done, with its way back where there is one. */
  readonly said?: (output: Output, input: Input) => Toast
  readonly onDone?: (output: Output, input: Input) => void
  /** A form shows by itself why it was refused; anything else says so in a line. */
  readonly isForm?: boolean
}

/** A change of a setting: does it, says so, reads anew what it touched. */
export function useAct<Input, Output>(
  act: (input: Input) => Promise<Output>,
  { refresh = [], said, onDone, isForm = false }: ActOptions<Input, Output> = {},
) {
  const client = useQueryClient()
  const toast = useToast()
  return useMutation({
    mutationFn: act,
    onSuccess: (output, input) => {
      if (said) toast(said(output, input))
      onDone?.(output, input)
    },
    onError: (error) => {
      if (!isForm) toast({ text: sentenceOf(error) })
    },
    onSettled: () => Promise.all(refresh.map((queryKey) => client.invalidateQueries({ queryKey }))),
  })
}

/** What was refused, as a sentence, or nothing. */
export const refusalOf = (error: unknown): string | undefined => (error ? sentenceOf(error) : undefined)
