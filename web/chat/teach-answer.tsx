import type { Turn } from '../../contract/turn.ts'
import { sentenceOf } from '../client/call-error.ts'
import { useTeach } from '../client/notes-queries.ts'
import { withPair } from '../client/taught-notes.ts'
import { Icon } from '../controls/icon.tsx'
import { useToast } from '../controls/toast.tsx'

interface TeachAnswerProps {
  readonly turn: Turn
  readonly sourceId: string
}

/** The SQL behind the last table of an answer; absent where several queries stand behind it. */
export const taughtSql = ({ steps, tables, status, question }: Turn): string | undefined => {
  const last = tables.at(-1)
  if (status !== 'answered' || !last || question.startsWith('/')) return undefined
  return steps.find(({ id, kind, error }) => id === last.stepId && kind === 'query' && !error)?.input
}

/** Keeps a question and its SQL among the notes of the source, for all analysts. */
export function TeachAnswer({ turn, sourceId }: TeachAnswerProps) {
  const toast = useToast()
  const sql = taughtSql(turn)
  const teach = useTeach(sourceId)
  if (sql === undefined) return null
  const keep = () =>
    teach.mutate((notes) => withPair(notes, { question: turn.question, sql }), {
      onSuccess: () =>
        toast({ text: 'Kept: this question is answered like this from now on. It stands in the notes of the source.' }),
      onError: (error) => toast({ text: sentenceOf(error) }),
    })
  return (
    <button
      type="button"
      className="btn q"
      title="Keep this question and its SQL in the notes of the data source"
      disabled={teach.isPending || teach.isSuccess}
      onClick={keep}
    >
      <Icon name="check" />
      {teach.isSuccess ? 'Kept' : 'That’s right'}
    </button>
  )
}
