import { z } from 'zod'
import { GroupId, UserId } from './id.ts'

/** What a conversation lets a person do: `view` reads, `edit` asks and renames as well, the `owner` also shares, deletes and says who sees it. */
export const Access = z.enum(['owner', 'edit', 'view'])
export type Access = z.infer<typeof Access>
export const AccessLevel = Access.exclude(['owner'])
export type AccessLevel = z.infer<typeof AccessLevel>

/** Who inside the tenant may open a conversation, beside its owner. Everyone in the tenant may view, and those named may edit where it says so. */
export const Visibility = z.object({
  to: z.enum(['me', 'named', 'tenant']),
  named: z.array(z.object({ id: z.union([UserId, GroupId]), level: AccessLevel })).max(200),
})
export type Visibility = z.infer<typeof Visibility>
