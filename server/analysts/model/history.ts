import type { Turn } from '../../../contract/turn.ts'
import { asData } from './as-data.ts'
import type { ModelMessage } from './model-provider.ts'

const MOST_TURNS = 8
const LONGEST_ANSWER = 2_000
const LONGEST_STATEMENT = 1_500

/** The last turns that stand, as a model is told of them: question, answer, and the statements behind what was shown. What a rewind took away is not among them. */
export function historyOf(earlier: readonly Turn[]): ModelMessage[] {
  return earlier.slice(-MOST_TURNS).flatMap((turn): ModelMessage[] => [
    { role: 'user', text: turn.question },
    { role: 'assistant', parts: [{ kind: 'text', text: answerOf(turn) }] },
  ])
}

function answerOf({ answer, steps, tables, status, choices }: Turn): string {
  const shown = tables.flatMap((table) => {
    const statement = steps.find(({ id, kind }) => id === table.stepId && kind === 'query')?.input
    return statement === undefined
      ? []
      : [
          `Shown: ${table.rowCount} rows of ${table.columns.map(({ name }) => name).join(', ')}, from\n${statement.slice(0, LONGEST_STATEMENT)}`,
        ]
  })
  const parts = [
    answer.slice(0, LONGEST_ANSWER),
    ...(choices ? [`Offered answers: ${choices.join(' / ')}`] : []),
    ...(shown.length > 0 ? [asData(shown.join('\n\n'))] : []),
    ...(status === 'answered' || status === 'needs-confirmation' ? [] : ['(This was not answered to its end.)']),
  ]
  return parts.filter((part) => part.trim() !== '').join('\n\n')
}
