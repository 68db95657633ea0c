import type { ModelUse } from '../../contract/model.ts'
import type { AnalystName, Turn } from '../../contract/turn.ts'
import { formatCount, formatDuration } from '../controls/format-text.ts'

const analysts: Record<AnalystName, string> = {
  basic: 'Basic analyst: fixed rules, no AI',
  model: 'Model analyst',
  hand: 'By hand',
}

/** Who answered, said every time. */
export const analystLabel = (analyst: AnalystName): string => analysts[analyst]

const durationOf = (turn: Turn): string | undefined =>
  turn.endedAt ? formatDuration(Math.max(0, Date.parse(turn.endedAt) - Date.parse(turn.startedAt))) : undefined

/** How a turn stands, for its by-line. A running one says its seconds by itself. */
export function stateLabel(turn: Turn): string | undefined {
  const took = durationOf(turn)
  switch (turn.status) {
    case 'running':
      return undefined
    case 'answered':
      return took
    case 'failed':
      return took ? `Failed after ${took}` : 'Failed'
    case 'cancelled':
      return took ? `Stopped after ${took}` : 'Stopped'
    case 'interrupted':
      return took ? `Interrupted after ${took}` : 'Interrupted'
    case 'needs-confirmation':
      return 'Waits for you'
  }
}

/** "1,520 tokens", and what they cost where that is known. */
export function tokensLabel({ inputTokens, outputTokens, cost }: ModelUse): string {
  const tokens = `${formatCount(inputTokens + outputTokens)} tokens`
  return cost === undefined ? tokens : `${tokens}, ${cost.toFixed(cost < 0.1 ? 4 : 2)}`
}

export const tokensTitle = ({ model, inputTokens, cachedTokens, outputTokens }: ModelUse): string =>
  `${model}: ${formatCount(inputTokens)} tokens in (${formatCount(cachedTokens)} of them kept by the provider), ${formatCount(outputTokens)} out`

export interface QuestionPart {
  readonly text: string
  readonly isUnknown: boolean
}

/** Cuts a question into words the analyst knew and those it did not. */
export function markUnknown(question: string, unknownWords: readonly string[]): QuestionPart[] {
  const words = unknownWords.filter((word) => word !== '').sort((left, right) => right.length - left.length)
  if (words.length === 0) return [{ text: question, isUnknown: false }]
  const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(${escaped.join('|')})(?![\\p{L}\\p{N}_])`, 'giu')
  return question
    .split(pattern)
    .map((text, index) => ({ text, isUnknown: index % 2 === 1 }))
    .filter((part) => part.text !== '')
}

/** One line about the step a running turn is at. */
export const runningLabel = (turn: Turn): string => turn.steps.findLast((step) => step.durationMs === undefined)?.title ?? ''
