import { z } from 'zod'
import { Checkpoint, CheckpointName, HiddenByRewind, Rewound } from '../checkpoint.ts'
import { conversationParams, define } from '../endpoint.ts'
import { CheckpointId, TurnId } from '../id.ts'

export const checkpointEndpoints = {
  listCheckpoints: define({
    method: 'GET',
    path: '/api/conversations/:id/checkpoints',
    summary: 'Where this conversation can go back to, in the order of its turns, and what the last rewind hid',
    params: conversationParams,
    output: z.object({ items: z.array(Checkpoint), nextCursor: z.null(), undo: HiddenByRewind.nullable() }),
    errors: ['not-found'],
  }),
  saveCheckpoint: define({
    method: 'POST',
    path: '/api/conversations/:id/checkpoints',
    summary: 'Save a checkpoint under a name',
    params: conversationParams,
    body: z.object({ name: CheckpointName }),
    output: Checkpoint,
    status: 201,
    errors: ['not-found', 'forbidden', 'conflict'],
  }),
  rewind: define({
    method: 'POST',
    path: '/api/conversations/:id/rewind',
    summary: 'Hide every turn after a checkpoint',
    params: conversationParams,
    body: z.object({ checkpointId: CheckpointId }),
    output: Rewound,
    errors: ['not-found', 'forbidden', 'conflict'],
  }),
  undoRewind: define({
    method: 'POST',
    path: '/api/conversations/:id/undo-rewind',
    summary: 'Bring back what the last rewind hid; what was asked since stays after it',
    params: conversationParams,
    output: z.object({ turnIds: z.array(TurnId) }),
    errors: ['not-found', 'forbidden', 'conflict'],
  }),
}
