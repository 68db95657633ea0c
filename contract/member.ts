import { z } from 'zod'
import { GroupId, InvitationId, UserId } from './id.ts'
import { RoleName } from './permission.ts'
import { Email } from './person.ts'

/** Names and values that row policies compare with: `{ "region": "North" }`. */
export const MemberAttributes = z.record(z.string().regex(/^[a-z][a-z0-9_]{0,39}$/), z.string().max(200))

export const Member = z.object({
  id: UserId,
  email: z.string(),
  name: z.string(),
  role: RoleName,
  groups: z.array(GroupId),
  attributes: MemberAttributes,
  hasSecondFactor: z.boolean(),
  joinedAt: z.string(),
  /** When one of their sessions was last used. */
  seenAt: z.string().nullable(),
})
export type Member = z.infer<typeof Member>

export const MemberChange = z.object({ role: RoleName, attributes: MemberAttributes }).partial().strict()
export type MemberChange = z.infer<typeof MemberChange>

/** What happens to what a leaving member has: conversations and links go to `to` (without it to who removes); links stay `live` or are revoked. */
export const HandOver = z.object({ to: UserId.optional(), links: z.enum(['live', 'revoked']) })
export type HandOver = z.infer<typeof HandOver>

/** Colleagues and groups as everybody in the tenant may see them. */
export const Directory = z.object({
  people: z.array(z.object({ id: UserId, name: z.string(), email: z.string() })),
  groups: z.array(z.object({ id: GroupId, name: z.string() })),
})
export type Directory = z.infer<typeof Directory>

export const InvitationInput = z.object({ email: Email, role: RoleName })
export type InvitationInput = z.infer<typeof InvitationInput>

export const Invitation = z.object({
  id: InvitationId,
  email: z.string(),
  role: RoleName,
  createdAt: z.string(),
  expiresAt: z.string(),
})
export type Invitation = z.infer<typeof Invitation>

/** An invitation with its address, which is shown this once. */
export const NewInvitation = Invitation.extend({ url: z.string(), isMailed: z.boolean() })
export type NewInvitation = z.infer<typeof NewInvitation>

/** What the person who was invited is shown before they accept. */
export const OpenInvitation = z.object({ email: z.string(), tenantName: z.string(), role: RoleName, hasAccount: z.boolean() })
export type OpenInvitation = z.infer<typeof OpenInvitation>
