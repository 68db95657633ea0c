import { z } from 'zod'
import { GroupId, UserId } from './id.ts'

export const Group = z.object({ id: GroupId, name: z.string(), members: z.array(UserId) })
export type Group = z.infer<typeof Group>
export const GroupInput = z.object({
  name: z.string().trim().min(1, 'Give the group a name.').max(100),
  members: z.array(UserId).max(1000),
})
export type GroupInput = z.infer<typeof GroupInput>
