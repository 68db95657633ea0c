import type { Visibility } from '../../contract/visibility.ts'

/** Who inside the organisation may open a conversation, said to its owner. */
export function whoInside(to: Visibility['to'], organisation: string): string {
  if (to === 'tenant') return `Everyone in ${organisation} can open the conversation, nobody outside`
  return to === 'me' ? 'Only you can open the conversation' : 'Only you and those you named can open the conversation'
}
