import { z } from 'zod'
import { CheckpointId, TurnId } from './id.ts'

/** A place in a conversation that one can go back to: made by itself before a question, or saved under a name. */
export const Checkpoint = z.object({
  id: CheckpointId,
  kind: z.enum(['automatic', 'named']),
  name: z.string().nullable(),
  /** How many of the turns that stand now come before it; a rewind hides all others. */
  turnCount: z.number().int().nonnegative(),
  createdAt: z.string(),
})
export type Checkpoint = z.infer<typeof Checkpoint>

/** What the last rewind hid, while it can still be brought back. */
export const HiddenByRewind = z.object({
  turnIds: z.array(TurnId),
  rewoundAt: z.string(),
  /** From then on it is erased. */
  until: z.string(),
})
export type HiddenByRewind = z.infer<typeof HiddenByRewind>

/** `question` is the first that went: it belongs back into the prompt. */
export const Rewound = HiddenByRewind.extend({ checkpointId: CheckpointId, question: z.string() })
export type Rewound = z.infer<typeof Rewound>

export const CheckpointName = z.string().trim().min(1, 'Give the checkpoint a name.').max(120)
