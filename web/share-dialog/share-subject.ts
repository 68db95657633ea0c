/** What the dialog shares: a conversation with its questions, or a dashboard with its tiles. */
export interface ShareSubject {
  readonly kind: 'conversation' | 'dashboard'
  readonly id: string
  readonly title: string
  /** Another number when there is something else to check. */
  readonly revision: number
  /** Who inside the organisation may open it, said to its owner. */
  readonly inside: string
  readonly parts: readonly { readonly id: string; readonly title: string }[]
}

/** The words for its parts. */
export const partNames = {
  conversation: { one: 'turn', leave: 'Questions on the page', whole: 'every answered turn' },
  dashboard: { one: 'tile', leave: 'Tiles on the page', whole: 'every tile as it is' },
} as const satisfies Record<ShareSubject['kind'], unknown>
